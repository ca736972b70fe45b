using System.Globalization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Exec.Compare;

/// <summary>One thing that can be known of two devices.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Reference">What it is on the reference engine.</param>
/// <param name="Subject">What it is on the other.</param>
internal sealed record StateRow(string Name, string Reference, string Subject)
{
    /// <summary>Whether the engines differ in it.</summary>
    public bool Differs => Reference != Subject;
}

/// <summary>All that can be known of two devices, side by side.</summary>
internal static class DeviceState
{
    private const int ShownWords = 8;

    private static readonly string[] FlagNames = ["C", "Z", "N", "GIE", "CPUOFF", "OSCOFF", "SCG0", "SCG1", "V"];

    private static readonly (string Name, Func<ActivityLedger, long> Of)[] Counts =
    [
        ("instructions", ledger => ledger.Instructions),
        ("fram_read", ledger => ledger.FramReads),
        ("fram_write", ledger => ledger.FramWrites),
        ("cache_miss", ledger => ledger.CacheMisses),
        ("sram_read", ledger => ledger.SramReads),
        ("sram_write", ledger => ledger.SramWrites),
        ("peripheral_read", ledger => ledger.PeripheralReads),
        ("peripheral_write", ledger => ledger.PeripheralWrites),
        ("wait_cycles", ledger => ledger.WaitCycles),
        ("interrupts", ledger => ledger.Interrupts),
        ("wake_ps", ledger => ledger.WakePicoseconds),
        ("boot_ps", ledger => ledger.BootPicoseconds),
    ];

    /// <summary>Registers, flags, time, ledger and modules, then the first words of memory that differ.</summary>
    public static IReadOnlyList<StateRow> Rows(Device reference, Device subject)
    {
        List<StateRow> rows = [];
        for (int register = 0; register < 16; register++)
        {
            if (register != 3)
            {
                rows.Add(Row(register switch { 0 => "pc", 1 => "sp", 2 => "sr", _ => $"r{register}" }, device => Register(device, register)));
            }
        }

        rows.Add(Row("cycles", device => Text(device.Cycles)));
        rows.Add(Row("time_ps", device => Text(device.Now.Picoseconds)));
        rows.Add(Row("exit code", device => device.ExitCode is { } code ? Text(code) : "-"));
        foreach ((string name, Func<ActivityLedger, long> of) in Counts)
        {
            rows.Add(Row(name, device => Text(of(device.Ledger))));
        }

        for (int mode = 0; mode < PerLowPowerMode.Count; mode++)
        {
            rows.Add(Row($"lpm{mode}_ps", device => Text(device.Ledger.SleepPicoseconds[mode])));
        }

        for (int module = 0; module < PerModule.Count; module++)
        {
            double one = PerModule.Of(reference)[module];
            double other = PerModule.Of(subject)[module];
            if (one != 0 || other != 0)
            {
                rows.Add(new StateRow($"module {(Msp430.Bus.ModuleActivity)module}", one.ToString("R", CultureInfo.InvariantCulture), other.ToString("R", CultureInfo.InvariantCulture)));
            }
        }

        rows.AddRange(Memory(reference, subject));
        return rows;

        StateRow Row(string name, Func<Device, string> of) => new(name, of(reference), of(subject));
    }

    /// <summary>Whether nothing tells two devices apart.</summary>
    public static bool AreEqual(Device reference, Device subject) => Rows(reference, subject).All(row => !row.Differs);

    /// <summary>A number for the registers, the ledger and the time, to be compared with another run's.</summary>
    public static long Digest(Device device)
    {
        var hash = new Hash();
        for (int register = 0; register < 16; register++)
        {
            hash.Add(device.GetRegister(register));
        }

        hash.Add(device.Cycles);
        hash.Add(device.Now.Picoseconds);
        foreach ((_, Func<ActivityLedger, long> of) in Counts)
        {
            hash.Add(of(device.Ledger));
        }

        return hash.Value;
    }

    /// <summary>A number for all of memory.</summary>
    public static long MemoryDigest(Device device)
    {
        var hash = new Hash();
        foreach (long word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(Memory(device)))
        {
            hash.Add(word);
        }

        return hash.Value;
    }

    private static string Register(Device device, int register)
    {
        uint value = device.GetRegister(register);
        string number = value.ToString("x5", CultureInfo.InvariantCulture);
        return register != 2 ? number : $"{number} {string.Join(' ', FlagNames.Where((_, bit) => (value >> bit & 1) != 0))}".TrimEnd();
    }

    private static IEnumerable<StateRow> Memory(Device reference, Device subject)
    {
        byte[] one = Memory(reference);
        byte[] other = Memory(subject);
        int found = 0;
        for (int at = 0; found < ShownWords && (at += one.AsSpan(at).CommonPrefixLength(other.AsSpan(at))) < one.Length; at = (at | 1) + 1, found++)
        {
            int word = at & ~1;
            yield return new StateRow($"@{word:x5}", Word(one, word), Word(other, word));
        }

        static string Word(byte[] memory, int at) => $"{memory[at + 1]:x2}{memory[at]:x2}";
    }

    private static byte[] Memory(Device device)
    {
        byte[] memory = new byte[1 << 20];
        device.Peek(0, memory);
        return memory;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    // FNV-1a over 64-bit words: quick, and the same on every host.
    private struct Hash()
    {
        private ulong _value = 0xCBF29CE484222325;

        public readonly long Value => (long)_value;

        public void Add(long word) => _value = (_value ^ (ulong)word ^ ((ulong)word >> 32)) * 0x100000001B3;
    }
}
