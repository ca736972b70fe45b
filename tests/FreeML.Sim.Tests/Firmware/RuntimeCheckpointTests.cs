using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The checkpoint strategy: all of the CPU, the multiplier and RAM is saved when the supply begins to fail, and is there again afterwards.</summary>
public sealed class RuntimeCheckpointTests
{
    private const double High = 3.0;
    private const double Low = 2.0;
    private const int Saves = 4;

    private static ReadOnlySpan<short> Sample => RuntimeNetworks.Sample.AsSpan();

    // Warned before every instruction (at 1 MHz the comparator takes a few), with the supply back in time, or lost.
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Work_goes_on_where_the_warning_found_it(int stride, bool fails)
    {
        using RuntimeBoard board = Board();
        (int warnings, HashSet<uint> places) = (0, []);
        board.RunUntilAsleep();
        board.PutSample(1, Sample);
        board.PullButton();
        while (board.Result != 1)
        {
            for (int n = 0; n < stride; n++)
            {
                board.Device.Step();
            }

            if (Warn(board) is { } place)
            {
                places.Add(place);
                warnings++;
                if (fails)
                {
                    board.FailPower();
                }

                board.SetVolts(High);
                board.StepUntil(() => board.Phase is 2 or 3 or 6);
            }
        }

        board.RunUntilAsleep();
        Assert.Equal(board.Expected(Sample, 2), board.Answer);
        Assert.Equal(fails ? warnings : 0, board.Failures);
        Assert.True(places.Count > 30, $"warned at {places.Count} places");
    }

    private static RuntimeBoard Board(RuntimeSettings? settings = null) =>
        new("checkpoint", RuntimeNetworks.Additions, settings ?? new RuntimeSettings { Megahertz = 1 });

    // The supply falls below the level; the address at which work was interrupted, or null if it was no time to save.
    private static uint? Warn(RuntimeBoard board)
    {
        board.SetVolts(Low);
        uint handler = board.Address("on_comparator");
        uint? place = null;
        for (int n = 0; n < 20_000 && !board.Device.IsAsleep && board.Result != 1; n++)
        {
            if (board.Device.ProgramCounter == handler)
            {
                uint stack = board.Device.GetRegister(1);
                place = board.Device.PeekWord(stack + 2);
            }

            board.Device.Step();
        }

        if (board.Phase == Saves && board.Device.IsAsleep)
        {
            return place;
        }

        board.SetVolts(High);
        return null;
    }
}
