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
}

/// <summary>An instruction to translate.</summary>
internal readonly record struct GuestInstruction(Instruction Decoded, Shape Shape, bool InFram)
{
    public uint Address => Decoded.Address;

    public string Name => Decoded.Definition!.Name;

    public int Bits => Decoded.Size switch
    {
        OperandSize.Byte => 8,
        OperandSize.Word => 16,
        _ => 20,
    };

    public OperandPath SourcePath => InstructionPreparer.SourcePath(Decoded);

    public OperandPath DestinationPath => InstructionPreparer.DestinationPath(Decoded);

    public uint SourceValue => InstructionPreparer.Value(Decoded, Decoded.Source);

    public uint DestinationValue => InstructionPreparer.Value(Decoded, Decoded.Destination);

    /// <summary>Whether a two-operand instruction reads its destination.</summary>
    public bool ReadsDestination => Name is not ("MOV" or "MOVA");

    /// <summary>Whether it writes it.</summary>
    public bool WritesDestination => Name is not ("CMP" or "CMPA" or "BIT");

    /// <summary>Whether its result depends on the flags.</summary>
    public bool ReadsFlags => Name is "ADDC" or "SUBC" or "RRC" or "RRCM" || (Shape is Shape.Jump && Name != "JMP");

    /// <summary>Whether it sets all flags.</summary>
    public bool WritesFlags => Shape switch
    {
        Shape.DoubleOperand => Name is not ("MOV" or "MOVA" or "BIC" or "BIS"),
        Shape.SingleOperand => Name is not "SWPB",
        Shape.MultiShift => true,
        _ => false,
    };

    /// <summary>Whether the program may go on anywhere but at the next instruction.</summary>
    public bool EndsBlock => Shape is Shape.Interpreted or Shape.Jump or Shape.Branch or Shape.Call;

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

/// <summary>Instructions that run one after the other.</summary>
internal sealed record GuestBlock(uint Address, IReadOnlyList<GuestInstruction> Instructions)
{
    public GuestInstruction Last => Instructions[^1];

    /// <summary>Address behind the block.</summary>
    public uint End => Last.Decoded.NextAddress;
}

/// <summary>Finds the code that can be reached from an address without going through a register.</summary>
internal sealed unsafe class GuestCode(CpuState* cpu, AddressSpace memory)
{
    private const int MaximumInstructions = 600;
    private const int MaximumBlock = 32;

    /// <summary>The blocks of a unit, by address. Empty if the first instruction is one for the interpreter.</summary>
    public List<GuestBlock> Discover(uint start, Func<uint, bool> isTranslated, Func<uint, bool> isInterpreted)
    {
        var instructions = new SortedDictionary<uint, GuestInstruction>();
        var leaders = new HashSet<uint> { start };
        var open = new Stack<uint>([start]);
        while (open.TryPop(out uint address))
        {
            for (int length = 0; instructions.Count < MaximumInstructions; length++)
            {
                if (instructions.ContainsKey(address))
                {
                    break;
                }

                if (length == MaximumBlock)
                {
                    leaders.Add(address);
                    length = 0;
                }

                if (Read(address, isInterpreted) is not { } instruction)
                {
                    break;
                }

                instructions.Add(address, instruction);
                if (instruction.EndsBlock)
                {
                    foreach (uint next in Successors(instruction))
                    {
                        if (leaders.Add(next) && !isTranslated(next))
                        {
                            open.Push(next);
                        }
                    }

                    break;
                }

                address = instruction.Decoded.NextAddress;
            }
        }

        var blocks = new List<GuestBlock>();
        var run = new List<GuestInstruction>();
        foreach (GuestInstruction instruction in instructions.Values)
        {
            if (run.Count > 0 && (leaders.Contains(instruction.Address) || run[^1].EndsBlock || run[^1].Decoded.NextAddress != instruction.Address || run.Count == MaximumBlock))
            {
                blocks.Add(new GuestBlock(run[0].Address, [.. run]));
                run.Clear();
            }

            run.Add(instruction);
        }

        if (run.Count > 0)
        {
            blocks.Add(new GuestBlock(run[0].Address, [.. run]));
        }

        return blocks;
    }

    private static IEnumerable<uint> Successors(GuestInstruction instruction)
    {
        if (instruction.StaticTarget is { } target)
        {
            yield return target;
        }

        if (instruction.Shape is Shape.Call or Shape.Interpreted || (instruction.Shape is Shape.Jump && instruction.Name != "JMP"))
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
        bool isPlain = IsPlain(decoded, decoded.Source, isDestination: false) && IsPlain(decoded, decoded.Destination, isDestination: true);
        bool sameMemory = memory.RegionAt(decoded.NextAddress).Kind is MemoryKind.Fram == inFram;
        Shape shape = isInterpreted(address) || memory.HasTrapAt(address) || !sameMemory || !isPlain ? Shape.Interpreted : ShapeOf(decoded);
        return new GuestInstruction(decoded, shape, inFram);
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
        bool isRepeated = i.IsExtended && (i.Count > 1 || i.CountRegister >= 0 || i.ZeroCarry);
        string name = i.Definition!.Name;
        // While generated code runs, the flags of SR are elsewhere.
        if (isRepeated || ReadsStatus(i.Source) || ReadsStatus(i.Destination))
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
                return i.Source is { Mode: AddressingMode.Indexed or AddressingMode.Register or AddressingMode.Indirect or AddressingMode.IndirectAutoincrement, Register: 1 } ? Shape.Interpreted : Shape.Push;
            case Format.SingleOperand when name is "CALL":
            case Format.CallAddress:
                return Call(i);
            case Format.SingleOperand:
                return i.Destination is { Mode: AddressingMode.Register, Register: >= 4 } && (i.Size is not OperandSize.Address) ? Shape.SingleOperand : Shape.Interpreted;
            case Format.MultiShift when i.Size is OperandSize.Word && i.Destination.Register >= 4:
                return Shape.MultiShift;
            case Format.MultiPush:
                return MultiPush(i, name is "PUSHM");
            default:
                return Shape.Interpreted;
        }
    }

    private static bool ReadsStatus(Operand operand) => operand is
    {
        Register: 2,
        Mode: AddressingMode.Register or AddressingMode.Indexed or AddressingMode.Indirect or AddressingMode.IndirectAutoincrement,
    };

    private static Shape DoubleOperand(in Instruction i, string name)
    {
        OperandPath destination = InstructionPreparer.DestinationPath(i);
        if (i.Size is OperandSize.Address && (name is "ADDC" or "SUBC" || (i.Destination.IsMemory && name is not ("MOV" or "MOVA"))))
        {
            return Shape.Interpreted;
        }

        // Whether an index wraps at 64 KiB goes by the register after its increment, which generated code has not made then.
        if (destination is OperandPath.Indexed && i.Source.Mode is AddressingMode.IndirectAutoincrement && i.Source.Register == i.Destination.Register)
        {
            return Shape.Interpreted;
        }

        if (destination is not OperandPath.SpecialRegister)
        {
            return Shape.DoubleOperand;
        }

        bool isMove = name is "MOV" or "MOVA";
        bool readsMemory = i.Source.IsMemory;
        return i.Destination switch
        {
            { Mode: AddressingMode.Register, Register: 0 } when isMove && i.Size is not OperandSize.Byte => Shape.Branch,
            { Mode: AddressingMode.Register, Register: 1 } when i.Size is not OperandSize.Byte && !(i.Source.Register == 1 && readsMemory) => Shape.DoubleOperand,
            { Register: 3 } when isMove && !readsMemory => Shape.Nothing,
            _ => Shape.Interpreted,
        };
    }

    private Shape Call(in Instruction i)
    {
        OperandPath path = InstructionPreparer.SourcePath(i);
        bool mayBeService = cpu->TakesHostCalls && (path is not OperandPath.Constant || HostCall.Is(InstructionPreparer.Value(i, i.Source)));
        return mayBeService || i.Source is { Register: 1, Mode: not (AddressingMode.Immediate or AddressingMode.Constant or AddressingMode.Absolute or AddressingMode.Symbolic) } ? Shape.Interpreted : Shape.Call;
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
