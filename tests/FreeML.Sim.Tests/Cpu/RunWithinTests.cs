using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Tests.Jit;

namespace FreeML.Sim.Tests.Cpu;

public class RunWithinTests
{
    private const uint Origin = 0x5000;

    // Cycles alone, and weights of everything.
    private static readonly ActivityWeights Cycles = new(1, 1, 0, 0, 0, 0);
    private static readonly ActivityWeights All = new(2, 1, 13, 14, 1, 5);

    [Theory]
    [InlineData("interpreter", 0xA500, false)]
    [InlineData("interpreter", 0xA510, false)]
    [InlineData("interpreter", 0xA570, false)]
    [InlineData("interpreter", 0xA510, true)]
    [InlineData("jit", 0xA500, false)]
    [InlineData("jit", 0xA510, false)]
    [InlineData("jit", 0xA500, true)]
    [InlineData("jit", 0xA570, true)]
    public void What_runs_within_an_allowance_ends_in_it_and_is_what_single_steps_do(string engine, int framControl, bool isAll)
    {
        ActivityWeights weights = isAll ? All : Cycles;
        long within = 0;
        for (int seed = 0; seed < 150; seed++)
        {
            byte[] program = RandomProgram.Make(new Random(seed), Origin);
            using Device stepped = Make(program, seed, (ushort)framControl);
            using Device subject = Make(program, seed, (ushort)framControl, engine is "jit" && JitEngine.IsSupported ? () => new JitEngine(0, 20) : null);
            Random random = new(seed);
            for (int n = 0; n < 60; n++)
            {
                long before = subject.Cycles;
                double most = random.Next(1, isAll ? 3000 : 170);
                ActivityLedger ledger = subject.Ledger;
                StopReason? stop = subject.RunWithin(long.MaxValue, SimTime.MaxValue, weights, most);
                double sum = Sum(weights, ledger, subject.Ledger, subject.Cycles - before);
                Assert.True(sum <= most, $"seed {seed}: {sum} within an allowance of {most}");
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

        // Falling asleep changes what is at work.
        Assert.Null(device.RunWithin(long.MaxValue, SimTime.MaxValue, Cycles, 1000));
        Assert.True(device.IsAsleep);
        Assert.Equal(1, device.Ledger.Instructions);
        Assert.Equal(StopReason.MaxCycles, device.RunWithin(long.MaxValue, SimTime.MaxValue, Cycles, 1000));
        Assert.Equal(1, device.Ledger.Instructions);
    }

    private static double Sum(ActivityWeights weights, ActivityLedger before, ActivityLedger after, long cycles)
    {
        long waits = after.WaitCycles - before.WaitCycles;
        return (weights.Cycle * (cycles - waits)) + (weights.Wait * waits)
            + (weights.CacheMiss * (after.CacheMisses - before.CacheMisses))
            + (weights.FramWrite * (after.FramWrites - before.FramWrites))
            + (weights.SramAccess * (after.SramReads - before.SramReads + after.SramWrites - before.SramWrites))
            + (weights.PeripheralAccess * (after.PeripheralReads - before.PeripheralReads + after.PeripheralWrites - before.PeripheralWrites));
    }

    private static Device Make(byte[] program, int seed, ushort framControl, Func<ExecutionEngine>? engine = null)
    {
        Device device = new(DeviceCatalogue.Find("msp430fr5994"), new DeviceOptions { Engine = engine }, (ulong)seed);
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
