using System.Buffers.Binary;

namespace FreeML.Compiler.Data;

/// <summary>Writes MNIST's form: a big-endian header, then a byte a pixel or a label.</summary>
public static class IdxWriter
{
    private const int ImagesMagic = 0x0803;
    private const int LabelsMagic = 0x0801;

    /// <summary>The bytes of a file of square images.</summary>
    /// <param name="pixels">Row by row, image after image.</param>
    /// <param name="size">Rows and columns.</param>
    public static byte[] Images(ReadOnlySpan<byte> pixels, int size) => [.. Header(ImagesMagic, pixels.Length / (size * size), size, size), .. pixels];

    /// <summary>The bytes of a file of labels.</summary>
    public static byte[] Labels(ReadOnlySpan<byte> labels) => [.. Header(LabelsMagic, labels.Length), .. labels];

    private static byte[] Header(params ReadOnlySpan<int> fields)
    {
        byte[] header = new byte[fields.Length * sizeof(int)];
        for (int n = 0; n < fields.Length; n++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(n * sizeof(int)), fields[n]);
        }

        return header;
    }
}
