using System.Text;
using System.Text.RegularExpressions;

namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>mspdebug's "sim" driver: a 16-bit MSP430 with 64 KB, driven by commands on standard input.</summary>
internal sealed partial class MspdebugOracle(string program) : IOracle
{
    private const int CasesPerProcess = 500;
    private const int IoEnd = 0x200;

    private static readonly string[] RegisterNames = ["PC", "SP", "SR", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"];

    public string Name => "mspdebug sim";

    public IReadOnlyList<Mask> Masks => MspdebugMasks.All;

    public string? Unsuitable(ConformanceCase test)
    {
        int first = test.Code[0];
        bool isX = first is < 0x1000 or (>= 0x1340 and < 0x2000);
        if (isX)
        {
            return "MSP430X instruction";
        }

        bool wide = test.Before.Registers.Values.Concat(test.After.Registers.Values).Any(value => value > 0xFFFF);
        if (wide || test.MemoryAfter().Keys.Any(address => address > 0xFFFF))
        {
            return "above 64 KB";
        }

        return test.MemoryAfter().Keys.Any(address => address < IoEnd) ? "in the range of peripherals" : null;
    }

    public IReadOnlyList<Observation> Run(IReadOnlyList<ConformanceCase> cases) =>
        [.. cases.Chunk(CasesPerProcess).SelectMany(RunOnce)];

    private IEnumerable<Observation> RunOnce(ConformanceCase[] cases)
    {
        var script = new StringBuilder("fill 0x200 0xfe00 0\n");
        for (int index = 0; index < cases.Length; index++)
        {
            ConformanceCase test = cases[index];
            Write(script, test.MemoryBefore(), zero: false);
            for (int register = 15; register >= 0; register--)
            {
                if (register != 3)
                {
                    script.Append($"set R{register} 0x{test.RegisterBefore(register):x}\n");
                }
            }

            script.Append($"step {test.Steps}\n= {index}\n");
            IReadOnlyDictionary<int, ushort> after = test.MemoryAfter();
            foreach ((int address, IReadOnlyList<ushort> words) in Script.Runs(after))
            {
                script.Append($"md 0x{address:x} {2 * words.Count}\n");
            }

            Write(script, after, zero: true);
        }

        return Read(Script.Run(program, ["-q", "sim"], script.ToString()), cases);
    }

    private static void Write(StringBuilder script, IReadOnlyDictionary<int, ushort> memory, bool zero)
    {
        foreach ((int address, IReadOnlyList<ushort> words) in Script.Runs(memory))
        {
            script.Append($"mw 0x{address:x}");
            foreach (ushort word in words)
            {
                int value = zero ? 0 : word;
                script.Append($" {value & 0xFF:x2} {value >> 8:x2}");
            }

            script.Append('\n');
        }
    }

    private static IEnumerable<Observation> Read(IReadOnlyList<string> lines, ConformanceCase[] cases)
    {
        var current = new Dictionary<int, int>();
        var registers = new Dictionary<int, int>[cases.Length];
        var bytes = new Dictionary<int, byte>[cases.Length];
        int index = -1;
        foreach (string line in lines)
        {
            foreach (Match match in RegisterField().Matches(line))
            {
                current[Array.IndexOf(RegisterNames, match.Groups[1].Value)] = Script.Hex(match.Groups[2].Value);
            }

            Match marker = Marker().Match(line);
            if (marker.Success)
            {
                index = Script.Hex(marker.Groups[1].Value);
                registers[index] = new Dictionary<int, int>(current);
                bytes[index] = [];
            }

            Match dump = DumpLine().Match(line);
            if (dump.Success && index >= 0)
            {
                int address = Script.Hex(dump.Groups[1].Value);
                foreach (string value in dump.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    bytes[index][address++] = (byte)Script.Hex(value);
                }
            }
        }

        for (int test = 0; test < cases.Length; test++)
        {
            if (registers[test] is null)
            {
                yield return Observation.Failed("no answer");
                continue;
            }

            var words = new Dictionary<int, ushort>();
            foreach (int address in cases[test].MemoryAfter().Keys)
            {
                if (bytes[test].TryGetValue(address, out byte low) && bytes[test].TryGetValue(address + 1, out byte high))
                {
                    words[address] = (ushort)(low + (high << 8));
                }
            }

            yield return new Observation(registers[test], words);
        }
    }

    [GeneratedRegex(@"\(\s*(PC|SP|SR|R\d+): ([0-9a-f]+)\)")]
    private static partial Regex RegisterField();

    [GeneratedRegex(@"^0x([0-9a-f]+) = 0x[0-9a-f]+$")]
    private static partial Regex Marker();

    [GeneratedRegex(@"^\s+([0-9a-f]{5}): ((?:[0-9a-f]{2} )+).*\|$")]
    private static partial Regex DumpLine();
}
