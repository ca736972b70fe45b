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
    private readonly List<LoggedUnit> _units = [];

    /// <summary>Releases the counters if <see cref="Dispose"/> was not called.</summary>
    ~TranslationLog() => Release();

    /// <summary>Instructions that the interpreter ran although the program was warm, by mnemonic: what the translator leaves to handlers.</summary>
    public IReadOnlyDictionary<string, long> Interpreted => _interpreted;

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
            string name = Decoder.Decode(address, words).Definition?.Name ?? "illegal";
            _interpreted[name] = _interpreted.GetValueOrDefault(name) + 1;
            Interpreter.Run(cpu, cpu->Cycles + 1);
        }
    }

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
