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

/// <summary>What a network takes on the device, as far as that can be told before it is there.</summary>
public sealed record NetworkCost(ImmutableArray<LayerCost> Layers, double ClockHertz)
{
    /// <summary>Weights, indices, biases and tables. What is deployed is never more, and less where weights round to 0.</summary>
    public double Bytes => DeviceImage.HeaderBytes + Layers.Sum(layer => layer.Bytes);

    /// <summary>Multiplications of an inference.</summary>
    public double Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>Predicted cycles of an inference.</summary>
    public double Cycles => Layers.Sum(layer => layer.Cycles);

    /// <summary>Predicted energy of an inference.</summary>
    public double Joules => Layers.Sum(layer => layer.Joules);

    /// <summary>Predicted time of an inference.</summary>
    public double Seconds => Cycles / ClockHertz;

    /// <summary>Costs of a network.</summary>
    /// <param name="network">With its zeros.</param>
    /// <param name="bits">8 or 16 for each layer; those without weights do not care.</param>
    /// <param name="kernels">Cycles.</param>
    /// <param name="device">Joules.</param>
    public static NetworkCost Of(Network network, IReadOnlyList<int> bits, KernelCosts kernels, DeviceCosts device) => new(
        [.. network.Layers.Select((layer, n) => Priced(Of(network, n, bits[n], kernels), network.Shapes[n + 1].Count, device))],
        device.ClockHertz);

    private static LayerCost Priced(LayerCost cost, int outputs, DeviceCosts device) =>
        cost.Cycles == 0 ? cost : cost with { Joules = (cost.Cycles * device.JoulesPerCycle) + (outputs * device.JoulesPerWrite) };

    private static LayerCost Of(Network network, int index, int bits, KernelCosts kernels)
    {
        Layer layer = network.Layers[index];
        double outputs = network.Shapes[index + 1].Count;
        return layer switch
        {
            WeightedLayer weighted => Of(weighted, outputs / weighted.OutputChannels, bits, kernels),
            Pooling pooling => Plain(layer, (kernels.PooledElement * pooling.Window.Height * pooling.Window.Width * outputs) + (kernels.Output * outputs), kernels),

            // Part of the operation before, or nothing but another name for the same memory.
            Activation { Kind: not (ActivationKind.Tanh or ActivationKind.Sigmoid) } or Reshape or Softmax => new LayerCost(layer.Name, null, 0, 0, 0, 0, 0, 0, 0),
            ChannelAffine affine => Of(new Convolution(layer.Name, layer.Inputs, new Tensor([affine.Scale.Count, 1, 1, 1], affine.Scale.Values), affine.Shift, new Window(1, 1, 1, 1, default), affine.Scale.Count), outputs / affine.Scale.Count, bits, kernels),
            _ => Plain(layer, kernels.Element * outputs, kernels),
        };
    }

    private static LayerCost Plain(Layer layer, double cycles, KernelCosts kernels) => new(layer.Name, null, 0, 0, 0, DeviceImage.RecordBytes, 0, kernels.Layer + cycles, 0);

    private static LayerCost Of(WeightedLayer layer, double positions, int bits, KernelCosts kernels)
    {
        OperationSize deployed = DeployedSize.Of(layer, new QuantizationOptions { WeightBits = bits });
        WeightSize size = deployed.Weights!.Value;
        double windowRows = layer is Convolution convolution ? (double)layer.Weights.Count / convolution.Window.Width : 0;
        double cycles = kernels.Layer + (positions * (kernels.Position(size.Form, size.Entries, layer.Weights.Count, windowRows) + (kernels.Output * layer.OutputChannels)));
        return new LayerCost(layer.Name, size.Form, bits, layer.Weights.Count, layer.Weights.NonZeros, deployed.Bytes, size.Entries * positions, cycles, 0);
    }
}
