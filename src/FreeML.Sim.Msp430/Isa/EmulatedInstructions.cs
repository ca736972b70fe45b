using System.Numerics;

namespace FreeML.Sim.Msp430.Isa;

/// <summary>Which of its operands an emulated instruction shows.</summary>
internal enum ShownOperand : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>The source.</summary>
    Source,

    /// <summary>The destination.</summary>
    Destination,

    /// <summary>Source and destination, once: they are the same.</summary>
    Both,

    /// <summary>All: another name for the same instruction.</summary>
    All,
}

/// <summary>An instruction that exists in listings only: a name for a special case of another.</summary>
/// <param name="Name">Mnemonic, lower case, without suffix.</param>
/// <param name="Pattern">
/// Opcode word, high bit first: 0 and 1 fixed; - any; B byte; where R and M occur twice (register, addressing mode) both must have the
/// same bits.
/// </param>
/// <param name="Shown">The operand that remains.</param>
internal sealed record EmulatedInstruction(string Name, string Pattern, ShownOperand Shown)
{
    /// <summary>Bits that the extension word must have; 0 where none is needed.</summary>
    public ushort Extension { get; init; }

    /// <summary>
    /// Operands at absolute addresses must be one and the same. Indices need not: GNU's listing prints RLA for the sum of any two words
    /// on the stack, with the source's index.
    /// </summary>
    public bool ComparesAddresses { get; init; }

    /// <summary>
    /// The listing shows the operand as if no extension word preceded it, without width: GNU's listing of BRX, whose bits 19:16 are
    /// then to be read from the instruction's bytes.
    /// </summary>
    public bool IgnoresExtension { get; init; }

    /// <summary>Whether the name carries a width: not with those that write the program counter.</summary>
    public bool HasSuffix => Shown is not ShownOperand.None && !IgnoresExtension;
}

/// <summary>
/// How listings print special cases: "print it like this when it looks like that", the first row that fits. The names are the user's
/// guide's; which of them are printed is up to GNU's listing, with which ours agree (it prints CMP #0, not TST; CLR and INV of registers
/// only; BR for .B too).
/// </summary>
internal static class EmulatedInstructions
{
    public static IReadOnlyList<EmulatedInstruction> Rows { get; } =
    [
        //   name    opcode word              shows
        new("nop",  "0100 0011 0000 0011",    ShownOperand.None),
        new("clr",  "0100 0011 0B00 ----",    ShownOperand.Destination),
        new("ret",  "0100 0001 0011 0000",    ShownOperand.None),
        new("pop",  "0100 0001 -B11 ----",    ShownOperand.Destination),
        new("br",   "0100 ---- 0--- 0000",    ShownOperand.Source) { IgnoresExtension = true },
        new("inc",  "0101 0011 -B01 ----",    ShownOperand.Destination),
        new("incd", "0101 0011 -B10 ----",    ShownOperand.Destination),
        new("dec",  "1000 0011 -B01 ----",    ShownOperand.Destination),
        new("decd", "1000 0011 -B10 ----",    ShownOperand.Destination),
        new("adc",  "0110 0011 -B00 ----",    ShownOperand.Destination),
        new("sbc",  "0111 0011 -B00 ----",    ShownOperand.Destination),
        new("dadc", "1010 0011 -B00 ----",    ShownOperand.Destination),
        new("inv",  "1110 0011 0011 ----",    ShownOperand.Destination),
        new("rla",  "0101 RRRR MB0M RRRR",    ShownOperand.Both) { ComparesAddresses = true },
        new("rlc",  "0110 RRRR MB0M RRRR",    ShownOperand.Both) { ComparesAddresses = true },
        new("rru",  "0001 0000 0B-- ----",    ShownOperand.Destination) { Extension = 0x0100 },

        new("clrc", "1100 0011 0001 0010",    ShownOperand.None),
        new("clrn", "1100 0010 0010 0010",    ShownOperand.None),
        new("clrz", "1100 0011 0010 0010",    ShownOperand.None),
        new("setc", "1101 0011 0001 0010",    ShownOperand.None),
        new("setn", "1101 0010 0010 0010",    ShownOperand.None),
        new("setz", "1101 0011 0010 0010",    ShownOperand.None),
        new("dint", "1100 0010 0011 0010",    ShownOperand.None),
        new("eint", "1101 0010 0011 0010",    ShownOperand.None),

        new("jnz",  "0010 00-- ---- ----",    ShownOperand.All),
        new("jz",   "0010 01-- ---- ----",    ShownOperand.All),

        new("reta", "0000 0001 0001 0000",    ShownOperand.None),
        new("bra",  "0000 ---- 0001 0000",    ShownOperand.Source),
        new("beq",  "0000 0000 0000 0000",    ShownOperand.None), // GNU's name for a word of zeros, whatever it is there for
        new("bra",  "0000 ---- 00-- 0000",    ShownOperand.Source),
        new("reti", "0001 0011 00-- ----",    ShownOperand.None), // 1300; the others are not defined, and listed likewise
    ];

    /// <summary>The row for an opcode word, or null.</summary>
    /// <param name="extension">The extension word that precedes it, or 0.</param>
    /// <param name="words">The opcode word and what follows.</param>
    public static EmulatedInstruction? Find(ushort extension, ReadOnlySpan<ushort> words)
    {
        EmulatedInstruction? row = RowOfWord[words[0]];
        bool fits = row is not null
            && (extension & row.Extension) == row.Extension
            && !(row.ComparesAddresses && HasTwoAbsolutes(words[0]) && words[1] != words[2]);
        return fits ? row : null;
    }

    private static readonly EmulatedInstruction?[] RowOfWord = Expand();

    // Source mode 1 and destination mode 1 of R2.
    private static bool HasTwoAbsolutes(ushort word) => (word & 0x0FBF) == 0x0292;

    private static EmulatedInstruction?[] Expand()
    {
        var rowOfWord = new EmulatedInstruction?[0x1_0000];
        foreach (EmulatedInstruction row in Rows)
        {
            string letters = row.Pattern.Replace(" ", "", StringComparison.Ordinal);
            (int mask, int bits) = (Mask(letters, '0') | Mask(letters, '1'), Mask(letters, '1'));
            for (int word = 0; word < rowOfWord.Length; word++)
            {
                if ((word & mask) == bits && Repeats(letters, 'R', word) && Repeats(letters, 'M', word))
                {
                    rowOfWord[word] ??= row;
                }
            }
        }

        return rowOfWord;
    }

    // Bits of the places where a letter stands.
    private static int Mask(string letters, char letter)
    {
        int mask = 0;
        foreach (char c in letters)
        {
            mask = (mask << 1) | (c == letter ? 1 : 0);
        }

        return mask;
    }

    // Whether the letter's first half of places has the bits of its second half.
    private static bool Repeats(string letters, char letter, int word)
    {
        int mask = Mask(letters, letter);
        int half = BitOperations.PopCount((uint)mask) / 2;
        int field = 0;
        for (int bit = 15; bit >= 0; bit--)
        {
            field = (mask >> bit & 1) == 0 ? field : (field << 1) | (word >> bit & 1);
        }

        return field >> half == (field & ((1 << half) - 1));
    }
}
