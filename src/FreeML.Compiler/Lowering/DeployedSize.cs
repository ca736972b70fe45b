using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>What one operation takes in FRAM.</summary>
/// <param name="Name">The operation.</param>
/// <param name="Weights">Form and bytes of its weights; null where it has none.</param>
/// <param name="BiasBytes">Bytes of its biases.</param>
/// <param name="ShiftBytes">Bytes of its shifts, where each channel has its own; of its multipliers.</param>
/// <param name="RecordBytes">Bytes of its record in the table.</param>
public sealed record OperationSize(string Name, WeightSize? Weights, int BiasBytes, int ShiftBytes, int RecordBytes)
{
    /// <summary>All of it.</summary>
    public int Bytes => (Weights?.Bytes ?? 0) + BiasBytes + ShiftBytes + RecordBytes;
}

/// <summary>What a network takes on the device: the length of its <see cref="DeviceImage"/>, piece by piece, and the memory for its maps.</summary>
/// <param name="Operations">Those of the network, then those of its exits.</param>
/// <param name="SharedBytes">Header, records of exits, tables that operations share.</param>
/// <param name="Arena">Where the maps lie.</param>
public sealed record DeployedSize(ImmutableArray<OperationSize> Operations, int SharedBytes, ArenaPlan Arena)
{
    /// <summary>Bytes of the tables: what a byte budget means.</summary>
    public int Bytes => SharedBytes + Operations.Sum(operation => operation.Bytes);

    /// <summary>The size of a network in integers. Exact.</summary>
    public static DeployedSize Of(IntegerNetwork network) => new(
        [.. network.AllOperations.Select(Of)],
        DeviceImage.HeaderBytes + (DeviceImage.ExitBytes * network.Exits.Length) + DeviceImage.TableBytes(network),
        ArenaPlanner.Plan(network));

    /// <summary>The size of one operation. Exact.</summary>
    public static OperationSize Of(IntegerOperation operation) => operation is WeightedOperation weighted
        ? new OperationSize(operation.Name, weighted.Weights.Size, DeviceImage.BiasBytes(weighted), DeviceImage.ShiftBytes(weighted), DeviceImage.RecordBytes)
        : new OperationSize(operation.Name, null, 0, DeviceImage.ArrayBytes(operation), DeviceImage.RecordBytes);

    /// <summary>
    /// The size that a float network will have, without calibration. Exact but for what ranges decide: a layer whose 16-bit weights turn out to
    /// fit 8 bits, and shifts that turn out to be the same.
    /// </summary>
    /// <exception cref="ModelException">A layer that the device cannot do.</exception>
    public static DeployedSize Of(Network network, QuantizationOptions options)
    {
        Network canonical = Canonical.Of(network);
        ImmutableArray<ValueRange> ranges = [.. Enumerable.Repeat(new ValueRange(-1, 1), canonical.Shapes.Length)];
        return Of(Lowerer.Lower(canonical, ranges, options).Network);
    }

    /// <summary>
    /// The size of one layer with weights before it is quantised, quickly: for searching. Weights that will be rounded to 0 still count, so
    /// the layer never comes out larger.
    /// </summary>
    public static OperationSize Of(WeightedLayer layer, QuantizationOptions options)
    {
        int rows = layer.OutputChannels;
        bool hasBias = layer.Bias is { } bias && bias.NonZeros > 0;
        return new OperationSize(
            layer.Name,
            WeightSize.Smallest<float>(layer.Weights.Values, rows, options.BitsOf(layer.Name)),
            hasBias ? 2 * rows : 0,
            options.PerChannel && rows > 1 ? (rows + 1) & ~1 : 0,
            DeviceImage.RecordBytes);
    }
}
