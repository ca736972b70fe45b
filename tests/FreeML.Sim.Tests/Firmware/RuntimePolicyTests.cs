namespace FreeML.Sim.Tests.Firmware;

/// <summary>Which exit answers: by number, by the voltage that is measured, by the time that is left, by how sure it is, because somebody asks.</summary>
public sealed class RuntimePolicyTests
{
    private const ushort Fixed = 1;
    private const ushort Energy = 2;
    private const ushort Deadline = 3;
    private const ushort Confidence = 4;

    private static ReadOnlySpan<short> Sample => RuntimeNetworks.Sample.AsSpan();

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 2)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 2)]
    public void A_fixed_exit_is_taken(int policy, int fixedExit, int expected)
    {
        expected = policy == 0 ? 2 : expected;
        using RuntimeBoard board = Board(new RuntimeSettings { Policy = (ushort)policy, FixedExit = (ushort)fixedExit });

        Assert.Equal(board.Expected(Sample, expected), board.Infer(1, Sample));
    }

    // Half of the voltage as a count of 2.0 V / 4096, squared.
    [Theory]
    [InlineData(31, 3.0, 2.2, 2.5, 2)]
    [InlineData(31, 2.4, 2.2, 2.5, 1)]
    [InlineData(31, 2.1, 2.2, 2.5, 0)]
    [InlineData(31, 2.51, 2.5, 2.5, 2)]
    [InlineData(31, 2.49, 2.5, 2.5, 0)]
    [InlineData(2, 3.0, 2.2, 2.5, 2)]
    [InlineData(2, 2.4, 2.2, 2.5, 1)]
    [InlineData(2, 2.1, 2.2, 2.5, 0)]
    [InlineData(2, 1.91, 1.9, 1.9, 2)]
    [InlineData(2, 1.89, 1.9, 1.8, 0)]
    public void An_exit_is_taken_when_energy_will_not_do_for_the_next_answer(int sense, double volts, double first, double second, int expected)
    {
        using RuntimeBoard board = Board(new RuntimeSettings { Policy = Energy, Sense = (ushort)sense, Costs = [(Squared(first), 0, 0), (Squared(second), 0, 0)] });
        board.SetVolts(volts);

        Assert.Equal(board.Expected(Sample, expected), board.Infer(1, Sample));
        Assert.InRange(board.Measured, (volts / 2 / 2.0 * 4096) - 2, (volts / 2 / 2.0 * 4096) + 2);
    }

    // The buffer is measured behind a converter that keeps the supply.
    [Fact]
    public void The_divider_measures_the_buffer_and_not_the_supply()
    {
        using RuntimeBoard board = Board(new RuntimeSettings { Policy = Energy, Sense = 2, Costs = [(Squared(2.2), 0, 0), (Squared(2.5), 0, 0)] });
        board.Device.Volts = (3.0, 2.3);

        Assert.Equal(1, board.Infer(1, Sample).Exit);
        Assert.InRange(board.Measured, 2353, 2357);
    }

    [Fact]
    public void A_supply_that_the_reference_cannot_work_from_is_measured_with_the_smaller_one()
    {
        using RuntimeBoard board = Board(new RuntimeSettings { Policy = Energy });
        for (int millivolts = 1850; millivolts < 2400; millivolts += 7)
        {
            board.SetVolts(millivolts / 1000.0);
            board.Infer(millivolts, Sample);

            Assert.InRange(board.Measured, (millivolts * 1.024) - 2, (millivolts * 1.024) + 2);
        }
    }

    [Fact]
    public void An_exit_is_taken_when_the_next_answer_would_be_late()
    {
        using RuntimeBoard never = Board(new RuntimeSettings { Megahertz = 1 });
        never.Infer(1, Sample);
        uint whole = never.Ticks;
        Assert.InRange(whole, 50u, 1000u);

        Assert.Equal(2, ExitTaken(2 * whole, 0, 0));
        Assert.Equal(2, ExitTaken(2 * whole, whole, whole));
        Assert.Equal(1, ExitTaken(2 * whole, whole, (2 * whole) - 10));
        Assert.Equal(0, ExitTaken(2 * whole, (2 * whole) - 1, 0));
        Assert.Equal(0, ExitTaken(1, 0, 0));
        Assert.Equal(0, ExitTaken(uint.MaxValue, uint.MaxValue, 0));
        Assert.Equal(2, ExitTaken(uint.MaxValue, uint.MaxValue - (2 * whole), 0));

        static int ExitTaken(uint deadline, uint first, uint second)
        {
            using RuntimeBoard board = Board(new RuntimeSettings { Megahertz = 1, Policy = Deadline, DeadlineTicks = deadline, Costs = [(0, first, 0), (0, second, 0)] });
            return board.Infer(1, Sample).Exit;
        }
    }

    // Time of earlier lives counts.
    [Fact]
    public void Time_before_a_power_failure_counts_against_the_deadline()
    {
        using RuntimeBoard board = Board(new RuntimeSettings { Megahertz = 1, Policy = Deadline, DeadlineTicks = 100_000, Costs = [(0, 0, 0), (0, 0, 0)] });
        board.RunUntilAsleep();
        board.PutSample(1, Sample);
        board.PullButton();
        board.StepUntil(() => board.Position.Step == 2);
        uint slot = board.Address("mailbox") + 46 + (16u * board.Device.PeekWord(board.Address("mailbox") + 44)) + 12;
        Assert.InRange(board.Device.PeekWord(slot), 20, 1000);
        board.Device.PokeWord(slot + 2, 2);
        board.FailPower();

        board.RunUntilAsleep();

        Assert.Equal((1, 1), (board.Answer.Exit, board.Failures));
        Assert.InRange(board.Ticks, 0x20000u, 0x20400u);
    }

    [Fact]
    public void An_answer_counts_as_certain_from_its_margin_on()
    {
        int first = Margin(0), second = Margin(1);
        Assert.True(first > 1 && second > 1);

        Assert.Equal(0, ExitTaken(first, 32767));
        Assert.Equal(1, ExitTaken(first + 1, second));
        Assert.Equal(2, ExitTaken(first + 1, second + 1));
        Assert.Equal(0, ExitTaken(-1, 0));
        Assert.Equal(0, ExitTaken(0, 0));

        static int Margin(int exit)
        {
            short[] logits = [.. RuntimeBoard.Expected(RuntimeNetworks.Additions, Sample, exit).Logits.OrderDescending()];
            return logits[0] - logits[1];
        }

        static int ExitTaken(int first, int second)
        {
            using RuntimeBoard board = Board(new RuntimeSettings { Policy = Confidence, Costs = [(0, 0, (short)first), (0, 0, (short)second)] });
            RuntimeAnswer answer = board.Infer(1, Sample);
            Assert.Equal(board.Expected(Sample, answer.Exit), answer);
            return answer.Exit;
        }
    }

    // At every instruction of an inference, or every few, somebody asks for an answer at once, with the button or without.
    [Theory]
    [InlineData("freeml", true, 1)]
    [InlineData("freeml", false, 7)]
    [InlineData("checkpoint", true, 17)]
    [InlineData("tiled", true, 7)]
    [InlineData("restart", true, 7)]
    public void An_answer_can_be_had_at_any_time(string strategy, bool presses, int stride)
    {
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions);
        RuntimeAnswer[] expected = [.. Enumerable.Range(0, 3).Select(exit => board.Expected(Sample, exit))];
        HashSet<int> taken = [];
        board.RunUntilAsleep();
        int number = 0;
        for (int steps = 0; ; steps += stride)
        {
            board.PutSample(++number, Sample);
            board.PullButton();
            int n = 0;
            for (; n < steps && board.Result != number; n++)
            {
                board.Device.Step();
            }

            if (board.Result == number)
            {
                break;
            }

            (int step, int exit, int passed) = board.Position;
            board.AskForAnswer();
            if (presses)
            {
                board.PullButton();
            }

            board.RunUntilAsleep();
            Assert.Equal(number, board.Result);
            Assert.False(board.IsAsked);
            Assert.Equal(expected[board.Answer.Exit], board.Answer);
            taken.Add(board.Answer.Exit);

            // In the first operation the first exit is the next one; later it is the last that was passed; the fourth operation spoils the second's.
            if (exit == 0xFFFF && step < 2)
            {
                Assert.Equal(0, board.Answer.Exit);
            }

            if (presses && exit == 0xFFFF && step == 3 && passed == 2)
            {
                Assert.Equal(2, board.Answer.Exit);
            }
        }

        Assert.Equal([0, 1, 2], taken.Order());
        Assert.True(number * stride > 500);
    }

    [Theory]
    [InlineData("freeml")]
    [InlineData("restart")]
    public void A_shared_head_answers_with_what_was_there_at_an_exit(string strategy)
    {
        ReadOnlySpan<short> picture = RuntimeNetworks.Picture.AsSpan();
        using RuntimeBoard board = new(strategy, RuntimeNetworks.SharedHead);
        RuntimeAnswer[] expected = [.. Enumerable.Range(0, 3).Select(exit => RuntimeBoard.Expected(RuntimeNetworks.SharedHead, RuntimeNetworks.Picture.AsSpan(), exit))];
        Assert.NotEqual(expected[0].Logits.ToArray(), expected[1].Logits.ToArray());
        Dictionary<int, HashSet<int>> taken = [];
        Assert.Equal(expected[2], board.Infer(1, picture));
        for (int number = 2, steps = 0; ; number++, steps += 11)
        {
            board.PutSample(number, picture);
            board.PullButton();
            for (int n = 0; n < steps && board.Phase != 6; n++)
            {
                board.Device.Step();
            }

            if (board.Phase == 6)
            {
                break;
            }

            (int step, int exit, int passed) = board.Position;
            board.AskForAnswer();
            board.PullButton();
            board.RunUntilAsleep();
            Assert.Equal(expected[board.Answer.Exit], board.Answer);
            if (exit == 0xFFFF && passed > 0)
            {
                taken.TryAdd(step, []);
                taken[step].Add(board.Answer.Exit);
            }
        }

        // While the first exit's map stands alone; while the second's is made; after that, as long as nothing is written over it.
        Assert.Contains(0, taken[4]);
        Assert.Contains(0, taken[5]);
        Assert.Equal([1], taken[6]);
        Assert.Equal([1], taken[7]);
        Assert.Contains(1, taken[8]);
    }

    // The press leaves the operation under way, which would take longer than what is left to do.
    [Fact]
    public void The_button_does_not_wait_for_the_operation_under_way()
    {
        using RuntimeBoard board = Board(new RuntimeSettings());
        board.RunUntilAsleep();
        board.PutSample(1, Sample);
        board.PullButton();
        board.StepUntil(() => board.Position == (2, 0xFFFF, 1) && (board.Device.GetRegister(2) & 8) != 0);
        board.AskForAnswer();
        board.PullButton();

        board.RunUntilAsleep();

        Assert.Equal(board.Expected(Sample, 0), board.Answer);
    }

    private static RuntimeBoard Board(RuntimeSettings settings) => new("freeml", RuntimeNetworks.Additions, settings);

    private static uint Squared(double volts)
    {
        uint count = (uint)(volts / 2 / 2.0 * 4096);
        return count * count;
    }
}
