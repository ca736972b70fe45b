using System.Collections.Concurrent;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>Runs networks on many samples, fast. The result is the same for any number of threads.</summary>
public static class BatchRunner
{
    private const int ChunkSamples = 32;

    /// <summary>The outputs of a network.</summary>
    /// <param name="network">Network.</param>
    /// <param name="samples">Samples one after the other.</param>
    /// <param name="count">How many.</param>
    /// <param name="threads">How many threads; 0 for one on each core.</param>
    /// <returns>Outputs one after the other.</returns>
    public static float[] Run(Network network, ReadOnlyMemory<float> samples, int count, int threads = 0) =>
        Run(new Plan(network), ParameterSet.ViewOf(network), samples, count, network.Layers.Length, threads);

    /// <summary>The outputs of a network.</summary>
    public static float[] Run(Network network, LabelledData data, int threads = 0) => Run(network, data.SampleMemory, data.Count, threads);

    /// <summary>What goes into the softmax at the end of a network; its outputs if there is none.</summary>
    public static float[] RunToLogits(Network network, LabelledData data, int threads = 0)
    {
        var plan = new Plan(network);
        return Run(plan, ParameterSet.ViewOf(network), data.SampleMemory, data.Count, plan.LogitsValue, threads);
    }

    /// <summary>One value of a network: 0 is its input, n + 1 the output of layer n.</summary>
    public static float[] RunToValue(Network network, LabelledData data, int value, int threads = 0) =>
        Run(new Plan(network), ParameterSet.ViewOf(network), data.SampleMemory, data.Count, value, threads);

    /// <summary>One value, for given parameters.</summary>
    internal static float[] Run(Plan plan, ParameterSet parameters, ReadOnlyMemory<float> samples, int count, int value, int threads)
    {
        int inputs = plan.Network.InputShape.Count;
        int outputs = plan.Network.Shapes[value].Count;
        if (samples.Length != (long)inputs * count)
        {
            throw new ArgumentException($"{samples.Length} numbers for {count} samples of {plan.Network.InputShape}.", nameof(samples));
        }

        float[] result = new float[checked(outputs * count)];
        var workspaces = new ConcurrentBag<Workspace>();
        Work.For((count + ChunkSamples - 1) / ChunkSamples, threads, chunk =>
        {
            int start = chunk * ChunkSamples;
            int size = Math.Min(ChunkSamples, count - start);
            if (!workspaces.TryTake(out Workspace? workspace))
            {
                workspace = new Workspace(plan, Math.Min(ChunkSamples, count), withGradients: false);
            }

            plan.Load(workspace, samples.Span.Slice(start * inputs, size * inputs), size);
            plan.Forward(workspace, parameters, value);
            plan.Read(workspace, value, result.AsSpan(start * outputs, size * outputs));
            workspaces.Add(workspace);
        });
        return result;
    }
}
