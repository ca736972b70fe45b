using System.Collections.Concurrent;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>Answers that are learnt.</summary>
internal abstract class Teacher
{
    /// <summary>The answers to some samples.</summary>
    /// <param name="samples">Their numbers.</param>
    /// <param name="inputs">The samples, as the pupil sees them.</param>
    public abstract float[] Logits(ReadOnlySpan<int> samples, ReadOnlySpan<float> inputs);

    /// <summary>The teacher that options name, or none. A network's answers are computed once, unless each epoch sees other samples.</summary>
    public static Teacher? For(TrainingOptions options, LabelledData training) => options switch
    {
        { TeacherLogits: { } known } => new KnownTeacher(known, training.Count),
        { Teacher: { } network, Shift: 0 } => new KnownTeacher(BatchRunner.RunToLogits(network, training, options.Threads), training.Count),
        { Teacher: { } network } => new NetworkTeacher(network),
        _ => null,
    };
}

/// <summary>Answers computed before.</summary>
/// <param name="logits">For each sample of the training data.</param>
/// <param name="count">How many samples.</param>
internal sealed class KnownTeacher(float[] logits, int count) : Teacher
{
    /// <inheritdoc/>
    public override float[] Logits(ReadOnlySpan<int> samples, ReadOnlySpan<float> inputs)
    {
        int classes = logits.Length / count;
        float[] result = new float[samples.Length * classes];
        for (int n = 0; n < samples.Length; n++)
        {
            logits.AsSpan(samples[n] * classes, classes).CopyTo(result.AsSpan(n * classes));
        }

        return result;
    }
}

/// <summary>A network that answers each time.</summary>
internal sealed class NetworkTeacher(Network network) : Teacher
{
    private readonly Plan _plan = new(network);
    private readonly ParameterSet _parameters = ParameterSet.ViewOf(network);
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    /// <inheritdoc/>
    public override float[] Logits(ReadOnlySpan<int> samples, ReadOnlySpan<float> inputs)
    {
        float[] logits = new float[samples.Length * _plan.Network.Shapes[_plan.LogitsValue].Count];
        if (!_workspaces.TryTake(out Workspace? workspace) || workspace.Values[0].Length < inputs.Length)
        {
            workspace = new Workspace(_plan, samples.Length, withGradients: false);
        }

        _plan.Load(workspace, inputs, samples.Length);
        _plan.Forward(workspace, _parameters, _plan.LogitsValue);
        _plan.Read(workspace, _plan.LogitsValue, logits);
        _workspaces.Add(workspace);
        return logits;
    }
}
