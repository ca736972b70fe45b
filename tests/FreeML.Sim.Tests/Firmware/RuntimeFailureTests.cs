namespace FreeML.Sim.Tests.Firmware;

/// <summary>Power fails at every instruction between two samples, with all that is in RAM turned to noise.</summary>
public sealed class RuntimeFailureTests
{
    public static TheoryData<string, int> Cases()
    {
        TheoryData<string, int> cases = [];
        foreach (string strategy in new[] { "freeml", "tiled", "checkpoint", "restart" })
        {
            cases.Add(strategy, 0);
            cases.Add(strategy, 4);
        }

        cases.Add("freeml", 1);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_result_is_neither_lost_nor_shown_twice_differently(string strategy, int policy)
    {
        // Confidence turns the first exit down and takes the second: all there is of decisions is on the way.
        RuntimeSettings settings = new() { Policy = (ushort)policy, FixedExit = 1, Costs = [(0, 0, 32767), (0, 0, 0)] };
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions, settings, seed: 5);
        using RuntimeBoard other = new(strategy, RuntimeNetworks.Additions, settings, seed: 6);
        RuntimeAnswer first = board.Infer(1, RuntimeNetworks.Sample.AsSpan());
        RuntimeAnswer second = board.Expected(RuntimeNetworks.OtherSample.AsSpan(), policy == 0 ? 2 : 1);
        board.PutSample(2, RuntimeNetworks.OtherSample.AsSpan());
        board.PullButton();
        int instructions = 0;
        bool sleeps = false;
        while (!sleeps)
        {
            board.Device.Step();
            instructions++;
            sleeps = board.Result == 2 && board.Phase == 1 && board.Device.IsAsleep;
            Fail();
        }

        Assert.InRange(instructions, 500, 20_000);

        void Fail()
        {
            byte[] shown = board.Shown(2);
            Assert.True(shown.Length > 0 || board.Result == 1, $"result {board.Result} after instruction {instructions}");
            uint boots = board.Boots;
            board.FailInto(other);
            other.RunUntilAsleep();
            Assert.True(other.Result == 2, $"result {other.Result} after a failure at instruction {instructions}");
            Assert.Equal(second, other.Answer);
            Assert.Equal(boots + 1, other.Boots);
            Assert.False(other.IsAsked);
            if (shown.Length > 0)
            {
                Assert.Equal(shown, other.Shown(2));
            }
        }
    }

    // The first exit is turned down at a voltage at which the second is taken; lives after a failure find another voltage, and keep to that.
    [Theory]
    [InlineData("freeml", 3.0)]
    [InlineData("freeml", 2.0)]
    [InlineData("checkpoint", 3.0)]
    [InlineData("tiled", 2.3)]
    public void A_decision_survives(string strategy, double laterVolts)
    {
        RuntimeSettings settings = new() { Policy = 2, Costs = [(Squared(2.2), 0, 0), (Squared(2.5), 0, 0)], Warning = 0 };
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions, settings, seed: 5);
        using RuntimeBoard other = new(strategy, RuntimeNetworks.Additions, settings, seed: 6);
        other.RunUntilAsleep();
        board.SetVolts(2.4);
        board.RunUntilAsleep();
        board.PutSample(1, RuntimeNetworks.Sample.AsSpan());
        board.PullButton();
        (int passed, int taken) = (0, 0);
        while (board.Result != 1)
        {
            board.Device.Step();
            (int step, int exit, int exitsPassed) = board.Position;
            board.FailInto(other);
            other.SetVolts(laterVolts);
            other.RunUntilAsleep();
            Assert.Equal((1, other.Expected(RuntimeNetworks.Sample.AsSpan(), other.Answer.Exit)), (other.Result, other.Answer));
            if (exit == 1)
            {
                Assert.Equal(1, other.Answer.Exit);
                taken++;
            }
            else if (exitsPassed == 1 && step != 0xFFFF)
            {
                Assert.Equal(laterVolts > 2.5 ? 2 : 1, other.Answer.Exit);
                passed++;
            }
        }

        Assert.True(passed > 100 && taken > 100, $"{passed} instructions after the first exit, {taken} after the second");
        Assert.Equal(1, board.Answer.Exit);
    }

    // Somebody asks for an answer, and power fails at every instruction from then on.
    [Theory]
    [InlineData("freeml")]
    [InlineData("checkpoint")]
    [InlineData("restart")]
    public void A_request_survives_until_it_is_answered(string strategy)
    {
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions, seed: 5);
        using RuntimeBoard other = new(strategy, RuntimeNetworks.Additions, seed: 6);
        other.RunUntilAsleep();
        board.RunUntilAsleep();
        board.PutSample(1, RuntimeNetworks.Sample.AsSpan());
        board.PullButton();
        board.StepUntil(() => board.Position.Step == 2 && IsInterruptible(board));
        board.AskForAnswer();
        while (!board.Device.IsAsleep)
        {
            board.Device.Step();
            int exit = board.Position.Exit;
            byte[] shown = board.Shown(1);
            board.FailInto(other);
            other.RunUntilAsleep();
            Assert.Equal((1, other.Expected(RuntimeNetworks.Sample.AsSpan(), other.Answer.Exit)), (other.Result, other.Answer));
            Assert.InRange(other.Answer.Exit, 0, 1);
            Assert.False(other.IsAsked);
            if (shown.Length > 0)
            {
                Assert.Equal(shown, other.Shown(1));
            }
            else if (exit != 0xFFFF && strategy != "restart")
            {
                Assert.Equal(exit, other.Answer.Exit);
            }
        }

        Assert.Equal((1, 1), (board.Result, board.Answer.Exit));
    }

    // The life after a failure is cut short, too, at every instruction, and so is the one after that at some.
    [Theory]
    [InlineData("freeml")]
    [InlineData("tiled")]
    [InlineData("checkpoint")]
    public void Starting_may_fail_as_well(string strategy)
    {
        RuntimeSettings settings = new() { Policy = 4, Costs = [(0, 0, 32767), (0, 0, 0)] };
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions, settings, seed: 5);
        using RuntimeBoard other = new(strategy, RuntimeNetworks.Additions, settings, seed: 6);
        using RuntimeBoard third = new(strategy, RuntimeNetworks.Additions, settings, seed: 7);
        RuntimeAnswer expected = board.Expected(RuntimeNetworks.OtherSample.AsSpan(), 1);
        board.Infer(1, RuntimeNetworks.Sample.AsSpan());
        board.PutSample(2, RuntimeNetworks.OtherSample.AsSpan());
        board.PullButton();
        Random random = new(1);
        while (board.Result != 2)
        {
            for (int n = random.Next(1, 400); n > 0; n--)
            {
                board.Device.Step();
            }

            board.FailInto(other);
            int most = random.Next(100, 2000);
            for (int n = 0; n < most; n++)
            {
                other.Device.Step();
                if (n % 23 == 0)
                {
                    other.FailInto(third);
                    third.RunUntilAsleep();
                    Assert.Equal((2, expected), (third.Result, third.Answer));
                }
            }
        }
    }

    // A capacitor that is far too small for a whole inference.
    [Theory]
    [InlineData("freeml", 3500)]
    [InlineData("tiled", 4000)]
    [InlineData("checkpoint", 6000)]
    public void Short_lives_get_through(string strategy, int cycles)
    {
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions, new RuntimeSettings { Megahertz = 1 });
        board.RunUntilAsleep();
        board.PutSample(1, RuntimeNetworks.Sample.AsSpan());
        int lives = 0;
        for (; board.Result != 1 || board.Phase != 1; lives++)
        {
            Assert.True(lives < 500, $"no progress at {board.Position}");
            board.FailPower();
            board.Device.Run(board.Device.Cycles + cycles);
        }

        Assert.Equal(board.Expected(RuntimeNetworks.Sample.AsSpan(), 2), board.Answer);
        Assert.True(lives > 2);
    }

    // An operation runs.
    private static bool IsInterruptible(RuntimeBoard board) => (board.Device.GetRegister(2) & 8) != 0;

    private static uint Squared(double volts)
    {
        uint count = (uint)(volts / 2 / 2.0 * 4096);
        return count * count;
    }
}
