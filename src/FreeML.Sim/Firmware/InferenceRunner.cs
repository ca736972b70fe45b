using System.Collections.Immutable;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Power;

namespace FreeML.Sim.Firmware;

/// <summary>What one operation took within an inference, its commit and the way to the next one included.</summary>
/// <param name="Step">The operation: those of the network, then those of exits.</param>
/// <param name="Exit">The exit that it was done for, or -1.</param>
/// <param name="Work">What it took.</param>
public sealed record OperationWork(int Step, int Exit, Work Work);

/// <summary>The answer to one sample, and what it took.</summary>
/// <param name="Answer">The class.</param>
/// <param name="Exit">Which exit answered; the number of exits: the whole network.</param>
/// <param name="Logits">The logits that the class was read from.</param>
/// <param name="Total">From the moment that the runtime was woken to its sleep.</param>
/// <param name="Operations">Its operations in the order in which they were done; none unless they were asked for.</param>
public sealed record Inference(int Answer, int Exit, ImmutableArray<short> Logits, Work Total, ImmutableArray<OperationWork> Operations);

/// <summary>Runs bound firmware on a device with continuous power, sample by sample.</summary>
public sealed class InferenceRunner : IDisposable
{
    // An hour at 1 MHz: far more than any network that fits takes.
    private const long MostCycles = 3_600_000_000;

    // Each call of it is one operation.
    private const string OperationSymbol = "operation_run";

    private readonly BoundFirmware _firmware;
    private readonly PowerModel _prices;
    private readonly double _volts;
    private readonly Device _device;
    private readonly List<OperationWork> _operations = [];
    private (Position Position, WorkMeter Meter)? _open;

    /// <summary>Programs a device and lets the runtime start, until it waits for a sample.</summary>
    /// <param name="firmware">The firmware.</param>
    /// <param name="prices">Prices; those of the device if null.</param>
    /// <param name="volts">Supply voltage, in volts.</param>
    /// <param name="engine">Makes the engine; the interpreter if null.</param>
    /// <param name="countsOperations">Whether what each operation takes is wanted.</param>
    /// <exception cref="InputException">The runtime does not get so far.</exception>
    public InferenceRunner(BoundFirmware firmware, PowerModel? prices = null, double volts = 3.0, Func<ExecutionEngine>? engine = null, bool countsOperations = false)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        DeviceDescription description = DeviceCatalogue.Default;
        _firmware = firmware;
        _prices = prices ?? PowerModel.For(description.Name);
        _volts = volts;
        _device = new Device(description, new DeviceOptions { Engine = engine }) { Volts = (volts, volts) };
        _device.Analog.Connect(_device.FindPin("P1.2")!, new AnalogSource(VoltageMix.Buffer * 0.5));
        Mailbox = new Mailbox(_device, firmware);
        _device.Load(firmware.Image);
        if (countsOperations)
        {
            CountOperations();
        }

        WorkMeter before = new(_device);
        RunUntil(() => Mailbox.State is RuntimeState.Waits);
        Start = Since(before);
    }

    /// <summary>What the runtime took from reset to its first wait; boot code is not in it.</summary>
    public Work Start { get; }

    /// <summary>The device.</summary>
    public Device Device => _device;

    /// <summary>Its mailbox.</summary>
    public Mailbox Mailbox { get; }

    /// <summary>Runs one sample to its answer.</summary>
    /// <param name="sample">What the float network would read.</param>
    /// <exception cref="InputException">The runtime gives none.</exception>
    public Inference Run(ReadOnlySpan<float> sample)
    {
        short[] elements = new short[sample.Length];
        IntegerExecutor.Quantize(_firmware.Network.Values[0], sample, elements);
        return Run(elements);
    }

    /// <summary>Runs one sample, given by its elements, to its answer.</summary>
    /// <inheritdoc cref="Run(ReadOnlySpan{float})"/>
    public Inference Run(ReadOnlySpan<short> elements)
    {
        Mailbox.Put(elements);
        _operations.Clear();
        WorkMeter before = new(_device);
        Mailbox.Wake();
        RunUntil(() => Mailbox.IsAnswered);
        CloseOperation();
        return new Inference(Mailbox.Answer, Mailbox.Exit, [.. Mailbox.Logits], Since(before), [.. _operations]);
    }

    /// <summary>
    /// Lets the buffer fall below the comparator's warning when the first operation of a sample has begun, and waits until the runtime of
    /// <see cref="Strategy.Checkpoint"/> has saved its state. The runner is of no use afterwards.
    /// </summary>
    /// <param name="elements">The sample.</param>
    /// <param name="volts">A voltage below the warning.</param>
    /// <returns>What saving took.</returns>
    /// <exception cref="InputException">The runtime does not save.</exception>
    internal Work MeasureSave(ReadOnlySpan<short> elements, double volts)
    {
        WorkMeter? before = null;
        ImageSymbol function = BoundFirmware.RuntimeSymbol(_firmware.Image, OperationSymbol);
        _device.TrapAt(function.Value);
        _device.HostCalls = (_, address) =>
        {
            if (address == function.Value && before is null)
            {
                before = new WorkMeter(_device);
                _device.Volts = (volts, volts);
            }

            return HostCallOutcome.Continue;
        };
        Mailbox.Put(elements);
        Mailbox.Wake();
        RunUntil(() => before is not null && Mailbox.Phase is Phase.Save);
        return Since(before!.Value);
    }

    /// <summary>Runs a sample instruction by instruction. The runner is of no use afterwards.</summary>
    /// <param name="elements">The sample.</param>
    /// <param name="operationBegins">Called with each operation's step.</param>
    /// <param name="instructionDone">Called after each instruction.</param>
    internal void WalkThrough(ReadOnlySpan<short> elements, Action<int> operationBegins, Action instructionDone)
    {
        ImageSymbol function = BoundFirmware.RuntimeSymbol(_firmware.Image, OperationSymbol);
        _device.TrapAt(function.Value);
        _device.HostCalls = (_, address) =>
        {
            if (address == function.Value)
            {
                operationBegins(Mailbox.Position.Step);
            }

            return HostCallOutcome.Continue;
        };
        Mailbox.Put(elements);
        Mailbox.Wake();
        long limit = _device.Cycles + MostCycles;
        while (_device.Cycles < limit && _device.Step() is StopReason.MaxCycles)
        {
            instructionDone();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _device.Dispose();

    private void RunUntil(Func<bool> isDone)
    {
        long limit = _device.Cycles + MostCycles;
        while (_device.RunWhileAwake(limit, SimTime.MaxValue) is null or StopReason.Parked)
        {
            bool isAsleep = _device.IsAsleep && !_device.HasAcceptableInterrupt;
            if (isAsleep && isDone())
            {
                return;
            }

            if (isAsleep && _device.WakeTime == SimTime.MaxValue)
            {
                break;
            }

            if (_device.IsAsleep)
            {
                _device.SleepUntil(_device.WakeTime);
            }
        }

        string state = Mailbox.State is RuntimeState.Stopped ? $"a runtime that stopped: {Mailbox.ErrorText}" : $"a runtime that stands at 0x{_device.ProgramCounter:X5} after {_device.Cycles} cycles";
        throw new InputException(_firmware.Network.Name, null, state, "an answer");
    }

    private void CountOperations()
    {
        ImageSymbol function = BoundFirmware.RuntimeSymbol(_firmware.Image, OperationSymbol);
        _device.TrapAt(function.Value);
        _device.HostCalls = (_, address) =>
        {
            if (address == function.Value)
            {
                CloseOperation();
                _open = (Mailbox.Position, new WorkMeter(_device));
            }

            return HostCallOutcome.Continue;
        };
        for (int bit = 0; bit < 3; bit++)
        {
            _device.FindPin($"P3.{bit}")!.Changed += OnPhase;
        }
    }

    // Measuring the voltage and reporting are no operations.
    private void OnPhase(PinLevel level, SimTime time) => CloseOperation();

    private void CloseOperation()
    {
        if (_open is var (position, meter))
        {
            _operations.Add(new OperationWork(position.Step, position.Exit == Mailbox.NoExit ? -1 : position.Exit, Since(meter)));
            _open = null;
        }
    }

    private Work Since(in WorkMeter before) => before.Until(new WorkMeter(_device), _prices, _volts, _device.Mclk.Hertz);
}
