using System.Runtime.InteropServices;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Tests.Jit;

/// <summary>Two devices that differ in their engine only, and what sets them apart afterwards.</summary>
internal sealed class EngineEquality : IDisposable
{
    private readonly byte[] _expected = new byte[1 << 20];
    private readonly byte[] _actual = new byte[1 << 20];

    public EngineEquality(string device, ulong seed = 1, TranslationLog? log = null)
    {
        DeviceDescription description = DeviceCatalogue.Find(device);
        Reference = new Device(description, null, seed);

        // Translates at once: what runs twice is translated.
        Translated = new Device(description, new DeviceOptions { Engine = () => new JitEngine(warmUpCycles: 0, sampleCycles: 20) { NeverPauses = true, Log = log } }, seed);
    }

    public Device Reference { get; }

    public Device Translated { get; }

    public JitEngine Engine => (JitEngine)Translated.Engine;

    public void Both(Action<Device> action)
    {
        action(Reference);
        action(Translated);
    }

    /// <summary>Runs both to a limit and asserts that nothing tells them apart.</summary>
    public StopReason Run(long maxCycles, bool compareMemory = true)
    {
        StopReason expected = Reference.Run(maxCycles);
        StopReason actual = Translated.Run(maxCycles);
        Assert.Equal(expected, actual);
        Assert.Equal(Reference.Cycles, Translated.Cycles);
        for (int register = 0; register < 16; register++)
        {
            if (Reference.GetRegister(register) == Translated.GetRegister(register))
            {
                continue;
            }

            Assert.Fail(
                $"R{register} is {Translated.GetRegister(register):X5}, not {Reference.GetRegister(register):X5}, at cycle {Reference.Cycles}, PC {Reference.ProgramCounter:X5}");
        }

        ActivityLedger counted = Reference.Ledger;
        ActivityLedger found = Translated.Ledger;
        if (!Bytes(ref counted).SequenceEqual(Bytes(ref found)))
        {
            foreach (System.Reflection.FieldInfo count in typeof(ActivityLedger).GetFields().Where(field => field.FieldType == typeof(long)))
            {
                Assert.True(
                    Equals(count.GetValue(counted), count.GetValue(found)),
                    $"{count.Name} is {count.GetValue(found)}, not {count.GetValue(counted)}, at cycle {Reference.Cycles}, PC {Reference.ProgramCounter:X5}");
            }
        }

        if (compareMemory)
        {
            Reference.Peek(0, _expected);
            Translated.Peek(0, _actual);
            int same = _expected.AsSpan().CommonPrefixLength(_actual);
            Assert.True(same == _expected.Length, $"memory differs at {same:X5}, at cycle {Reference.Cycles}");
        }

        return expected;
    }

    private static ReadOnlySpan<byte> Bytes(ref ActivityLedger ledger) => MemoryMarshal.AsBytes(new ReadOnlySpan<ActivityLedger>(ref ledger));

    public void Dispose()
    {
        Reference.Dispose();
        Translated.Dispose();
    }
}
