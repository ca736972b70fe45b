using System.Buffers.Binary;
using System.Globalization;
using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>A listing as text: address, words, instruction, cycles if wanted, comment.</summary>
internal static class DisasmText
{
    /// <summary>Writes blocks one after the other, with the section's name before its first.</summary>
    public static void Write(TextWriter output, IEnumerable<ListingBlock> blocks, bool showsCycles)
    {
        string section = "";
        bool isFirst = true;
        foreach (ListingBlock block in blocks)
        {
            output.Write(isFirst ? "" : "\n");
            isFirst = false;
            if (block.Section != section)
            {
                section = block.Section;
                output.WriteLine($"section {Line.Of(section)}:\n");
            }

            if (block.Label is { } label)
            {
                output.WriteLine($"{block.Address:x8} <{Line.Of(label)}>:");
            }

            foreach (ListingLine line in block.Lines)
            {
                output.WriteLine(Text(line, showsCycles));
            }
        }
    }

    private static string Text(in ListingLine line, bool showsCycles)
    {
        string comment = line.Comment.Length == 0 ? "" : "; " + Line.Of(line.Comment);
        string cycles = !showsCycles ? "" : $"{(line.Cycles == 0 ? "-" : line.Cycles.ToString(CultureInfo.InvariantCulture)),3}  ";
        return $"   {line.Address:x5}:  {Contents(line),-19}  {line.Mnemonic,-7} {line.Operands,-24}  {cycles}{comment}".TrimEnd();
    }

    private static string Contents(in ListingLine line)
    {
        ReadOnlySpan<byte> bytes = line.Bytes.Span;
        if (line.Mnemonic == Listing.Elision)
        {
            return "";
        }

        if (bytes.Length == 1)
        {
            return $"{bytes[0]:x2}";
        }

        List<string> words = [];
        for (int i = 0; i < bytes.Length; i += 2)
        {
            words.Add($"{BinaryPrimitives.ReadUInt16LittleEndian(bytes[i..]):x4}");
        }

        return string.Join(' ', words);
    }
}
