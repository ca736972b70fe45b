using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Compression;

/// <summary>What comes of a compression.</summary>
/// <param name="Network">In floats, without dead channels.</param>
/// <param name="Heads">Heads of early exits, in floats.</param>
/// <param name="Integers">As the device computes it.</param>
/// <param name="Size">Exactly what it takes there.</param>
/// <param name="Cost">With predicted cycles and joules.</param>
public sealed record CompressedNetwork(Network Network, ImmutableArray<ExitHead> Heads, IntegerNetwork Integers, DeployedSize Size, NetworkCost Cost)
{
    private const int CalibrationSamples = 500;

    /// <summary>Quantises the end of a compression.</summary>
    /// <param name="state">The end.</param>
    /// <param name="training">Training samples, some of which tell the ranges of values.</param>
    /// <param name="heads">Makes heads for the network; null for none.</param>
    /// <param name="kernels">Cycles.</param>
    /// <param name="device">Joules.</param>
    public static CompressedNetwork Of(CompressionState state, LabelledData training, Func<Network, ImmutableArray<ExitHead>>? heads, KernelCosts kernels, DeviceCosts device)
    {
        Network network = DeadUnits.Remove(state.Network);
        ImmutableArray<ExitHead> trained = heads is null ? [] : heads(network);
        var options = new QuantizationOptions { WeightBitsByLayer = ImmutableDictionary.CreateRange(network.Layers.Select((layer, n) => KeyValuePair.Create(layer.Name, state.Bits[n]))) };
        IntegerNetwork integers = Quantizer.Quantize(network, training.Take(CalibrationSamples), options, trained);
        return new CompressedNetwork(network, trained, integers, DeployedSize.Of(integers), NetworkCost.Of(integers, kernels, device));
    }
}
