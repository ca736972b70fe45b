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
        foreach (GuestInstruction instruction in unit.Blocks.SelectMany(block => block.Instructions))
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

/// <summary>A guest instruction in a block: several blocks may have it.</summary>
internal readonly record struct GuestPlace(uint Block, uint Address);

/// <summary>A unit as it was made.</summary>
/// <param name="Blocks">Its guest code.</param>
/// <param name="Code">Its host code.</param>
/// <param name="Origin">Where that is executed.</param>
/// <param name="Marks">Where the host code of each guest instruction begins, in order; the last one, of no place, is where code begins that lies apart.</param>
/// <param name="End">Where code ends and constants begin.</param>
/// <param name="Runs">How often each block was run so far, by address, and the cycles that it takes at least.</param>
internal sealed record LoggedUnit(
    IReadOnlyList<GuestBlock> Blocks, byte[] Code, ulong Origin, IReadOnlyList<(int Offset, GuestPlace? Place)> Marks, int End, IReadOnlyDictionary<uint, BlockRuns> Runs)
{
    /// <summary>Its instructions as they were then, by address.</summary>
    public Dictionary<uint, string> Texts { get; } = [];
}

/// <summary>How often a block ran, and what it takes.</summary>
internal sealed unsafe class BlockRuns(long* counter)
{
    /// <summary>Times that the block was entered with cycles enough.</summary>
    public long Entries => *counter;

    /// <summary>Where generated code counts.</summary>
    public ulong Place => (ulong)counter;

    /// <summary>Cycles of a run without misses of the FRAM cache.</summary>
    public int Cycles { get; set; }
}
