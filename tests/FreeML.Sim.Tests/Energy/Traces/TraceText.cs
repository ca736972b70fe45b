using System.IO.Compression;
using System.Text;
using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Tests.Energy.Traces;

/// <summary>Reads traces from text written in a test.</summary>
internal static class TraceText
{
    public static TraceReadResult Read(string text, TraceReadOptions? options = null) => Read(Encoding.UTF8.GetBytes(text), options);

    public static TraceReadResult Read(byte[] bytes, TraceReadOptions? options = null)
    {
        using MemoryStream stream = new(bytes);
        return TraceReader.Read(stream, "some/file.csv", options);
    }

    public static TraceFormatException Refused(string text, TraceReadOptions? options = null) => Refused(Encoding.UTF8.GetBytes(text), options);

    public static TraceFormatException Refused(byte[] bytes, TraceReadOptions? options = null)
    {
        TraceFormatException error = Assert.Throws<TraceFormatException>(() => Read(bytes, options));
        Assert.StartsWith("some/file.csv", error.Message, StringComparison.Ordinal);
        Assert.Contains(": found ", error.Message, StringComparison.Ordinal);
        Assert.Contains(", expected ", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 500, error.Message);
        Assert.DoesNotContain(error.Message, char.IsControl);
        return error;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
