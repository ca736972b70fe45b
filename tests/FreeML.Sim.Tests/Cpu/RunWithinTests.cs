using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Jit;

namespace FreeML.Sim.Tests.Cpu;

public class RunWithinTests
{
    private const uint Origin = 0x5000;

    [Theory]
    [InlineData(0xA500)]
    [InlineData(0xA510)]
    [InlineData(0xA570)]
    public void What_runs_within_a_budget_ends_in_it_and_is_what_single_steps_do(int framControl)
    {
        long within = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            byte[] program = RandomProgram.Make(new Random(seed), Origin);
            using Device stepped = Make(program, seed, (ushort)framControl);
            using Device subject = Make(program, seed, (ushort)framControl);
            Random random = new(seed);
            for (int n = 0; n < 60; n++)
            {
                long before = subject.Cycles;
                long limit = before + random.Next(1, 170);
                StopReason? stop = subject.RunWithin(limit, SimTime.MaxValue);
                Assert.True(subject.Cycles <= limit, $"seed {seed}: {subject.Cycles} after a budget to {limit}");
                within += subject.Cycles - before;
                if (stop is StopReason.MaxCycles)
                {
                    stop = subject.RunWhileAwake(subject.Cycles + 1, SimTime.MaxValue);
                }

                StopReason? expected = StopReason.MaxCycles;
                while (stepped.Cycles < subject.Cycles && expected is StopReason.MaxCycles)
                {
                    expected = stepped.RunWhileAwake(stepped.Cycles + 1, SimTime.MaxValue);
                }

                Assert.Equal(
                    (subject.Cycles, subject.Ledger.Instructions, subject.Ledger.WaitCycles, subject.Ledger.CacheMisses, subject.ProgramCounter),
                    (stepped.Cycles, stepped.Ledger.Instructions, stepped.Ledger.WaitCycles, stepped.Ledger.CacheMisses, stepped.ProgramCounter));
                if (stop is not StopReason.MaxCycles)
                {
                    break;
                }
            }
        }

        Assert.True(within > 100_000, $"{within} cycles were run within budgets");
    }

    // An interrupt that is due, and a sleep, are for whoever looks.
    [Fact]
    public void Nothing_but_instructions_is_run_within_a_budget()
    {
        using Device device = new(DeviceCatalogue.Find("msp430fr5994"));
        device.Registers.WriteWord(0x015C, 0x5A80);
        device.Poke(Origin, [0x32, 0xD0, 0xD8, 0x00, 0x03, 0x43, 0x03, 0x43]); // BIS #GIE+LPM3,SR
        device.ProgramCounter = Origin;
        device.SetRegister(2, 0);

        Assert.Equal(StopReason.MaxCycles, device.RunWithin(device.Cycles + 1000, SimTime.MaxValue));
        Assert.True(device.IsAsleep);
        Assert.Equal(1, device.Ledger.Instructions);
        Assert.Equal(StopReason.MaxCycles, device.RunWithin(device.Cycles + 1000, SimTime.MaxValue));
        Assert.Equal(1, device.Ledger.Instructions);
    }

    private static Device Make(byte[] program, int seed, ushort framControl)
    {
        Device device = new(DeviceCatalogue.Find("msp430fr5994"), null, (ulong)seed);
        device.Registers.WriteWord(0x015C, 0x5A80);
        device.Registers.WriteWord(0x0140, framControl);
        device.Poke(Origin, program);
        device.ProgramCounter = Origin;
        RandomProgram.SetRegisters(device, seed);
        device.SetRegister(1, 0x2B00);
        device.SetRegister(2, 0);
        return device;
    }
}
