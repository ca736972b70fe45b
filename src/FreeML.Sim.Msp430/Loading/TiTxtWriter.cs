namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Writes TI-TXT, the format of TI's programmers: 16 bytes a line, lines ended by LF on every host. Equal memory
/// contents give equal text.
/// </summary>
public static class TiTxtWriter
{
    private const int BytesPerLine = 16;

    /// <summary>Writes what an image loads; symbols and entry point have no place in this format.</summary>
    public static void Write(FirmwareImage image, TextWriter writer) => Write(image.Segments, writer);

    /// <summary>Writes segments by rising physical address, adjoining ones as one.</summary>
    /// <exception cref="ArgumentException">Two segments overlap, or one leaves the 20-bit address space.</exception>
    public static void Write(IEnumerable<ImageSegment> segments, TextWriter writer)
    {
        foreach (ImageSegment run in ImageSegment.Runs(segments))
        {
            // Four digits where they suffice: some readers know no more.
            writer.Write($"@{run.Address:X4}\n");
            foreach (byte[] line in run.Bytes.ToArray().Chunk(BytesPerLine))
            {
                writer.Write(string.Join(' ', line.Select(value => value.ToString("X2", null))));
                writer.Write('\n');
            }
        }

        writer.Write("q\n");
    }
}
