using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>Where training stands after an epoch: with the same data and options it goes on from here to the same bytes.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Parameters">All parameters, layer after layer: weights, then those of all biases.</param>
/// <param name="Moments">The optimiser's running means, as many numbers once or twice.</param>
/// <param name="Best">The parameters of the best epoch.</param>
/// <param name="BestEpoch">Which that was.</param>
/// <param name="History">Each epoch.</param>
public sealed record TrainingState(int Epoch, long Steps, float[] Parameters, float[] Moments, float[] Best, int BestEpoch, IReadOnlyList<TrainingProgress> History)
{
    private const uint Mark = 0x3154_4D46; // FMT1

    /// <summary>Writes it, little-endian.</summary>
    public void Write(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(Mark);
        writer.Write(Epoch);
        writer.Write(Steps);
        writer.Write(BestEpoch);
        foreach (TrainingProgress epoch in History)
        {
            writer.Write(epoch.TrainingLoss);
            writer.Write(epoch.ValidationLoss);
            writer.Write(epoch.ValidationAccuracy);
        }

        writer.Write(Moments.Length / Math.Max(1, Parameters.Length));
        foreach (float value in Parameters.Concat(Moments).Concat(Best))
        {
            writer.Write(value);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="stream">From here.</param>
    /// <param name="source">Its name, for errors.</param>
    /// <param name="network">The network it belongs to.</param>
    /// <exception cref="ModelException">It is no such file, or belongs to another network.</exception>
    public static TrainingState Read(Stream stream, string source, Network network)
    {
        try
        {
            using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            uint mark = reader.ReadUInt32();
            int epoch = reader.ReadInt32();
            long steps = reader.ReadInt64();
            int best = reader.ReadInt32();
            if (mark != Mark || epoch < 0 || best < 0 || best > epoch)
            {
                throw new ModelException(source, $"mark {mark:x8}, epoch {epoch}, best {best}", "the state of a training");
            }

            var history = new List<TrainingProgress>();
            for (int n = 1; n <= epoch; n++)
            {
                history.Add(new TrainingProgress(n, reader.ReadSingle(), reader.ReadSingle(), reader.ReadSingle()));
            }

            int sets = reader.ReadInt32();
            if (sets is < 1 or > 2)
            {
                throw new ModelException(source, $"{sets} running means", "1 or 2");
            }

            int count = checked((int)network.Parameters);
            var state = new TrainingState(epoch, steps, Floats(reader, count), Floats(reader, sets * count), Floats(reader, count), best, history);
            return reader.BaseStream.ReadByte() < 0 ? state : throw new ModelException(source, "more bytes", $"the state of a network of {count} parameters");
        }
        catch (EndOfStreamException)
        {
            throw new ModelException(source, "its end", $"the state of a network of {network.Parameters} parameters");
        }
    }

    private static float[] Floats(BinaryReader reader, int count)
    {
        float[] values = new float[count];
        for (int n = 0; n < count; n++)
        {
            values[n] = reader.ReadSingle();
        }

        return values;
    }
}
