using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Scenarios;

/// <summary>
/// The host of a device: puts samples into its mailbox when it waits, or wakes it when one comes, and takes the results. It acts where the
/// phases on the pins change, as one with a debugger and a logic analyser could on a board.
/// </summary>
internal sealed class SampleHost : IDisposable
{
    /// <summary>Pins on which the runtime shows its phase.</summary>
    public static readonly ImmutableArray<string> PhasePins = ["P3.0", "P3.1", "P3.2"];

    private const string SensePin = "P1.2";

    private readonly Variant _variant;
    private readonly Device _device;
    private readonly SampleQueue _queue;
    private readonly ScheduledEvent _nextArrival;
    private readonly ScheduledEvent _ask;
    private readonly IntegerValue _input;
    private readonly short[] _elements;
    private readonly List<InferenceRecord> _done = [];
    private InferenceRecord? _open;
    private PhaseTotals _allBefore;
    private PhaseTotals _computingBefore;

    /// <summary>A host beside a device with the firmware loaded, before it runs.</summary>
    public SampleHost(Variant variant, Device device, BoundFirmware firmware)
    {
        _variant = variant;
        _device = device;
        _queue = new SampleQueue(variant.Arrivals);
        _input = firmware.Network.Values[0];
        _elements = new short[_input.Length];
        Mailbox = new Mailbox(device, firmware);
        Phases = new PhaseMeter(device, PhasePins) { Changed = OnPhase };
        _nextArrival = device.Scheduler.Register("next sample", _ => OnArrival());
        _ask = device.Scheduler.Register("answer asked for", _ => Ask());

        // The divider that firmware may measure the buffer with, and that its comparator looks at.
        device.Analog.Connect(device.FindPin(SensePin)!, new AnalogSource(VoltageMix.Buffer * 0.5));
    }

    /// <summary>Books of the phases.</summary>
    public PhaseMeter Phases { get; }

    /// <summary>What it shares with the runtime.</summary>
    public Mailbox Mailbox { get; }

    /// <summary>Answers so far.</summary>
    public IReadOnlyList<InferenceRecord> Done => _done;

    /// <summary>The sample under work, or null.</summary>
    public InferenceRecord? Open => _open;

    /// <summary>Samples that found no place.</summary>
    public long Dropped => _queue.Dropped;

    /// <summary>How often the runtime went on after it had saved its state.</summary>
    public long Saves { get; private set; }

    /// <summary>Whether all is done.</summary>
    public bool IsFinished => _open is null && (_done.Count == _variant.Inferences || _queue.IsExhausted);

    /// <summary>Called when a sample was answered.</summary>
    public Action<double, InferenceRecord>? Answered { get; init; }

    /// <summary>The supply failed.</summary>
    public void OnPowerFailure(double seconds)
    {
        TakeResult(seconds);
        if (_open is { } open)
        {
            _open = open with { PowerFailures = open.PowerFailures + 1 };
        }
    }

    /// <summary>The run is over: what is under work stays so.</summary>
    public void End(double seconds)
    {
        _queue.Follow(seconds);
        TakeResult(seconds);
        if (_open is { } open)
        {
            _open = Close(open, seconds);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Phases.Dispose();

    private void OnPhase(PhaseChange change)
    {
        TakeResult(change.TimeSeconds);
        Saves += (Phase)change.From is Phase.Save && (Phase)change.To is Phase.Network or Phase.Exit ? 1 : 0;
        if ((Phase)change.To is Phase.Wait)
        {
            Give(change.TimeSeconds);
        }
    }

    private void OnArrival()
    {
        if ((Phase)Phases.Phase is Phase.Wait && Give(_device.Now.TotalSeconds))
        {
            Mailbox.Wake();
        }
    }

    // The button makes a runtime that is at work look.
    private void Ask()
    {
        Mailbox.RequestAnswer();
        Mailbox.Wake();
    }

    // To a runtime that waits: the next sample, if one is there.
    private bool Give(double seconds)
    {
        if (_open is not null || _done.Count == _variant.Inferences)
        {
            return false;
        }

        if (_queue.Take(seconds) is not var (number, arrived))
        {
            Schedule(_nextArrival, _queue.NextSeconds);
            return false;
        }

        int sample = (int)(number % _variant.Samples.Count);
        IntegerExecutor.Quantize(_input, _variant.Samples.Sample(sample), _elements);
        Mailbox.Put(_elements);
        _open = new InferenceRecord { Number = number, Sample = sample, ArrivedSeconds = arrived, StartedSeconds = seconds };
        (_allBefore, _computingBefore) = (AllPhases, ComputingPhases);
        if (_variant.Arrivals.AskSeconds is { } patience)
        {
            Schedule(_ask, arrived + patience);
        }

        return true;
    }

    private void TakeResult(double seconds)
    {
        if (_open is { } open && Mailbox.IsAnswered)
        {
            InferenceRecord done = Close(open, seconds) with { Answer = Mailbox.Answer, Exit = Mailbox.Exit };
            _done.Add(done);
            _open = null;
            _ask.Cancel();
            Answered?.Invoke(seconds, done);
        }
    }

    private InferenceRecord Close(InferenceRecord open, double seconds) => open with
    {
        FinishedSeconds = seconds,
        All = AllPhases.Since(_allBefore),
        Computing = ComputingPhases.Since(_computingBefore),
    };

    private PhaseTotals AllPhases => Phases.Sum(0, 1, 2, 3, 4, 5, 6, 7);

    private PhaseTotals ComputingPhases => Phases.Sum((int)Phase.Network, (int)Phase.Exit);

    // What is already past is acted on at once.
    private void Schedule(ScheduledEvent what, double seconds) => what.At(double.IsPositiveInfinity(seconds) ? SimTime.MaxValue : SimTime.Max(SimTime.FromSeconds(seconds), _device.Now));
}
