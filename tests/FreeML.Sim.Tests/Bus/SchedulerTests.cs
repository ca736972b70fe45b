using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

public class SchedulerTests
{
    private readonly Scheduler _scheduler = new();
    private readonly List<string> _ran = [];

    [Fact]
    public void With_nothing_scheduled_the_next_time_is_never()
    {
        Assert.Equal(SimTime.MaxValue, _scheduler.NextTime);
        _scheduler.RunDue(SimTime.MaxValue);
    }

    [Fact]
    public void Events_run_in_order_of_time_and_then_of_registration()
    {
        ScheduledEvent a = Event("a");
        ScheduledEvent b = Event("b");
        ScheduledEvent c = Event("c");
        c.At(At(5));
        b.At(At(7));
        a.At(At(7));
        Assert.Equal(At(5), _scheduler.NextTime);
        _scheduler.RunDue(At(10));
        Assert.Equal(["c5", "a7", "b7"], _ran);
        Assert.Equal(SimTime.MaxValue, _scheduler.NextTime);
    }

    [Fact]
    public void Only_what_is_due_runs()
    {
        Event("a").At(At(5));
        Event("b").At(At(6));
        _scheduler.RunDue(At(5));
        Assert.Equal(["a5"], _ran);
        Assert.Equal(At(6), _scheduler.NextTime);
    }

    [Fact]
    public void Scheduling_again_moves_an_event()
    {
        ScheduledEvent a = Event("a");
        Event("b").At(At(6));
        a.At(At(5));
        a.At(At(9));
        Assert.Equal(At(9), a.Time);
        _scheduler.RunDue(At(20));
        Assert.Equal(["b6", "a9"], _ran);
    }

    [Fact]
    public void A_cancelled_event_does_not_run_and_can_be_scheduled_anew()
    {
        ScheduledEvent a = Event("a");
        ScheduledEvent b = Event("b");
        ScheduledEvent c = Event("c");
        a.At(At(1));
        b.At(At(2));
        c.At(At(3));
        b.Cancel();
        b.Cancel();
        Assert.False(b.IsScheduled);
        Assert.Equal(SimTime.MaxValue, b.Time);
        a.At(SimTime.MaxValue);
        _scheduler.RunDue(At(4));
        b.At(At(5));
        _scheduler.RunDue(At(5));
        Assert.Equal(["c3", "b5"], _ran);
    }

    [Fact]
    public void A_callback_may_schedule_itself_and_what_falls_due_runs_in_the_same_call()
    {
        ScheduledEvent? tick = null;
        int ticks = 0;
        tick = _scheduler.Register("tick", due =>
        {
            ticks++;
            tick!.At(due + At(10));
        });
        tick.At(At(10));
        _scheduler.RunDue(At(95));
        Assert.Equal(9, ticks);
        Assert.Equal(At(100), tick.Time);
    }

    [Fact]
    public void The_hook_tells_when_the_next_event_has_come_nearer()
    {
        int told = 0;
        _scheduler.Nearer = () => told++;
        ScheduledEvent a = Event("a");
        ScheduledEvent b = Event("b");
        a.At(At(10));
        Assert.Equal(1, told);
        b.At(At(20));
        Assert.Equal(1, told);
        b.At(At(5));
        Assert.Equal(2, told);
    }

    [Fact]
    public void Rescheduling_allocates_nothing()
    {
        ScheduledEvent a = Event("a");
        Event("b").At(At(1_000_000));
        a.At(At(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 1; i < 1000; i++)
        {
            a.At(At(i));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static SimTime At(long picoseconds) => SimTime.FromPicoseconds(picoseconds);

    private ScheduledEvent Event(string name) => _scheduler.Register(name, due => _ran.Add(name + due.Picoseconds));
}
