using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Compression;

/// <summary>What one layer takes on the device.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Form">How its weights lie; null of a layer without any.</param>
/// <param name="Bits">Of a weight; 0 of a layer without any.</param>
/// <param name="Weights">Weights that there are.</param>
/// <param name="NonZeros">Those that are not 0.</param>
/// <param name="Bytes">Weights, indices, biases and tables.</param>
/// <param name="Macs">Multiplications of an inference.</param>
/// <param name="Cycles">Predicted cycles of an inference.</param>
/// <param name="Joules">Predicted energy of an inference.</param>
public sealed record LayerCost(string Layer, WeightForm? Form, int Bits, int Weights, int NonZeros, double Bytes, double Macs, double Cycles, double Joules)
{
    /// <summary>Share of weights that are not 0.</summary>
    public double Density => Weights == 0 ? 1 : (double)NonZeros / Weights;
}

/// <summary>What a network takes on the device.</summary>
/// <param name="Layers">Its layers, but for those that are part of others there.</param>
/// <param name="SharedBytes">Bytes that belong to no layer.</param>
/// <param name="ClockHertz">Clock that time is told for.</param>
public sealed record NetworkCost(ImmutableArray<LayerCost> Layers, double SharedBytes, double ClockHertz)
{
    /// <summary>What early exits compute. Their bytes count; their cycles only where an inference ends there.</summary>
    public ImmutableArray<LayerCost> ExitLayers { get; init; } = [];

    /// <summary>Weights, indices, biases and tables.</summary>
    public double Bytes => SharedBytes + Layers.Concat(ExitLayers).Sum(layer => layer.Bytes);

    /// <summary>Multiplications of an inference.</summary>
    public double Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>Predicted cycles of an inference.</summary>
    public double Cycles => Layers.Sum(layer => layer.Cycles);

    /// <summary>Predicted energy of an inference.</summary>
    public double Joules => Layers.Sum(layer => layer.Joules);

    /// <summary>Predicted time of an inference.</summary>
    public double Seconds => Cycles / ClockHertz;

    /// <summary>Predicted cycles and energy of an inference that ends at an exit.</summary>
    public (double Cycles, double Joules) At(IntegerExit exit)
    {
        LayerCost[] done = [.. Layers.Take(exit.After), .. ExitLayers.Skip(exit.First).Take(exit.Count)];
        return (done.Sum(layer => layer.Cycles), done.Sum(layer => layer.Joules));
    }

    /// <summary>Costs of a network in integers. The bytes are exact.</summary>
    public static NetworkCost Of(IntegerNetwork network, KernelCosts kernels, DeviceCosts device)
    {
        DeployedSize size = DeployedSize.Of(network);
        LayerCost[] layers = [.. network.AllOperations.Zip(size.Operations, (operation, part) => Of(network, operation, part.Bytes, kernels, device))];
        int count = network.Operations.Length;
        return new NetworkCost([.. layers[..count]], size.SharedBytes, device.ClockHertz) { ExitLayers = [.. layers[count..]] };
    }

    /// <summary>Costs of a float network, quickly: for searching. It is never smaller than what it becomes, as weights may yet round to 0.</summary>
    /// <param name="network">With its zeros.</param>
    /// <param name="bits">8 or 16 for each layer; those without weights do not care.</param>
    /// <param name="kernels">Cycles.</param>
    /// <param name="device">Joules.</param>
    public static NetworkCost Of(Network network, IReadOnlyList<int> bits, KernelCosts kernels, DeviceCosts device) => new(
        [.. Enumerable.Range(0, network.Layers.Length).Where(n => !IsPartOfOthers(network.Layers[n])).Select(n => Of(network, n, bits[n], kernels, device))],
        DeviceImage.HeaderBytes,
        device.ClockHertz);

    private static bool IsPartOfOthers(Layer layer) => layer is Reshape or Softmax or Activation { Kind: ActivationKind.Relu or ActivationKind.Clip };

    private static LayerCost Of(Network network, int index, int bits, KernelCosts kernels, DeviceCosts device)
    {
        Layer layer = network.Layers[index];
        Shape output = network.Shapes[index + 1];
        if (layer is ChannelAffine affine)
        {
            // The device does it as a depthwise convolution of one tap.
            layer = new Convolution(layer.Name, layer.Inputs, new Tensor([affine.Scale.Count, 1, 1, 1], affine.Scale.Values), affine.Shift, new Window(1, 1, 1, 1, default), affine.Scale.Count);
        }

        if (layer is WeightedLayer weighted)
        {
            OperationSize size = DeployedSize.Of(weighted, new QuantizationOptions { WeightBits = bits });
            int width = (layer as Convolution)?.Window.Width ?? 0;
            return Weighted(layer.Name, size.Weights!.Value, bits, weighted.OutputChannels, weighted.Weights.Count, weighted.Weights.NonZeros, size.Bytes, output.Count, width, kernels, device);
        }

        return Plain(layer.Name, DeviceImage.RecordBytes, output.Count, layer is Pooling pooling ? pooling.Window.Height * pooling.Window.Width : 0, kernels, device);
    }

    private static LayerCost Of(IntegerNetwork network, IntegerOperation operation, double bytes, KernelCosts kernels, DeviceCosts device)
    {
        int outputs = network.Values[operation.Output].Length;
        return operation switch
        {
            ConvolutionOperation convolution => Weighted(convolution, bytes, outputs, convolution.Window.Width, kernels, device),
            FullyConnectedOperation connected => Weighted(connected, bytes, outputs, 0, kernels, device),
            MaximumPoolOperation pool => Plain(operation.Name, bytes, outputs, pool.Window.Height * pool.Window.Width, kernels, device),
            AveragePoolOperation pool => Plain(operation.Name, bytes, outputs, pool.Window.Height * pool.Window.Width, kernels, device),
            CopyOperation copy => Plain(operation.Name, bytes, copy.Size.Count, 0, kernels, device),
            _ => Plain(operation.Name, bytes, outputs, 0, kernels, device),
        };
    }

    private static LayerCost Weighted(WeightedOperation operation, double bytes, int outputs, int windowWidth, KernelCosts kernels, DeviceCosts device)
    {
        EncodedWeights weights = operation.Weights;
        int nonZeros = weights.Decode().Count(weight => weight != 0);
        return Weighted(operation.Name, weights.Size, weights.Bits, weights.Rows, weights.Rows * weights.Columns, nonZeros, bytes, outputs, windowWidth, kernels, device);
    }

    private static LayerCost Weighted(
        string name, WeightSize size, int bits, int rows, int weights, int nonZeros, double bytes, int outputs, int windowWidth, KernelCosts kernels, DeviceCosts device)
    {
        double positions = (double)outputs / rows;
        double windowRows = windowWidth == 0 ? 0 : (double)weights / windowWidth;
        double cycles = kernels.Layer + (positions * kernels.Position(size.Form, size.Entries, weights, windowRows)) + ((windowWidth == 0 ? kernels.ConnectedOutput : kernels.Output) * outputs);
        return new LayerCost(name, size.Form, bits, weights, nonZeros, bytes, size.Entries * positions, cycles, device.Joules(cycles, outputs));
    }

    private static LayerCost Plain(string name, double bytes, int outputs, int pooled, KernelCosts kernels, DeviceCosts device)
    {
        double cycles = kernels.Layer + (outputs * (pooled > 0 ? (kernels.PooledElement * pooled) + kernels.PooledOutput : kernels.Element));
        return new LayerCost(name, null, 0, 0, 0, bytes, 0, cycles, device.Joules(cycles, outputs));
    }
}
