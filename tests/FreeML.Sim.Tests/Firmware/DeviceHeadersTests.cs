using System.Globalization;
using System.Text.RegularExpressions;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>What firmware is compiled against and what the simulator models are the same registers.</summary>
public sealed partial class DeviceHeadersTests
{
    private static readonly string Headers = Path.Combine(RepositoryRoot.Path, "firmware", "device");

    public static TheoryData<string> Devices => ["msp430fr5994", "msp430fr5969", "msp430fr6989"];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Every_register_of_the_device_is_in_its_header_at_its_address(string device)
    {
        Dictionary<string, string> header = Read(device);
        RegisterName[] registers =
        [
            .. DeviceCatalogue.Find(device).Modules
                .Where(module => !module.Name.StartsWith("ESI", StringComparison.Ordinal))
                .SelectMany(module => module.Registers)
                .Where(register => !IsUpperHalf(register)),
        ];

        string[] wrong = [.. registers.Where(register => AddressOf(header, register.Name) != register.Address).Select(register => $"{register.Name} at 0x{register.Address:X4}")];

        Assert.True(registers.Length > 300);
        Assert.True(wrong.Length == 0, $"not so in the header: {string.Join(", ", wrong)}");
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void Every_field_that_is_modelled_has_the_same_bits_in_the_header(string device)
    {
        Dictionary<string, string> header = Read(device);
        using Device chip = new(DeviceCatalogue.Find(device));
        int count = 0;
        List<string> wrong = [];
        for (uint address = 0x0100; address < PeripheralBus.Size; address += 2)
        {
            if (chip.Registers.RegisterAt(address) is not FieldRegister register)
            {
                continue;
            }

            foreach ((string name, ushort mask) in register.Fields)
            {
                // A field as wide as its register has no name of its own in a header.
                if (mask is 0xFFFF || IsUnnamed(name) || IsUnnamed(register.Name + name))
                {
                    continue;
                }

                count++;
                if (Value(header, name) != mask)
                {
                    wrong.Add($"{register.Name}.{name} 0x{mask:X4}");
                }
            }
        }

        Assert.True(count > 80);
        Assert.True(wrong.Count == 0, $"not so in the header: {string.Join(", ", wrong)}");
    }

    [Theory]
    [MemberData(nameof(Devices))]
    public void There_are_as_many_vectors_as_the_device_has(string device)
    {
        Dictionary<string, string> header = Read(device);
        IReadOnlyList<InterruptVector> vectors = DeviceCatalogue.Find(device).Vectors;
        int lowest = header.Where(pair => pair.Key.EndsWith("_VECTOR", StringComparison.Ordinal) && int.TryParse(pair.Value, CultureInfo.InvariantCulture, out _))
            .Min(pair => int.Parse(pair.Value, CultureInfo.InvariantCulture));

        Assert.Equal(vectors[^1].Address, 0xFF90u + (2 * ((uint)lowest - 1)));
        Assert.Equal("55", header["SYSNMI_VECTOR"]);
        Assert.Equal(vectors.Single(vector => vector.Name == "TA0 CCR0").Address, 0xFF90u + (2 * (uint.Parse(header["TIMER0_A0_VECTOR"], CultureInfo.InvariantCulture) - 1)));
        Assert.Equal(vectors.Single(vector => vector.Name == "DMA").Address, 0xFF90u + (2 * (uint.Parse(header["DMA_VECTOR"], CultureInfo.InvariantCulture) - 1)));
    }

    [ToolchainFact]
    public void The_header_is_what_the_table_gives()
    {
        (int exitCode, string output, string error) = Toolchain.Execute("sh", [Path.Combine(Headers, "headers.sh"), "-"], TimeSpan.FromMinutes(1));

        Assert.True(exitCode == 0, error);
        Assert.Equal(File.ReadAllText(Path.Combine(Headers, "modules.h")), output);
    }

    // The upper words of 20- and 32-bit registers are H in the device's table; headers name them likewise, but for DMA.
    private static bool IsUpperHalf(RegisterName register) => DmaAddressHigh().IsMatch(register.Name);

    // Bits that only this simulator has a name for, and bytes of a register declared as fields.
    private static bool IsUnnamed(string name) =>
        name is "reserved" or "password" || name.EndsWith("_L", StringComparison.Ordinal) || name.EndsWith("_H", StringComparison.Ordinal) || Unnamed().IsMatch(name);

    private static Dictionary<string, string> Read(string device)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal) { [$"__{device.ToUpperInvariant()}__"] = "" };
        Read(device + ".h", names);
        return names;
    }

    // As much of a preprocessor as our headers need.
    private static void Read(string file, Dictionary<string, string> names)
    {
        Stack<bool> skips = new();
        foreach (string line in File.ReadLines(Path.Combine(Headers, file)))
        {
            string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            bool isSkipped = skips.Contains(true);
            switch (words.FirstOrDefault())
            {
                case "#ifdef":
                    skips.Push(!names.ContainsKey(words[1]));
                    break;
                case "#ifndef":
                    skips.Push(names.ContainsKey(words[1]));
                    break;
                case "#else":
                    skips.Push(!skips.Pop());
                    break;
                case "#endif":
                    skips.Pop();
                    break;
                case "#include" when !isSkipped && words[1].StartsWith('"'):
                    Read(words[1].Trim('"'), names);
                    break;
                case "#define" when !isSkipped:
                    names.TryAdd(words[1], words.ElementAtOrDefault(2) ?? "");
                    break;
                default:
                    break;
            }
        }
    }

    private static uint? AddressOf(Dictionary<string, string> header, string name) =>
        header.TryGetValue(name, out string? text) && RegisterText().Match(text) is { Success: true } match
            ? uint.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : null;

    private static int? Value(Dictionary<string, string> header, string name) =>
        header.TryGetValue(name, out string? text) && text.StartsWith("0x", StringComparison.Ordinal)
            ? int.Parse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"^REGISTER(?:8|16|32)\(0x([0-9A-F]+)\)")]
    private static partial Regex RegisterText();

    [GeneratedRegex(@"^DMA\d[SD]AH$")]
    private static partial Regex DmaAddressHigh();

    [GeneratedRegex(@"^(MPUIPSEG|MPUSEGB|MPUCTL1FLAGS|P\d|PJ|UC[RT]XBUF|DMA[SD]AH$)|_[LH]$")]
    private static partial Regex Unnamed();
}
