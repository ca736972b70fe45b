using System.Buffers.Binary;

namespace FreeML.Sim.Msp430.Isa;

/// <summary>One line of a listing.</summary>
/// <param name="Address">Address of the first byte, 20 bits.</param>
/// <param name="Bytes">The bytes it speaks of, as they lie in memory.</param>
/// <param name="Mnemonic">Instruction; <c>.word</c> or <c>.byte</c> for what is none; <c>...</c> for zeros left out.</param>
/// <param name="Operands">Operands; may be empty.</param>
/// <param name="Cycles">MCLK cycles from memory without wait states; 0 for what is no instruction that the silicon defines.</param>
/// <param name="Comment">The instruction behind an emulated one, and addresses it leads to, with their names. May be empty.</param>
public readonly record struct ListingLine(uint Address, ReadOnlyMemory<byte> Bytes, string Mnemonic, string Operands, int Cycles, string Comment)
{
    /// <summary>Mnemonic and operands.</summary>
    public string Text => Operands.Length == 0 ? Mnemonic : $"{Mnemonic} {Operands}";
}

/// <summary>Memory as lines of assembly, one after the other from the first byte to the last, none left out.</summary>
public static class Listing
{
    /// <summary>What stands for zeros left out.</summary>
    public const string Elision = "...";

    private const int AddressSpace = 0x10_0000;

    // objdump's rules: at least 8 zero bytes, in steps of 4, or at most 2 at the very end.
    private const int FewestZeros = 8;
    private const int ZeroStep = 4;
    private const int MostZerosAtEnd = 2;

    /// <summary>Lists memory.</summary>
    /// <param name="memory">The bytes.</param>
    /// <param name="start">Address of the first one.</param>
    /// <param name="showZeros">List runs of zeros, too, which otherwise become one line as with objdump (which calls the other <c>-z</c>).</param>
    /// <param name="nameOf">Name of an address, or null; for the comments.</param>
    /// <exception cref="ArgumentOutOfRangeException">The memory leaves the 20-bit address space.</exception>
    public static IEnumerable<ListingLine> Lines(
        ReadOnlyMemory<byte> memory, uint start, bool showZeros = false, Func<uint, string?>? nameOf = null)
    {
        if (start > AddressSpace || memory.Length > AddressSpace - start)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"found {memory.Length} bytes from there, expected them to end below 100000");
        }

        return Enumerate(memory, start, showZeros, nameOf);
    }

    private static IEnumerable<ListingLine> Enumerate(ReadOnlyMemory<byte> memory, uint start, bool showZeros, Func<uint, string?>? nameOf)
    {
        for (int offset = 0; offset < memory.Length;)
        {
            int zeros = showZeros ? 0 : Elided(memory.Span[offset..]);
            uint address = start + (uint)offset;
            ListingLine line = zeros > 0
                ? new ListingLine(address, memory.Slice(offset, zeros), Elision, "", 0, "")
                : Line(memory[offset..], address, nameOf);
            yield return line;
            offset += line.Bytes.Length;
        }
    }

    private static int Elided(ReadOnlySpan<byte> bytes)
    {
        int zeros = bytes.IndexOfAnyExcept((byte)0);
        return zeros < 0
            ? bytes.Length is >= FewestZeros or <= MostZerosAtEnd ? bytes.Length : 0
            : zeros >= FewestZeros ? zeros - (zeros % ZeroStep) : 0;
    }

    private static ListingLine Line(ReadOnlyMemory<byte> memory, uint address, Func<uint, string?>? nameOf)
    {
        ReadOnlySpan<byte> bytes = memory.Span;
        if ((address & 1) != 0 || bytes.Length < 2)
        {
            return new ListingLine(address, memory[..1], ".byte", $"0x{bytes[0]:x2}", 0, "");
        }

        Span<ushort> words = stackalloc ushort[Decoder.MaximumWords];
        words.Clear();
        int count = Math.Min(bytes.Length / 2, words.Length);
        for (int i = 0; i < count; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
        }

        AssemblyText text = Disassembler.Disassemble(address, words[..count]);
        Instruction instruction = Decoder.Decode(address, words);
        bool isInstruction = instruction.IsLegal && instruction.Words == text.Words && !Disassembler.IsVector(address);
        return new ListingLine(
            address,
            memory[..(2 * text.Words)],
            text.Mnemonic,
            text.Operands,
            isInstruction ? instruction.Cycles : 0,
            isInstruction ? Comment(text, instruction, nameOf) : "");
    }

    private static string Comment(in AssemblyText text, in Instruction instruction, Func<uint, string?>? nameOf)
    {
        var parts = new List<string>(3);
        if (text.Plain.Length > 0)
        {
            parts.Add(text.Plain);
        }

        if (instruction.Definition!.Format is Format.Jump)
        {
            parts.Add(Named(instruction.Target, nameOf));
        }

        foreach (Operand operand in (ReadOnlySpan<Operand>)[instruction.Source, instruction.Destination])
        {
            bool namesMemory = operand.Mode is AddressingMode.Symbolic or AddressingMode.Absolute or AddressingMode.Immediate;
            uint address = operand.Mode is AddressingMode.Immediate ? (uint)operand.Value : operand.Address;
            if (namesMemory && (operand.Mode is AddressingMode.Symbolic || LeadsTo(instruction, operand) || nameOf?.Invoke(address) is not null))
            {
                parts.Add(Named(address, nameOf));
            }
        }

        return string.Join(", ", parts);
    }

    private static bool LeadsTo(in Instruction instruction, Operand operand) =>
        operand.Mode is AddressingMode.Immediate
        && (instruction.Definition!.Name is "CALL" or "CALLA" || instruction.Destination == Operand.Of(0));

    private static string Named(uint address, Func<uint, string?>? nameOf) =>
        nameOf?.Invoke(address) is { } name ? $"0x{address:x5} <{name}>" : $"0x{address:x5}";
}
