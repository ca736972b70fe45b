using System.Buffers.Binary;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Data;

/// <summary>MNIST and its kin: big-endian header, then a byte a pixel or a label.</summary>
internal static class IdxReader
{
    private const uint ImagesMagic = 0x0803;
    private const uint LabelsMagic = 0x0801;

    /// <summary>Reads images and labels if both are among the files.</summary>
    public static LabelledData? TryRead(DataFile[] files, DataSplit? split, int most)
    {
        DataFile? images = Array.Find(files, file => Magic(file.Head) == ImagesMagic);
        DataFile? labels = Array.Find(files, file => Magic(file.Head) == LabelsMagic);
        if (images is null || labels is null)
        {
            return null;
        }

        byte[] pixels = images.ReadAll();
        byte[] classes = labels.ReadAll();
        uint[] sizes = [.. Enumerable.Range(1, 3).Select(field => Field(images, pixels, field))];
        if (Array.Exists(sizes, size => size is 0 or > int.MaxValue) || (ulong)pixels.Length - 16 != (UInt128)sizes[0] * sizes[1] * sizes[2])
        {
            throw images.Error($"{pixels.Length - 16} pixels", $"{sizes[0]} images of {sizes[1]}x{sizes[2]}");
        }

        if (Field(labels, classes, 1) != sizes[0] || classes.Length - 8 != sizes[0])
        {
            throw labels.Error($"{classes.Length - 8} labels, {Field(labels, classes, 1)} told", $"{sizes[0]}, as there are images");
        }

        Shape shape = [1, (int)sizes[1], (int)sizes[2]];
        ReadOnlyMemory<byte> all = classes.AsMemory(8);
        return DataSets.Create(images, "MNIST (IDX)", shape, Math.Min(sizes[0], most), Math.Max(10, Largest(all.Span) + 1), (samples, targets) =>
        {
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = pixels[16 + i];
            }

            for (int i = 0; i < targets.Length; i++)
            {
                targets[i] = all.Span[i];
            }
        });
    }

    private static uint Magic(ReadOnlySpan<byte> head) => head.Length < 8 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(head);

    private static uint Field(DataFile file, byte[] bytes, int field) => bytes.Length >= (field + 1) * sizeof(uint)
        ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(field * sizeof(uint)))
        : throw file.Error($"{bytes.Length} bytes", "a whole IDX header");

    private static int Largest(ReadOnlySpan<byte> labels)
    {
        int largest = 0;
        foreach (byte label in labels)
        {
            largest = Math.Max(largest, label);
        }

        return largest;
    }
}
