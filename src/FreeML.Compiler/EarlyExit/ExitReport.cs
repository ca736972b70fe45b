using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.EarlyExit;

/// <summary>What an exit gives and costs.</summary>
/// <param name="Point">The exit.</param>
/// <param name="Accuracy">Of the shared head; 0 to 1.</param>
/// <param name="SeparateAccuracy">Of a head of its own.</param>
/// <param name="Margin">Mean difference of the shared head's two largest logits.</param>
/// <param name="Macs">Multiplications and additions up to the shared head's answer.</param>
public readonly record struct ExitFigures(ExitPoint Point, double Accuracy, double SeparateAccuracy, double Margin, long Macs);

/// <summary>The exits of a network, beside heads of their own and the full network.</summary>
/// <param name="Exits">Each exit.</param>
/// <param name="FullAccuracy">Of the whole network; 0 to 1.</param>
/// <param name="FullMacs">Of the whole network.</param>
/// <param name="Head">The shared head.</param>
/// <param name="Separate">The separate heads.</param>
public sealed record ExitReport(ImmutableArray<ExitFigures> Exits, double FullAccuracy, long FullMacs, ExitHead Head, ImmutableArray<ExitHead> Separate)
{
    /// <summary>How many times fewer weights and biases the shared head has, those that are 0 included.</summary>
    public double ParameterRatio => (double)Separate.Sum(head => head.Parameters) / Head.Parameters;

    /// <summary>How many times fewer bytes the shared head takes on the device.</summary>
    /// <param name="bits">Of a weight: 8 or 16.</param>
    public double MemoryRatio(int bits) => (double)Separate.Sum(head => head.Bytes(bits)) / Head.Bytes(bits);

    /// <summary>Measures exits on test data.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="head">Its shared head.</param>
    /// <param name="separate">A head for each of the same exits.</param>
    /// <param name="test">Data that no head was trained or chosen with.</param>
    public static ExitReport Measure(Network backbone, ExitHead head, ImmutableArray<ExitHead> separate, LabelledData test)
    {
        LabelledData features = ExitTrainer.Features(backbone, head.Points, test);
        var exits = ImmutableArray.CreateBuilder<ExitFigures>();
        for (int exit = 0; exit < head.Points.Length; exit++)
        {
            ExitPoint point = head.Points[exit];
            float[] logits = head.Logits(features, exit);
            double own = Evaluator.Evaluate(separate[exit].Logits(ExitTrainer.Features(backbone, separate[exit].Points, test), 0), test.Labels).Accuracy;
            exits.Add(new ExitFigures(
                point,
                Evaluator.Evaluate(logits, test.Labels).Accuracy,
                own,
                Margins(logits, head.Classes).Average(),
                Macs(backbone, point.Value) + head.Macs(exit)));
        }

        return new ExitReport(exits.ToImmutable(), Evaluator.Accuracy(backbone, test), Macs(backbone, backbone.Layers.Length), head, separate);
    }

    /// <summary>How sure each decision is: the difference of the two largest logits.</summary>
    public static IEnumerable<float> Margins(float[] logits, int classes) =>
        Enumerable.Range(0, logits.Length / classes).Select(n => Probabilities.Margin(logits.AsSpan(n * classes, classes)));

    private static long Macs(Network network, int layers) => Enumerable.Range(0, layers).Sum(layer => network.Layers[layer].DenseMacs(network.InputShapes(layer)));
}
