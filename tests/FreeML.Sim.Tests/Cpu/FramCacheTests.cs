using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Cpu;

/// <summary>FRAM behind its cache of two sets of two 8-byte lines, with wait states: what is charged, and when.</summary>
public sealed class FramCacheTests
{
    private const ushort Nop = 0x4303;
    private const ushort JumpToSelf = 0x3FFF;

    [Fact]
    public void Straight_code_misses_once_per_line_of_four_words()
    {
        using Device device = Running(waitStates: 0, [.. Enumerable.Repeat(Nop, 16)]);

        Machine.Steps(device, 16);

        Assert.Equal(4, device.Ledger.CacheMisses);
        Assert.Equal(12, device.Ledger.CacheHits);
        Assert.Equal(16, device.Ledger.FramReads);
        Assert.Equal(16, device.Cycles);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_miss_adds_the_wait_states_once_and_a_hit_none(int waitStates)
    {
        using Device device = Running(waitStates, [.. Enumerable.Repeat(Nop, 16)]);

        Machine.Steps(device, 16);

        Assert.Equal(16 + (4 * waitStates), device.Cycles);
        Assert.Equal(4 * waitStates, device.Ledger.WaitCycles);
    }

    [Fact]
    public void An_instruction_across_two_lines_fetches_both()
    {
        // Three words of NOP, then a two-word MOV #1234,R5 whose second word starts the next line.
        using Device device = Running(1, Nop, Nop, Nop, 0x4035, 0x1234, Nop);

        Machine.Steps(device, 3);
        Assert.Equal(1, device.Ledger.CacheMisses);
        device.Step();

        Assert.Equal(2, device.Ledger.CacheMisses);
        Assert.Equal(3 + 2 + 2, device.Cycles);
    }

    [Fact]
    public void A_loop_of_four_lines_runs_from_the_cache()
    {
        using Device device = Running(1, [.. Enumerable.Repeat(Nop, 14), Nop, Jump(-16)]);

        Machine.Steps(device, 16);
        long misses = device.Ledger.CacheMisses;
        Machine.Steps(device, 15 * 10);

        // The jump's fall-through word is a fifth line; it pushes one line of its set out each time round, and that one the next.
        Assert.Equal(5, misses);
        Assert.True(device.Ledger.CacheMisses > misses);
    }

    [Fact]
    public void A_loop_of_three_lines_never_misses_again()
    {
        using Device device = Running(1, [.. Enumerable.Repeat(Nop, 10), Jump(-11), Nop]);

        Machine.Steps(device, 11);
        long misses = device.Ledger.CacheMisses;
        Machine.Steps(device, 11 * 10);

        Assert.Equal(3, misses);
        Assert.Equal(misses, device.Ledger.CacheMisses);
    }

    [Fact]
    public void Data_reads_share_the_cache_with_code()
    {
        // MOV &5000,R5 three times over: the data line is read from the array once.
        using Device device = Running(1, 0x4215, 0x5000, 0x4215, 0x5002, 0x4215, 0x5006);

        Machine.Steps(device, 3);

        // Lines: 4400, 4408, 5000.
        Assert.Equal(3, device.Ledger.CacheMisses);
        Assert.Equal(6 + 3, device.Ledger.FramReads);
        Assert.Equal(9 + 3, device.Cycles);
    }

    [Fact]
    public void The_older_line_of_a_set_goes_first()
    {
        // 5000, 5010 and 5020 are of the set that code at 4408 is not in.
        using Device device = Running(0, Nop, Nop, Nop, Nop, 0x4825, 0x4926, 0x4825, 0x4A27);
        device.SetRegister(8, 0x5000);
        device.SetRegister(9, 0x5010);
        device.SetRegister(10, 0x5020);
        Machine.Steps(device, 8);
        long misses = device.Ledger.CacheMisses;
        Machine.Put(device, Machine.Code + 16, Nop);
        Assert.Equal(5, misses); // two of code, three of data

        // 5000 was used last before 5020 came, so 5010 is gone and 5000 is there. The code is in the other set.
        device.ProgramCounter = Machine.Code + 8;
        device.Step();
        Assert.Equal(misses, device.Ledger.CacheMisses);
        device.Step();
        Assert.Equal(misses + 1, device.Ledger.CacheMisses);
    }

    [Fact]
    public void A_write_goes_to_the_array_waits_and_drops_the_cached_line()
    {
        // MOV &5000,R5 / MOV R5,&5000 / MOV &5000,R5
        using Device device = Running(1, 0x4215, 0x5000, 0x4582, 0x5000, 0x4215, 0x5000);

        Machine.Steps(device, 3);

        Assert.Equal(1, device.Ledger.FramWrites);
        Assert.Equal(2 + 2, device.Ledger.CacheMisses);
        Assert.Equal(3 + 3 + 3 + 4 + 1, device.Cycles);
    }

    [Fact]
    public void Memory_that_is_not_FRAM_never_waits()
    {
        using Device device = Running(7, Nop);
        Machine.Put(device, 0x1C00, 0x4215, 0x2000, 0x4582, 0x2002);
        device.ProgramCounter = 0x1C00;

        Machine.Steps(device, 2);

        Assert.Equal(3 + 3, device.Cycles);
        Assert.Equal(0, device.Ledger.FramReads);
        Assert.Equal(5, device.Ledger.SramReads);
        Assert.Equal(1, device.Ledger.SramWrites);
    }

    [Fact]
    public void Waiting_in_a_jump_to_itself_counts_as_if_every_pass_had_run()
    {
        using Device stepped = Running(1, JumpToSelf);
        using Device skipped = Running(1, JumpToSelf);
        foreach (Device device in (Device[])[stepped, skipped])
        {
            device.Registers.WriteWord(0x015C, 0x5A04); // the watchdog ends the wait after 32768 cycles
        }

        while (stepped.Cycles < 20_000)
        {
            stepped.Step();
        }

        skipped.Run(20_000);

        Assert.Equal(Machine.Snapshot(stepped), Machine.Snapshot(skipped));
        Assert.Equal(10_000, skipped.Ledger.Instructions);
    }

    private static ushort Jump(int words) => (ushort)(0x3C00 | (words & 0x3FF));

    private static Device Running(int waitStates, params ushort[] words)
    {
        Device device = Machine.Create("msp430fr5994", words);
        device.Registers.WriteWord(0x015C, 0x5A80);
        device.Registers.WriteWord(0x0140, (ushort)(0xA500 | (waitStates << 4)));
        return device;
    }
}
