namespace FreeML.Compiler.Data;

/// <summary>CIFAR-10's binary batches: records of a label and 32x32 bytes of each red, green and blue. They have no header.</summary>
internal static class CifarReader
{
    private const int Pixels = 3 * 32 * 32;
    private const int Record = 1 + Pixels;
    private const int Classes = 10;

    /// <summary>Reads all batches among the files, in the order of their names.</summary>
    public static LabelledData? TryRead(DataFile[] files, DataSplit? split, int most)
    {
        DataFile[] named = [.. files.Where(file => file.Name.EndsWith(".bin", StringComparison.Ordinal) && file.Head is [< Classes, ..])];
        List<byte[]> batches = [];
        foreach (DataFile file in named)
        {
            byte[] batch = file.ReadAll();
            if (batch.Length % Record == 0 && IsLabelled(batch))
            {
                batches.Add(batch);
            }
        }

        if (batches.Count == 0)
        {
            return null;
        }

        long count = Math.Min(most, batches.Sum(batch => (long)batch.Length / Record));
        return DataSets.Create(named[0], "CIFAR-10 (binary)", [3, 32, 32], count, Classes, (samples, labels) =>
        {
            int next = 0;
            foreach (byte[] batch in batches)
            {
                for (int start = 0; start < batch.Length && next < labels.Length; start += Record, next++)
                {
                    labels[next] = batch[start];
                    for (int i = 0; i < Pixels; i++)
                    {
                        samples[(next * Pixels) + i] = batch[start + 1 + i];
                    }
                }
            }
        });
    }

    private static bool IsLabelled(byte[] batch)
    {
        for (int start = 0; start < batch.Length; start += Record)
        {
            if (batch[start] >= Classes)
            {
                return false;
            }
        }

        return batch.Length > 0;
    }
}
