using System.Globalization;
using System.Text;
using FreeML.Sim.Tests.Loading;

namespace FreeML.Sim.Tests.Cli;

/// <summary>A directory of programs of a few words, gone after the test. Code begins at 4400, as does execution; text for it lies at 5000.</summary>
internal sealed class TinyFirmware : IDisposable
{
    public const ushort Text = 0x5000;
    private const ushort Code = 0x4400;

    // inc r4; jmp back
    public static readonly ushort[] Endless = [0x5314, 0x3FFE];

    // mov #0x5a80, &0x015c: without it, a watchdog goes off.
    public static readonly ushort[] HoldWatchdog = [0x40B2, 0x5A80, 0x015C];

    // jmp to itself
    public static readonly ushort[] Parked = [.. HoldWatchdog, 0x3FFF];

    // Not an instruction of the silicon's.
    public static readonly ushort[] Illegal = [0x4303, 0x13C0];

    // br #0x0130: there are registers, and no code.
    public static readonly ushort[] Fault = [0x4030, 0x0130];

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("freeml-sim-tests-").FullName;

    // mov #status, r12; call #0x181
    public static ushort[] Exit(ushort status) => [0x403C, status, 0x12B0, 0x0181];

    // mov #descriptor, r12; mov #text, r13; mov #length, r14; call #0x185
    public static ushort[] Write(ushort descriptor, int length) =>
        [0x403C, descriptor, 0x403D, Text, 0x403E, (ushort)length, 0x12B0, 0x0185];

    // mov #text, r12; push #flags; call #0x182; call #0x181: exits with the descriptor.
    public static ushort[] OpenAndExit(ushort flags) => [0x403C, Text, 0x1230, flags, 0x12B0, 0x0182, 0x12B0, 0x0181];

    public string Path(string name) => System.IO.Path.Combine(Directory, name);

    public string Elf(string name, ushort[] code, string text = "")
    {
        ElfBuilder builder = new ElfBuilder { Entry = Code }.Load(Code, Bytes(code)).Load(0xFFFE, Bytes([Code]), name: ".vectors", flags: 2);
        if (text.Length > 0)
        {
            builder.Load(Text, Encoding.UTF8.GetBytes(text), name: ".rodata", flags: 2);
        }

        File.WriteAllBytes(Path(name), builder.Symbol("main", Code).Build());
        return Path(name);
    }

    public string TiTxt(string name, ushort[] code)
    {
        string bytes = string.Join(' ', Bytes(code).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        File.WriteAllText(Path(name), $"@{Code:X}\n{bytes}\n@FFFE\n00 44\nq\n");
        return Path(name);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static byte[] Bytes(ushort[] words) => [.. words.SelectMany(word => new[] { (byte)(word & 0xFF), (byte)(word >> 8) })];
}
