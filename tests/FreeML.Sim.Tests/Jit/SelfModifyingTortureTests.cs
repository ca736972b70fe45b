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
    private const int FewestPasses = 20;

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

    // An index is part of what was seen of an instruction: one that is changed, by the program, by the host, or by DMA, counts from then on.
    [Theory]
    [InlineData(0x1C00)]
    [InlineData(0x5000)]
    [InlineData(0x12000)]
    public void A_changed_index_counts_also_where_the_instruction_met_another_memory(uint origin)
    {
        // loop: MOV 0(R9),R5; XOR R8,R9 (SRAM and FRAM in turns, so that it is translated anew again and again); ADD R5,R6; DEC R10; JNZ; JMP $
        using var engines = Load(origin, [0x4915, 0x0000, 0xE809, AddToSum, 0x831A, 0x23FA, 0x3FFF]);
        engines.Both(each =>
        {
            for (uint word = 0; word < 16; word++)
            {
                each.PokeWord(0x2400 + (2 * word), (ushort)(0x1000 + word));
                each.PokeWord(0x6000 + (2 * word), (ushort)(0x2000 + word));
            }

            each.SetRegister(8, 0x2400 ^ 0x6000);
            each.SetRegister(9, 0x2400);
            each.SetRegister(10, 60_000);
        });
        for (int n = 0; n < 120; n++)
        {
            engines.Run(engines.Reference.Cycles + 331, compareMemory: false);
            engines.Both(each => each.PokeWord(origin + 2, (ushort)(2 * (n % 16))));
        }

        Assert.True(engines.Engine.ExecutedInstructions > 1000);
    }

    // Stores that change nothing, into the instruction behind them, by word, byte and stack.
    [Theory]
    [InlineData(0x1C00)]
    [InlineData(0x5000)]
    public void A_store_of_what_is_there_changes_nothing(uint origin)
    {
        ushort target = (ushort)(origin + 28);
        ushort[] body =
        [
            0x40B2, Up, target, // MOV #,&target
            0x40F2, Up >> 8, (ushort)(target + 1), // MOV.B #,&target+1
            0x4292, target, target, // MOV &target,&target
            0x410F, // MOV SP,R15
            0x4031, (ushort)(target + 2), // MOV #target+2,SP
            0x1230, Up, // PUSH #
            Up, AddToSum,
        ];
        ushort[] program = [.. body[..14], 0x4F01, .. body[14..]];
        program[13] = Up;
        target = (ushort)(origin + 30);
        (program[2], program[5], program[7], program[8], program[11]) = (target, (ushort)(target + 1), target, target, (ushort)(target + 2));
        using var engines = Load(origin, [.. program, .. Again(origin, program.Length)]);
        RunToEnd(engines, slice: 1003);
        Assert.Equal((uint)(3 * (Passes * (Passes + 1) / 2)) & 0xFFFF, engines.Translated.GetRegister(6));
        Assert.Equal(Up, engines.Translated.PeekWord(target));
    }

    [Theory]
    [InlineData(0x2100, 1000)]
    [InlineData(0x2BF8, 1000)]
    [InlineData(0x5C06, 1000)]
    public void Two_versions_copied_in_turns_run_a_thousand_times_each_as_it_is(int slot, int rounds)
    {
        // Each counts by its own constant, three times; they differ in one word, and now and then a third one comes.
        const ushort Sources = 0x5800;
        ushort[] program =
        [
            0x431B, // MOV #1,R11
            0xE03B, 0x0010, // loop: XOR #10,R11: the version's offset
            0x403D, Sources, 0x5B0D, 0xC31D, // MOV #sources,R13; ADD R11,R13; BIC #1,R13
            0x403E, (ushort)slot, 0x403C, 5, // MOV #slot,R14; MOV #5,R12
            0x4DBE, 0x0000, 0x532E, 0x831C, 0x23FB, // the copy
            0x12B0, (ushort)slot, // CALL #slot
            0x831A, 0x2000 | (-19 & 0x3FF), 0x3FFF,
        ];
        using var engines = Load(0x5000, program);
        engines.Both(each =>
        {
            each.SetRegister(10, (uint)(2 * rounds));
            Poke(each, Sources, [0x5036, 1, 0x5326, Nop, 0x4130]); // ADD #1,R6; INCD R6; NOP; RET
            Poke(each, Sources + 0x10, [0x5036, 7, 0x5326, Nop, 0x4130]); // ADD #7,R6; ...
        });
        RunToEnd(engines, slice: 2011);
        Assert.Equal((uint)(rounds * (3 + 9)) & 0xFFFF, engines.Translated.GetRegister(6));
    }

    [Fact]
    public void The_same_code_at_two_addresses_is_changed_at_one()
    {
        // Two loops alike call the same count; the host changes the second only.
        ushort[] Body(ushort counts) => [0x5036, counts, 0x831A, 0x23FC, 0x4030, 0x5200];
        using var engines = Load(0x5000, Body(1));
        engines.Both(each =>
        {
            Poke(each, 0x5040, Body(1));
            Poke(each, 0x1C40, Body(1));

            // MOV #50,R10; XOR R8,R9; BR R9, where the three loops come back to
            Poke(each, 0x5200, [0x403A, 50, 0xE809, 0x4900]);
            each.SetRegister(8, 0x5040 ^ 0x1C40);
            each.SetRegister(9, 0x5040);
        });
        for (int n = 0; n < 200; n++)
        {
            engines.Run(engines.Reference.Cycles + 503, compareMemory: false);
            if (n % 3 == 0)
            {
                engines.Both(each => each.PokeWord(n % 2 == 0 ? 0x5042u : 0x1C42u, (ushort)n));
            }
        }

        Assert.True(engines.Engine.ExecutedInstructions > 10_000);
    }

    // The main loop adds what the handler of a timer writes into it; the handler comes at any instruction.
    [Theory]
    [InlineData(0x1C00, 41)]
    [InlineData(0x5000, 67)]
    [InlineData(0x5000, 211)]
    public void A_handler_changes_the_loop_that_it_interrupts(uint origin, int period)
    {
        using var engines = Load(origin, [0x5036, 0x0000, Up, AddToSum, 0x831A, 0x23FA, 0x3FFF]);
        engines.Both(each =>
        {
            Poke(each, 0x4400, [0x5392, (ushort)(origin + 2), 0xE0B2, Turn, (ushort)(origin + 4), 0x1300]); // INC &(the constant); XOR #turn,&; RETI
            each.PokeWord(0xFFEA, 0x4400);
            each.Registers.WriteWord(0x0352, (ushort)period);
            each.Registers.WriteWord(0x0342, 0x0010);
            each.Registers.WriteWord(0x0340, 0x0214);
            each.SetRegister(2, 8);
            each.SetRegister(10, 3000);
        });
        foreach (int slice in (int[])[3, 5, 997])
        {
            for (int n = 0; n < 40; n++)
            {
                engines.Run(engines.Reference.Cycles + slice, compareMemory: false);
            }
        }

        Assert.True(engines.Engine.ExecutedInstructions > 1000 && engines.Reference.Ledger.Interrupts > 50);
    }

    // The stack lies in the code that runs: calls and interrupts overwrite what comes later.
    [Theory]
    [InlineData(0x5000)]
    [InlineData(0x1C00)]
    public void Calls_and_interrupts_overwrite_code(uint origin)
    {
        // loop: MOV #stack,SP; CALL #sub; NOPs that are overwritten by its return address and by interrupts; DEC R10; JNZ; JMP $; sub: INC R6; RET
        ushort sub = (ushort)(origin + 0x40);
        ushort stack = (ushort)(origin + 22);
        ushort[] program = [0x4031, stack, 0x12B0, sub, 0x3C06, Nop, Nop, Nop, Nop, Nop, Nop, 0x4030, (ushort)(origin + 28), Nop, 0x831A, 0x23F0, 0x3FFF];
        using var engines = Load(origin, program);
        engines.Both(each =>
        {
            Poke(each, sub, [0x5316, 0x9226, 0x2001, 0x4031, (ushort)(origin + 0x5E), 0x4130]); // INC R6; CMP #4,R6; JNE; MOV #,SP; RET
            Poke(each, 0x4400, [0x5317, 0x1300]); // INC R7; RETI
            each.PokeWord(0xFFEA, 0x4400);
            each.Registers.WriteWord(0x0352, 53);
            each.Registers.WriteWord(0x0342, 0x0010);
            each.Registers.WriteWord(0x0340, 0x0214);
            each.SetRegister(2, 8);
        });
        for (int n = 0; n < 300; n++)
        {
            engines.Run(engines.Reference.Cycles + 1 + (n * 37 % 211), compareMemory: n % 20 == 0);
        }
    }

    // SRAM turns to noise, or decays, or is what it was; the code that was there is copied there anew, or is not. FRAM stays.
    [Theory]
    [InlineData(SramAfterFailure.Noise)]
    [InlineData(SramAfterFailure.Decay)]
    [InlineData(SramAfterFailure.Zero)]
    public void Power_failures_take_code_in_RAM_away_and_leave_that_in_FRAM(SramAfterFailure sram)
    {
        // start: stop the watchdog, SP; copy a loop to RAM, unless a word in FRAM says not to; call it; again
        const ushort Source = 0x5800;
        const ushort Slot = 0x2100;
        ushort[] program =
        [
            0x40B2, 0x5A80, 0x015C, 0x4031, 0x2B00,
            0x403D, Source, 0x403E, Slot, 0x403C, 7, // again: MOV #source,R13; MOV #slot,R14; MOV #7,R12
            0x4DBE, 0x0000, 0x532E, 0x831C, 0x23FB, // the copy
            0x5392, Source + 4, // INC &(the constant in the source)
            0x12B0, Slot, // CALL #slot
            0x3FF0, // JMP again
        ];
        using var engines = Load(0x5000, program);
        engines.Both(each =>
        {
            Poke(each, Source, [0x403B, 20, 0x5036, 1, 0x831B, 0x23FC, 0x4130]); // MOV #20,R11; ADD #1,R6; DEC R11; JNZ; RET
            each.PokeWord(0xFFFE, 0x5000);
        });
        for (int life = 0; life < 40; life++)
        {
            engines.Run(engines.Reference.Cycles + 1500 + (41 * life), compareMemory: life % 8 == 0);
            engines.Both(each =>
            {
                each.LosePower();
                each.PowerCycle(each.Now + SimTime.FromMilliseconds(1), ResetCause.BrownOut, sram, 0.02);
            });
        }

        Assert.True(engines.Engine.ExecutedInstructions > 5000);
    }

    // As near the end of a supply: some instructions with their writes remembered, the last of them taken back, and power gone.
    [Theory]
    [InlineData(0x5000)]
    [InlineData(0x1C00)]
    public void Writes_taken_back_take_back_the_code_that_they_wrote(uint origin)
    {
        // XOR #turn,&target; MOV #10,R11; target: ADD R7,R5; ADD R5,R6; DEC R11; JNZ target
        ushort[] body = [0xE0B2, Turn, (ushort)(origin + 10), 0x403B, 10, Up, AddToSum, 0x831B, 0x23FC];
        ushort[] program = [.. body, .. Again(origin, body.Length)];
        using var engines = Load(origin, program);
        engines.Both(each =>
        {
            each.SetRegister(10, 60_000);
            each.PokeWord(0xFFFE, (ushort)origin);
        });
        for (int n = 0; n < 200; n++)
        {
            engines.Run(engines.Reference.Cycles + 300 + n, compareMemory: false);
            engines.Both(each => each.JournalsWrites = true);
            engines.Run(engines.Reference.Cycles + (n % 17), compareMemory: false);
            engines.Both(each =>
            {
                each.UndoWritesAfter(each.JournaledWrites * (n % 3) / 2);
                each.JournalsWrites = false;
            });
            if (n % 5 == 4)
            {
                engines.Both(each => each.PowerCycle(each.Now, ResetCause.BrownOut, SramAfterFailure.Decay, 0.0001));
                engines.Both(each => Poke(each, origin, program));
                engines.Both(each => each.Registers.WriteWord(0x015C, 0x5A80));
            }
        }

        Assert.True(engines.Engine.ExecutedInstructions > 1000, $"only {engines.Engine.ExecutedInstructions} instructions ran as translated code");
    }

    // DEC R10; JNZ or, where it is far, JZ and BR; JMP $
    private static ushort[] Again(uint origin, int before) => before < 400
        ? [0x831A, (ushort)(0x2000 | ((-before - 2) & 0x3FF)), 0x3FFF]
        : [0x831A, 0x2402, 0x4030, (ushort)origin, 0x3FFF];

    private static void Check(uint origin, ushort[] program, bool firstIsUp)
    {
        bool isLong = program.Length > 200;
        foreach (int slice in (int[])[isLong ? 47 : 7, 100_000])
        {
            int passes = isLong ? FewestPasses : slice < 50 ? FewPasses : Passes;
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
