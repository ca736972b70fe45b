using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Conformance.Generation;

/// <summary>State before a case, written as a chain: <c>At(0x8000).R(5, 0x12).Word(0x2000, 0x1234)</c>.</summary>
internal sealed class Setup
{
    private readonly SortedDictionary<int, int> _registers = [];
    private readonly SortedDictionary<int, ushort> _words = [];

    private Setup(int pc) => _registers[Machine.Pc] = pc;

    public int Pc => _registers[Machine.Pc];

    public static Setup At(int pc) => new(pc);

    public Setup R(int register, int value)
    {
        _registers[register] = value;
        return this;
    }

    public Setup Sp(int value) => R(Machine.Sp, value);

    public Setup Sr(int value) => R(Machine.Sr, value);

    public Setup Word(int address, int value)
    {
        _words[address & ~1 & Machine.AddressMask] = (ushort)value;
        return this;
    }

    public Setup Words(int address, params int[] values)
    {
        for (int index = 0; index < values.Length; index++)
        {
            Word(address + (2 * index), values[index]);
        }

        return this;
    }

    /// <summary>Places an operand, and around it what must survive a write: the other byte of its word, the words beside it.</summary>
    public Setup Operand(int address, Size size, int value, bool guarded = false)
    {
        const int Guard = 0xBEEF;
        const int UnusedHighBits = 0x7B50;
        int even = address & ~1;
        if (guarded)
        {
            Word(even - 2, Guard).Word(even + (size == Size.Address ? 4 : 2), Guard);
        }

        return size switch
        {
            Size.Byte => Word(even, (address & 1) == 0 ? 0xA500 + value : (value << 8) + 0x5A),
            Size.Word => Word(even, value),
            _ => Word(even, value & 0xFFFF).Word(even + 2, (value >> 16) + (guarded ? UnusedHighBits : 0)),
        };
    }

    /// <summary>Code of a sequence; also says where it goes.</summary>
    public ConformanceCase Run(string file, string name, IReadOnlyDictionary<int, Instruction> program, int steps)
    {
        var before = new Machine();
        foreach ((int register, int value) in _registers)
        {
            before[register] = value;
        }

        foreach ((int address, ushort word) in _words)
        {
            before.WriteWord(address, word);
        }

        var code = new List<ushort>();
        foreach ((int address, Instruction instruction) in program)
        {
            IReadOnlyList<int> words = instruction.Encode(address);
            for (int index = 0; index < words.Count; index++)
            {
                int location = (address + (2 * index)) & Machine.AddressMask;
                if (before.TouchedBytes.Contains(location))
                {
                    throw new InvalidOperationException($"{name}: code at {location:x} overlaps data");
                }

                if (location == Pc + (2 * code.Count))
                {
                    code.Add((ushort)words[index]);
                }
                else
                {
                    _words[location] = (ushort)words[index];
                }

                before.WriteWord(location, words[index]);
            }
        }

        Machine after = before.Copy();
        int? cycles = 0;
        for (int step = 0; step < steps; step++)
        {
            Instruction instruction = program[after[Machine.Pc]];
            cycles += instruction.Cycles(after);
            instruction.Execute(after);
        }

        return new ConformanceCase
        {
            File = file,
            Name = name,
            Code = code,
            Before = new ConformanceState(_registers, _words),
            After = Changes(before, after),
            Cycles = cycles,
            Steps = steps,
            IgnoredStatusBits = after.OverflowIsUndefined ? 0x100 : 0,
        };
    }

    private static ConformanceState Changes(Machine before, Machine after)
    {
        var registers = new SortedDictionary<int, int> { [Machine.Pc] = after[Machine.Pc] };
        for (int register = 1; register < 16; register++)
        {
            if (after[register] != before[register])
            {
                registers[register] = after[register];
            }
        }

        var words = new SortedDictionary<int, ushort>();
        foreach (int address in after.TouchedBytes)
        {
            if (after.ReadWord(address) != before.ReadWord(address))
            {
                words[address & ~1] = (ushort)after.ReadWord(address);
            }
        }

        return new ConformanceState(registers, words);
    }
}

/// <summary>Collects the cases of one file; names must differ.</summary>
internal sealed class CaseFile(string name, string title)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<ConformanceCase> _cases = [];

    public string Name { get; } = name;

    public string Title { get; } = title;

    public IReadOnlyList<ConformanceCase> Cases => _cases;

    /// <summary>One instruction.</summary>
    public void Add(Setup setup, Instruction instruction, string remark = "") =>
        Add(setup, remark.Length == 0 ? $"{instruction}" : $"{instruction} ; {remark}", new SortedDictionary<int, Instruction> { [setup.Pc] = instruction }, 1);

    /// <summary>Several instructions, by address.</summary>
    public void Add(Setup setup, string name, IReadOnlyDictionary<int, Instruction> program, int steps)
    {
        if (!_names.Add(name))
        {
            throw new InvalidOperationException($"{Name}: two cases are named '{name}'");
        }

        _cases.Add(setup.Run(Name, name, program, steps));
    }

    /// <summary>The file's text, lines ended by LF.</summary>
    public string Text()
    {
        var lines = new List<string>
        {
            $"# {Title}",
            $"# {_cases.Count} cases. Generated; the format is described in README.md.",
            $"{ConformanceFormat.Signature} {ConformanceFormat.Version}",
        };
        lines.AddRange(_cases.Select(test => test.ToString()));
        return string.Join('\n', lines) + "\n";
    }
}
