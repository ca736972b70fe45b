using FreeML.Compiler.Data;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Compression;

/// <summary>Where compression stands: all that is needed to go on to the same bytes.</summary>
/// <param name="State">The network on its way.</param>
/// <param name="Training">How far the training of this turn is; null at its start.</param>
public sealed record CompressionCheckpoint(CompressionState State, TrainingState? Training = null);

/// <summary>How far compression is.</summary>
/// <param name="State">The network on its way.</param>
/// <param name="Epoch">The epoch of this turn that has just been done; null for the turn as a whole.</param>
/// <param name="Share">Part of this turn's epochs that is done; 0 to 1.</param>
public sealed record CompressionProgress(CompressionState State, TrainingProgress? Epoch, double Share);

/// <summary>SparseComp's loop: cut, train with the cut kept, judge, until the budget is kept; then train a while longer.</summary>
public sealed class Compressor
{
    private readonly Network _original;
    private readonly LabelledData _training;
    private readonly LabelledData _validation;
    private readonly ICompressionPolicy _policy;
    private readonly CompressionOptions _options;
    private readonly Lazy<float[]?> _teacher;

    /// <summary>A compressor.</summary>
    /// <param name="original">The network as trained.</param>
    /// <param name="training">What it is trained with.</param>
    /// <param name="validation">What decides: a part of the training data that is not trained with, never the test data.</param>
    /// <param name="policy">What to cut.</param>
    /// <param name="options">How to train.</param>
    public Compressor(Network original, LabelledData training, LabelledData validation, ICompressionPolicy policy, CompressionOptions options)
    {
        _original = original;
        _training = training;
        _validation = validation;
        _policy = policy;
        _options = options;
        _teacher = new(() => options.TeacherWeight > 0 ? BatchRunner.RunToLogits(original, training, options.Threads) : null);
    }

    /// <summary>Told of each turn and each epoch.</summary>
    public IProgress<CompressionProgress>? Progress { get; init; }

    /// <summary>Given a checkpoint after each turn and each epoch.</summary>
    public Action<CompressionCheckpoint>? Save { get; init; }

    /// <summary>The compressed network.</summary>
    /// <param name="from">Where an earlier run was left; null for the start.</param>
    /// <param name="cancellation">Stops between steps of training.</param>
    /// <exception cref="ModelException">The budget cannot be kept.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public CompressionState Run(CompressionCheckpoint? from = null, CancellationToken cancellation = default)
    {
        CompressionState state = from?.State ?? Begin();
        TrainingState? training = from?.Training;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!state.IsTrained)
            {
                state = Train(state, training, cancellation);
                training = null;
            }
            else if (!_policy.IsMet(state))
            {
                state = _policy.Cut(state) with { IsTrained = false, Turn = state.Turn + 1 };
            }
            else if (!state.IsFinal && state.Turn > 0)
            {
                state = state with { IsTrained = false, IsFinal = true, Turn = state.Turn + 1 };
            }
            else
            {
                return state;
            }

            Save?.Invoke(new CompressionCheckpoint(state));
        }
    }

    private CompressionState Begin()
    {
        CompressionState state = _policy.Begin(_original);
        return state with { Accuracy = Evaluator.Accuracy(state.Network, _validation, _options.Threads) };
    }

    private CompressionState Train(CompressionState state, TrainingState? from, CancellationToken cancellation)
    {
        TrainingOptions options = _options.For(state, _teacher.Value);
        TrainingResult result = Trainer.Train(
            state.Network,
            _training,
            _validation,
            options,
            new DensityConstraint(state.Densities),
            Progress is null ? null : new EpochProgress(Progress, state, options.Epochs),
            from,
            Save is null ? null : training => Save(new CompressionCheckpoint(state, training)),
            cancellation);
        double accuracy = result.Best.ValidationAccuracy;
        CompressionState trained = _policy.Judge(state, accuracy).With(accuracy) with { Network = result.Network, IsTrained = true };
        Progress?.Report(new CompressionProgress(trained, null, 1));
        return trained;
    }

    private sealed class EpochProgress(IProgress<CompressionProgress> progress, CompressionState state, int epochs) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new CompressionProgress(state, value, (double)value.Epoch / epochs));
    }
}
