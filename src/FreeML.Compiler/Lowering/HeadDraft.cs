using System.Collections.Immutable;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>The head of early exits, and the greatest magnitude of its logits seen in calibration.</summary>
/// <param name="Head">Its points are values of the network that is lowered.</param>
/// <param name="LogitMagnitude">At any exit.</param>
public sealed record RangedHead(ExitHead Head, double LogitMagnitude);

/// <summary>A head while its scales are still being chosen: what it reads is one value, of which each map and each bit is a part.</summary>
/// <param name="Head">The head.</param>
/// <param name="Whole">Draft of all that it reads.</param>
/// <param name="Maps">Drafts of the pooled maps.</param>
/// <param name="Bits">Drafts of the bits that tell which maps are there; none of a single exit.</param>
/// <param name="Logits">Draft of its logits.</param>
internal sealed record HeadDraft(ExitHead Head, int Whole, ImmutableArray<int> Maps, ImmutableArray<int> Bits, int Logits)
{
    /// <summary>Name of the fully connected layer, for <see cref="QuantizationOptions.WeightBitsByLayer"/>.</summary>
    public const string LayerName = "exit head";

    /// <summary>Name of its operations.</summary>
    public string Name => Head.Points.Length > 1 ? LayerName : $"{Head.Points[0].Name}/{LayerName}";

    /// <summary>The element that stands for a bit: 1 at the maps' scale, as far as int16 can tell it.</summary>
    public int BitElement(ValueDraft whole) => Bits.IsEmpty ? 0 : 1 << BitExponent(whole);

    /// <summary>The layer, with the weights of the bits scaled so that element times weight is what it should be. The factor is a power of two: exact.</summary>
    public Dense LayerFor(ValueDraft whole)
    {
        float[] weights = [.. Head.Weights.Values];
        float scale = (float)Math.ScaleB(1, whole.Exponent - BitExponent(whole));
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] *= i % Head.Inputs >= Head.Features ? scale : 1;
        }

        return new Dense(LayerName, [0], new Tensor(Head.Weights.Shape, weights), Head.Bias);
    }

    private static int BitExponent(ValueDraft whole) => Math.Clamp(whole.Exponent, 0, Math.ILogB(whole.Limit));
}
