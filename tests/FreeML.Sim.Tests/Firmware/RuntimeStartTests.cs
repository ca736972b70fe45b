using System.Text;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>How the runtimes start, and how they speak to the world.</summary>
public sealed class RuntimeStartTests
{
    public static TheoryData<string> Strategies => ["freeml", "tiled", "checkpoint", "restart"];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void An_image_that_was_not_bound_stops_and_says_so(string strategy)
    {
        using Device device = new(Msp430.Devices.DeviceCatalogue.Find("msp430fr5994"), seed: 3);
        device.Load(RuntimeBoard.Image(strategy));

        Assert.Equal(StopReason.Parked, device.Run(1_000_000));

        Assert.True(RuntimeBoard.Image(strategy).TryGetSymbol("mailbox", out Msp430.Loading.ImageSymbol? mailbox));
        Assert.Equal([0x4D46, 1, 3, 1], Enumerable.Range(0, 4).Select(i => (int)device.PeekWord(mailbox.Value + (2 * (uint)i))));
        Assert.Empty(device.Notes);
    }

    public static TheoryData<string, int> WrongSettings() => new()
    {
        { "magic", 2 }, { "version", 2 }, { "tables", 1 }, { "arena", 1 }, { "clock", 3 }, { "no network there", 4 }, { "policy", 5 }, { "exits", 5 }, { "sense", 6 }, { "tiles", 7 },
    };

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void A_wrong_configuration_stops_it_with_its_number(string what, int error)
    {
        RuntimeSettings right = new();
        RuntimeSettings wrong = what switch
        {
            "magic" => right with { Magic = 0 },
            "version" => right with { Version = 2 },
            "tables" => right with { Tables = 0 },
            "arena" => right with { Arena = 0 },
            "clock" => right with { Megahertz = 4 },
            "no network there" => right with { Tables = RuntimeBoard.Arena },
            "policy" => right with { Policy = 5 },
            "exits" => right with { Policy = 2, Exits = 0 },
            "sense" => right with { Sense = 3 },
            _ => right with { Tiles = 0 },
        };
        using RuntimeBoard board = new("tiled", RuntimeNetworks.Additions, wrong);

        board.RunUntilAsleep();

        Assert.Equal((3, error), (board.State, board.Error));
        Assert.Equal(1u, board.Boots);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Samples_are_answered_one_after_the_other(string strategy)
    {
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions);

        Assert.Equal(board.Expected(RuntimeNetworks.Sample.AsSpan(), 2), board.Infer(1, RuntimeNetworks.Sample.AsSpan()));
        Assert.Equal(board.Expected(RuntimeNetworks.OtherSample.AsSpan(), 2), board.Infer(2, RuntimeNetworks.OtherSample.AsSpan()));
        Assert.Equal(board.Expected(RuntimeNetworks.Sample.AsSpan(), 2), board.Infer(65535, RuntimeNetworks.Sample.AsSpan()));
        Assert.Equal((1, 1, 4), (board.State, board.Phase, board.Device.EffectiveLowPowerMode));
        Assert.Empty(board.Device.Notes);
    }

    [Fact]
    public void A_sample_may_be_put_before_the_runtime_looks()
    {
        using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions);
        board.StepUntil(() => board.Phase == 1);
        board.PutSample(7, RuntimeNetworks.Sample.AsSpan());

        board.RunUntilAsleep();

        Assert.Equal(7, board.Result);
    }

    [Fact]
    public void The_button_does_not_make_a_sample()
    {
        using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions);
        board.RunUntilAsleep();
        board.PullButton();

        board.RunUntilAsleep();

        Assert.Equal((0, 1, 1u), (board.Result, board.State, board.Boots));
    }

    // Wherever the button falls between the comparison and the sleep, the sample is seen.
    [Fact]
    public void No_press_of_the_button_is_missed()
    {
        for (int steps = 0; steps < 60; steps++)
        {
            using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions);
            board.StepUntil(() => board.Phase == 1);
            for (int n = 0; n < steps; n++)
            {
                board.Device.Step();
            }

            board.PutSample(1, RuntimeNetworks.Sample.AsSpan());
            board.PullButton();
            board.RunUntilAsleep();

            Assert.Equal(1, board.Result);
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(8, 0)]
    [InlineData(16, 1)]
    public void Every_clock_counts_on_time_alike(int megahertz, int waitStates)
    {
        using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions, new RuntimeSettings { Megahertz = (ushort)megahertz });
        board.RunUntilAsleep();
        board.PutSample(1, RuntimeNetworks.Sample.AsSpan());
        board.PullButton();
        board.StepUntil(() => board.Phase == 2);
        SimTime started = board.Device.Now;
        Assert.Equal((megahertz * 1e6, 1e6, waitStates), (board.Device.Mclk.Hertz, board.Device.Smclk.Hertz, board.Device.FramWaitStates));
        board.StepUntil(() => board.Phase == 6);
        double seconds = (board.Device.Now - started).TotalSeconds;

        board.RunUntilAsleep();

        Assert.Equal(board.Expected(RuntimeNetworks.Sample.AsSpan(), 2), board.Answer);
        double slack = 200e-6 + (500e-6 / megahertz);
        Assert.InRange(board.Ticks / 15625.0, seconds - slack, seconds + slack);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    public void A_line_is_printed_for_each_result(int megahertz)
    {
        using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions, new RuntimeSettings { Megahertz = (ushort)megahertz, Flags = 1 });
        StringBuilder text = new();
        board.Device.Uarts[0].Sent += (character, _) => text.Append((char)character);
        SimTime started = board.Device.Now;

        RuntimeAnswer first = board.Infer(12, RuntimeNetworks.Sample.AsSpan());
        RuntimeAnswer second = board.Infer(60305, RuntimeNetworks.OtherSample.AsSpan());

        Assert.Equal($"sample 12 class {first.Answer} exit 2 boots 1\r\nsample 60305 class {second.Answer} exit 2 boots 1\r\n", text.ToString());
        double bits = 10.0 * text.Length / (megahertz == 1 ? 9600 : 115200);
        Assert.InRange((board.Device.Now - started).TotalSeconds, bits, bits + 0.05);
    }

    [Fact]
    public void Phases_come_in_their_order()
    {
        using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions, new RuntimeSettings { Policy = 2, Sense = 2, Costs = [(0, 0, 0), (uint.MaxValue, 0, 0)] });
        List<int> phases = [board.Phase];
        board.PutSample(1, []);
        board.StepUntil(
            () =>
            {
                if (board.Phase != phases[^1])
                {
                    phases.Add(board.Phase);
                }

                return board.Result == 1 && board.Phase == 1;
            });

        Assert.Equal([0, 1, 2, 5, 2, 5, 3, 6, 1], phases);
    }

    [Fact]
    public void Starts_are_counted_past_sixteen_bits_without_losing_one()
    {
        using RuntimeBoard board = new("freeml", RuntimeNetworks.Additions);
        uint boots = board.Address("mailbox") + 32;
        uint carried = board.Address("carried");
        for (int steps = 0; ; steps++)
        {
            board.Device.PokeWord(boots, 0xFFFF);
            board.Device.PokeWord(boots + 2, 7);
            board.Device.PokeWord(carried, 0);
            board.FailPower();
            for (int n = 0; n < steps; n++)
            {
                board.Device.Step();
            }

            bool counted = board.Boots == 0x80000;
            board.FailPower();
            board.RunUntilAsleep();
            Assert.Equal(counted ? 0x80001u : 0x80000u, board.Boots);
            if (counted && board.State == 1 && steps > 2000)
            {
                break;
            }
        }
    }

    // Each life begins with it: nothing is left for work if it takes long.
    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_start_is_short(string strategy)
    {
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions);
        board.StepUntil(() => board.Phase == 1);
        Assert.InRange(board.Device.Cycles, 100, 1000);
        board.RunUntilAsleep();
        board.PutSample(1, RuntimeNetworks.Sample.AsSpan());
        board.PullButton();
        board.StepUntil(() => board.Position.Step == 2);
        board.FailPower();
        long cycles = board.Device.Cycles;
        board.StepUntil(() => board.Phase == 2);
        Assert.InRange(board.Device.Cycles - cycles, 100, 1500);
    }
}
