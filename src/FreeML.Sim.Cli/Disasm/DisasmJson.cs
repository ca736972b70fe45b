using System.Text.Json;
using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>A listing as JSON.</summary>
internal static class DisasmJson
{
    /// <summary>Writes the listing of an image.</summary>
    public static void Write(Utf8JsonWriter json, string image, IEnumerable<ListingBlock> blocks)
    {
        json.WriteString("image", image);
        json.WriteArray("blocks", blocks, (item, block) =>
        {
            item.WriteString("section", block.Section);
            item.WriteNumber("address", block.Address);
            item.WriteString("label", block.Label);
            item.WriteArray("lines", block.Lines, WriteLine);
        });
    }

    private static void WriteLine(Utf8JsonWriter json, ListingLine line)
    {
        json.WriteNumber("address", line.Address);
        json.WriteString("bytes", Convert.ToHexStringLower(line.Bytes.Span));
        json.WriteString("mnemonic", line.Mnemonic);
        json.WriteString("operands", line.Operands);
        json.WriteOptional("cycles", line.Cycles == 0 ? null : line.Cycles);
        json.WriteString("comment", line.Comment);
    }
}
