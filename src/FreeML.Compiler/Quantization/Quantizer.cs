using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Quantization;

/// <summary>From a float network to the device's.</summary>
public static class Quantizer
{
    /// <summary>Rewrites, calibrates and lowers a network.</summary>
    /// <param name="network">Any network.</param>
    /// <param name="calibration">Training samples, as the network reads them; a few hundred are enough.</param>
    /// <param name="options">Bits and scales.</param>
    /// <param name="heads">Heads of early exits: a shared one, or one for each exit.</param>
    /// <exception cref="ModelException">A layer that the device cannot do.</exception>
    public static IntegerNetwork Quantize(Network network, LabelledData calibration, QuantizationOptions options, params ImmutableArray<ExitHead> heads)
    {
        Network canonical = Canonical.Rewrite(network, out ImmutableArray<int> values, [.. heads.SelectMany(head => head.Points.Select(point => point.Value))]);
        ImmutableArray<RangedHead> ranged = [.. heads.Select(head => new RangedHead(
            head with { Points = [.. head.Points.Select(point => point with { Value = values[point.Value] })] },
            LogitMagnitude(network, head, calibration)))];
        return Lowerer.Lower(canonical, Calibration.Ranges(canonical, calibration, options.Percentile), options, ranged).Network;
    }

    private static double LogitMagnitude(Network network, ExitHead head, LabelledData calibration) =>
        Enumerable.Range(0, head.Points.Length).Max(exit => (double)BatchRunner.Run(head.AsNetwork(network, exit), calibration).Max(Math.Abs));
}
