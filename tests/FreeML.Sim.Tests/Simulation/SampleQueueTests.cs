using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Tests.Simulation;

public sealed class SampleQueueTests
{
    [Fact]
    public void Back_to_back_there_is_always_one()
    {
        SampleQueue queue = new(new Arrivals());

        Assert.Equal((0L, 1.5), queue.Take(1.5));
        Assert.Equal((1L, 9.0), queue.Take(9));
        Assert.Equal(0, queue.Dropped);
        Assert.False(queue.IsExhausted);
    }

    [Fact]
    public void Those_that_find_the_queue_full_are_dropped()
    {
        SampleQueue queue = new(new Arrivals { Mode = ArrivalMode.Periodic, PeriodSeconds = 1, Queue = 2 });

        Assert.Equal((0L, 0.0), queue.Take(0));
        Assert.Null(queue.Take(0.5));
        Assert.Equal(1, queue.NextSeconds);

        // 1 and 2 wait; 3 and 4 found no place.
        Assert.Equal((1L, 1.0), queue.Take(4.5));
        Assert.Equal(2, queue.Dropped);
        Assert.Equal((2L, 2.0), queue.Take(4.5));
        Assert.Equal((5L, 5.0), queue.Take(5));
        Assert.Equal(2, queue.Dropped);
    }

    [Fact]
    public void Events_come_to_an_end()
    {
        SampleQueue queue = new(new Arrivals { Mode = ArrivalMode.OnEvent, Times = [0.5, 0.5, 3], Queue = 1 });

        Assert.Null(queue.Take(0));
        Assert.Equal((0L, 0.5), queue.Take(1));
        Assert.Equal(1, queue.Dropped);
        Assert.False(queue.IsExhausted);
        Assert.Equal((2L, 3.0), queue.Take(3));
        Assert.True(queue.IsExhausted);
        Assert.Null(queue.Take(100));
    }
}
