using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

/// <summary>What the writers write, as text.</summary>
internal static class ImageText
{
    public static string TiTxt(IEnumerable<ImageSegment> segments) => Text(writer => TiTxtWriter.Write(segments, writer));

    public static string IntelHex(IEnumerable<ImageSegment> segments) => Text(writer => IntelHexWriter.Write(segments, writer));

    public static string IntelHex(FirmwareImage image) => Text(writer => IntelHexWriter.Write(image, writer));

    private static string Text(Action<TextWriter> write)
    {
        // A writer with the other host's line ends, which the formats must not pick up.
        using StringWriter writer = new() { NewLine = "\r\n" };
        write(writer);
        return writer.ToString();
    }
}
