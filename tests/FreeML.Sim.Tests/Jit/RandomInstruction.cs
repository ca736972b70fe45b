using System.Globalization;
using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// One random instruction of CPUX: every row of the table, addressing mode and size, with and without extension words. Operands mostly are
/// where a program's are: R4 to R10 hold numbers, R11 to R15 addresses; now and then anything.
/// </summary>
internal static class RandomInstruction
{
    private const int Attempts = 1000;

    private static readonly Dictionary<Format, (InstructionDefinition Row, ushort Fixed, ushort Free)[]> Rows = InstructionSet.Rows
        .Select(row => (row, Bits(row, '1'), (ushort)~(Bits(row, '1') | Bits(row, '0'))))
        .GroupBy(row => row.row.Format)
        .ToDictionary(rows => rows.Key, rows => rows.ToArray());

    // Formats by how often they are wanted.
    private static readonly Format[] Formats =
    [
        .. Enumerable.Repeat(Format.DoubleOperand, 12), .. Enumerable.Repeat(Format.SingleOperand, 3), .. Enumerable.Repeat(Format.Address, 3), Format.MultiShift,
    ];

    private static readonly ushort[] Edges = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x9999, 0x0999];

    /// <summary>An instruction that goes on to the next one: it writes neither PC nor SP nor SR, and does not use the stack.</summary>
    /// <param name="random">Where it comes from.</param>
    /// <param name="address">Where it will lie.</param>
    public static ushort[] Next(Random random, uint address)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            ushort[] words = Try(random, address);
            Instruction decoded = Decoder.Decode(address, words);
            if (decoded.IsLegal && decoded.Words <= words.Length && !IsWild(decoded))
            {
                return words[..decoded.Words];
            }
        }

        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"no instruction for {address:X5}"));
    }

    private static bool IsWild(in Instruction i) =>
        i.Definition!.Name is "PUSH" or "CALL" or "RETI" || i.Destination is { Mode: AddressingMode.Register, Register: < 3 };

    private static ushort[] Try(Random random, uint address)
    {
        (InstructionDefinition row, ushort bits, ushort free) = Rows[Formats[random.Next(Formats.Length)]] switch { var rows => rows[random.Next(rows.Length)] };
        ushort first = (ushort)(bits | (random.Next(0x10000) & free));
        bool isAddress = row.Format is Format.Address;
        bool isSingle = row.Format is Format.SingleOperand;
        if (row.Format is not Format.MultiShift)
        {
            // Registers by what they are for: those of numbers where a register is meant, those of addresses where it points to something.
            bool readsThrough = isAddress ? row.SourceMode is not (AddressingMode.Register or AddressingMode.Immediate or AddressingMode.Absolute) : !isSingle && (first & 0x30) != 0;
            bool writesThrough = isAddress ? row.DestinationMode is AddressingMode.Indexed : (first & (isSingle ? 0x30 : 0x80)) != 0;
            first = Fill(row, first, 's', Register(random, readsThrough));
            first = Fill(row, first, 'd', Register(random, writesThrough));
            first = Fill(row, first, 'h', random.Next(3) == 0 ? random.Next(16) : 0);
        }

        bool isExtended = !isAddress && row.Format is Format.DoubleOperand or Format.SingleOperand && random.Next(4) == 0;
        uint next = address + (isExtended ? 4u : 2u);
        ushort[] words = [first, Word(random, next), Word(random, next + 2), Word(random, next + 4)];
        return isExtended ? [Extension(random, row, first), .. words] : words;
    }

    // Repetitions in registers; bits 19:16 of operands in memory, mostly none.
    private static ushort Extension(Random random, InstructionDefinition row, ushort first)
    {
        int length = random.Next(3) == 0 ? 0 : 0x40;
        bool inRegisters = (first & (row.Format is Format.SingleOperand ? 0x30 : 0xB0)) == 0;
        if (inRegisters)
        {
            int repetitions = random.Next(3) switch { 0 => 0, 1 => random.Next(16), _ => 0x80 | random.Next(4, 16) };
            return (ushort)(0x1800 | length | repetitions | (random.Next(4) == 0 ? 0x100 : 0));
        }

        int upper = random.Next(4) == 0 ? random.Next(16) : 0;
        int lower = random.Next(4) == 0 ? random.Next(16) : 0;
        return (ushort)(0x1800 | length | (upper << 7) | lower);
    }

    private static int Register(Random random, bool pointsTo) => random.Next(12) switch
    {
        0 => 0,
        1 => 2,
        2 => 3,
        3 => random.Next(16),
        4 => pointsTo ? 2 : random.Next(4, 16),
        5 => pointsTo ? 0 : random.Next(4, 11),
        _ => pointsTo ? random.Next(11, 16) : random.Next(4, 11),
    };

    // An operand's word: an index, a number, an address in memory, or such an address relative to the word.
    private static ushort Word(Random random, uint at) => random.Next(10) switch
    {
        0 or 1 or 2 => (ushort)random.Next(-32, 64),
        3 => Edges[random.Next(Edges.Length)],
        4 or 5 => (ushort)random.Next(0x2200, 0x2A00),
        6 => (ushort)random.Next(0x6000, 0x7000),
        7 => (ushort)(random.Next(0x2200, 0x2A00) - at),
        8 => (ushort)(random.Next(0x6000, 0x7000) - at),
        _ => (ushort)random.Next(0x10000),
    };

    private static ushort Bits(InstructionDefinition row, char bit)
    {
        string pattern = row.Pattern.Replace(" ", string.Empty, StringComparison.Ordinal);
        int bits = 0;
        for (int n = 0; n < pattern.Length; n++)
        {
            bits |= pattern[n] == bit ? 0x8000 >> n : 0;
        }

        return (ushort)bits;
    }

    private static ushort Fill(InstructionDefinition row, ushort word, char letter, int value)
    {
        ushort mask = Bits(row, letter);
        return mask == 0 ? word : (ushort)((word & ~mask) | (value << System.Numerics.BitOperations.TrailingZeroCount(mask)));
    }
}
