using System.Globalization;
using System.Text;

namespace FreeML.Sim.Conformance;

/// <summary>Registers and memory words that a case mentions, before or after it.</summary>
/// <param name="Registers">Register number (0 PC, 1 SP, 2 SR, 4 to 15) to value, ascending.</param>
/// <param name="Words">Even address (20 bits) to little-endian word, ascending.</param>
public sealed record ConformanceState(IReadOnlyDictionary<int, int> Registers, IReadOnlyDictionary<int, ushort> Words)
{
    /// <summary>The state as a field of a case.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((int register, int value) in Registers)
        {
            Separate(text).Append(CultureInfo.InvariantCulture, $"{ConformanceFormat.RegisterName(register)}={value:x}");
        }

        int next = -1;
        foreach ((int address, ushort word) in Words)
        {
            if (address == next)
            {
                text.Append(CultureInfo.InvariantCulture, $",{word:x4}");
            }
            else
            {
                Separate(text).Append(CultureInfo.InvariantCulture, $"@{address:x}={word:x4}");
            }

            next = address + 2;
        }

        return text.ToString();
    }

    private static StringBuilder Separate(StringBuilder text) => text.Length == 0 ? text : text.Append(' ');
}

/// <summary>One line of a suite: code, the state before, the state after, and the cycles in between.</summary>
public sealed record ConformanceCase
{
    /// <summary>File the case was read from or generated for, without folder.</summary>
    public required string File { get; init; }

    /// <summary>Line in that file, from 1; 0 for a case that was not read.</summary>
    public int Line { get; init; }

    /// <summary>Unique within its file: the instruction as assembler text, then what the case is about.</summary>
    public required string Name { get; init; }

    /// <summary>Code words from PC on; also part of the memory before.</summary>
    public required IReadOnlyList<ushort> Code { get; init; }

    /// <summary>Registers and memory before, PC included, code words not.</summary>
    public required ConformanceState Before { get; init; }

    /// <summary>PC, and all that differs from before.</summary>
    public required ConformanceState After { get; init; }

    /// <summary>MCLK cycles of all steps together, memory without wait states; null where the guide gives no number.</summary>
    public int? Cycles { get; init; }

    /// <summary>How many instructions to execute.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Bits of SR that are undefined afterwards and not to be compared.</summary>
    public int IgnoredStatusBits { get; init; }

    /// <summary>PC before the case.</summary>
    public int Pc => Before.Registers[0];

    /// <summary>File and line, for messages.</summary>
    public string Location => $"{File}:{Line}";

    /// <summary>Value of a register before the case, defaults included.</summary>
    public int RegisterBefore(int register) =>
        Before.Registers.TryGetValue(register, out int value) ? value : ConformanceDefaults.Register(register);

    /// <summary>Value of a register the case expects afterwards.</summary>
    public int RegisterAfter(int register) =>
        After.Registers.TryGetValue(register, out int value) ? value : RegisterBefore(register);

    /// <summary>Every word to be written before, code included, in the order of addresses.</summary>
    public IReadOnlyDictionary<int, ushort> MemoryBefore()
    {
        var memory = new SortedDictionary<int, ushort>();
        foreach ((int address, ushort word) in Before.Words)
        {
            memory[address] = word;
        }

        for (int index = 0; index < Code.Count; index++)
        {
            memory[(Pc + (2 * index)) & 0xFFFFF] = Code[index];
        }

        return memory;
    }

    /// <summary>Every word to be compared afterwards: what was written before, with the changes on top.</summary>
    public IReadOnlyDictionary<int, ushort> MemoryAfter()
    {
        var memory = new SortedDictionary<int, ushort>();
        foreach ((int address, ushort word) in MemoryBefore())
        {
            memory[address] = word;
        }

        foreach ((int address, ushort word) in After.Words)
        {
            memory[address] = word;
        }

        return memory;
    }

    /// <summary>The case as its line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Name).Append('|').AppendJoin(' ', Code.Select(word => word.ToString("x4", CultureInfo.InvariantCulture)));
        text.Append('|').Append(Before).Append('|').Append(After).Append('|');
        text.Append(Cycles?.ToString(CultureInfo.InvariantCulture) ?? "-");
        if (Steps == 1 && IgnoredStatusBits == 0)
        {
            return text.ToString();
        }

        text.Append('|');
        if (Steps != 1)
        {
            text.Append(CultureInfo.InvariantCulture, $"steps={Steps}").Append(IgnoredStatusBits != 0 ? " " : "");
        }

        if (IgnoredStatusBits != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"ignore-sr={IgnoredStatusBits:x}");
        }

        return text.ToString();
    }
}
