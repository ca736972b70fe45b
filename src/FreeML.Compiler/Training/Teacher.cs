using System.Collections.Concurrent;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Training;

/// <summary>A network whose answers are learnt. They are computed once, unless each epoch sees other samples.</summary>
internal sealed class Teacher
{
    private readonly Plan _plan;
    private readonly ParameterSet _parameters;
    private readonly float[]? _known;
    private readonly ConcurrentBag<Workspace> _workspaces = [];

    /// <summary>A teacher for training data.</summary>
    public Teacher(Network network, LabelledData training, TrainingOptions options)
    {
        _plan = new Plan(network);
        _parameters = ParameterSet.ViewOf(network);
        _known = options.Shift == 0 ? BatchRunner.Run(_plan, _parameters, training.SampleMemory, training.Count, _plan.LogitsValue, options.Threads) : null;
    }

    /// <summary>Its answers to some samples.</summary>
    /// <param name="samples">Their numbers.</param>
    /// <param name="inputs">The samples, as the pupil sees them.</param>
    public float[] Logits(ReadOnlySpan<int> samples, ReadOnlySpan<float> inputs)
    {
        int classes = _plan.Network.Shapes[_plan.LogitsValue].Count;
        float[] logits = new float[samples.Length * classes];
        if (_known is not null)
        {
            for (int n = 0; n < samples.Length; n++)
            {
                _known.AsSpan(samples[n] * classes, classes).CopyTo(logits.AsSpan(n * classes));
            }

            return logits;
        }

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
