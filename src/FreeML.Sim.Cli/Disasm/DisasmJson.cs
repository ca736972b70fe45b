using System.Text.Json;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Disasm;

/// <summary>A listing as JSON.</summary>
internal static class DisasmJson
{
    /// <summary>Writes ranges of an image.</summary>
    public static void Write(Terminal terminal, FirmwareImage image, IEnumerable<CodeRange> ranges, SymbolNames names) =>
        Json.WriteObject(terminal, json =>
        {
            json.WriteString("image", image.Source);
            json.WriteArray("sections", ranges, (section, range) =>
            {
                section.WriteString("name", range.Name);
                section.WriteNumber("address", range.Address);
                section.WriteNumber("size", range.Bytes.Length);
                section.WriteArray("lines", LabelledListing.Of(range, names), WriteLine);
            });
        });

    private static void WriteLine(Utf8JsonWriter json, (string? Label, ListingLine Line) item)
    {
        (string? label, ListingLine line) = item;
        if (label is not null)
        {
            json.WriteString("label", label);
        }

        json.WriteNumber("address", line.Address);
        json.WriteString("bytes", Convert.ToHexStringLower(line.Bytes.Span));
        json.WriteString("mnemonic", line.Mnemonic);
        json.WriteString("operands", line.Operands);
        json.WriteOptional("cycles", line.Cycles == 0 ? null : line.Cycles);
        json.WriteString("comment", line.Comment);
    }
}
