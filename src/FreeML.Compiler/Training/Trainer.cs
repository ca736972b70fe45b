using System.Collections.Concurrent;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>
/// Trains networks. A batch is cut into parts of <see cref="PartSamples"/> samples, each computed by one thread, and their gradients are added
/// in the order of the parts: the result is the same for any number of threads, and all that is random follows from the seed, the epoch and
/// the sample.
/// </summary>
public sealed class Trainer
{
    private const int PartSamples = 16;

    private readonly Plan _plan;
    private readonly LabelledData _training;
    private readonly LabelledData _validation;
    private readonly TrainingOptions _options;
    private readonly IWeightConstraint? _constraint;
    private readonly ParameterUpdate _update;
    private readonly CrossEntropy _loss;
    private readonly Teacher? _teacher;
    private readonly ISampleChange _change;
    private readonly ConcurrentBag<Workspace> _workspaces = [];
    private readonly ParameterSet[] _gradients;
    private readonly double[] _losses;
    private readonly List<TrainingProgress> _history = [];
    private ParameterSet _best;
    private int _bestEpoch;

    private Trainer(Network network, LabelledData training, LabelledData validation, TrainingOptions options, IWeightConstraint? constraint)
    {
        _plan = new Plan(network, layer => !options.FrozenLayers.Contains(layer));
        Check(training);
        Check(validation);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1);
        _training = training;
        _validation = validation;
        _options = options;
        _constraint = constraint;
        _update = new ParameterUpdate(_plan, ParameterSet.Of(network), options);
        _best = _update.Parameters;
        _loss = new CrossEntropy((float)options.LabelSmoothing, (float)options.TeacherWeight, (float)options.Temperature);
        _teacher = Teacher.For(options, training);
        _change = options.Change ?? new ShiftChange(network.InputShape, options.Shift);
        int parts = (Math.Min(options.BatchSize, training.Count) + PartSamples - 1) / PartSamples;
        _gradients = [.. Enumerable.Range(0, parts).Select(_ => _update.Parameters.Zeros())];
        _losses = new double[parts];
    }

    private int Classes => _plan.Network.Shapes[_plan.LogitsValue].Count;

    /// <summary>Trains a network.</summary>
    /// <param name="network">With the parameters to start from.</param>
    /// <param name="training">What is learnt.</param>
    /// <param name="validation">What decides which epoch was best; never the test data.</param>
    /// <param name="options">How.</param>
    /// <param name="constraint">Kept by the weights after each step; null for none.</param>
    /// <param name="progress">Told of each epoch.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">Data and network do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static TrainingResult Train(
        Network network,
        LabelledData training,
        LabelledData validation,
        TrainingOptions options,
        IWeightConstraint? constraint = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Train(network, training, validation, options, constraint, progress, null, null, cancellation);

    /// <summary>Trains a network, from where an earlier training was left.</summary>
    /// <inheritdoc cref="Train(Network, LabelledData, LabelledData, TrainingOptions, IWeightConstraint?, IProgress{TrainingProgress}?, CancellationToken)"/>
    /// <param name="network">As at the start of it all.</param>
    /// <param name="training">The same as then.</param>
    /// <param name="validation">The same as then.</param>
    /// <param name="options">The same as then.</param>
    /// <param name="constraint">The same as then.</param>
    /// <param name="progress">Told of each epoch.</param>
    /// <param name="resume">Where it was left; null for the start.</param>
    /// <param name="save">Given the state after each epoch.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public static TrainingResult Train(
        Network network,
        LabelledData training,
        LabelledData validation,
        TrainingOptions options,
        IWeightConstraint? constraint,
        IProgress<TrainingProgress>? progress,
        TrainingState? resume,
        Action<TrainingState>? save,
        CancellationToken cancellation = default)
    {
        var trainer = new Trainer(network, training, validation, options, constraint);
        if (resume is not null)
        {
            trainer.Restore(resume);
        }

        while (!trainer.IsDone)
        {
            trainer.Epoch(cancellation);
            progress?.Report(trainer._history[^1]);
            save?.Invoke(trainer.State());
        }

        return new TrainingResult(trainer._best.Into(network), trainer._bestEpoch, trainer._history);
    }

    private bool IsDone =>
        _training.Count == 0 ||
        _history.Count >= _options.Epochs ||
        (_options.Patience > 0 && _history.Count - _bestEpoch >= _options.Patience);

    private void Epoch(CancellationToken cancellation)
    {
        int epoch = _history.Count;
        int[] order = [.. Enumerable.Range(0, _training.Count)];
        new RandomStream(_options.Seed, epoch).Shuffle(order.AsSpan());
        int batches = (order.Length + _options.BatchSize - 1) / _options.BatchSize;
        double loss = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            cancellation.ThrowIfCancellationRequested();
            int start = batch * _options.BatchSize;
            double rate = _options.LearningRate * _options.Schedule.Factor(epoch + ((double)batch / batches), _options.Epochs);
            loss += Batch(order.AsMemory(start, Math.Min(_options.BatchSize, order.Length - start)), epoch, rate);
        }

        Evaluation validation = Evaluator.Evaluate(_plan, _update.Parameters, _validation, _options.Threads);
        var progress = new TrainingProgress(epoch + 1, (float)(loss / order.Length), (float)validation.Loss, (float)validation.Accuracy);

        // A loss that is not a number is never the best.
        if (_bestEpoch == 0 ? !float.IsNaN(progress.ValidationLoss) : progress.ValidationLoss < _history[_bestEpoch - 1].ValidationLoss)
        {
            _bestEpoch = progress.Epoch;
            _best = _update.Parameters.Copy();
        }

        _history.Add(progress);
    }

    private double Batch(ReadOnlyMemory<int> samples, int epoch, double rate)
    {
        int parts = (samples.Length + PartSamples - 1) / PartSamples;
        Work.For(parts, _options.Threads, part =>
        {
            int start = part * PartSamples;
            ReadOnlySpan<int> mine = samples.Span.Slice(start, Math.Min(PartSamples, samples.Length - start));
            if (!_workspaces.TryTake(out Workspace? workspace))
            {
                workspace = new Workspace(_plan, PartSamples, withGradients: true);
            }

            _losses[part] = Part(workspace, mine, epoch, 1f / samples.Length, _gradients[part]);
            _workspaces.Add(workspace);
        });
        _update.Step(_gradients.AsMemory(0, parts), rate);
        for (int layer = 0; _constraint is not null && layer < _plan.Network.Layers.Length; layer++)
        {
            if (_plan.IsTrained(layer) && _plan.Network.Layers[layer] is WeightedLayer)
            {
                _constraint.Apply(layer, _update.Parameters.First[layer]);
            }
        }

        return _losses.AsSpan(0, parts).ToArray().Sum();
    }

    private double Part(Workspace workspace, ReadOnlySpan<int> samples, int epoch, float factor, ParameterSet gradients)
    {
        int size = _training.SampleShape.Count;
        float[] inputs = new float[samples.Length * size];
        for (int n = 0; n < samples.Length; n++)
        {
            _change.Apply(_training.Sample(samples[n]), new RandomStream(~_options.Seed, epoch, samples[n]), inputs.AsSpan(n * size, size));
        }

        _plan.Load(workspace, inputs, samples.Length);
        _plan.Forward(workspace, _update.Parameters, _plan.LogitsValue);
        float[] logits = new float[samples.Length * Classes];
        float[] gradient = new float[samples.Length * Classes];
        _plan.Read(workspace, _plan.LogitsValue, logits);
        ReadOnlySpan<float> teacher = _teacher is null ? default : _teacher.Logits(samples, inputs);
        double loss = 0;
        for (int n = 0; n < samples.Length; n++)
        {
            int at = n * Classes;
            loss += _loss.Of(
                logits.AsSpan(at, Classes),
                _training.Labels[samples[n]],
                teacher.IsEmpty ? default : teacher.Slice(at, Classes),
                factor,
                gradient.AsSpan(at, Classes));
        }

        _plan.Backward(workspace, _plan.LogitsValue, gradient, _update.Parameters, gradients);
        return loss;
    }

    private TrainingState State() => new(
        _history.Count,
        _update.Steps,
        Flat([_update.Parameters]),
        Flat(_update.Moments),
        Flat([_best]),
        _bestEpoch,
        [.. _history]);

    private void Restore(TrainingState state)
    {
        _update.Steps = state.Steps;
        _history.AddRange(state.History);
        _bestEpoch = state.BestEpoch;
        _best = _update.Parameters.Copy();
        Fill([_update.Parameters], state.Parameters);
        Fill(_update.Moments, state.Moments);
        Fill([_best], state.Best);
    }

    private static float[] Flat(ParameterSet[] sets) => [.. sets.SelectMany(set => set.Arrays).SelectMany(array => array)];

    private static void Fill(ParameterSet[] sets, ReadOnlySpan<float> values)
    {
        if (values.Length != sets.Sum(set => set.Arrays.Sum(array => array.Length)))
        {
            throw new ArgumentException($"A state of {values.Length} numbers for another network or optimiser.", nameof(values));
        }

        foreach (float[] array in sets.SelectMany(set => set.Arrays))
        {
            values[..array.Length].CopyTo(array);
            values = values[array.Length..];
        }
    }

    private void Check(LabelledData data)
    {
        if (data.SampleShape.Count != _plan.Network.InputShape.Count || data.Classes > Classes)
        {
            throw new ArgumentException($"{data.Name}: samples of {data.SampleShape} in {data.Classes} classes for a network from {_plan.Network.InputShape} to {Classes}.", nameof(data));
        }
    }
}
