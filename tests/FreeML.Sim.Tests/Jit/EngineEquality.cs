using System.Reflection;
using System.Runtime.InteropServices;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Tests.Jit;

/// <summary>Two devices that differ in their engine only, and what sets them apart afterwards.</summary>
internal sealed partial class EngineEquality : IDisposable
{
    private const int Sample = 20;

    private static readonly FieldInfo[] Counts = [.. typeof(ActivityLedger).GetFields().Where(field => field.FieldType == typeof(long))];
    private static readonly FieldInfo[] MultiplierFields = typeof(MultiplierState).GetFields();

    /// <summary>Translates at once: what is met twice is translated.</summary>
    public EngineEquality(string device, ulong seed = 1, TranslationLog? log = null)
        : this(device, seed, () => new JitEngine(warmUpCycles: 0, Sample) { NeverPauses = true, Log = log })
    {
    }

    public EngineEquality(string device, ulong seed, Func<JitEngine> engine)
    {
        DeviceDescription description = DeviceCatalogue.Find(device);
        Reference = new Device(description, new DeviceOptions { Engine = () => new Witness(new InterpreterEngine()) }, seed);
        Translated = new Device(description, new DeviceOptions { Engine = () => new Witness(engine()) }, seed);
    }

    public Device Reference { get; }

    public Device Translated { get; }

    public JitEngine Engine => (JitEngine)Of(Translated).Inner;

    public void Both(Action<Device> action)
    {
        action(Reference);
        action(Translated);
    }

    /// <summary>
    /// What tells the devices apart, or null: registers, time, ledger, the FRAM cache and the multiplier; and, where asked for, all of memory,
    /// what modules did, and the notes.
    /// </summary>
    public string? Difference(bool everything) => Registers() ?? Time() ?? Ledger() ?? Cache() ?? Multiplier() ?? (everything ? Memory() ?? Modules() ?? Notes() : null);

    public void Dispose()
    {
        Reference.Dispose();
        Translated.Dispose();
    }

    private static Witness Of(Device device) => (Witness)device.Engine;

    private string? Registers()
    {
        for (int register = 0; register < 16; register++)
        {
            (uint expected, uint found) = (Reference.GetRegister(register), Translated.GetRegister(register));
            if (expected != found)
            {
                return $"R{register} is {found:X5}, not {expected:X5}";
            }
        }

        return null;
    }

    private string? Time() => Reference.Cycles != Translated.Cycles || Reference.Now != Translated.Now ? $"cycles are {Translated.Cycles}, not {Reference.Cycles}" : null;

    private string? Ledger()
    {
        ActivityLedger expected = Reference.Ledger;
        ActivityLedger found = Translated.Ledger;
        return Bytes(ref expected).SequenceEqual(Bytes(ref found)) ? null : Unequal(Counts, expected, found);
    }

    private string? Cache()
    {
        ReadOnlySpan<uint> expected = Of(Reference).CacheLines;
        ReadOnlySpan<uint> found = Of(Translated).CacheLines;
        return expected.SequenceEqual(found) ? null : $"the cache holds {Hex(found)}, not {Hex(expected)}";

        static string Hex(ReadOnlySpan<uint> lines) => string.Join(' ', lines.ToArray().Select(line => (line << 3).ToString("X5", System.Globalization.CultureInfo.InvariantCulture)));
    }

    private string? Multiplier()
    {
        MultiplierState expected = Of(Reference).Multiplier;
        MultiplierState found = Of(Translated).Multiplier;
        return Bytes(ref expected).SequenceEqual(Bytes(ref found)) || Unequal(MultiplierFields, expected, found) is not { Length: > 0 } difference ? null : $"multiplier: {difference}";
    }

    private string? Memory()
    {
        ReadOnlySpan<byte> expected = Of(Reference).Memory;
        ReadOnlySpan<byte> found = Of(Translated).Memory;
        int same = expected.CommonPrefixLength(found);
        return same == expected.Length ? null : $"memory at {same:X5} is {found[same]:X2}, not {expected[same]:X2}";
    }

    private string? Modules()
    {
        foreach (ModuleActivity activity in Enum.GetValues<ModuleActivity>())
        {
            double expected = Reference.Activities.AmountAt(activity, Reference.Now);
            double found = Translated.Activities.AmountAt(activity, Translated.Now);
            if (expected != found)
            {
                return $"{activity} was active for {found}, not {expected}";
            }
        }

        return null;
    }

    private string? Notes() => Reference.Notes.SequenceEqual(Translated.Notes) ? null : $"notes are [{string.Join("; ", Translated.Notes)}], not [{string.Join("; ", Reference.Notes)}]";

    private static string Unequal<T>(FieldInfo[] fields, T expected, T found) =>
        string.Join(", ", fields.Where(field => !Equals(field.GetValue(expected), field.GetValue(found))).Select(field => $"{field.Name} is {field.GetValue(found)}, not {field.GetValue(expected)}"));

    private static ReadOnlySpan<byte> Bytes<T>(ref T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(ref value));
}
