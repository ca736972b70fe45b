using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>WDT_A: WDTCTL at 0x015C. A watchdog, or an interval timer.</summary>
/// <remarks>
/// Source: SLAU367 chapter WDT_A. The counter is computed from its clock, never ticked. X_CLK is taken to be VLOCLK (inferred). An
/// interval timer reaches its interrupt through WDTIFG and WDTIE in the special function registers.
/// </remarks>
public sealed class Watchdog : Peripheral
{
    /// <summary>The bit of the counter that expires, by WDTIS.</summary>
    private static readonly int[] IntervalBits = [31, 27, 23, 19, 15, 13, 9, 6];

    private readonly IDeviceControl _device;
    private readonly ClockLine[] _sources;
    private readonly ScheduledEvent _expiry;
    private readonly InterruptLine _interrupt;
    private readonly SystemModule _system;

    private Field _hold;
    private Field _source;
    private Field _intervalMode;
    private Field _interval;
    private Field _flag;
    private Field _enable;

    // The clock being counted, or null while held; the counter is clock.CountAt(now) - _origin, or _held.
    private ClockLine? _clock;
    private long _origin;
    private long _held;

    /// <summary>WDT_A.</summary>
    /// <param name="device">The device.</param>
    /// <param name="system">Where WDTIFG and WDTIE are; attached to the bus before.</param>
    /// <param name="clocks">Its clocks.</param>
    /// <param name="scheduler">For its expiry.</param>
    /// <param name="interrupts">For the interval timer's interrupt.</param>
    /// <param name="vector">Its vector.</param>
    public Watchdog(IDeviceControl device, SystemModule system, ClockSystem clocks, Scheduler scheduler, InterruptController interrupts, uint vector)
        : base("WDT", 0x015C)
    {
        _device = device;
        _system = system;
        _sources = [clocks.Smclk, clocks.Aclk, clocks.Vlo, clocks.Vlo];
        _expiry = scheduler.Register("WDT", Expire);
        _interrupt = interrupts.Connect(vector, "WDT", Acknowledged);
        foreach (ClockLine source in _sources.Distinct())
        {
            source.Changed += () =>
            {
                if (_clock == source)
                {
                    Schedule();
                }
            };
        }
    }

    /// <summary>Whether it runs in watchdog mode: this blocks LPMx.5.</summary>
    public bool IsWatching => !_hold.IsSet && !_intervalMode.IsSet;

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        _held = 0;
        if (_clock is not null)
        {
            _origin = _clock.CountAt(_device.Now);
        }

        Reconfigure();
        UpdateInterrupt();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        _system.ConnectWatchdog(UpdateInterrupt, out _flag, out _enable);
        map.Word(0x00, "WDTCTL")
            .PasswordEachWrite(0x5A, 0x69, byteReadsGiveLowByte: true, () => _device.RequestReset(ResetKind.Puc, ResetCause.WatchdogPassword))
            .Field(0, 3, "WDTIS", out _interval, reset: 4)
            .Field(3, 1, "WDTCNTCL", Access.WriteOnlyReadsZero, onWrite: Clear)
            .Field(4, 1, "WDTTMSEL", out _intervalMode)
            .Field(5, 2, "WDTSSEL", out _source)
            .Field(7, 1, "WDTHOLD", out _hold)
            .OnWritten(Reconfigure);
    }

    private void Clear(int clear)
    {
        if (clear != 0)
        {
            _held = 0;
            _origin = _clock?.CountAt(_device.Now) ?? 0;
        }
    }

    // Follows WDTHOLD, WDTSSEL and WDTIS; the count goes on where it was.
    private void Reconfigure()
    {
        SimTime now = _device.Now;
        ClockLine? clock = _hold.IsSet ? null : _sources[_source.Value];
        if (clock != _clock)
        {
            if (_clock is not null)
            {
                _held = _clock.CountAt(now) - _origin;
                _clock.Release();
            }

            _clock = clock;
            if (clock is not null)
            {
                clock.Request();
                _origin = clock.CountAt(now) - _held;
            }
        }

        Schedule();
    }

    private void Schedule()
    {
        if (_clock is null)
        {
            _expiry.Cancel();
            return;
        }

        long counted = _clock.CountAt(_device.Now) - _origin;
        int bit = IntervalBits[_interval.Value];
        long next = ((counted >> bit) + 1) << bit;
        _expiry.At(_clock.TimeOf(_origin + next));
    }

    private void Expire(SimTime due)
    {
        _flag.Set();
        if (_intervalMode.IsSet)
        {
            UpdateInterrupt();
            ScheduleAfter(due);
        }
        else
        {
            _device.RequestReset(ResetKind.Puc, ResetCause.WatchdogTimeout);
        }
    }

    // The engine may be past the due time already; the next expiry counts from it all the same.
    private void ScheduleAfter(SimTime due)
    {
        if (_clock is not null)
        {
            int bit = IntervalBits[_interval.Value];
            long next = (((_clock.CountAt(due) - _origin) >> bit) + 1) << bit;
            _expiry.At(_clock.TimeOf(_origin + next));
        }
    }

    private void Acknowledged()
    {
        if (_intervalMode.IsSet)
        {
            _flag.Clear();
        }

        UpdateInterrupt();
    }

    private void UpdateInterrupt() => _interrupt.Assign(_intervalMode.IsSet && _flag.IsSet && _enable.IsSet);
}
