using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

public class InterruptControllerTests
{
    private const uint Wdt = 0xFFF2;
    private const uint Timer = 0xFFEA;

    private readonly InterruptController _controller = new();

    [Fact]
    public void Nothing_is_pending_at_first()
    {
        Assert.Equal(0UL, _controller.Pending);
        Assert.False(_controller.IsPending(true));
        Assert.Equal(0u, _controller.Highest(true));
    }

    [Fact]
    public void The_highest_address_wins()
    {
        _controller.Request(Timer);
        _controller.Request(Wdt);
        Assert.Equal(Wdt, _controller.Highest(true));
        _controller.Clear(Wdt);
        Assert.Equal(Timer, _controller.Highest(true));
        Assert.True(_controller.IsRequested(Timer));
        Assert.False(_controller.IsRequested(Wdt));
    }

    [Fact]
    public void Every_vector_has_its_own_bit()
    {
        for (uint vector = InterruptController.FirstVector; vector <= InterruptController.SystemNmi; vector += 2)
        {
            _controller.Clear();
            _controller.Request(vector);
            Assert.Equal(1UL << (int)((vector - InterruptController.FirstVector) / 2), _controller.Pending);
            Assert.Equal(vector, _controller.Highest(true));
        }
    }

    [Fact]
    public void Gie_masks_all_but_the_non_maskable()
    {
        _controller.Request(Wdt);
        Assert.False(_controller.IsPending(false));
        Assert.Equal(0u, _controller.Highest(false));
        _controller.Request(InterruptController.UserNmi);
        Assert.True(_controller.IsPending(false));
        Assert.Equal(InterruptController.UserNmi, _controller.Highest(false));
        _controller.Request(InterruptController.SystemNmi);
        Assert.Equal(InterruptController.SystemNmi, _controller.Highest(false));
    }

    [Fact]
    public void A_non_maskable_interrupt_is_not_taken_again_before_its_return()
    {
        _controller.Request(InterruptController.UserNmi);
        _controller.Acknowledge(InterruptController.UserNmi);
        Assert.False(_controller.IsPending(false));

        // The system NMI is another level, and may interrupt.
        _controller.Request(InterruptController.SystemNmi);
        Assert.Equal(InterruptController.SystemNmi, _controller.Highest(false));
        _controller.Acknowledge(InterruptController.SystemNmi);
        Assert.False(_controller.IsPending(false));

        _controller.Return();
        Assert.Equal(InterruptController.SystemNmi, _controller.Highest(false));
        _controller.Clear(InterruptController.SystemNmi);
        _controller.Return();
        Assert.Equal(InterruptController.UserNmi, _controller.Highest(false));
    }

    [Fact]
    public void A_maskable_interrupt_stays_pending_while_its_flag_does()
    {
        _controller.Request(Wdt);
        _controller.Acknowledge(Wdt);
        Assert.Equal(Wdt, _controller.Highest(true));
    }

    [Fact]
    public void Acknowledging_calls_the_owner()
    {
        InterruptLine? line = null;
        line = _controller.Connect(Wdt, "WDT", () => line!.Clear());
        line.Set();
        _controller.Acknowledge(Wdt);
        Assert.Equal(0UL, _controller.Requested);
        line.Assign(true);
        Assert.True(_controller.IsRequested(Wdt));
        line.Assign(false);
        Assert.False(_controller.IsRequested(Wdt));
    }

    [Fact]
    public void A_vector_has_one_owner()
    {
        _controller.Connect(Wdt, "WDT");
        Assert.Contains("WDT", Assert.Throws<InvalidOperationException>(() => _controller.Connect(Wdt, "other")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hook_tells_of_new_requests_only()
    {
        int raised = 0;
        _controller.Raised = () => raised++;
        _controller.Request(Wdt);
        _controller.Request(Wdt);
        Assert.Equal(1, raised);
        _controller.Clear(Wdt);
        _controller.Request(Wdt);
        Assert.Equal(2, raised);
    }

    [Theory]
    [InlineData(0xFF8E)]
    [InlineData(0xFFFE)]
    [InlineData(0xFFF3)]
    [InlineData(0x1_0000)]
    public void What_is_no_vector_is_refused(uint vector) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _controller.Request(vector));

    [Fact]
    public void A_reset_forgets_everything()
    {
        _controller.Request(Wdt);
        _controller.Request(InterruptController.SystemNmi);
        _controller.Acknowledge(InterruptController.SystemNmi);
        _controller.Clear();
        Assert.Equal(0UL, _controller.Requested);
        _controller.Request(InterruptController.SystemNmi);
        Assert.True(_controller.IsPending(false));
    }
}
