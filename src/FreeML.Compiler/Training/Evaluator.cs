using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>How well a network does on data.</summary>
/// <param name="Accuracy">Part of the samples whose largest output is their class; 0 to 1.</param>
/// <param name="Loss">Mean cross-entropy, in nats.</param>
public readonly record struct Evaluation(double Accuracy, double Loss);

/// <summary>Measures networks on data.</summary>
public static class Evaluator
{
    /// <summary>Part of the samples whose largest output is their class; 0 to 1.</summary>
    public static double Accuracy(Network network, LabelledData data, int threads = 0) => Evaluate(network, data, threads).Accuracy;

    /// <summary>Accuracy and loss.</summary>
    public static Evaluation Evaluate(Network network, LabelledData data, int threads = 0) =>
        Evaluate(new Plan(network), ParameterSet.ViewOf(network), data, threads);

    /// <summary>Accuracy and loss of scores, one row a sample.</summary>
    public static Evaluation Evaluate(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty)
        {
            return new Evaluation(0, 0);
        }

        int classes = logits.Length / labels.Length;
        float[] probabilities = new float[classes];
        int right = 0;
        double loss = 0;
        for (int n = 0; n < labels.Length; n++)
        {
            ReadOnlySpan<float> scores = logits.Slice(n * classes, classes);
            right += Probabilities.Best(scores) == labels[n] ? 1 : 0;
            loss += Probabilities.Of(scores, 1, probabilities) - scores[labels[n]];
        }

        return new Evaluation((double)right / labels.Length, loss / labels.Length);
    }

    /// <summary>Accuracy and loss, for given parameters.</summary>
    internal static Evaluation Evaluate(Plan plan, ParameterSet parameters, LabelledData data, int threads) =>
        Evaluate(BatchRunner.Run(plan, parameters, data.SampleMemory, data.Count, plan.LogitsValue, threads), data.Labels);
}
