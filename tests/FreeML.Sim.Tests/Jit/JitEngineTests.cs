using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Jit;

public class JitEngineTests
{
    private static readonly string Prebuilt = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt");

    public static TheoryData<string, string> Images
    {
        get
        {
            var images = new TheoryData<string, string>();
            foreach (string path in Directory.GetFiles(Prebuilt, "*.elf").Order(StringComparer.Ordinal))
            {
                string name = Path.GetFileNameWithoutExtension(path);
                string device = name.Contains("fr5969", StringComparison.Ordinal) ? "msp430fr5969" : name.Contains("fr6989", StringComparison.Ordinal) ? "msp430fr6989" : "msp430fr5994";
                images.Add(name, device);
            }

            return images;
        }
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void Firmware_ends_in_the_same_state_on_both_engines(string name, string device)
    {
        using var engines = new EngineEquality(device);
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, name + ".elf"));
        engines.Both(each => each.Load(image));
        engines.Run(20_000_000);
    }

    [SharedFact("conformance")]
    public void Compiled_programs_end_in_the_same_state_on_both_engines()
    {
        foreach (string path in SharedData.SampledImages)
        {
            using var engines = new EngineEquality("generic");
            FirmwareImage image = ImageReader.Read(path);
            engines.Both(each =>
            {
                each.Load(image);
                new GnuSemihosting(Stream.Null, Stream.Null, Stream.Null).Attach(each, image);
            });
            engines.Run(200_000_000);
        }
    }

    // MOV @R13+,0(R14), and MOV.B, of a subroutine that is called where it comes to lie.
    [Theory]
    [InlineData(0x422C, 0x4DBE, 0x532E)]
    [InlineData(0x423C, 0x4DFE, 0x531E)]
    public void Code_that_is_copied_to_where_it_is_already_stays_translated(int count, int move, int step)
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        using var engines = new EngineEquality("msp430fr5994");
        ushort[] program = [0x403D, 0x5100, 0x403E, 0x1E00, (ushort)count, (ushort)move, 0x0000, (ushort)step, 0x831C, 0x23FB, 0x12B0, 0x1E00, 0x3FF3];
        engines.Both(each => Begin(each, program, [0x5314, 0x5315, 0x5316, 0x4130]));
        engines.Run(200_000);
        Assert.InRange(engines.Engine.Leaves[(int)Leave.Mismatch], 0, 100);
        Assert.True(engines.Engine.ExecutedInstructions > engines.Reference.Ledger.Instructions / 2);
    }

    // PUSH SR, DINT, NOP, INC R4, POP SR, INC R5: the last one runs before any interrupt, and no engine sees it as long as it is not translated.
    [Fact]
    public void What_follows_the_setting_of_GIE_is_translated_with_it()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        using var engines = new EngineEquality("msp430fr5994", seed: 1, () => new JitEngine(warmUpCycles: 0, sampleCycles: 20) { NeverPauses = true, Watches = true });
        engines.Both(each => Begin(each, [0x1202, 0xC232, 0x4303, 0x5314, 0x4132, 0x5315, 0x3FF9], []));
        engines.Run(200_000);
        Assert.InRange(engines.Engine.Leaves[(int)Leave.Interpret], 0, 100);
        Assert.True(engines.Engine.ExecutedInstructions > engines.Reference.Ledger.Instructions / 2, $"only {engines.Engine.ExecutedInstructions} of {engines.Reference.Ledger.Instructions} ran as translated code, left {string.Join('/', engines.Engine.Leaves)}");
    }

    private static void Begin(Device device, ushort[] program, ushort[] subroutine)
    {
        device.Registers.WriteWord(0x015C, 0x5A80);
        for (int n = 0; n < program.Length; n++)
        {
            device.PokeWord(0x5000 + (uint)(2 * n), program[n]);
        }

        for (int n = 0; n < subroutine.Length; n++)
        {
            device.PokeWord(0x5100 + (uint)(2 * n), subroutine[n]);
        }

        device.SetRegister(1, 0x2B00);
        device.SetRegister(2, 8);
        device.ProgramCounter = 0x5000;
    }

    // Hot enough to be translated, in slices too short for any block, for some, and for all.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(23)]
    [InlineData(150)]
    [InlineData(4001)]
    public void Runs_end_at_the_same_instruction_however_they_are_sliced(int slice)
    {
        using var engines = new EngineEquality("msp430fr5994");
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, "nested_calls.elf"));
        engines.Both(each => each.Load(image));
        engines.Run(6_000, compareMemory: false);
        for (int n = 0; n < 3_000; n++)
        {
            if (engines.Run(engines.Reference.Cycles + slice, compareMemory: false) is not StopReason.MaxCycles)
            {
                break;
            }
        }

        engines.Run(engines.Reference.Cycles + 100_000);
    }

    [Theory]
    [InlineData(0x1C00, 1)]
    [InlineData(0x1C00, 2)]
    [InlineData(0x1C00, 3)]
    [InlineData(0x5000, 4)]
    [InlineData(0x5000, 5)]
    [InlineData(0x5000, 6)]
    [InlineData(0x12000, 7)]
    [InlineData(0x12000, 8)]
    public void Random_loops_do_the_same_on_both_engines(uint origin, int seed)
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        var random = new Random(seed);
        long translated = 0;
        int programs = int.TryParse(Environment.GetEnvironmentVariable("FREEML_FUZZ"), out int more) ? more : 10;
        for (int program = 0; program < programs; program++)
        {
            using var engines = new EngineEquality("msp430fr5994", (ulong)program);
            byte[] code = RandomProgram.Make(random, origin);
            engines.Both(each =>
            {
                each.Poke(origin, code);
                each.ProgramCounter = origin;
                each.SetRegister(1, 0x2C00);
                each.SetRegister(2, 0);
            });
            int registersSeed = random.Next();
            engines.Both(each => RandomProgram.SetRegisters(each, registersSeed));
            try
            {
                for (int n = 0; n < 40; n++)
                {
                    if (engines.Run(engines.Reference.Cycles + random.Next(1, 120), compareMemory: n == 39) is not StopReason.MaxCycles)
                    {
                        break;
                    }
                }
            }
            catch (Exception error) when (error is Xunit.Sdk.XunitException)
            {
                Assert.Fail($"program {program} of seed {seed} at {origin:X}: {error.Message}\n{Convert.ToHexString(code)}");
            }

            translated += engines.Engine.TranslatedInstructions;
        }

        Assert.True(translated > 10 * programs, $"only {translated} instructions were translated");
    }

    [Fact]
    public void A_program_that_rewrites_itself_is_translated_anew()
    {
        // loop: ADD #1,R5; INC &loop+2 (its own constant); DEC R6; JNZ loop; JMP $
        ushort[] words = [0x5035, 0x0001, 0x5392, 0x5002, 0x8316, 0x23FA, 0x3FFF];
        using var engines = new EngineEquality("msp430fr5994");
        engines.Both(each =>
        {
            for (int n = 0; n < words.Length; n++)
            {
                each.PokeWord(0x5000 + (uint)(2 * n), words[n]);
            }

            each.ProgramCounter = 0x5000;
            each.SetRegister(5, 0);
            each.SetRegister(6, 300);
            each.SetRegister(2, 0);
        });
        Assert.Equal(StopReason.MaxCycles, engines.Run(20_000));
        Assert.Equal(300u * 301 / 2 & 0xFFFF, engines.Translated.GetRegister(5));
    }

    // RPT with R0: NOP; NOP; RPT R0 ADDX.W R5,R6; JMP $. An engine does not keep R0 up to date while it runs.
    [Fact]
    public void A_repetition_counted_by_the_program_counter_is_the_same_wherever_a_run_began()
    {
        ushort[] words = [0x4303, 0x4303, 0x18C0, 0x5506, 0x3FFF];
        long[] sums =
        [
            .. new long[] { 100, 1 }.Select(slice =>
            {
                using var device = new Device(Msp430.Devices.DeviceCatalogue.Find("msp430fr5994"));
                for (int n = 0; n < words.Length; n++)
                {
                    device.PokeWord(0x5000 + (uint)(2 * n), words[n]);
                }

                device.ProgramCounter = 0x5000;
                device.SetRegister(2, 0);
                device.SetRegister(5, 1);
                device.SetRegister(6, 0);
                while (device.Run(device.Cycles + slice) is StopReason.MaxCycles && device.Cycles < 100)
                {
                }

                return (long)device.GetRegister(6);
            }),
        ];
        Assert.Equal([9, 9], sums);
    }

    [Fact]
    public void Power_failures_fall_on_the_same_instruction_on_both_engines()
    {
        using var engines = new EngineEquality("msp430fr5994");
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, "mpy32.elf"));
        engines.Both(each => each.Load(image));
        for (int life = 0; life < 20; life++)
        {
            engines.Run(engines.Reference.Cycles + 5_000 + (377 * life));
            engines.Both(each => each.PowerCycle(each.Now, Msp430.Bus.ResetCause.BrownOut, SramAfterFailure.Noise, 0.01));
        }
    }
}
