using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Peripherals;

namespace FreeML.Sim.Tests.Devices;

/// <summary>Whatever firmware does to the peripheral page, the modules survive it and behave the same the second time.</summary>
public class RandomAccessTests
{
    [Theory]
    [InlineData("msp430fr5994", 1)]
    [InlineData("msp430fr5969", 2)]
    [InlineData("msp430fr6989", 3)]
    [InlineData("generic", 4)]
    public void Random_accesses_sleeps_and_resets_do_no_harm_and_repeat_exactly(string name, int seed) =>
        Assert.Equal(Run(name, seed), Run(name, seed));

    private static (ulong Hash, string Noted) Run(string name, int seed)
    {
        Random random = new(seed);
        FakeDevice device = new(name, new DeviceOptions { HasLfxt = true, HasHfxt = true });
        ulong hash = 14_695_981_039_346_656_037;
        for (int i = 0; i < 30_000; i++)
        {
            // Mostly where something happens: the modelled modules, and now and then with a password.
            uint address = (uint)(random.Next(4) == 0 ? random.Next(0x1000) : random.Next(0x100, 0x1A0));
            int value = random.Next(0x1_0000);
            value = random.Next(3) switch { 0 => value, 1 => 0xA500 | (value & 0xFF), _ => 0x5A00 | (value & 0xFF) };
            switch (random.Next(9))
            {
                case 0 or 1 or 2:
                    device.Write(address, value);
                    break;
                case 3:
                    device.WriteByte(address, random.Next(2) == 0 ? value : 0xA5);
                    break;
                case 4 or 5:
                    Mix(device.Read(address));
                    break;
                case 6:
                    Mix(device.Bus.ReadByte(address));
                    break;
                case 7:
                    device.Advance(SimTime.FromPicoseconds(random.NextInt64(1_000_000_000)));
                    break;
                default:
                    device.Modules.StatusRegisterChanged(value & 0xFF);
                    break;
            }

            while (device.Interrupts.Highest(random.Next(2) == 0) is not 0 and uint vector)
            {
                Mix(vector);
                device.Interrupts.Acknowledge(vector);
                _ = device.Read(0x019A);
                _ = device.Read(0x019C);
                device.Interrupts.Clear(vector);
                device.Interrupts.Return();
            }

            device.GiveBus(device.Cycles + 200);
            if (device.Resets.Count != 0)
            {
                device.TakeResets();
            }
            else if (random.Next(500) == 0)
            {
                device.Modules.Reset((ResetKind)random.Next(3), ResetCause.SupplySupervisor);
            }

            Mix((ulong)device.Fram.WaitStates);
            Mix((ulong)device.Mclk.Numerator);
            Mix((ulong)device.Modules.Scheduler.NextTime.Picoseconds);
        }

        return (hash, string.Join(' ', device.Bus.UnmodelledTouched.Select(touched => touched.Name)));

        void Mix(ulong value) => hash = (hash ^ value) * 1_099_511_628_211;
    }
}
