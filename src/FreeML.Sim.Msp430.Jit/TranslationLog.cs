using System.Globalization;
using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// What an engine translated, how often each block ran, and what it left to the interpreter's handlers. Costs speed, so an engine keeps one
/// only when told to; what the guest does, and the cycles it takes, stay the same.
/// </summary>
public sealed unsafe class TranslationLog : IDisposable
{
    // Generated code counts here. Memory that is never moved; units that were thrown away keep their counts.
    private readonly List<nint> _chunks = [];
    private const int CountersOfChunk = 4096;
    private int _counters;

    private readonly SortedDictionary<string, long> _interpreted = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _refused = new(StringComparer.Ordinal);
    private readonly List<LoggedUnit> _units = [];

    /// <summary>Releases the counters if <see cref="Dispose"/> was not called.</summary>
    ~TranslationLog() => Release();

    /// <summary>Instructions that the interpreter ran although the program was warm, by mnemonic: what the translator leaves to handlers.</summary>
    public IReadOnlyDictionary<string, long> Interpreted => _interpreted;

    /// <summary>Of these, the ones that the translator never translates, by their text without operands' values: forms that are left to handlers for good.</summary>
    public IReadOnlyDictionary<string, long> Refused => _refused;

    /// <summary>Translated units, in the order of their making.</summary>
    internal IReadOnlyList<LoggedUnit> Units => _units;

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>A counter of its own for generated code, 0 so far.</summary>
    internal long* NewCounter()
    {
        if (_counters % CountersOfChunk == 0)
        {
            _chunks.Add((nint)NativeMemory.AllocZeroed(CountersOfChunk, sizeof(long)));
        }

        return (long*)_chunks[^1] + (_counters++ % CountersOfChunk);
    }

    /// <summary>The memory that the guest's code lies in.</summary>
    internal AddressSpace? Memory { private get; set; }

    internal void Add(LoggedUnit unit)
    {
        Span<ushort> words = stackalloc ushort[Decoder.MaximumWords];
        foreach (GuestInstruction instruction in unit.Blocks.SelectMany(logged => logged.Block.Instructions))
        {
            Fetch(instruction.Address, words);
            unit.Texts[instruction.Address] = Disassembler.Disassemble(instruction.Address, words).ToString();
        }

        _units.Add(unit);
    }

    /// <summary>Interprets as <see cref="Interpreter.Run"/> does, and counts.</summary>
    internal void Interpret(CpuState* cpu, long limit)
    {
        cpu->Limit = limit;
        Span<ushort> words = stackalloc ushort[Decoder.MaximumWords];
        while (cpu->Cycles < limit && cpu->Attention == Attention.None)
        {
            uint address = cpu->Registers[0];
            Fetch(address, words);
            Instruction decoded = Decoder.Decode(address, words);
            string name = decoded.Definition?.Name ?? "illegal";
            _interpreted[name] = _interpreted.GetValueOrDefault(name) + 1;
            if (new GuestCode(cpu, Memory!).Read(address, static _ => false) is null or { Shape: Shape.Interpreted })
            {
                string form = FormOf(decoded);
                _refused[form] = _refused.GetValueOrDefault(form) + 1;
            }

            Interpreter.Run(cpu, cpu->Cycles + 1);
        }
    }

    private static string FormOf(in Instruction i)
    {
        if (i.Definition is not { } row)
        {
            return "illegal";
        }

        string repeated = i.IsExtended && (i.Count > 1 || i.CountRegister >= 0) ? "RPT " : "";
        string size = i.Size switch
        {
            OperandSize.Byte => ".B",
            OperandSize.Address => ".A",
            _ => "",
        };
        string[] operands = [.. new[] { i.Source, i.Destination }.Where(operand => operand.Mode is not AddressingMode.None).Select(FormOf)];
        return $"{repeated}{row.Name}{(i.IsExtended ? "X" : "")}{size} {string.Join(',', operands)}".TrimEnd();
    }

    private static string FormOf(Operand operand) => operand.Mode switch
    {
        AddressingMode.Register => Register(operand),
        AddressingMode.Indexed => $"x({Register(operand)})",
        AddressingMode.Indirect => $"@{Register(operand)}",
        AddressingMode.IndirectAutoincrement => $"@{Register(operand)}+",
        AddressingMode.Absolute or AddressingMode.Symbolic => string.Create(CultureInfo.InvariantCulture, $"&{operand.Address:x}"),
        _ => "#n",
    };

    private static string Register(Operand operand) => operand.Register switch
    {
        0 => "PC",
        1 => "SP",
        2 => "SR",
        _ => "Rn",
    };

    private void Fetch(uint address, Span<ushort> words)
    {
        for (int n = 0; n < words.Length; n++)
        {
            words[n] = Memory!.PeekCode(address + (uint)(2 * n));
        }
    }

    private void Release()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.Free((void*)chunk);
        }

        _chunks.Clear();
        _counters = 0;
    }
}

/// <summary>A guest instruction in a block: several blocks, and versions of a block, may have it.</summary>
/// <param name="Block">Number of the block in its unit.</param>
/// <param name="Address">Address of the instruction.</param>
internal readonly record struct GuestPlace(int Block, uint Address);

/// <summary>A unit as it was made.</summary>
/// <param name="Blocks">Its blocks, in the order in which they were written.</param>
/// <param name="Code">Its host code.</param>
/// <param name="Origin">Where that is executed.</param>
/// <param name="Marks">Where the host code of guest instructions begins, in order; of no place is code that lies apart.</param>
internal sealed record LoggedUnit(IReadOnlyList<LoggedBlock> Blocks, byte[] Code, ulong Origin, IReadOnlyList<(int Offset, GuestPlace? Place)> Marks)
{
    /// <summary>Its instructions as they were then, by address.</summary>
    public Dictionary<uint, string> Texts { get; } = [];
}

/// <summary>A block as it was translated, for certain contents of the FRAM cache or for any.</summary>
internal sealed unsafe class LoggedBlock(GuestBlock block, bool knowsCache)
{
    private long* _counter;

    /// <summary>The guest's block.</summary>
    public GuestBlock Block => block;

    /// <summary>Whether it is for certain contents of the FRAM cache.</summary>
    public bool KnowsCache => knowsCache;

    /// <summary>Whether there is something in it to be run.</summary>
    public bool Runs => _counter != null;

    /// <summary>Times that it was entered with cycles enough.</summary>
    public long Entries => Runs ? *_counter : 0;

    /// <summary>Cycles that a run takes at least.</summary>
    public int Cycles { get; private set; }

    /// <summary>Gives it a counter, and the address of that.</summary>
    public ulong Count(long* counter, int cycles)
    {
        _counter = counter;
        Cycles = cycles;
        return (ulong)counter;
    }
}
