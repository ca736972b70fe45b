namespace FreeML.Sim.Msp430.Isa;

/// <summary>Words as an assembler would write them.</summary>
/// <param name="Mnemonic">Name with its suffix, lower case; begins with <c>rpt #n {</c> where the instruction is repeated.</param>
/// <param name="Operands">Operands, separated by a comma and a space; may be empty.</param>
/// <param name="Words">How many words are spoken of, 1 to 4.</param>
/// <param name="Plain">The instruction behind an emulated one, as <c>mov @r1+, r0</c> behind <c>ret</c>; otherwise empty.</param>
public readonly record struct AssemblyText(string Mnemonic, string Operands, int Words, string Plain)
{
    /// <inheritdoc/>
    public override string ToString() => Operands.Length == 0 ? Mnemonic : $"{Mnemonic} {Operands}";
}

/// <summary>
/// Words to text. Mnemonics and operands are those of <c>msp430-elf-objdump -d</c> (Binutils 2.40), emulated instructions included, also
/// where the silicon defines nothing: a listing meets data, too. Where objdump prints something that is not what the words do, the
/// comment says what they do. It differs where objdump has nothing to print: see <see cref="Disassemble"/>.
/// </summary>
public static class Disassembler
{
    // The interrupt vectors of the first MSP430 devices. Newer ones have more below, which objdump takes for code.
    private const uint FirstVector = 0xFFE0;
    private const uint LastVector = 0xFFFE;

    /// <summary>Whether an address is listed as an interrupt vector, whatever lies there.</summary>
    internal static bool IsVector(uint address) => address is >= FirstVector and <= LastVector;

    /// <summary>An instruction's mnemonic and operands, one space between them.</summary>
    /// <param name="instruction">The instruction, legal or not; its address counts.</param>
    /// <param name="words">Its words.</param>
    public static string Format(in Instruction instruction, ReadOnlySpan<ushort> words) => Disassemble(instruction.Address, words).ToString();

    /// <summary>The text for the words at an address. Any words have one.</summary>
    /// <param name="address">Address of the first word; even, 20 bits.</param>
    /// <param name="words">
    /// The words from there on, at least one. Where they end before the instruction does, the text is <c>.word</c> and that word alone.
    /// </param>
    /// <remarks>
    /// objdump prints nothing, and gives up its section, at instructions of Format I that write R3, at 13A0 to 13AF and 13C0 to 13FF, and
    /// at an instruction that the section's end cuts off. It takes a jump by the farthest offset, -512 words, for no instruction, and
    /// ADDC #1,x(R3) for an RLC; and all addresses that end in FFE0 to FFFF for vectors, here 0FFE0 to 0FFFF are. Compilers make none of
    /// these; a program of more than 64 KiB may have code at 1FFE0, and is listed with it here.
    /// </remarks>
    /// <exception cref="ArgumentException">No words.</exception>
    public static AssemblyText Disassemble(uint address, ReadOnlySpan<ushort> words)
    {
        if (words.IsEmpty)
        {
            throw new ArgumentException("found no words, expected at least one", nameof(words));
        }

        if (IsVector(address))
        {
            return new AssemblyText("interrupt", $"service routine at 0x{words[0]:x4}", 1, "");
        }

        Span<ushort> padded = stackalloc ushort[Decoder.MaximumWords + 1];
        padded.Clear();
        words[..Math.Min(words.Length, Decoder.MaximumWords)].CopyTo(padded);
        AssemblyText text = new InstructionText(address, padded, isPlain: false).Text();
        if (text.Words > words.Length)
        {
            return new AssemblyText(".word", $"0x{words[0]:x4}", 1, "");
        }

        AssemblyText plain = new InstructionText(address, padded, isPlain: true).Text();
        bool differs = Decoder.Decode(address, padded).IsLegal && plain != text;
        return differs ? text with { Plain = plain.ToString() } : text;
    }
}
