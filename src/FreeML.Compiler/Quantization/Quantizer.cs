using FreeML.Compiler.Data;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Quantization;

/// <summary>From a float network to the device's.</summary>
public static class Quantizer
{
    /// <summary>Rewrites, calibrates and lowers a network.</summary>
    /// <param name="network">Any network.</param>
    /// <param name="calibration">Training samples, as the network reads them; a few hundred are enough.</param>
    /// <param name="options">Bits and scales.</param>
    /// <exception cref="ModelException">A layer that the device cannot do.</exception>
    public static IntegerNetwork Quantize(Network network, LabelledData calibration, QuantizationOptions options)
    {
        Network canonical = Canonical.Of(network);
        return Lowerer.Lower(canonical, Calibration.Ranges(canonical, calibration, options.Percentile), options).Network;
    }
}
