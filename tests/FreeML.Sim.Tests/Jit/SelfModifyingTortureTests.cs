using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// Code that changes while it is hot: by itself, by DMA, by the host. Each pass counts up or down as the patched instruction says, so a pass
/// that ran what was there before shows in the sum as well as in the comparison of the engines.
/// </summary>
public class SelfModifyingTortureTests
{
    private const ushort Nop = 0x4303;

    // ADD R7,R5 and SUB R7,R5, and what turns one into the other.
    private const ushort Up = 0x5705;
    private const ushort Turn = Up ^ 0x8705;
    private const ushort AddToSum = 0x5506; // ADD R5,R6
    private const int Passes = 120;

    // With slices of a few cycles.
    private const int FewPasses = 30;

    public static TheoryData<uint, int, bool> Places
    {
        get
        {
            var places = new TheoryData<uint, int, bool>();
            foreach (uint origin in (uint[])[0x1C00, 0x5006])
            {
                // The next word, the same cache line, the next, the same 64 bytes, the next, another kilobyte.
                foreach (int words in (int[])[0, 1, 3, 20, 31, 70, 500])
                {
                    places.Add(origin, words, words % 2 == 0);
                }
            }

            return places;
        }
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Code_that_rewrites_what_comes_next_runs_what_it_wrote(uint origin, int between, bool byBytes)
    {
        // loop: XOR #turn,&target; NOPs; target: ADD R7,R5; ADD R5,R6; DEC R10; JNZ loop (or BR); JMP $
        ushort target = (ushort)(origin + 6 + (2 * between));
        ushort[] patch = byBytes ? [0xE0F2, Turn >> 8, (ushort)(target + 1)] : [0xE0B2, Turn, target];
        Check(origin, [.. patch, .. Enumerable.Repeat(Nop, between), Up, AddToSum, .. Again(origin, 5 + between)], firstIsUp: false);
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Code_that_rewrites_what_it_has_just_run_runs_it_changed_the_next_time(uint origin, int between, bool byBytes)
    {
        // loop: ADD R7,R5; ADD R5,R6; NOPs; XOR #turn,&loop; DEC R10; JNZ loop; JMP $
        ushort[] patch = byBytes ? [0xE0F2, Turn >> 8, (ushort)(origin + 1)] : [0xE0B2, Turn, (ushort)origin];
        Check(origin, [Up, AddToSum, .. Enumerable.Repeat(Nop, between), .. patch, .. Again(origin, 5 + between)], firstIsUp: true);
    }

    // MOV #5,R5's own constant, an index, and the address of a call: words of an instruction that are not its first.
    [Theory]
    [InlineData(0x1C00)]
    [InlineData(0x5000)]
    public void Words_behind_the_first_count_as_code(uint origin)
    {
        // loop: ADD #0,R6 with its constant counted up; MOV 0(R9),R5 with its index moved on; ADD R5,R6
        ushort[] body =
        [
            0x5392, (ushort)(origin + 6), // INC &(the constant)
            0x5036, 0x0000, // ADD #0,R6
            0x5392, (ushort)(origin + 14), // INC &(the index)
            0x4915, 0x0000, // MOV 0(R9),R5: odd indices read the even neighbour
            AddToSum,
        ];
        using var engines = Load(origin, [.. body, .. Again(origin, body.Length)]);
        engines.Both(each => each.SetRegister(9, 0x2000));
        RunToEnd(engines, slice: 997);
    }

    [Fact]
    public void Code_copied_to_RAM_again_and_again_runs_as_it_is()
    {
        // Two functions in FRAM, alternately copied to RAM by a loop and called there.
        const ushort First = 0x5100;
        const ushort Second = 0x5120;
        const ushort Ram = 0x1C40;
        ushort[] program =
        [
            0x403D, First, // MOV #first,R13
            0xE0B2, First ^ Second, 0x500C, // loop: XOR #(first^second),&(the constant of the next)
            0x403D, First, // MOV #first,R13
            0x403E, Ram, // MOV #ram,R14
            0x403C, 4, // MOV #4,R12
            0x4DBE, 0x0000, // copy: MOV @R13+,0(R14)
            0x532E, // INCD R14
            0x831C, // DEC R12
            0x23FB, // JNZ copy
            0x12B0, Ram, // CALL #ram
            0x831A, // DEC R10
            0x2000 | (-18 & 0x3FF), // JNZ loop
            0x3FFF,
        ];
        using var engines = Load(0x5000, program);
        engines.Both(each =>
        {
            Poke(each, First, [0x5036, 1, 0x4130, Nop]); // ADD #1,R6; RET
            Poke(each, Second, [0x5036, 1000, 0x4130, Nop]); // ADD #1000,R6; RET
        });
        RunToEnd(engines, slice: 1013);
        Assert.Equal((uint)(Passes / 2 * 1001) & 0xFFFF, engines.Translated.GetRegister(6));
    }

    [Theory]
    [InlineData(0x5000)]
    [InlineData(0x1C00)]
    public void Code_patched_by_DMA_runs_as_it_is(uint origin)
    {
        // loop: XOR #turn,&source; BIS #DMAREQ,&DMA0CTL; NOP; NOP; target: ADD R7,R5; ADD R5,R6; DEC R10; JNZ loop
        const ushort Source = 0x2A00;
        ushort target = (ushort)(origin + 14);
        ushort[] body = [0xE0B2, Turn, Source, 0xD392, 0x0510, Nop, Nop, Up, AddToSum];
        using var engines = Load(origin, [.. body, .. Again(origin, body.Length)]);
        engines.Both(each =>
        {
            each.PokeWord(Source, Up);
            each.Registers.WriteWord(0x0500, 0); // DMA0TSEL: DMAREQ
            each.Registers.WriteWord(0x0512, Source);
            each.Registers.WriteWord(0x0514, 0);
            each.Registers.WriteWord(0x0516, target);
            each.Registers.WriteWord(0x0518, 0);
            each.Registers.WriteWord(0x051A, 1);
            each.Registers.WriteWord(0x0510, 0x4010); // repeated single transfers, enabled
        });
        RunToEnd(engines, slice: 1009);
        AssertSum(engines, firstIsUp: false);
        Assert.NotEqual(engines.Translated.PeekWord(target), engines.Translated.PeekWord(Source) ^ Turn);
    }

    [Theory]
    [InlineData(0x5000)]
    [InlineData(0x1C00)]
    [InlineData(0x12000)]
    public void Code_patched_by_the_host_between_slices_runs_as_it_is(uint origin)
    {
        using var engines = Load(origin, [Nop, Up, AddToSum, 0x831A, 0x23FB, 0x3FFF]);
        engines.Both(each => each.SetRegister(10, 60_000));
        for (int n = 0; n < 200; n++)
        {
            Assert.Equal(StopReason.MaxCycles, engines.Run(engines.Reference.Cycles + 101 + n, compareMemory: false));
            engines.Both(each => each.PokeWord(origin + 2, (ushort)(each.PeekWord(origin + 2) ^ Turn)));
        }

        engines.Run(engines.Reference.Cycles + 50_000);
        Assert.True(engines.Engine.TranslatedInstructions > 0);
    }

    // A counter in each of the 32 words behind the loop.
    [Theory]
    [InlineData(0x1C00)]
    [InlineData(0x5000)]
    public void Variables_beside_code_count_and_do_not_have_it_translated_anew(uint origin)
    {
        ushort[] Body(ushort variable) => [0x5392, variable, 0x4217, variable, 0x5706, 0x831A, 0x23F9, 0x3FFF];
        for (int word = 0; word < 32; word += 3)
        {
            ushort variable = (ushort)(origin + 16 + (2 * word));
            using var engines = Load(origin, Body(variable));
            engines.Both(each => each.PokeWord(variable, 0));
            engines.Both(each => each.SetRegister(10, 20_000));
            Assert.Equal(StopReason.MaxCycles, engines.Run(100_000, compareMemory: false));
            long translated = engines.Engine.TranslatedInstructions;
            RunToEnd(engines, slice: 10_007);
            Assert.Equal(20_000, engines.Translated.PeekWord(variable));
            Assert.InRange(engines.Engine.TranslatedInstructions, translated, translated + 100);
        }
    }

    [Fact]
    public void A_power_failure_keeps_the_translation_of_FRAM()
    {
        using var engines = Load(0x5000, [0x5315, 0x5506, 0x831A, 0x23FC, 0x3FFB]);
        engines.Both(each => each.PokeWord(0xFFFE, 0x5000));
        Assert.Equal(StopReason.MaxCycles, engines.Run(5_000));
        long translated = engines.Engine.TranslatedInstructions;
        Assert.True(translated > 0);
        for (int life = 0; life < 50; life++)
        {
            engines.Both(each => each.PowerCycle(each.Now, ResetCause.BrownOut, SramAfterFailure.Noise, 0.01));
            Assert.Equal(StopReason.MaxCycles, engines.Run(engines.Reference.Cycles + 1_000, compareMemory: life % 10 == 0));
        }

        Assert.InRange(engines.Engine.TranslatedInstructions, translated, translated + 20);
    }

    // DEC R10; JNZ or, where it is far, JZ and BR; JMP $
    private static ushort[] Again(uint origin, int before) => before < 400
        ? [0x831A, (ushort)(0x2000 | ((-before - 2) & 0x3FF)), 0x3FFF]
        : [0x831A, 0x2402, 0x4030, (ushort)origin, 0x3FFF];

    private static void Check(uint origin, ushort[] program, bool firstIsUp)
    {
        foreach (int slice in (int[])[7, 100_000])
        {
            int passes = slice < 50 || program.Length > 200 ? FewPasses : Passes;
            using var engines = Load(origin, program);
            engines.Both(each => each.SetRegister(10, (uint)passes));
            RunToEnd(engines, slice);
            AssertSum(engines, firstIsUp, passes);
        }
    }

    private static EngineEquality Load(uint origin, ushort[] program)
    {
        var engines = new EngineEquality("msp430fr5994");
        engines.Both(each =>
        {
            each.Registers.WriteWord(0x015C, 0x5A80);
            Poke(each, origin, program);
            each.ProgramCounter = origin;
            each.SetRegister(1, 0x2B00);
            each.SetRegister(2, 0);
            each.SetRegister(5, 0);
            each.SetRegister(6, 0);
            each.SetRegister(7, 3);
            each.SetRegister(10, Passes);
        });
        return engines;
    }

    private static void Poke(Device device, uint at, ushort[] words)
    {
        foreach (ushort word in words)
        {
            device.PokeWord(at, word);
            at += 2;
        }
    }

    private static void RunToEnd(EngineEquality engines, int slice)
    {
        StopReason stop = StopReason.MaxCycles;
        while (stop is StopReason.MaxCycles && engines.Reference.Cycles < 2_000_000)
        {
            stop = engines.Run(engines.Reference.Cycles + slice, compareMemory: false);
        }

        engines.Run(engines.Reference.Cycles + 1);
        Assert.Equal(StopReason.Parked, stop);
        Assert.True(slice < 50 || engines.Engine.TranslatedInstructions > 0);
    }

    // Up and down by 3 alternately, and the sum of what that came to.
    private static void AssertSum(EngineEquality engines, bool firstIsUp, int passes = Passes)
    {
        int value = 0;
        int sum = 0;
        bool isUp = firstIsUp;
        for (int pass = 0; pass < passes; pass++, isUp = !isUp)
        {
            value += isUp ? 3 : -3;
            sum += value;
        }

        Assert.Equal((uint)sum & 0xFFFF, engines.Translated.GetRegister(6));
    }
}
