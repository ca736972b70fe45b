using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;

namespace FreeML.Sim;

/// <summary>
/// Puts a device on a supply: charge, boot, run, fail, charge again. The device counts, the power model prices, the supply integrates; none
/// of them knows the others.
/// </summary>
/// <remarks>
/// A run is cut into slices. A slice ends at the slice cap, at a change of the harvest, when the CPU falls asleep, and when what things cost changes. Where even
/// the most expensive program could not bring the voltage down to the turn-off threshold in that time, nothing is looked at. Otherwise the slice is walked: as long
/// as what has been counted is certainly too little, in stretches, then instruction by instruction, and the first one after which the voltage would be below the
/// threshold is the one the power failure hits. Where slices end depends on the state alone, so looking after every instruction everywhere gives the same run.
/// What a comparator of the chip waits for is met in the same way.
/// </remarks>
public sealed class Simulator
{
    /// <summary>The shortest slice that is planned, in MCLK cycles: near a change of the harvest, a comparator's voltage or a wake-up.</summary>
    public const int CarefulCycles = 64;

    // In a slice, the most expensive program would lower the buffer's voltage by no more than this share; a real one lowers it by a few hundredths.
    private const double MostVoltsShare = 0.2;

    // What is left of a run below this is nothing: a device counts time in picoseconds, a supply in doubles.
    private const double ShortestSeconds = 1e-9;

    // The shortest stride through the dark; strides end with the trace's samples where these are longer.
    private const double OffStrideSeconds = 0.01;

    private readonly Device _device;
    private readonly Supply _supply;
    private readonly PowerModel _prices;
    private readonly SimulatorOptions _options;
    private readonly IRunRecorder? _recorder;
    private readonly PhaseMeter? _phases;
    private readonly double _turnOnVolts;
    private readonly double _turnOffVolts;
    private readonly double _turnOffVoltsUnwatched;
    private readonly Supervisor _supervisor;
    private readonly ResetCause _failureCause;
    private PerActivity _energy;

    // Charge of what was done in no time, to be taken with what comes next.
    private PerActivity _unsettled;
    private long _boots;
    private long _abortedBoots;
    private long _powerFailures;
    private long _tornInstructions;
    private double _onSeconds;
    private double? _coldStartSeconds;
    private double _offSince;
    private double _lowestOffVolts;
    private readonly WatchedVolts _watched;
    private Slice? _open;
    private bool _isAskedToStop;

    /// <summary>A run that has not begun.</summary>
    /// <param name="device">With its firmware loaded.</param>
    /// <param name="supply">At the time and voltage where the run begins.</param>
    /// <param name="prices">Of that device.</param>
    /// <param name="options">Limits and choices.</param>
    /// <param name="recorder">Hears of every slice; null for none.</param>
    /// <param name="phases">Keeps the books of the program's phases; null for none.</param>
    public Simulator(Device device, Supply supply, PowerModel prices, SimulatorOptions options, IRunRecorder? recorder = null, PhaseMeter? phases = null)
    {
        _device = device;
        _supply = supply;
        _prices = prices;
        _options = options;
        _recorder = recorder;
        _phases = phases;

        // With a supervisor the rail is cut; without one it sinks, and the chip's own SVSH resets it. The chip starts when both let it.
        OutputStage output = supply.Options.Output;
        var svsh = new Supervisor(output.NodeVoltsFor(prices.SvshRisingVolts), output.NodeVoltsFor(prices.SvshFallingVolts));
        _supervisor = supply.Options.Supervisor ?? svsh;
        var chain = new SupervisorChain(_supervisor, svsh);
        _turnOnVolts = chain.TurnOnVolts;
        _turnOffVolts = chain.TurnOffVolts;
        double brownOutVolts = output.NodeVoltsFor(prices.BorFallingVolts);
        _turnOffVoltsUnwatched = Math.Min(_turnOffVolts, supply.Options.Supervisor is { } board ? Math.Max(board.TurnOffVolts, brownOutVolts) : brownOutVolts);
        _failureCause = _supervisor.TurnOffVolts > svsh.TurnOffVolts ? ResetCause.BrownOut : ResetCause.SupplySupervisor;
        _lowestOffVolts = supply.BufferVolts;
        _watched = new WatchedVolts(supply.Options.Output);
        _device.VoltsNow = () => _watched.At(VoltsInSlice());
    }

    /// <summary>Runs to the program's end or a limit.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; device and supply stand where the run was left.</exception>
    public RunReport Run(CancellationToken cancellation = default)
    {
        StopReason? stop = null;
        bool isOn = false;
        _supply.OutputEnabled = false;
        while (stop is null)
        {
            cancellation.ThrowIfCancellationRequested();
            if (RemainingSeconds < ShortestSeconds)
            {
                stop = StopReason.Until;
            }
            else if (!isOn)
            {
                isOn = Charge() && Boot();
            }
            else
            {
                (stop, isOn) = _device.IsAsleep && _device.WakeTime > _device.Now && !_device.HasAcceptableInterrupt && !_device.HasBusTransfer ? Sleep() : Execute();
            }

            _phases?.Follow(_supply.TimeSeconds);
            stop ??= _isAskedToStop ? StopReason.Asked : null;
        }

        _recorder?.Event(_supply.TimeSeconds, RunEvent.Stop, _supply.BufferVolts, _device.ProgramCounter);
        long sleep = 0;
        foreach (long picoseconds in _device.Ledger.SleepPicoseconds)
        {
            sleep += picoseconds;
        }

        return new RunReport
        {
            Stop = stop.Value,
            Seconds = _supply.TimeSeconds,
            OnSeconds = _onSeconds,
            SleepSeconds = sleep / (double)SimTime.PicosecondsPerSecond,
            ColdStartSeconds = _coldStartSeconds,
            Boots = _boots,
            AbortedBoots = _abortedBoots,
            PowerFailures = _powerFailures,
            TornInstructions = _tornInstructions,
            Book = _supply.Book,
            Energy = _energy,
            Modules = PerModule.Of(_device),
        };
    }

    /// <summary>Ends the run after the present slice: for who hears of slices and phases, and has heard enough.</summary>
    public void Stop() => _isAskedToStop = true;

    // In LPM2 to LPM4 software may switch the chip's supervisor off: then the supply may sink to the brown-out level, unless the CPU wakes.
    private double TurnOffVolts => _device.IsSupervised ? _turnOffVolts : _turnOffVoltsUnwatched;

    private double RemainingSeconds => _options.Until.TotalSeconds - _supply.TimeSeconds;

    // Off: until the supervisor switches on, in strides that follow the trace.
    private bool Charge()
    {
        while (RemainingSeconds is >= ShortestSeconds and var remaining)
        {
            double stride = Math.Min(remaining, Math.Max(_supply.SegmentEndSeconds - _supply.TimeSeconds, OffStrideSeconds));
            CrossingResult result = Advance(0, rising: _turnOnVolts, falling: null, stride, isOn: false);
            _lowestOffVolts = Math.Min(_lowestOffVolts, _supply.BufferVolts);
            if (result.Reason is Crossing.Rising)
            {
                _supply.OutputEnabled = true;
                _recorder?.Event(_supply.TimeSeconds, RunEvent.TurnOn, _supply.BufferVolts, 0);
                return true;
            }
        }

        return false;
    }

    // Boot code's time and charge come before the first instruction; a supply that cannot give them fails here, again and again.
    private bool Boot()
    {
        double factor = _prices.VoltageFactor(_supply.OutputVolts);
        double amps = _prices.BootCoulombs * factor / _prices.BootSeconds;
        double consumed = _supply.ConsumedJoules;
        double offSeconds = _supply.TimeSeconds - _offSince;
        CrossingResult result = Advance(amps, rising: null, falling: _turnOffVolts, _prices.BootSeconds, isOn: true);
        double joules = _supply.ConsumedJoules - consumed;
        _energy[(int)Activity.Boot] += joules;
        _phases?.BookBoot(result.Seconds, joules, amps * result.Seconds / factor);
        if (result.Reason is Crossing.Falling)
        {
            _supply.OutputEnabled = false;
            _abortedBoots++;
            _recorder?.Event(_supply.TimeSeconds, RunEvent.BootAborted, _supply.BufferVolts, 0);
            return false;
        }

        // A rail that sank below the brown-out level has forgotten what reset it.
        ResetCause cause = _boots == 0 || _lowestOffVolts < _prices.BorFallingVolts ? ResetCause.BrownOut : _failureCause;
        _device.PowerCycle(SimTime.FromSeconds(_supply.TimeSeconds), cause, _options.Sram, offSeconds);
        _device.SupplyWarning = false;
        _boots++;
        _coldStartSeconds ??= _supply.TimeSeconds;
        _recorder?.Event(_supply.TimeSeconds, RunEvent.BootDone, _supply.BufferVolts, _device.ProgramCounter);
        return true;
    }

    // Asleep: a constant current until the next event, in one stride if the harvest allows.
    private (StopReason? Stop, bool IsOn) Sleep()
    {
        double untilWake = _device.WakeTime == SimTime.MaxValue ? double.MaxValue : (_device.WakeTime - _device.Now).TotalSeconds;
        if (untilWake == double.MaxValue && !_device.AwaitsOutside && !_device.AwaitsVoltage)
        {
            return (StopReason.Parked, true);
        }

        double stride = Math.Min(Math.Min(untilWake, RemainingSeconds), Math.Max(_supply.SegmentEndSeconds - _supply.TimeSeconds, OffStrideSeconds));
        PerActivity charge = TakeUnsettled();
        charge[(int)Activity.Sleep] += stride * _prices.SleepAmps(_device.EffectiveLowPowerMode, _device.Smclk.Hertz, _supply.OutputVolts);
        charge[(int)Activity.Module] += stride * _prices.ModuleAmps(_device.Activities, _supply.OutputVolts);
        double coulombs = charge.Total;
        double consumed = _supply.ConsumedJoules;
        double factor = _prices.VoltageFactor(_supply.OutputVolts);
        double turnOffVolts = TurnOffVolts;
        (double? low, double? high) = _watched.Next(_device.VoltageWatch, _supply.BufferVolts);
        CrossingResult result = Advance(coulombs / stride, rising: high, falling: Math.Max(turnOffVolts, low ?? 0), stride, isOn: true);
        _onSeconds += result.Seconds;
        double joules = _supply.ConsumedJoules - consumed;
        Book(charge, coulombs, joules);
        _phases?.Book(cycles: 0, result.Seconds, charge, joules, result.Seconds / stride / factor);

        // At the wake-up itself the device's own time decides: a double cannot hold it to the picosecond.
        _device.SleepUntil(result.Reason is Crossing.Elapsed && stride == untilWake ? _device.WakeTime : _device.Now + SimTime.FromSeconds(result.Seconds));
        if (_supply.BufferVolts <= turnOffVolts)
        {
            Fail();
            return (null, false);
        }

        ShowVolts();
        return (null, true);
    }

    private (StopReason? Stop, bool IsOn) Execute()
    {
        double hertz = _device.Mclk.Hertz;
        double careful = CarefulCycles / hertz;
        double segment = Math.Max(_supply.SegmentEndSeconds - _supply.TimeSeconds, careful);
        ActivityWeights prices = _prices.HighestPrices(hertz, _supply.OutputVolts, _device.Activities);
        double worstAmps = _prices.WorstAmps(prices, hertz, _supply.OutputVolts, _device.Activities);
        double steady = Math.Max(MostVoltsShare * _supply.BufferVolts * _supply.Farads / worstAmps, careful);
        double seconds = Math.Min(Math.Min(_options.SliceCapSeconds, steady), Math.Min(RemainingSeconds, segment));
        (double? low, double? high) = _watched.Next(_device.VoltageWatch, _supply.BufferVolts);
        if (_device.IsAsleep)
        {
            // What a wake-up draws has no bound.
            seconds = Math.Min(seconds, careful);
        }
        else if (high is { } ceiling)
        {
            double safe = _supply.SafeSecondsBelow(ceiling, _options.SliceCapSeconds + OvershootSeconds) - OvershootSeconds;
            seconds = Math.Min(seconds, Math.Max(safe, careful));
            high = safe >= seconds ? null : high;
        }

        double floor = Math.Max(TurnOffVolts, low ?? 0);
        double safeSeconds = _supply.SafeSecondsAbove(floor, worstAmps) - (_unsettled.Total / worstAmps) - OvershootSeconds;
        if (!_supply.Options.Output.PassesCharge)
        {
            seconds = Math.Min(seconds, Math.Max(safeSeconds, careful));
        }

        bool looksAtEach = _options.ChecksEveryInstruction || _device.IsAsleep || high is not null;
        var slice = new Slice(_device, seconds, prices, worstAmps);
        _open = slice;
        (StopReason?, bool) result = looksAtEach ? Walk(slice, null, low, high) : safeSeconds < seconds ? Walk(slice, floor, low, high) : Stride(slice);
        _open = null;
        return result;
    }

    // No instruction goes further beyond where it is to end.
    private double OvershootSeconds => Cycles.Longest(_device.FramWaitStates) / (double)_device.Mclk.Hertz;

    // What the ADC finds between the ends of slices: as if the slice ended now.
    private double VoltsInSlice() => _open is { } slice && SecondsSince(slice) is > 0 and var seconds
        ? _supply.Peek(seconds, Cost(slice).Total + _unsettled.Total)
        : _supply.BufferVolts;

    // Nothing can fail before the slice ends.
    private (StopReason? Stop, bool IsOn) Stride(in Slice slice)
    {
        StopReason? stop = _device.RunWhileAwake(_options.MaxCycles, slice.End);
        Settle(slice, Cost(slice));
        return (stop is StopReason.Until ? null : stop, true);
    }

    // Looks at the voltage after each instruction after which it could be too low, or after each at all.
    private (StopReason? Stop, bool IsOn) Walk(in Slice slice, double? floor, double? low, double? high)
    {
        (double Seconds, double Coulombs) before = (0, _unsettled.Total);
        while (true)
        {
            StopReason? stop;
            if (floor is { } lowest && _supply.SafeLoadAfter(before.Seconds, before.Coulombs, lowest, slice.WorstAmps) is { Coulombs: > 0 } safe)
            {
                _device.JournalsWrites = false;
                long cycles = _device.Cycles;
                stop = _device.RunWithin(_options.MaxCycles, slice.End, slice.Prices.WithEachCycle(safe.BesidesAmps / _device.Mclk.Hertz), safe.Coulombs);
                if (_device.Cycles > cycles || stop is not StopReason.MaxCycles)
                {
                    PerActivity sum = Cost(slice);
                    if (IsOver(slice, stop))
                    {
                        return End(slice, stop, sum);
                    }

                    before = (SecondsSince(slice), sum.Total + _unsettled.Total);
                    continue;
                }
            }

            _device.JournalsWrites = true;
            stop = _device.RunWhileAwake(Math.Min(_options.MaxCycles, _device.Cycles + 1), slice.End);
            PerActivity charge = Cost(slice);
            (double Seconds, double Coulombs) now = (SecondsSince(slice), charge.Total + _unsettled.Total);
            double volts = VoltsAfter(now);
            if (volts < TurnOffVolts)
            {
                Tear(VoltsAfter(before), volts);
                _device.JournalsWrites = false;
                Settle(slice, charge);
                Fail();
                return (null, false);
            }

            before = now;
            if (IsOver(slice, stop) || volts <= low || volts >= high)
            {
                return End(slice, stop, charge);
            }
        }
    }

    private double VoltsAfter((double Seconds, double Coulombs) load) => load.Seconds > 0 ? _supply.Peek(load.Seconds, load.Coulombs) : _supply.BufferVolts;

    private bool IsOver(in Slice slice, StopReason? stop) => stop is not StopReason.MaxCycles || _device.Cycles >= _options.MaxCycles || _device.Now >= slice.End;

    private (StopReason? Stop, bool IsOn) End(in Slice slice, StopReason? stop, PerActivity charge)
    {
        _device.JournalsWrites = false;
        Settle(slice, charge);
        return (stop is StopReason.Until || (stop is StopReason.MaxCycles && _device.Cycles < _options.MaxCycles) ? null : stop, true);
    }

    // The supply fails between two accesses: of the instruction's writes only those took place that lie before the crossing, taking the
    // voltage as falling evenly over the instruction. A write that has begun completes.
    private void Tear(double voltsBefore, double voltsAfter)
    {
        int writes = _device.JournaledWrites;
        if (writes == 0)
        {
            return;
        }

        double share = (voltsBefore - _turnOffVolts) / (voltsBefore - voltsAfter);
        int kept = (int)Math.Clamp(share * writes, 0, writes);
        _device.UndoWritesAfter(kept);
        if (kept > 0 && kept < writes)
        {
            _tornInstructions++;
        }
    }

    private void Fail()
    {
        _supply.OutputEnabled = false;
        _unsettled = default;
        _device.LosePower();
        _powerFailures++;
        _offSince = _supply.TimeSeconds;
        _lowestOffVolts = _supply.BufferVolts;
        _recorder?.Event(_supply.TimeSeconds, RunEvent.PowerFailure, _supply.BufferVolts, _device.ProgramCounter);
    }

    // Of the slice so far, at the voltage at its start: the supply has not moved since.
    private PerActivity Cost(in Slice slice)
    {
        PerActivity charge = _prices.Price(slice.Ledger, _device.Ledger, _device.Cycles - slice.Cycles, SecondsSince(slice), _supply.OutputVolts);
        charge[(int)Activity.Module] = _prices.PriceModules(slice.Modules, PerModule.Of(_device), _supply.OutputVolts);
        return charge;
    }

    private double SecondsSince(in Slice slice) => (_device.Now - slice.Start).TotalSeconds;

    private void Settle(in Slice slice, PerActivity charge)
    {
        double seconds = SecondsSince(slice);
        if (seconds <= 0)
        {
            _unsettled.Add(charge, 1);
            return;
        }

        charge.Add(TakeUnsettled(), 1);
        double coulombs = charge.Total;
        double harvested = _supply.HarvestedJoules;
        double consumed = _supply.ConsumedJoules;
        double factor = _prices.VoltageFactor(_supply.OutputVolts);
        _open = null;
        _supply.Advance(seconds, coulombs);
        double joules = _supply.ConsumedJoules - consumed;
        Book(charge, coulombs, joules);
        _phases?.Book(_device.Cycles - slice.Cycles, seconds, charge, joules, 1 / factor);
        _onSeconds += seconds;
        Record(harvested, consumed, seconds, isOn: true);
        ShowVolts();
    }

    // The joules that the charge came to, shared out by charge.
    private void Book(PerActivity charge, double coulombs, double joules)
    {
        if (coulombs > 0)
        {
            _energy.Add(charge, joules / coulombs);
        }
    }

    private PerActivity TakeUnsettled()
    {
        PerActivity charge = _unsettled;
        _unsettled = default;
        return charge;
    }

    // What the chip's ADC and comparators find, and the warning line of the board's supervisor.
    private void ShowVolts()
    {
        _device.Volts = _watched.At(_supply.BufferVolts);
        bool warns = _supervisor.Warns(_supply.BufferVolts);
        if (warns && !_device.SupplyWarning)
        {
            _recorder?.Event(_supply.TimeSeconds, RunEvent.Warning, _supply.BufferVolts, _device.ProgramCounter);
        }

        _device.SupplyWarning = warns;
    }

    private CrossingResult Advance(double amps, double? rising, double? falling, double seconds, bool isOn)
    {
        double harvested = _supply.HarvestedJoules;
        double consumed = _supply.ConsumedJoules;
        CrossingResult result = _supply.AdvanceUntil(amps, rising, falling, seconds);
        Record(harvested, consumed, result.Seconds, isOn);
        return result;
    }

    // What was harvested and consumed before, and how long ago that was.
    private void Record(double harvested, double consumed, double seconds, bool isOn)
    {
        if (_recorder is not null && seconds > 0)
        {
            _recorder.Sample(new SupplySample(
                _supply.TimeSeconds,
                _supply.BufferVolts,
                isOn ? _supply.OutputVolts : 0,
                (_supply.HarvestedJoules - harvested) / seconds,
                (_supply.ConsumedJoules - consumed) / seconds,
                isOn));
        }
    }

    // Where a slice began, when it is to end, and what its work may cost at most.
    private readonly record struct Slice(ActivityLedger Ledger, PerModule Modules, long Cycles, SimTime Start, SimTime End, ActivityWeights Prices, double WorstAmps)
    {
        public Slice(Device device, double seconds, ActivityWeights prices, double worstAmps)
            : this(device.Ledger, PerModule.Of(device), device.Cycles, device.Now, device.Now + SimTime.FromSeconds(seconds), prices, worstAmps)
        {
        }
    }
}
