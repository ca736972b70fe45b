using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Msp430.Memory;

/// <summary>What the address space leaves to the device: registers, and accesses that go nowhere.</summary>
internal interface IBusTarget
{
    /// <summary>Reads a register's byte at a 12-bit address.</summary>
    byte ReadByte(uint address);

    /// <summary>Reads a register at an even 12-bit address.</summary>
    ushort ReadWord(uint address);

    /// <summary>Writes a register's byte.</summary>
    void WriteByte(uint address, byte value);

    /// <summary>Writes a register.</summary>
    void WriteWord(uint address, ushort value);

    /// <summary>The multiplier worked for so many cycles of MCLK more.</summary>
    void CountMultiplier(long cycles);

    /// <summary>An access to an address where nothing is.</summary>
    void TouchVacant(uint address);

    /// <summary>A write to FRAM while the controller blocks writes.</summary>
    void TouchProtectedFram(uint address);
}

/// <summary>
/// The 1 MiB address space: memory in one native block, a path for each 64-byte granule, and the instructions prepared from its words.
/// Plain memory is read and written by <see cref="CpuState"/> itself; everything else comes here.
/// </summary>
internal sealed unsafe class AddressSpace : IDisposable
{
    /// <summary>Bytes of the address space.</summary>
    public const int Size = 1 << 20;

    /// <summary>The 20 bits of an address.</summary>
    public const uint AddressMask = Size - 1;

    /// <summary>Address bits inside a granule of 64 bytes.</summary>
    public const int GranuleBits = 6;

    private const int GranuleBytes = 1 << GranuleBits;

    /// <summary>What vacant memory reads as; as an instruction, a jump to itself.</summary>
    public const ushort VacantWord = 0x3FFF;

    private const uint NullPage = 0x10;
    private const int Granules = Size >> GranuleBits;
    private const int StateSize = 4096;
    private const int CodeWordBytes = Size / 16;

    /// <summary>Bytes that a fast engine has for itself.</summary>
    public const int EngineBytes = 1 << 20;

    // Words are read at odd addresses' even neighbours only; the guard serves reads of several words at the very end.
    private const int Guard = 64;
    private const byte Mixed = byte.MaxValue;

    private readonly MemoryRegion[] _regions;
    private readonly byte[] _regionOfGranule = new byte[Granules];
    private readonly bool[] _holdsCode = new bool[Granules];
    private readonly HashSet<uint> _traps = [];
    private readonly IBusTarget _bus;
    private readonly List<(uint Address, ushort Old)> _journal = [];
    private readonly AccessPath* _plainWritePaths;
    private readonly AccessPath* _slowWritePaths;
    private CpuState* _state;
    private readonly byte* _codeWords;
    private bool _framWritesBlocked;

    /// <summary>Lays out memory: FRAM erased (FF), everything else 0.</summary>
    /// <param name="regions">The memory map, without overlaps. What no region covers is vacant.</param>
    /// <param name="bus">Answers for what is no memory.</param>
    public AddressSpace(IReadOnlyList<MemoryRegion> regions, IBusTarget bus)
    {
        _bus = bus;
        _regions = [.. regions, new MemoryRegion(0, Size, MemoryKind.Vacant, "vacant")];
        Map = string.Join(' ', regions.Select(region => $"{region.Kind}:{region.Start:X5}+{region.Length:X}"));

        // One block, so that translated code reaches all of it from one base register.
        const int Used = StateSize + Size + Guard + (3 * Granules) + CodeWordBytes;
        byte* block = (byte*)NativeMemory.AlignedAlloc(Used + EngineBytes, 64);
        new Span<byte>(block, Used).Clear();
        _state = (CpuState*)block;
        _state->Memory = block + StateSize;
        _state->ReadPaths = (AccessPath*)(_state->Memory + Size + Guard);
        _plainWritePaths = _state->ReadPaths + Granules;
        _slowWritePaths = _plainWritePaths + Granules;
        _codeWords = (byte*)(_slowWritePaths + Granules);
        _state->WritePaths = _plainWritePaths;
        _state->Prepared = (PreparedInstruction*)NativeMemory.AllocZeroed(Size / 2, (nuint)sizeof(PreparedInstruction));
        _state->Owner = new GCHandle<AddressSpace>(this);
        _state->EmptyCache();

        Array.Fill(_regionOfGranule, (byte)(_regions.Length - 1));
        for (int index = 0; index < regions.Count; index++)
        {
            MemoryRegion region = regions[index];
            if (region.Kind is MemoryKind.Fram)
            {
                new Span<byte>(_state->Memory + region.Start, (int)region.Length).Fill(0xFF);
            }

            uint last = (region.Start + region.Length - 1) >> GranuleBits;
            for (uint granule = region.Start >> GranuleBits; granule <= last; granule++)
            {
                bool isWhole = granule << GranuleBits >= region.Start && (granule + 1) << GranuleBits <= region.Start + region.Length;
                _regionOfGranule[granule] = isWhole ? (byte)index : Mixed;
            }
        }

        for (int granule = 0; granule < Granules; granule++)
        {
            SetPaths(granule);
        }
    }

    /// <summary>Releases the native memory if <see cref="Dispose"/> was not called.</summary>
    ~AddressSpace() => Release();

    /// <summary>The memory map as a text, the same for devices alike.</summary>
    public string Map { get; }

    /// <summary>The state that engines work on.</summary>
    public CpuState* State => _state;

    /// <summary>Room for a fast engine, near the rest; what is in it at first is undefined. Aligned to 64 bytes.</summary>
    public byte* EngineRoom => _codeWords + CodeWordBytes;

    /// <summary>A bit for each word of the address space, from bit 0 of the first byte on: whether instructions have been made from it.</summary>
    public byte* CodeWords => _codeWords;

    /// <summary>Whether the FRAM controller ignores writes.</summary>
    public bool FramWritesBlocked
    {
        get => _framWritesBlocked;
        set
        {
            if (_framWritesBlocked != value)
            {
                _framWritesBlocked = value;
                for (int granule = 0; granule < Granules; granule++)
                {
                    SetPaths(granule);
                }
            }
        }
    }

    /// <summary>Whether writes to memory are remembered. All of them then take the slow way, which counts the same.</summary>
    public bool JournalsWrites
    {
        get => _state->WritePaths == _slowWritePaths;
        set
        {
            _journal.Clear();
            _state->WritePaths = value ? _slowWritePaths : _plainWritePaths;
        }
    }

    /// <summary>Called with the even address of each word that changes and that instructions may have been made from.</summary>
    public Action<uint>? CodeChanged { get; set; }

    /// <summary>Writes remembered.</summary>
    public int JournaledWrites => _journal.Count;

    /// <summary>Takes back all remembered writes but the first ones.</summary>
    public void UndoWritesAfter(int count)
    {
        for (int n = _journal.Count - 1; n >= count; n--)
        {
            (uint address, ushort old) = _journal[n];
            Poke(address, [(byte)old, (byte)(old >> 8)]);
        }

        _journal.RemoveRange(count, _journal.Count - count);
    }

    /// <summary>The region an address lies in; vacant where the map has none.</summary>
    public ref readonly MemoryRegion RegionAt(uint address)
    {
        int index = _regionOfGranule[address >> GranuleBits];
        if (index == Mixed)
        {
            index = Array.FindIndex(_regions, region => region.Contains(address));
        }

        return ref _regions[index];
    }

    /// <summary>Copies memory out as a debugger would: nothing is counted, no register is read.</summary>
    public void Peek(uint address, Span<byte> bytes)
    {
        for (int n = 0; n < bytes.Length; n++)
        {
            bytes[n] = _state->Memory[(address + (uint)n) & AddressMask];
        }
    }

    /// <summary>Copies bytes into memory as a programmer would, ROM and protected FRAM included: nothing is counted.</summary>
    public void Poke(uint address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            uint at = address & AddressMask;
            int count = Math.Min(bytes.Length, GranuleBytes - (int)(at % GranuleBytes));
            if (!_holdsCode[at >> GranuleBits])
            {
                bytes[..count].CopyTo(new Span<byte>(_state->Memory + at, count));
            }
            else
            {
                PokeBesideCode(at, bytes[..count]);
            }

            address += (uint)count;
            bytes = bytes[count..];
        }
    }

    /// <summary>
    /// Whether instructions may be fetched from an address: not from registers, and not from the first 16 bytes of flat RAM, where only a
    /// call through a null pointer leads.
    /// </summary>
    public bool HoldsCodeAt(uint address)
    {
        MemoryRegion region = RegionAt(address);
        return region.Kind is not MemoryKind.Peripheral && !(address < NullPage && region is { Kind: MemoryKind.Ram, Start: 0 });
    }

    /// <summary>Reads a word as code, uncounted: vacant memory gives a jump to itself.</summary>
    public ushort PeekCode(uint address)
    {
        address &= AddressMask;
        return RegionAt(address).Kind is MemoryKind.Vacant or MemoryKind.Peripheral ? VacantWord : *(ushort*)(_state->Memory + address);
    }

    /// <summary>Makes the engine stop behind the instruction at an address and report a host call there.</summary>
    public void AddTrap(uint address)
    {
        address &= AddressMask & ~1u;
        _traps.Add(address);
        Invalidate(address);
    }

    /// <summary>Whether <see cref="AddTrap"/> named an address.</summary>
    public bool HasTrapAt(uint address) => _traps.Contains(address);

    /// <summary>Notes that instructions were prepared from these words, so that writing them prepares them anew.</summary>
    public void MarkCode(uint address, int words)
    {
        for (int word = 0; word < words; word++)
        {
            uint at = (address + (uint)(2 * word)) & AddressMask;
            uint granule = at >> GranuleBits;
            _codeWords[at >> 4] |= (byte)(1 << (int)((at >> 1) & 7));
            if (!_holdsCode[granule])
            {
                _holdsCode[granule] = true;
                SetPaths((int)granule);
            }
        }
    }

    /// <summary>Nothing is prepared from a word any more; writing it is nobody's business.</summary>
    public void UnmarkCode(uint address)
    {
        _codeWords[address >> 4] &= (byte)~(1 << (int)((address >> 1) & 7));

        // The word may belong to any instruction that starts on it or on one of the words before.
        for (uint words = 0; words < Isa.Decoder.MaximumWords; words++)
        {
            _state->At(address - (2 * words))->Handler = null;
        }
    }

    /// <summary>Whether instructions were prepared from a word, given by any of its bytes.</summary>
    public bool IsMarked(uint address) => (_codeWords[address >> 4] & (1 << (int)((address >> 1) & 7))) != 0;

    /// <summary>Reads a byte where memory is not plain.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public uint ReadByteSlowly(uint address)
    {
        if (Enter(address, out MemoryKind kind))
        {
            return _state->Memory[address];
        }

        if (kind is MemoryKind.Peripheral)
        {
            return _bus.ReadByte(address);
        }

        return (byte)(VacantWord >> (int)(8 * (address & 1)));
    }

    /// <summary>Reads a word where memory is not plain.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public uint ReadWordSlowly(uint address)
    {
        if (Enter(address, out MemoryKind kind))
        {
            return *(ushort*)(_state->Memory + address);
        }

        return kind is MemoryKind.Peripheral ? _bus.ReadWord(address) : VacantWord;
    }

    /// <summary>Counts multiplications that an engine did itself.</summary>
    public void CountMultiplier(long cycles) => _bus.CountMultiplier(cycles);

    /// <summary>Writes a byte where memory is not plain.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void WriteByteSlowly(uint address, byte value)
    {
        if (Leave(address, out MemoryKind kind))
        {
            if (_state->Memory[address] != value)
            {
                _state->Memory[address] = value;
                Change(address);
            }
        }
        else if (kind is MemoryKind.Peripheral)
        {
            _bus.WriteByte(address, value);
        }
    }

    /// <summary>Writes a word where memory is not plain.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void WriteWordSlowly(uint address, ushort value)
    {
        if (Leave(address, out MemoryKind kind))
        {
            if (*(ushort*)(_state->Memory + address) != value)
            {
                *(ushort*)(_state->Memory + address) = value;
                Change(address);
            }
        }
        else if (kind is MemoryKind.Peripheral)
        {
            _bus.WriteWord(address, value);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    // Counts a read; true when memory answers it.
    private bool Enter(uint address, out MemoryKind kind)
    {
        kind = RegionAt(address).Kind;
        switch (kind)
        {
            case MemoryKind.Fram:
                CpuState.ReadLine(_state, address >> 3);
                return true;
            case MemoryKind.Ram or MemoryKind.Rom:
                _state->Ledger.SramReads++;
                return true;
            case MemoryKind.Peripheral:
                _state->Ledger.PeripheralReads++;
                return false;
            default:
                _bus.TouchVacant(address);
                return false;
        }
    }

    // Counts a write; true when memory takes it.
    private bool Leave(uint address, out MemoryKind kind)
    {
        kind = RegionAt(address).Kind;
        switch (kind)
        {
            case MemoryKind.Fram when _framWritesBlocked:
                _bus.TouchProtectedFram(address);
                return false;
            case MemoryKind.Fram:
                CpuState.WriteLine(_state, address >> 3);
                break;
            case MemoryKind.Ram:
                _state->Ledger.SramWrites++;
                break;
            case MemoryKind.Rom:
                return false;
            case MemoryKind.Peripheral:
                _state->Ledger.PeripheralWrites++;
                return false;
            default:
                _bus.TouchVacant(address);
                return false;
        }

        if (JournalsWrites)
        {
            uint word = address & ~1u;
            _journal.Add((word, *(ushort*)(_state->Memory + word)));
        }

        return true;
    }

    // What stays what it is changes no code.
    private void PokeBesideCode(uint address, ReadOnlySpan<byte> bytes)
    {
        for (int n = 0; n < bytes.Length; n++)
        {
            uint at = address + (uint)n;
            if (_state->Memory[at] != bytes[n])
            {
                _state->Memory[at] = bytes[n];
                Change(at);
            }
        }
    }

    // A word, given by any of its bytes, is not what it was.
    private void Change(uint address)
    {
        if (IsMarked(address))
        {
            Invalidate(address & ~1u);
        }
    }

    private void Invalidate(uint word)
    {
        UnmarkCode(word);
        CodeChanged?.Invoke(word);
    }

    private void SetPaths(int granule)
    {
        byte index = _regionOfGranule[granule];
        MemoryKind kind = index == Mixed ? MemoryKind.Vacant : _regions[index].Kind;
        AccessPath path = kind switch
        {
            MemoryKind.Ram => AccessPath.Sram,
            MemoryKind.Fram => AccessPath.Fram,
            _ => AccessPath.Slow,
        };
        _state->ReadPaths[granule] = path;
        _plainWritePaths[granule] = kind switch
        {
            MemoryKind.Fram when _framWritesBlocked => AccessPath.Slow,
            MemoryKind.Fram when _holdsCode[granule] => AccessPath.FramBesideCode,
            MemoryKind.Ram when _holdsCode[granule] => AccessPath.SramBesideCode,
            _ => path,
        };
    }

    private void Release()
    {
        if (_state is null)
        {
            return;
        }

        NativeMemory.Free(_state->Prepared);
        _state->Owner.Dispose();
        NativeMemory.AlignedFree(_state);
        _state = null;
    }
}
