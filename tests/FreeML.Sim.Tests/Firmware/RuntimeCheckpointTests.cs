using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Simulation;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The checkpoint strategy: all of the CPU, the multiplier and RAM is saved when the supply begins to fail, and is there again afterwards.</summary>
public sealed class RuntimeCheckpointTests
{
    private const double High = 3.0;
    private const double Low = 2.0;
    private const double Between = 2.2;
    private const int Saves = 4;
    private const uint Mpy32Control = 0x04EC;
    private const uint Operand2 = 0x04C8;
    private const uint Ram = 0x1C00;
    private const uint Rows = 0x2C00;
    private const int StatusRegister = 2;

    private static readonly (uint, ushort)[] Clean = [(Mpy32Control, 0), (0x4E4, 0), (0x4E6, 0), (0x4E8, 0), (0x4EA, 0)];

    private static ReadOnlySpan<short> Sample => RuntimeNetworks.Sample.AsSpan();

    public static TheoryData<string, (uint, ushort)[], (uint, ushort)[]> Multiplications() => new()
    {
        { "16 bits, signed, summed", [(0x4E4, 0x8000), (0x4E6, 3), (0x4C6, 0x8123)], [(Operand2, 0x7FFF)] },
        { "16 bits, unsigned", [(0x4C0, 0xFFFF)], [(Operand2, 0xFFFE)] },
        { "16 bits, unsigned, summed", [(0x4E4, 0xFFFF), (0x4E6, 0x00FF), (0x4C4, 0xFEDC)], [(Operand2, 0x1234)] },
        { "a first operand of 32 bits", [(0x4E4, 5), (0x4E6, 6), (0x4E8, 7), (0x4EA, 8), (0x4DC, 0x1357), (0x4DE, 0x9BDF)], [(Operand2, 0x8765)] },
        { "a second operand of 32 bits, begun", [(0x4D4, 0x1357), (0x4D6, 0x9BDF), (0x4E0, 0x2468)], [(0x4E2, 0xACE0)] },
        { "a second operand of 32 bits", [(0x4D0, 0x1357)], [(0x4E0, 0x2468), (0x4E2, 0xACE0)] },
        { "fractions", [(Mpy32Control, 4), (0x4C2, 0x4000)], [(Operand2, 0x6000)] },
        { "saturation", [(Mpy32Control, 8), (0x4E4, 0xFFFF), (0x4E6, 0x7FFE), (0x4C6, 0x7FFF)], [(Operand2, 0x7FFF)] },
        { "a result", [(Mpy32Control, 4), (0x4C2, 0x8000), (Operand2, 0x8000)], [] },
        { "the first operand again", [(0x4C6, 0x0101), (Operand2, 0x10)], [(Operand2, 0x20)] },
    };

    // Warned before every instruction (at 1 MHz the comparator takes a few), with the supply back in time, or lost.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Work_goes_on_where_the_warning_found_it(bool fails)
    {
        HashSet<uint> places = [];
        for (int stride = 3; stride < 6; stride++)
        {
            using RuntimeBoard board = Board();
            int warnings = 0;
            PutSample(board);
            while (board.Result != 1)
            {
                Step(board, stride);
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
        }

        using RuntimeBoard any = Board();
        Assert.True(places.Count > 50, $"warned at {places.Count} places");
        Assert.Contains(places, place => IsSecondOperand(any, place));
    }

    // Also while it is saving or bringing back, at every instruction; the older of two checkpoints may be there or not.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Saving_may_fail_and_so_may_bringing_back(int before)
    {
        using RuntimeBoard board = Board();
        using RuntimeBoard other = Board(seed: 9);
        RuntimeAnswer expected = board.Expected(Sample, 2);
        other.RunUntilAsleep();
        PutSample(board);
        board.StepUntil(() => board.Position.Step == 2);
        for (int n = 0; n < before; n++)
        {
            Assert.NotNull(Warn(board));
            board.FailPower();
            board.SetVolts(High);
            board.StepUntil(() => board.Phase == 2);
            Step(board, 20);
        }

        board.SetVolts(Low);
        board.StepUntil(() => board.Phase == Saves);
        int cuts = 0;
        for (; !board.Device.IsAsleep; cuts++)
        {
            board.Device.Step();
            Cut();
        }

        board.FailPower();
        board.SetVolts(High);
        for (; board.Phase != 2; cuts++)
        {
            board.Device.Step();
            Cut();
        }

        board.RunUntilAsleep();
        Assert.Equal(expected, board.Answer);
        Assert.True(cuts > 500, $"{cuts} instructions");

        void Cut()
        {
            board.FailInto(other);
            other.SetVolts(High);
            other.RunUntilAsleep();
            Assert.Equal((1, expected), (other.Result, other.Answer));
        }
    }

    [Theory]
    [MemberData(nameof(Multiplications))]
    public void A_multiplication_goes_on_in_the_next_life(string what, (uint, ushort)[] before, (uint, ushort)[] after)
    {
        using Device reference = new(DeviceCatalogue.Find("msp430fr5994"));
        Write(reference, Clean);
        Write(reference, before);
        Idle(reference);
        Write(reference, after);
        Idle(reference);
        using RuntimeBoard board = Board();
        uint place = WarnAtHandler(board);
        Write(board.Device, Clean);
        Write(board.Device, before);

        LiveAgain(board, place);

        Write(board.Device, after);
        Idle(board.Device);
        Assert.True(Results(reference).SequenceEqual(Results(board.Device)), what);
    }

    [Fact]
    public void Registers_and_RAM_are_brought_back_to_the_last_bit()
    {
        using RuntimeBoard board = Board();
        uint place = WarnAtHandler(board);
        Random random = new(4);
        uint[] registers = [.. Enumerable.Range(0, 16).Select(_ => (uint)random.Next(0x100000))];
        byte[] rows = new byte[0x1000];
        random.NextBytes(rows);
        board.Device.Poke(Rows, rows);
        board.Device.PokeWord(board.Address("rows_used"), (ushort)rows.Length);
        for (int register = 4; register < 16; register++)
        {
            board.Device.SetRegister(register, registers[register]);
        }

        uint stack = board.Device.GetRegister(1);
        int status = board.Device.PeekWord(stack);
        byte[] variables = Read(board, Ram, board.Address("__end") - Ram);
        byte[] above = Read(board, stack + 4, Rows - stack - 4);

        LiveAgain(board, place);

        Assert.Equal(registers[4..], Enumerable.Range(4, 12).Select(board.Device.GetRegister));
        Assert.Equal(stack + 4, board.Device.GetRegister(1));
        Assert.Equal(status & 0xFFF, (int)board.Device.GetRegister(StatusRegister));
        Assert.Equal(variables, Read(board, Ram, (uint)variables.Length));
        Assert.Equal(above, Read(board, stack + 4, (uint)above.Length));
        Assert.Equal(rows, Read(board, Rows, (uint)rows.Length));
        Assert.Equal(2, board.Phase);
    }

    [Fact]
    public void It_sleeps_until_the_supply_is_well_above_the_warning()
    {
        using RuntimeBoard board = Board();
        PutSample(board);
        board.StepUntil(() => board.Phase == 2);
        Step(board, 50);
        Assert.NotNull(Warn(board));

        board.SetVolts(Between);
        board.RunUntilAsleep();
        Assert.Equal((Saves, 4), (board.Phase, board.Device.EffectiveLowPowerMode));
        board.PullButton();
        board.RunUntilAsleep();
        Assert.Equal(Saves, board.Phase);
        board.SetVolts(2.4);
        board.RunUntilAsleep();

        Assert.Equal((1, 0), (board.Result, board.Failures));
        Assert.Equal(board.Expected(Sample, 2), board.Answer);
    }

    // The same number again, much later, at the same operation: what was saved then is not what belongs there.
    [Fact]
    public void A_checkpoint_of_an_earlier_sample_is_never_taken()
    {
        using RuntimeBoard board = Board();
        PutSample(board);
        board.StepUntil(() => board.Position.Step == 2);
        Assert.NotNull(Warn(board));
        board.SetVolts(High);
        board.RunUntilAsleep();
        board.Infer(2, Sample);
        board.PutSample(1, RuntimeNetworks.OtherSample.AsSpan());
        board.PullButton();
        board.StepUntil(() => board.Position.Step == 2);
        board.FailPower();

        board.RunUntilAsleep();

        Assert.Equal(board.Expected(RuntimeNetworks.OtherSample.AsSpan(), 2), board.Answer);
    }

    // Saved work counts: on-time goes on from where it was.
    [Fact]
    public void On_time_is_saved_as_well()
    {
        using RuntimeBoard whole = Board();
        PutSample(whole);
        whole.RunUntilAsleep();
        uint ticks = whole.Ticks;
        using RuntimeBoard board = Board();
        PutSample(board);
        board.StepUntil(() => board.Position.Step == 3);
        Step(board, 60);
        Assert.NotNull(Warn(board));
        board.FailPower();
        board.SetVolts(High);
        board.RunUntilAsleep();

        Assert.Equal(1, board.Failures);
        Assert.InRange(board.Ticks, ticks, ticks + 30);
    }

    // A supply as it is: bursts that are too short for an inference, with and without a comparator in time.
    [Theory]
    [InlineData("freeml")]
    [InlineData("tiled")]
    [InlineData("checkpoint")]
    public void An_inference_gets_through_on_a_supply_that_comes_and_goes(string strategy)
    {
        using RuntimeBoard board = new(strategy, RuntimeNetworks.Additions, new RuntimeSettings { Megahertz = 1 });
        board.RunUntilAsleep();
        board.PutSample(1, Sample);
        board.FailPower();
        (double, double)[] bursts = [.. Enumerable.Range(0, 400).SelectMany(n => new (double, double)[] { (n * 0.02, 4e-3), ((n * 0.02) + 0.002, 0) })];
        Supply supply = new(new SupplyOptions
        {
            Harvester = new PowerHarvester(Runs.Power(8.2, bursts)),
            Buffer = new Capacitor { Farads = 0.6e-6, LimitVolts = 3.6, LeakageOhms = 1e6 },
            Supervisor = new Supervisor(3.0, 1.9),
        });

        RunReport report = Runs.Run(board.Device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(8L) });

        Assert.True(board.Result == 1, $"{board.Position} after {report.PowerFailures} failures");
        Assert.Equal(board.Expected(Sample, 2), board.Answer);
        Assert.True(board.Failures > 1, $"{board.Failures} failures");
    }

    private static RuntimeBoard Board(ulong seed = 1) => new("checkpoint", RuntimeNetworks.Additions, new RuntimeSettings { Megahertz = 1 }, seed);

    private static void PutSample(RuntimeBoard board)
    {
        board.RunUntilAsleep();
        board.PutSample(1, Sample);
        board.PullButton();
    }

    private static void Step(RuntimeBoard board, int instructions)
    {
        for (int n = 0; n < instructions; n++)
        {
            board.Device.Step();
        }
    }

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
                place = Interrupted(board);
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

    private static uint Interrupted(RuntimeBoard board)
    {
        uint stack = board.Device.GetRegister(1);
        return board.Device.PeekWord(stack + 2) | ((uint)(board.Device.PeekWord(stack) & 0xF000) << 4);
    }

    // To the first instruction of the handler.
    private static uint WarnAtHandler(RuntimeBoard board)
    {
        PutSample(board);
        board.StepUntil(() => board.Position.Step == 1);
        Step(board, 100);
        board.SetVolts(Low);
        uint handler = board.Address("on_comparator");
        board.StepUntil(() => board.Device.ProgramCounter == handler);
        return Interrupted(board);
    }

    // Saves, loses power, and comes back to where it was interrupted.
    private static void LiveAgain(RuntimeBoard board, uint place)
    {
        board.StepUntil(() => board.Device.IsAsleep);
        board.FailPower();
        board.SetVolts(High);
        board.StepUntil(() => board.Device.ProgramCounter == place && board.Phase == 2);
    }

    // A move to &OP2.
    private static bool IsSecondOperand(RuntimeBoard board, uint place) =>
        board.Device.PeekWord(place + 2) == Operand2 || board.Device.PeekWord(place + 4) == Operand2;

    private static void Write(Device device, (uint Address, ushort Value)[] writes)
    {
        foreach ((uint address, ushort value) in writes)
        {
            device.Registers.WriteWord(address, value);
        }
    }

    // Lets the multiplier come to its end: a dozen instructions that do nothing.
    private static void Idle(Device device)
    {
        device.SetRegister(StatusRegister, 0);
        for (uint n = 0; n < 16; n++)
        {
            device.PokeWord(Ram + (2 * n), 0x4303);
        }

        device.ProgramCounter = Ram;
        for (int n = 0; n < 14; n++)
        {
            device.Step();
        }
    }

    private static ushort[] Results(Device device) =>
    [
        .. new uint[] { 0x4E4, 0x4E6, 0x4E8, 0x4EA, Mpy32Control }.Select(device.Registers.ReadWord),
    ];

    private static byte[] Read(RuntimeBoard board, uint address, uint length)
    {
        byte[] bytes = new byte[length];
        board.Device.Peek(address, bytes);
        return bytes;
    }
}
