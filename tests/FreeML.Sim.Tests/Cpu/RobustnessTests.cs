using FsCheck;
using FsCheck.Fluent;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Cpu;

/// <summary>Whatever the bytes: no crash, no hang, a defined end, and a ledger that adds up.</summary>
public sealed class RobustnessTests
{
    private const long MaximumCycles = 20_000;

    private static readonly string[] Devices = ["msp430fr5994", "msp430fr5969", "msp430fr6989", "generic"];

    // Numbers, not arrays: FsCheck shrinks the seed and the length, and a failure names them.
    private static readonly Arbitrary<(int Seed, int Length)> Programs =
        Gen.Choose(0, int.MaxValue).Zip(Gen.Choose(1, 400)).ToArbitrary();

    [Fact]
    public void Random_bytes_as_a_program_end_in_a_defined_stop() => Check(Programs, program =>
    {
        foreach (string name in Devices)
        {
            using Device device = Load(name, program, RandomWord);
            RequireDefinedEnd(device, device.Run(MaximumCycles));
        }
    });

    [Fact]
    public void Random_legal_instructions_end_in_a_defined_stop() => Check(Programs, program =>
    {
        foreach (string name in Devices)
        {
            using Device device = Load(name, program, RandomLegalWord);
            RequireDefinedEnd(device, device.Run(MaximumCycles));
        }
    });

    [Fact]
    public void Interrupts_and_resets_at_random_points_end_in_a_defined_stop() => Check(Programs, program =>
    {
        foreach (string name in Devices)
        {
            var random = new Random(program.Seed);
            using Device device = Load(name, program, RandomLegalWord);
            StopReason stop = StopReason.MaxCycles;
            for (int slice = 0; slice < 40; slice++)
            {
                stop = device.Run(device.Cycles + random.Next(1, 500));
                Disturb(device, random);
                RequireDefinedEnd(device, stop);
            }
        }
    });

    // The same program in one go and in slices of random length, one instruction at a time included.
    [Fact]
    public void A_run_in_slices_is_the_run_in_one_go() => Check(Programs, program =>
    {
        foreach (string name in Devices)
        {
            using Device whole = Load(name, program, RandomLegalWord);
            using Device sliced = Load(name, program, RandomLegalWord);
            StopReason expected = whole.Run(MaximumCycles);

            var random = new Random(program.Seed);
            StopReason found;
            do
            {
                found = sliced.Run(Math.Min(MaximumCycles, sliced.Cycles + random.Next(1, 1 << random.Next(1, 12))));
            }
            while (found is StopReason.MaxCycles && sliced.Cycles < MaximumCycles);

            Assert.Equal(expected, found);
            Assert.Equal(Machine.Snapshot(whole), Machine.Snapshot(sliced));
        }
    });

    // Preparing instructions once must not be seen: a device whose code is prepared afresh before every step does the same.
    [Fact]
    public void Prepared_instructions_are_as_good_as_decoding_every_time() => Check(Programs, program =>
    {
        using Device cached = Load("generic", program, RandomLegalWord);
        using Device fresh = Load("generic", program, RandomLegalWord);
        byte[] memory = new byte[1 << 16];
        for (int step = 0; step < 60; step++)
        {
            StopReason expected = cached.Step();
            if (expected is StopReason.Parked)
            {
                // Known from the pass before, which the other device has forgotten with its code.
                break;
            }

            fresh.Peek(0, memory);
            fresh.Poke(0, memory);
            Assert.Equal(expected, fresh.Step());
            if (expected is not StopReason.MaxCycles)
            {
                break;
            }
        }

        Assert.Equal(Machine.Snapshot(cached), Machine.Snapshot(fresh));
    }, count: 40);

    [Fact]
    public void Any_four_words_decode_within_bounds() => Check(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        var random = new Random(seed);
        Span<ushort> words = stackalloc ushort[Decoder.MaximumWords];
        for (int n = 0; n < 2_000; n++)
        {
            foreach (ref ushort word in words)
            {
                word = RandomWord(random);
            }

            Instruction instruction = Decoder.Decode((uint)random.Next(1 << 19) * 2, words);
            Assert.InRange(instruction.Words, 1, Decoder.MaximumWords);
            Assert.InRange(instruction.Cycles, instruction.IsLegal ? 1 : 0, 70);
            Assert.InRange(instruction.Target, 0u, 0xFFFFFu);
        }
    }, count: 50);

    private static void Check<T>(Arbitrary<T> arbitrary, Action<T> property, int count = 60) =>
        Prop.ForAll(arbitrary, property).Check(Config.QuickThrowOnFailure.WithMaxTest(count));

    private static ushort RandomWord(Random random) => (ushort)random.Next(0x1_0000);

    private static ushort RandomLegalWord(Random random)
    {
        while (true)
        {
            ushort word = RandomWord(random);
            if (InstructionSet.Find(word) is not null || (InstructionSet.IsExtensionWord(word) && random.Next(4) == 0))
            {
                return word;
            }
        }
    }

    private static Device Load(string name, (int Seed, int Length) program, Func<Random, ushort> next)
    {
        var random = new Random(program.Seed);
        Device device = Machine.Create(name);
        for (int n = 0; n < program.Length; n++)
        {
            device.PokeWord(Machine.Code + (uint)(2 * n), next(random));
        }

        for (int register = 4; register < 16; register++)
        {
            device.SetRegister(register, (uint)random.Next(1 << 20));
        }

        device.PokeWord(0xFFFE, (ushort)Machine.Code);
        device.ProgramCounter = Machine.Code;
        return device;
    }

    private static void Disturb(Device device, Random random)
    {
        uint vector = InterruptController.FirstVector + (uint)(2 * random.Next(55));
        switch (random.Next(4))
        {
            case 0:
                device.Interrupts.Clear(vector);
                break;
            case 1 when random.Next(8) == 0:
                device.RequestReset((ResetKind)random.Next(3), ResetCause.RstPin);
                break;
            default:
                device.Interrupts.Request(vector);
                break;
        }
    }

    private static void RequireDefinedEnd(Device device, StopReason stop)
    {
        Assert.True(Enum.IsDefined(stop));
        ActivityLedger ledger = device.Ledger;
        Assert.InRange(ledger.CacheMisses, 0, ledger.FramReads);
        Assert.InRange(ledger.WaitCycles, 0, device.Cycles);
        Assert.InRange(ledger.Instructions, 0, device.Cycles);
        Assert.Equal(0u, device.ProgramCounter & 1);
        Assert.Equal(0u, device.GetRegister(1) & 1);
        Assert.Equal(0u, device.GetRegister(3));
        for (int register = 0; register < 16; register++)
        {
            Assert.InRange(device.GetRegister(register), 0u, 0xFFFFFu);
        }
    }
}
