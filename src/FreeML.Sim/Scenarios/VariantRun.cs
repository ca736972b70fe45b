using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Scenarios;

/// <summary>Why a run of a variant ended.</summary>
public enum VariantStop
{
    /// <summary>All results are there.</summary>
    Done,

    /// <summary>The time that was asked for is over.</summary>
    Duration,

    /// <summary>The trace is over.</summary>
    TraceEnd,

    /// <summary>Power cycle after power cycle the firmware stood at the same place.</summary>
    NoProgress,
}

/// <summary>What came of a run of a variant.</summary>
/// <param name="Stop">Why it ended.</param>
/// <param name="Inferences">The answers, in order.</param>
/// <param name="Unfinished">The sample under work at the end, or null.</param>
/// <param name="Dropped">Samples that found no place.</param>
/// <param name="Phases">The books of the phases, by <see cref="Phase"/>.</param>
/// <param name="Run">What the supply and the chip did.</param>
/// <param name="Cycles">Active MCLK cycles in all.</param>
/// <param name="StuckAt">Where it stood when it ended for want of progress: an operation's step, or -1 for the start.</param>
public sealed record VariantOutcome(
    VariantStop Stop, IReadOnlyList<InferenceRecord> Inferences, InferenceRecord? Unfinished, long Dropped, PhaseTotals[] Phases, RunReport Run, long Cycles, int? StuckAt);

/// <summary>Runs a variant: firmware on a device on a supply, samples in, results out, until it is done or nothing comes of it any more.</summary>
internal sealed class VariantRun : IRunRecorder, IDisposable
{
    private readonly Variant _variant;
    private readonly Device _device;
    private readonly SampleHost _host;
    private readonly Simulator _simulator;
    private readonly IRunRecorder? _recorder;
    private readonly ProgressScale? _scale;
    private readonly Action<double, long, double>? _progress;
    private readonly ForwardProgress _forward;
    private Position _told;
    private int _withoutProgress;
    private int? _stuckAt;

    /// <summary>Prepares a run.</summary>
    /// <param name="variant">What to run.</param>
    /// <param name="firmware">Its firmware.</param>
    /// <param name="recorder">Hears of the supply; null for none.</param>
    /// <param name="progress">Hears of progress: time, inference, share; null for none.</param>
    public VariantRun(Variant variant, CompiledFirmware firmware, IRunRecorder? recorder = null, Action<double, long, double>? progress = null)
    {
        _variant = variant;
        _recorder = recorder;
        _device = new Device(DeviceCatalogue.Default, new DeviceOptions { Engine = variant.Engine }, variant.Seed);
        _device.Load(firmware.Firmware.Image);
        _host = new SampleHost(variant, _device, firmware.Firmware) { Answered = OnAnswer };
        _forward = new ForwardProgress(variant.Firmware.Strategy, _device, _host);
        _progress = progress;
        _scale = progress is null ? null : new ProgressScale(firmware.Firmware.Network, firmware.Costs);
        SimulatorOptions options = new() { Until = variant.Until, Sram = variant.Power.Sram, SliceCapSeconds = variant.Power.SliceCapSeconds };
        _simulator = new Simulator(_device, variant.Power.Create(), variant.Power.Prices, options, this, _host.Phases);
    }

    /// <summary>Called with the number of answers, after each.</summary>
    public Action<int>? Answered { get; init; }

    /// <summary>Runs to the end.</summary>
    /// <exception cref="InputException">The runtime stopped by itself.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public VariantOutcome Run(CancellationToken cancellation = default)
    {
        RunReport report = _simulator.Run(cancellation);
        _host.End(report.Seconds);
        if (!_host.IsFinished && report.Stop is not (StopReason.Until or StopReason.Asked))
        {
            string state = _host.Mailbox.State is RuntimeState.Stopped ? _host.Mailbox.ErrorText : $"{report.Stop.ToString().ToLowerInvariant()} at 0x{_device.ProgramCounter:X5}";
            throw new InputException(_variant.Name, null, $"a runtime that stopped: {state}", "one that waits for samples");
        }

        VariantStop stop = _host.IsFinished ? VariantStop.Done : _stuckAt is not null ? VariantStop.NoProgress : _variant.EndsWithTrace ? VariantStop.TraceEnd : VariantStop.Duration;
        return new VariantOutcome(stop, _host.Done, _host.Open, _host.Dropped, _host.Phases.Totals.ToArray(), report, _device.Cycles, _stuckAt);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _host.Dispose();
        _device.Dispose();
    }

    /// <inheritdoc/>
    public void Sample(in SupplySample sample)
    {
        _recorder?.Sample(sample);
        if (_progress is null || !sample.IsOn || _host.Open is null)
        {
            return;
        }

        Position position = _host.Mailbox.Position;
        if (position.Step == Mailbox.NoStep)
        {
            return;
        }

        if (position.Step != _told.Step || position.Exit != _told.Exit || position.Sample != _told.Sample)
        {
            TellProgress(sample.TimeSeconds, position);
        }
    }

    /// <inheritdoc/>
    public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
    {
        _recorder?.Event(timeSeconds, what, bufferVolts, programCounter);
        switch (what)
        {
            case RunEvent.BootAborted:
                Count(hasAdvanced: false, step: -1);
                break;
            case RunEvent.PowerFailure:
                OnPowerFailure(timeSeconds);
                break;
        }

        if (_host.IsFinished)
        {
            _simulator.Stop();
        }
    }

    private void OnPowerFailure(double seconds)
    {
        _host.OnPowerFailure(seconds);
        bool hasAdvanced = _forward.HasAdvanced();
        TellProgress(seconds, _forward.Position);
        Count(hasAdvanced, _forward.Position.Step);
    }

    private void Count(bool hasAdvanced, int step)
    {
        _withoutProgress = hasAdvanced ? 0 : _withoutProgress + 1;
        if (_withoutProgress >= _variant.Patience)
        {
            _stuckAt = step;
            _simulator.Stop();
        }
    }

    private void OnAnswer(double seconds, InferenceRecord done)
    {
        _progress?.Invoke(seconds, done.Number, 1);
        Answered?.Invoke(_host.Done.Count);
        if (_host.IsFinished)
        {
            _simulator.Stop();
        }
    }

    private void TellProgress(double seconds, Position position)
    {
        _told = position;
        if (_progress is not null && _host.Open is { } open)
        {
            bool isOfThis = position.Sample == _host.Mailbox.Sample;
            _progress(seconds, open.Number, isOfThis ? _scale!.At(position) : 0);
        }
    }
}
