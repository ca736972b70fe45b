using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>How the translator deals with an instruction.</summary>
internal enum Shape
{
    /// <summary>Left to the interpreter.</summary>
    Interpreted,

    /// <summary>Two operands, result in a register or in memory.</summary>
    DoubleOperand,

    /// <summary>A shift, swap or sign extension in place.</summary>
    SingleOperand,

    /// <summary>PUSH.</summary>
    Push,

    /// <summary>PUSHM.</summary>
    PushMultiple,

    /// <summary>POPM of registers that are only registers.</summary>
    PopMultiple,

    /// <summary>RxxM.</summary>
    MultiShift,

    /// <summary>A jump.</summary>
    Jump,

    /// <summary>MOV or MOVA to PC: branches and returns.</summary>
    Branch,

    /// <summary>CALL or CALLA.</summary>
    Call,

    /// <summary>A write of R3, which keeps nothing: NOP.</summary>
    Nothing,

    /// <summary>Flags or GIE set or cleared by name: CLRC, SETC, EINT and their like.</summary>
    SetFlags,

    /// <summary>MOV to SR, POP SR among them, which mostly brings back what was there.</summary>
    MoveToStatus,
}

/// <summary>An instruction to translate.</summary>
/// <param name="Decoded">The instruction.</param>
/// <param name="Shape">How it is dealt with.</param>
/// <param name="InFram">Whether it lies in FRAM.</param>
/// <param name="ResultWord">Which word of the multiplier's result is its source, SUMEXT behind them; -1 if none is.</param>
/// <param name="Writes">Which register of the multiplier it writes.</param>
internal sealed record GuestInstruction(Instruction Decoded, Shape Shape, bool InFram, int ResultWord, MultiplierWrite Writes)
{
    /// <summary>Whether it is a call that may be one of the simulator's own services.</summary>
    public bool MayBeService { get; init; }

    /// <summary>Whether its source is a peripheral's register that generated code asks for itself.</summary>
    public bool ReadsPeripheral { get; init; }

    /// <summary>Whether its destination is one.</summary>
    public bool ReachesPeripheral { get; init; }

    /// <summary>Whether generated code calls a peripheral for it.</summary>
    public bool CallsPeripheral => ReadsPeripheral || ReachesPeripheral;

    public uint Address { get; } = Decoded.Address;

    public string Name { get; } = Decoded.Definition!.Name;

    public int Bits { get; } = Decoded.Size switch
    {
        OperandSize.Byte => 8,
        OperandSize.Word => 16,
        _ => 20,
    };

    public OperandPath SourcePath { get; } = InstructionPreparer.SourcePath(Decoded);

    public OperandPath DestinationPath { get; } = InstructionPreparer.DestinationPath(Decoded);

    public uint SourceValue { get; } = InstructionPreparer.Value(Decoded, Decoded.Source);

    public uint DestinationValue { get; } = InstructionPreparer.Value(Decoded, Decoded.Destination);

    /// <summary>Whether a two-operand instruction reads its destination.</summary>
    public bool ReadsDestination { get; } = Decoded.Definition!.Name is not ("MOV" or "MOVA");

    /// <summary>Whether it writes it.</summary>
    public bool WritesDestination { get; } = Decoded.Definition!.Name is not ("CMP" or "CMPA" or "BIT");

    /// <summary>Whether its result depends on the flags.</summary>
    public bool ReadsFlags => ReadsCarry || ReadsStatus || IsConditional;

    /// <summary>Whether the carry goes in.</summary>
    public bool ReadsCarry { get; } = Decoded.Definition!.Name is "ADDC" or "SUBC" or "RRC" or "RRCM" && !Decoded.ZeroCarry;

    /// <summary>Whether it takes the carry as 0 (ZC of an extension word).</summary>
    public bool TakesNoCarry => Decoded.ZeroCarry;

    /// <summary>How often it is done, if that is known; 1 where a register tells.</summary>
    public int Repetitions => Decoded.IsExtended ? Decoded.Count : 1;

    /// <summary>Register that tells how often it is done, less one; -1 if none does.</summary>
    public int CountRegister => Decoded.CountRegister;

    /// <summary>Whether RPT stands before it.</summary>
    public bool IsRepeated => Repetitions > 1 || CountRegister >= 0;

    /// <summary>Whether doing it again changes the result. A MOV or AND with the same source does not.</summary>
    public bool IsCumulative => Name is "ADD" or "ADDC" or "SUB" or "SUBC" or "XOR";

    /// <summary>Whether its only operand is in memory.</summary>
    public bool WorksInMemory => Shape is Shape.SingleOperand && Decoded.Destination.IsMemory;

    /// <summary>Whether SR is its source.</summary>
    public bool ReadsStatus => Decoded.Source is { Mode: AddressingMode.Register, Register: 2 };

    /// <summary>Whether its destination is a place in memory, the stack included.</summary>
    public bool UsesDestinationMemory => (Decoded.Destination.IsMemory && Writes is MultiplierWrite.None && !ReachesPeripheral) || Shape is Shape.Push or Shape.Call or Shape.PushMultiple or Shape.PopMultiple;

    /// <summary>Whether it reads its source from memory.</summary>
    public bool ReadsSource => (Shape is Shape.DoubleOperand or Shape.Branch or Shape.Push or Shape.Call or Shape.MoveToStatus) && UsesSourceMemory;

    /// <summary>Whether it may set GIE.</summary>
    public bool MaySetInterrupts => Shape is Shape.MoveToStatus || (Shape is Shape.SetFlags && Name == "BIS" && (SourceValue & StatusRegister.Gie) != 0);

    /// <summary>Whether it changes a register, other than by a step of its source.</summary>
    public bool WritesRegister(int register) => Shape switch
    {
        Shape.Push or Shape.PushMultiple or Shape.Call => register == 1,
        Shape.PopMultiple => register == 1 || (register >= Decoded.Destination.Register && register < Decoded.Destination.Register + Decoded.Count),
        Shape.SingleOperand when Decoded.Destination.IsMemory => DestinationPath is OperandPath.Autoincrement && Decoded.Destination.Register == register,
        Shape.DoubleOperand or Shape.SingleOperand or Shape.MultiShift => WritesDestination && !Decoded.Destination.IsMemory && Decoded.Destination.Register == register,
        _ => false,
    };

    /// <summary>Words of an operand in memory.</summary>
    public int Words => Bits == 20 ? 2 : 1;

    /// <summary>Whether it fetches the word behind it in vain, whatever happens: a branch that is always taken.</summary>
    public bool FetchesInVain => Shape is Shape.Branch or Shape.Call || IsPlainJump;

    /// <summary>Whether its source lies in memory.</summary>
    public bool UsesSourceMemory => Decoded.Source.IsMemory && SourcePath is not OperandPath.Constant && ResultWord < 0 && !ReadsPeripheral;

    /// <summary>Whether none of its operands lies in memory.</summary>
    public bool IsInRegisters => !Decoded.Source.IsMemory && !Decoded.Destination.IsMemory;

    /// <summary>Whether the host's flags stay as they are: nothing is computed.</summary>
    public bool KeepsHostFlags => Shape is Shape.Nothing or Shape.Jump
        || (Shape is Shape.DoubleOperand && !ReadsDestination && IsInRegisters && !ReadsStatus && Decoded.Destination.Register >= 4 && CountRegister < 0);

    /// <summary>Whether it sets all flags.</summary>
    public bool WritesFlags { get; } = Shape switch
    {
        Shape.DoubleOperand => Decoded.Definition!.Name is not ("MOV" or "MOVA" or "BIC" or "BIS"),
        Shape.SingleOperand => Decoded.Definition!.Name is not "SWPB",
        Shape.MultiShift => true,
        _ => false,
    };

    /// <summary>Whether it is a jump that is always taken.</summary>
    public bool IsPlainJump { get; } = Shape is Shape.Jump && Decoded.Definition!.Name == "JMP";

    /// <summary>Whether it is a jump that may be taken.</summary>
    public bool IsConditional { get; } = Shape is Shape.Jump && Decoded.Definition!.Name != "JMP";

    /// <summary>Whether it is a jump that is mostly taken: one backwards.</summary>
    public bool IsMostlyTaken => IsConditional && Decoded.Target <= Address;

    /// <summary>Whether what runs next is better in a block of its own.</summary>
    public bool EndsBlock => Shape is Shape.Interpreted or Shape.Branch or Shape.Call || IsMostlyTaken;

    /// <summary>Whether the block must end with it, whatever runs next.</summary>
    public bool EndsHere => Shape is Shape.Interpreted or Shape.Branch or Shape.Call;

    /// <summary>What runs next if no conditional jump is taken.</summary>
    public uint FollowingAddress => IsPlainJump ? Decoded.Target : Decoded.NextAddress;

    /// <summary>Where a branch or call goes, if that is known.</summary>
    public uint? StaticTarget => Shape switch
    {
        Shape.Jump => Decoded.Target,
        Shape.Branch or Shape.Call when SourcePath is OperandPath.Constant => SourceValue & (Bits == 20 ? AddressSpace.AddressMask : 0xFFFF) & ~1u,
        _ => null,
    };

    /// <summary>FRAM cache lines that its words lie in, first and, if there is one, second.</summary>
    public (uint First, uint? Second) Lines
    {
        get
        {
            uint first = Address >> 3;
            uint last = (Address + (uint)Decoded.Bytes - 2) >> 3;
            return (first, last == first ? null : last);
        }
    }
}

/// <summary>
/// Instructions that run one after the other, from the first on, as long as no conditional jump is taken. What follows a plain jump is its target.
/// </summary>
internal sealed record GuestBlock(uint Address, IReadOnlyList<GuestInstruction> Instructions)
{
    public GuestInstruction Last => Instructions[^1];

    /// <summary>Where the program goes on behind the block, unless its last instruction says otherwise.</summary>
    public uint End => Last.Decoded.NextAddress;
}

/// <summary>Blocks that are translated together.</summary>
/// <param name="Blocks">The blocks.</param>
/// <param name="Entries">Addresses where the program is likely to come in from elsewhere.</param>
/// <param name="Lines">The lines of FRAM that the code lies in, and that it is not expected to read data from.</param>
/// <param name="Shared">The lines of code that data were read from.</param>
/// <param name="DataMayBeCode">Whether the program may read data from these lines by an address that is not known.</param>
internal sealed record GuestUnit(IReadOnlyList<GuestBlock> Blocks, IReadOnlySet<uint> Entries, HashSet<uint> Lines, HashSet<uint> Shared, bool DataMayBeCode)
{
    /// <summary>Blocks as a unit: reads of data keep off its lines where they are expected to.</summary>
    public static GuestUnit Of(uint start, IReadOnlyList<GuestBlock> blocks, HashSet<uint> lines, HashSet<uint> shared, Func<GuestInstruction, OperandMemories> memories)
    {
        var entries = new HashSet<uint> { start };
        bool dataMayBeCode = false;

        foreach (GuestBlock block in blocks)
        {
            if (block.Last.EndsHere)
            {
                entries.Add(block.End);
            }

            entries.UnionWith(block.Instructions.Where(i => i.StaticTarget <= i.Address).Select(i => i.StaticTarget!.Value));
            foreach (GuestInstruction i in block.Instructions)
            {
                (Reach source, Reach destination) = memories(i);
                dataMayBeCode |= (i.ReadsSource && i.SourcePath is not OperandPath.Absolute && Meets(source))
                    || (i.UsesDestinationMemory && i.DestinationPath is not OperandPath.Absolute && !i.WritesDestination && Meets(destination));
            }
        }

        return new GuestUnit(blocks, entries, lines, shared, dataMayBeCode);

        bool Meets(Reach reach) => reach.Path is AccessPath.Fram && (reach.Wraps || lines.Any(line => line >= reach.Start >> 3 && line < reach.End >> 3));
    }

    /// <summary>The lines of FRAM that translated instructions lie in.</summary>
    public static HashSet<uint> LinesOf(IEnumerable<GuestBlock> blocks)
    {
        var lines = new HashSet<uint>();
        foreach (GuestInstruction i in blocks.SelectMany(block => block.Instructions).Where(i => i.InFram && i.Shape is not Shape.Interpreted))
        {
            lines.Add(i.Lines.First);
            lines.Add(i.Lines.Second ?? i.Lines.First);
        }

        return lines;
    }

    /// <summary>The part of the memory of a read around the address seen that holds no code of these lines; all of it if the address is among them.</summary>
    public static Reach KeepOff(Reach reach, IEnumerable<uint> lines)
    {
        if (reach.Path is not AccessPath.Fram || reach.Wraps)
        {
            return reach;
        }

        (uint start, uint end) = (reach.Start, reach.End);
        foreach (uint line in lines)
        {
            (uint first, uint next) = (line << 3, (line + 1) << 3);
            if (reach.Seen >= first && reach.Seen < next)
            {
                return reach;
            }

            start = next <= reach.Seen ? Math.Max(start, next) : start;
            end = first > reach.Seen ? Math.Min(end, first) : end;
        }

        return reach with { Start = start, End = end };
    }
}

/// <summary>Finds the code that can be reached from an address without going through a register.</summary>
internal sealed unsafe class GuestCode(CpuState* cpu, AddressSpace memory)
{
    private const int MaximumInstructions = 1200;
    private const int MaximumBlock = 64;
    private const uint MultiplierBytes = 0x40;

    // A block this long ends where another one begins; a shorter one goes on with a copy of it.
    private const int LongBlock = 10;

    /// <summary>The blocks of a unit, by address. Empty if the first instruction is one for the interpreter.</summary>
    public List<GuestBlock> Discover(uint start, Func<uint, bool> isTranslated, Func<uint, bool> isInterpreted, Func<uint, bool> isSeen)
    {
        // What lies in RAM is of another time than what lies in FRAM: programs copy it there, and lose it.
        bool inFram = memory.RegionAt(start).Kind is MemoryKind.Fram;
        var blocks = new SortedDictionary<uint, GuestBlock>();
        var leaders = new HashSet<uint> { start };
        var open = new Queue<uint>([start]);
        int total = 0;
        while (total < MaximumInstructions && open.TryDequeue(out uint address))
        {
            List<GuestInstruction> run = Follow(address, leaders, isInterpreted, isSeen);
            if (run.Count == 0)
            {
                continue;
            }

            total += run.Count;
            blocks.Add(address, new GuestBlock(address, run));
            foreach (uint next in run.SelectMany(instruction => Successors(instruction, ReferenceEquals(instruction, run[^1]))))
            {
                if (leaders.Add(next) && !isTranslated(next) && isSeen(next) && memory.RegionAt(next).Kind is MemoryKind.Fram == inFram)
                {
                    open.Enqueue(next);
                }
            }
        }

        return [.. blocks.Values];
    }

    private List<GuestInstruction> Follow(uint start, HashSet<uint> leaders, Func<uint, bool> isInterpreted, Func<uint, bool> isSeen)
    {
        var run = new List<GuestInstruction>();
        var seen = new HashSet<uint>();
        uint address = start;

        // What runs behind the setting of GIE is the device's business, so nobody has seen it.
        while (run.Count < MaximumBlock && !(run.Count >= LongBlock && leaders.Contains(address)) && seen.Add(address)
            && (run.Count == 0 || run[^1].MaySetInterrupts || isSeen(address)))
        {
            if (Read(address, isInterpreted) is not { } instruction)
            {
                break;
            }

            if (run.Count == 0 && instruction.Shape is Shape.Interpreted)
            {
                break;
            }

            run.Add(instruction);
            if (instruction.EndsBlock)
            {
                break;
            }

            address = instruction.FollowingAddress;
        }

        return run;
    }

    private static IEnumerable<uint> Successors(GuestInstruction instruction, bool isLast)
    {
        if (instruction.StaticTarget is { } target && (isLast || !instruction.IsPlainJump))
        {
            yield return target;
        }

        // Behind RETI another function begins, or nothing at all.
        if (isLast && !instruction.IsPlainJump && instruction.Shape is not Shape.Branch && instruction.Name is not "RETI")
        {
            yield return instruction.Decoded.NextAddress;
        }
    }

    public GuestInstruction? Read(uint address, Func<uint, bool> isInterpreted)
    {
        if (!memory.HoldsCodeAt(address))
        {
            return null;
        }

        Span<ushort> words = stackalloc ushort[Decoder.MaximumWords];
        for (int n = 0; n < words.Length; n++)
        {
            words[n] = memory.PeekCode(address + (uint)(2 * n));
        }

        Instruction decoded = Decoder.Decode(address, words);
        if (!decoded.IsLegal)
        {
            return null;
        }

        bool inFram = memory.RegionAt(address).Kind is MemoryKind.Fram;
        (int result, MultiplierWrite writes) = MultiplierAccess(decoded);
        (bool reads, bool reaches) = PeripheralAccess(decoded, result >= 0 || writes is not MultiplierWrite.None);
        bool isPlain = (result >= 0 || reads || IsPlain(decoded, decoded.Source, isDestination: false))
            && (writes is not MultiplierWrite.None || reaches || IsPlain(decoded, decoded.Destination, isDestination: true));
        bool sameMemory = memory.RegionAt(decoded.NextAddress).Kind is MemoryKind.Fram == inFram;
        Shape shape = isInterpreted(address) || memory.HasTrapAt(address) || !sameMemory || !isPlain ? Shape.Interpreted : ShapeOf(decoded);
        if ((reads || reaches) && shape is not Shape.DoubleOperand)
        {
            shape = Shape.Interpreted;
        }

        return new GuestInstruction(decoded, shape, inFram, result, writes)
        {
            ReadsPeripheral = reads,
            ReachesPeripheral = reaches,
            MayBeService = shape is Shape.Call && cpu->TakesHostCalls && decoded.Source.Mode is AddressingMode.Register,
        };
    }

    // Registers of peripherals at known addresses. What is read there goes to a register or to another one of them: then nothing has been
    // counted yet that comes after the reading.
    private (bool Reads, bool Reaches) PeripheralAccess(in Instruction i, bool usesMultiplier)
    {
        if (usesMultiplier || i is not { Size: OperandSize.Byte or OperandSize.Word, Definition: { Format: Format.DoubleOperand, Name: not "DADD" } })
        {
            return (false, false);
        }

        bool reads = IsPeripheral(i, i.Source, isDestination: false);
        bool reaches = IsPeripheral(i, i.Destination, isDestination: true);
        return reads && i.Destination.IsMemory && !reaches ? (false, false) : (reads, reaches);
    }

    private bool IsPeripheral(in Instruction i, Operand operand, bool isDestination)
    {
        if (!operand.IsMemory || InstructionPreparer.PathOf(i, operand, isDestination) is not OperandPath.Absolute)
        {
            return false;
        }

        // The multiplier is elsewhere while generated code runs.
        uint address = InstructionPreparer.Value(i, operand);
        uint multiplier = cpu->Multiplier.BaseAddress;
        bool isMultiplier = multiplier != 0 && address - multiplier < MultiplierBytes;
        return !isMultiplier && memory.RegionAt(address).Kind is MemoryKind.Peripheral && cpu->ReadPaths[address >> AddressSpace.GranuleBits] is AccessPath.Slow;
    }

    // Registers of the multiplier that generated code reads and writes itself.
    private (int ResultWord, MultiplierWrite Writes) MultiplierAccess(in Instruction i)
    {
        uint origin = cpu->Multiplier.BaseAddress;
        if (origin == 0 || !cpu->Multiplier.IsPlain || i is not { Size: not OperandSize.Address, IsExtended: false, Definition: { Format: Format.DoubleOperand, Name: not "DADD" } definition })
        {
            return (-1, MultiplierWrite.None);
        }

        bool isByte = i.Size is OperandSize.Byte;
        int result = !isByte && i.Source.IsMemory && InstructionPreparer.SourcePath(i) is OperandPath.Absolute
            ? ResultWordAt(InstructionPreparer.Value(i, i.Source) - origin)
            : -1;
        MultiplierWrite writes = i.Destination.IsMemory && definition.Name == "MOV" && InstructionPreparer.DestinationPath(i) is OperandPath.Absolute
            ? RegisterAt(InstructionPreparer.Value(i, i.Destination) - origin)
            : MultiplierWrite.None;

        // An operand may be a byte; half a result is left to the interpreter.
        return (result, isByte && InlineMultiplier.ResultWord(writes) >= 0 ? MultiplierWrite.None : writes);

        static int ResultWordAt(uint offset) => offset == 0x0E ? InlineMultiplier.SumExtensionWord : InlineMultiplier.ResultWord(RegisterAt(offset));

        static MultiplierWrite RegisterAt(uint offset) => offset switch
        {
            0x00 or 0x10 => MultiplierWrite.Mpy,
            0x02 or 0x14 => MultiplierWrite.Mpys,
            0x04 or 0x18 => MultiplierWrite.Mac,
            0x06 or 0x1C => MultiplierWrite.Macs,
            0x12 or 0x16 or 0x1A or 0x1E => MultiplierWrite.Operand1High,
            0x08 => MultiplierWrite.Op2,
            0x20 => MultiplierWrite.Op2Low,
            0x22 => MultiplierWrite.Op2High,
            0x0A or 0x24 => MultiplierWrite.Result0,
            0x0C or 0x26 => MultiplierWrite.Result1,
            0x28 => MultiplierWrite.Result2,
            0x2A => MultiplierWrite.Result3,
            _ => MultiplierWrite.None,
        };
    }

    // An operand whose address is known and where there is no plain memory.
    private bool IsPlain(in Instruction i, Operand operand, bool isDestination)
    {
        if (!operand.IsMemory || InstructionPreparer.PathOf(i, operand, isDestination) is not OperandPath.Absolute)
        {
            return true;
        }

        uint address = InstructionPreparer.Value(i, operand);
        return cpu->ReadPaths[address >> AddressSpace.GranuleBits] is not AccessPath.Slow
            && cpu->ReadPaths[((address + 2) & AddressSpace.AddressMask) >> AddressSpace.GranuleBits] is not AccessPath.Slow
            && address < AddressSpace.Size - 2;
    }

    private Shape ShapeOf(in Instruction i)
    {
        bool isRepeated = i.IsExtended && (i.Count > 1 || i.CountRegister >= 0);
        string name = i.Definition!.Name;

        // While generated code runs, the flags of SR are elsewhere.
        if (ReadsStatus(i.Destination) || (ReadsStatus(i.Source) && i.Source.Mode is not AddressingMode.Register))
        {
            return isRepeated ? Shape.Interpreted : SetsFlags(i) ? Shape.SetFlags : MovesToStatus(i) ? Shape.MoveToStatus : Shape.Interpreted;
        }

        // ZC clears the carry before SR is read.
        if ((isRepeated && !CanBeRepeated(i, name)) || (i.IsExtended && i.ZeroCarry && ReadsStatus(i.Source)))
        {
            return Shape.Interpreted;
        }

        switch (i.Definition.Format)
        {
            case Format.Jump:
                return i.Target == i.Address ? Shape.Interpreted : Shape.Jump;
            case Format.DoubleOperand or Format.Address when name is not "DADD":
                return DoubleOperand(i, name);
            case Format.SingleOperand when name is "PUSH":
                return PopsStack(i.Source) ? Shape.Interpreted : Shape.Push;
            case Format.SingleOperand when name is "CALL":
            case Format.CallAddress:
                return Call(i);
            case Format.SingleOperand:
                return i.Destination.IsMemory || i.Destination.Register >= 4 ? Shape.SingleOperand : Shape.Interpreted;
            case Format.MultiShift when i.Destination.Register >= 4:
                return Shape.MultiShift;
            case Format.MultiPush:
                return MultiPush(i, name is "PUSHM");
            default:
                return Shape.Interpreted;
        }
    }

    // RPT before what works in registers. Adding 20 bits with the carry of the time before is left out.
    private static bool CanBeRepeated(in Instruction i, string name)
    {
        if (i.CountRegister is >= 0 and < 4 || i.Destination is not { Mode: AddressingMode.Register, Register: >= 4 })
        {
            return false;
        }

        bool isWide = i.Size is OperandSize.Address;
        bool isSame = i.Source.Mode is AddressingMode.Register && i.Source.Register == i.Destination.Register;
        return name switch
        {
            "RRA" or "RRC" or "SXT" => true,
            "SWPB" => i.CountRegister < 0,
            "ADDC" => !ReadsStatus(i.Source) && (!isWide || i.ZeroCarry),
            "SUBC" => !ReadsStatus(i.Source) && !isWide,
            "XOR" => !ReadsStatus(i.Source) && !isSame,
            "DADD" or "PUSH" => false,
            _ => !ReadsStatus(i.Source),
        };
    }

    // What a PUSH or CALL takes from the stack that it then writes to.
    private static bool PopsStack(Operand source) => source is { Mode: AddressingMode.IndirectAutoincrement, Register: 1 };

    private static bool ReadsStatus(Operand operand) => operand is
    {
        Register: 2,
        Mode: AddressingMode.Register or AddressingMode.Indexed or AddressingMode.Indirect or AddressingMode.IndirectAutoincrement,
    };

    private static bool SetsFlags(in Instruction i) =>
        i is { Size: OperandSize.Word, Destination: { Mode: AddressingMode.Register, Register: 2 }, Definition.Name: "BIC" or "BIS" }
        && InstructionPreparer.SourcePath(i) is OperandPath.Constant
        && (InstructionPreparer.Value(i, i.Source) & ~(StatusRegister.Flags | StatusRegister.Gie) & 0xFFFF) == 0;

    private static bool MovesToStatus(in Instruction i) =>
        i is { Size: OperandSize.Word, Destination: { Mode: AddressingMode.Register, Register: 2 }, Definition.Name: "MOV" } && !ReadsStatus(i.Source);

    private static Shape DoubleOperand(in Instruction i, string name)
    {
        OperandPath destination = InstructionPreparer.DestinationPath(i);
        if (destination is not OperandPath.SpecialRegister)
        {
            return Shape.DoubleOperand;
        }

        bool isMove = name is "MOV" or "MOVA";
        return i.Destination switch
        {
            { Mode: AddressingMode.Register, Register: 0 } when isMove && i.Size is not OperandSize.Byte => Shape.Branch,
            { Mode: AddressingMode.Register, Register: 1 } => Shape.DoubleOperand,
            { Register: 3 } when isMove && !i.Source.IsMemory => Shape.Nothing,
            _ => Shape.Interpreted,
        };
    }

    // Where calls may be services, whether a call is one is asked when it runs; if its target comes from memory, that takes too much.
    private Shape Call(in Instruction i)
    {
        OperandPath path = InstructionPreparer.SourcePath(i);
        bool isService = path is OperandPath.Constant && HostCall.Is(InstructionPreparer.Value(i, i.Source));
        bool mayBeService = cpu->TakesHostCalls && (isService || path is not (OperandPath.Constant or OperandPath.Register));
        return mayBeService || ReadsStatus(i.Source) || PopsStack(i.Source) ? Shape.Interpreted : Shape.Call;
    }

    // The register named first, and the others below (PUSHM) or above (POPM) it.
    private static Shape MultiPush(in Instruction i, bool pushes)
    {
        int first = i.Destination.Register;
        int lowest = pushes ? first - i.Count + 1 : first;
        int highest = pushes ? first : first + i.Count - 1;
        return lowest >= 4 && highest <= 15 ? pushes ? Shape.PushMultiple : Shape.PopMultiple : Shape.Interpreted;
    }
}
