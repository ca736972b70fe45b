using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>A clock as a wire: on a pin, or as a timer's capture input. It costs an event for each edge, and none while nobody listens.</summary>
/// <remarks>High in the first half of a cycle; low while the clock is stopped.</remarks>
internal sealed class ClockSignal
{
    private readonly IDeviceControl _device;
    private readonly ClockLine _clock;
    private readonly Signal _wire;
    private readonly ScheduledEvent _edge;

    private ClockSignal(IDeviceControl device, ClockLine clock, Signal wire, Scheduler scheduler)
    {
        _device = device;
        _clock = clock;
        _wire = wire.DrivenBy(Refresh, () => Update(device.Now));
        _edge = scheduler.Register(clock.Name + " edge", Update);
        clock.Changed += () => Update(_device.Now);
    }

    public static void Connect(IDeviceControl device, Scheduler scheduler, SignalTable signals, params ReadOnlySpan<ClockLine> clocks)
    {
        foreach (ClockLine clock in clocks)
        {
            _ = new ClockSignal(device, clock, signals[clock.Name], scheduler);
        }
    }

    // With listeners every edge comes as an event, in its turn.
    private void Refresh()
    {
        if (!_wire.IsObserved)
        {
            Update(_device.Now);
        }
    }

    private void Update(SimTime now)
    {
        (bool isHigh, SimTime next) = At(now);
        _wire.Set(isHigh, now);
        _edge.At(_wire.IsObserved ? next : SimTime.MaxValue);
    }

    private (bool IsHigh, SimTime NextEdge) At(SimTime now)
    {
        if (_clock.Rate.IsStopped)
        {
            return (false, SimTime.MaxValue);
        }

        long count = _clock.CountAt(now);
        SimTime start = _clock.TimeOf(count);
        SimTime end = _clock.TimeOf(count + 1);
        SimTime middle = SimTime.FromPicoseconds((start.Picoseconds + end.Picoseconds) / 2);
        return now < middle ? (true, middle) : (false, end);
    }
}
