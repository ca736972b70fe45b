using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>Decodes the words at an address once and works out everything that does not change from run to run.</summary>
internal static unsafe class InstructionPreparer
{
    /// <summary>Prepares the instruction of a slot.</summary>
    public static void Prepare(CpuState* cpu, PreparedInstruction* slot)
    {
        AddressSpace memory = cpu->Owner.Target;
        uint address = cpu->AddressOf(slot);
        if (!memory.HoldsCodeAt(address))
        {
            *slot = new PreparedInstruction { Handler = &Trap.Fetch, Line = PreparedInstruction.NoLine };
            return;
        }

        Span<ushort> words = stackalloc ushort[Decoder.MaximumWords];
        for (int n = 0; n < words.Length; n++)
        {
            words[n] = memory.PeekCode(address + (uint)(2 * n));
        }

        Instruction instruction = Decoder.Decode(address, words);

        // What makes words no instruction may be any of them.
        memory.MarkCode(address, instruction.IsLegal ? instruction.Words : Decoder.MaximumWords);
        if (instruction.Definition is not { } row)
        {
            *slot = new PreparedInstruction { Handler = &Trap.Illegal, Line = PreparedInstruction.NoLine };
            return;
        }

        bool inFram = memory.RegionAt(address).Kind is MemoryKind.Fram;
        int wordsInFirstLine = Math.Min(instruction.Words, 4 - (int)((address >> 1) & 3));
        *slot = new PreparedInstruction
        {
            Next = cpu->At(instruction.NextAddress),
            Target = cpu->At(instruction.Target),
            Source = Value(instruction, instruction.Source),
            SourceRegister = instruction.Source.Register,
            Destination = Value(instruction, instruction.Destination),
            DestinationRegister = instruction.Destination.Register,
            Line = inFram ? address >> 3 : PreparedInstruction.NoLine,
            NextLine = memory.RegionAt(instruction.NextAddress).Kind is MemoryKind.Fram ? instruction.NextAddress >> 3 : PreparedInstruction.NoLine,
            Cycles = (byte)instruction.Cycles,
            Words = (byte)instruction.Words,
            WordsInSecondLine = (byte)(instruction.Words - wordsInFirstLine),
        };

        Handler handler = row.Operation.Bind(instruction);
        bool takesNoCarry = instruction.ZeroCarry && row.Operation.TakesCarry;
        bool isRepeated = instruction.IsExtended && (instruction.Count > 1 || instruction.CountRegister >= 0);
        if (isRepeated || takesNoCarry)
        {
            slot->Body = handler;
            handler = &Repetition.Run;
            slot->CountRegister = instruction.CountRegister >= 0 ? (byte)instruction.CountRegister : PreparedInstruction.NoRegister;
            slot->RepeatCycles = (byte)row.RepeatCycles(instruction.Size);
            slot->ZeroCarry = takesNoCarry;
        }

        // None of these has a destination but a register.
        if (slot->Body != null || row.Format is Format.MultiShift or Format.MultiPush)
        {
            slot->Destination = (uint)instruction.Count;
        }

        if (memory.HasTrapAt(address))
        {
            slot->Trapped = handler;
            handler = &HostCall.Trap;
        }

        slot->Handler = handler;
    }

    /// <summary>How the source is reached.</summary>
    public static OperandPath SourcePath(in Instruction instruction) => PathOf(instruction, instruction.Source, isDestination: false);

    /// <summary>How the destination is reached.</summary>
    public static OperandPath DestinationPath(in Instruction instruction) => PathOf(instruction, instruction.Destination, isDestination: true);

    /// <summary>How an operand is reached.</summary>
    public static OperandPath PathOf(in Instruction instruction, Operand operand, bool isDestination) => operand.Mode switch
    {
        AddressingMode.Register when isDestination => operand.Register < 4 ? OperandPath.SpecialRegister : OperandPath.Register,
        AddressingMode.Constant when isDestination => OperandPath.SpecialRegister, // R3: a register that keeps nothing
        AddressingMode.Register => operand.Register == 0 ? OperandPath.Constant : OperandPath.Register,
        AddressingMode.Constant or AddressingMode.Immediate => OperandPath.Constant,
        AddressingMode.Absolute or AddressingMode.Symbolic => OperandPath.Absolute,
        AddressingMode.Indirect => operand.Register == 0 ? OperandPath.Absolute : OperandPath.Indirect,
        AddressingMode.IndirectAutoincrement => OperandPath.Autoincrement,
        _ => instruction.IsExtended || instruction.Definition!.Format is Format.Address or Format.CallAddress ? OperandPath.IndexedFar : OperandPath.Indexed,
    };

    // The PC as a source is the address of the word after the opcode.
    internal static uint Value(in Instruction instruction, Operand operand) => operand.Mode switch
    {
        AddressingMode.Register when operand.Register == 0 => (instruction.Address + (instruction.IsExtended ? 4u : 2u)) & AddressSpace.AddressMask,
        AddressingMode.Absolute or AddressingMode.Symbolic or AddressingMode.Indirect => operand.Address,
        _ => (uint)operand.Value,
    };
}
