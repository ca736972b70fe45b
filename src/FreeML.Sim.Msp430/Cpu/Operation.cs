using System.Diagnostics;
using System.Runtime.CompilerServices;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Memory;
using static FreeML.Sim.Msp430.Cpu.StatusRegister;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>What an instruction does: the last column of <see cref="InstructionSet"/>.</summary>
/// <remarks>
/// The reference interpreter. Each operation is written once, generic over how its operands are reached and how wide they are; the compiler
/// makes a body for each combination that a program uses.
/// </remarks>
public abstract unsafe class Operation
{
    private protected const MethodImplOptions Compiled = MethodImplOptions.AggressiveOptimization;

    /// <summary>Whether the carry goes in, so that ZC of an extension word matters.</summary>
    internal virtual bool TakesCarry => false;

    /// <summary>The body that runs this instruction.</summary>
    internal abstract Handler Bind(in Instruction instruction);

    /// <summary>Leaves the sequence. The word behind the branch has been fetched by then, in vain.</summary>
    internal static PreparedInstruction* Branch(CpuState* cpu, PreparedInstruction* i, uint address)
    {
        FetchInVain(cpu, i);
        return cpu->At(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static void FetchInVain(CpuState* cpu, PreparedInstruction* i)
    {
        if (i->NextLine != PreparedInstruction.NoLine)
        {
            CpuState.ReadLine(cpu, i->NextLine);
        }
        else
        {
            cpu->Ledger.SramReads++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected static uint MoveStackPointer(CpuState* cpu, int bytes) =>
        cpu->Registers[1] = (uint)((int)cpu->Registers[1] + bytes) & AddressSpace.AddressMask;
}

/// <summary>Format I, and the address instructions: fetch the source, apply, store.</summary>
internal sealed unsafe class DoubleOperand<TOperation> : Operation
    where TOperation : struct, IBinaryOperation
{
    internal override bool TakesCarry => TOperation.TakesCarry;

    internal override Handler Bind(in Instruction instruction) => InstructionPreparer.SourcePath(instruction) switch
    {
        OperandPath.Register => To<RegisterSource>(instruction),
        OperandPath.Constant => To<ConstantSource>(instruction),
        OperandPath.Absolute => To<MemorySource<AbsoluteAddress>>(instruction),
        OperandPath.Indexed => To<MemorySource<IndexedAddress>>(instruction),
        OperandPath.IndexedFar => To<MemorySource<IndexedFarAddress>>(instruction),
        OperandPath.Indirect => To<MemorySource<IndirectAddress>>(instruction),
        OperandPath.Autoincrement => To<MemorySource<AutoincrementAddress>>(instruction),
        _ => throw new UnreachableException(),
    };

    private static Handler To<TSource>(in Instruction instruction)
        where TSource : struct, ISource => InstructionPreparer.DestinationPath(instruction) switch
        {
            OperandPath.Register => Of<TSource, RegisterDestination>(instruction.Size),
            OperandPath.SpecialRegister => Of<TSource, SpecialRegisterDestination>(instruction.Size),
            OperandPath.Absolute => Of<TSource, MemoryDestination<AbsoluteAddress>>(instruction.Size),
            OperandPath.Indexed => Of<TSource, MemoryDestination<IndexedAddress>>(instruction.Size),
            OperandPath.IndexedFar => Of<TSource, MemoryDestination<IndexedFarAddress>>(instruction.Size),
            _ => throw new UnreachableException(),
        };

    private static Handler Of<TSource, TDestination>(OperandSize size)
        where TSource : struct, ISource
        where TDestination : struct, IDestination => size switch
        {
            OperandSize.Byte => &Run<TSource, TDestination, ByteWidth>,
            OperandSize.Word => &Run<TSource, TDestination, WordWidth>,
            _ => &Run<TSource, TDestination, AddressWidth>,
        };

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TSource, TDestination, TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TSource : struct, ISource
        where TDestination : struct, IDestination
        where TWidth : struct, IWidth
    {
        uint source = TSource.Read<TWidth>(cpu, i);
        uint location = TDestination.Locate<TWidth>(cpu, i);
        uint destination = TOperation.ReadsDestination ? TDestination.Read<TWidth>(cpu, i, location) : 0;
        uint status = cpu->Status;
        uint result = TOperation.Apply<TWidth>(source, destination, ref status);

        // Before the result is stored: when SR is the destination, it gets the result and not the flags.
        cpu->Status = status;
        return TOperation.WritesDestination ? TDestination.Write<TWidth>(cpu, i, location, result) : i->Next;
    }
}

/// <summary>RRC, RRA, SWPB, SXT and their extended forms, in place.</summary>
internal sealed unsafe class SingleOperand<TOperation> : Operation
    where TOperation : struct, IUnaryOperation
{
    internal override bool TakesCarry => TOperation.TakesCarry;

    internal override Handler Bind(in Instruction instruction)
    {
        if (typeof(TOperation) == typeof(ExtendSign) && instruction.ZeroCarry)
        {
            return new SingleOperand<ExtendWordSign>().Bind(instruction with { ZeroCarry = false });
        }

        // The place is found like a source (@Rn and @Rn+ exist) and written like a destination.
        return InstructionPreparer.PathOf(instruction, instruction.Destination, isDestination: true) switch
        {
            OperandPath.Register or OperandPath.SpecialRegister => Of(instruction.Size, &InRegister<ByteWidth>, &InRegister<WordWidth>, &InRegister<AddressWidth>),
            OperandPath.Absolute => In<MemoryDestination<AbsoluteAddress>>(instruction.Size),
            OperandPath.Indexed => In<MemoryDestination<IndexedAddress>>(instruction.Size),
            OperandPath.IndexedFar => In<MemoryDestination<IndexedFarAddress>>(instruction.Size),
            OperandPath.Indirect => In<MemoryDestination<IndirectAddress>>(instruction.Size),
            OperandPath.Autoincrement => In<MemoryDestination<AutoincrementAddress>>(instruction.Size),
            _ => throw new UnreachableException(),
        };
    }

    private static Handler In<TDestination>(OperandSize size)
        where TDestination : struct, IDestination =>
        Of(size, &InMemory<TDestination, ByteWidth>, &InMemory<TDestination, WordWidth>, &InMemory<TDestination, AddressWidth>);

    private static Handler Of(OperandSize size, Handler asByte, Handler asWord, Handler asAddress) => size switch
    {
        OperandSize.Byte => asByte,
        OperandSize.Word => asWord,
        _ => asAddress,
    };

    [MethodImpl(Compiled)]
    private static PreparedInstruction* InRegister<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth
    {
        uint value = SpecialRegisterDestination.Read<TWidth>(cpu, i, 0);
        uint status = cpu->Status;
        uint result = TOperation.Apply<TWidth>(value, ref status);
        cpu->Status = status;
        return TOperation.FillsRegister
            ? SpecialRegisterDestination.Write<AddressWidth>(cpu, i, 0, result)
            : SpecialRegisterDestination.Write<TWidth>(cpu, i, 0, result);
    }

    [MethodImpl(Compiled)]
    private static PreparedInstruction* InMemory<TDestination, TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TDestination : struct, IDestination
        where TWidth : struct, IWidth
    {
        uint location = TDestination.Locate<TWidth>(cpu, i);
        uint value = TDestination.Read<TWidth>(cpu, i, location);
        uint status = cpu->Status;
        uint result = TOperation.Apply<TWidth>(value, ref status);
        cpu->Status = status;
        return TDestination.Write<TWidth>(cpu, i, location, result);
    }
}

/// <summary>An operation with one source operand of any kind.</summary>
internal abstract unsafe class SourceOperation : Operation
{
    internal override Handler Bind(in Instruction instruction) => InstructionPreparer.SourcePath(instruction) switch
    {
        OperandPath.Register => From<RegisterSource>(instruction.Size),
        OperandPath.Constant => From<ConstantSource>(instruction.Size),
        OperandPath.Absolute => From<MemorySource<AbsoluteAddress>>(instruction.Size),
        OperandPath.Indexed => From<MemorySource<IndexedAddress>>(instruction.Size),
        OperandPath.IndexedFar => From<MemorySource<IndexedFarAddress>>(instruction.Size),
        OperandPath.Indirect => From<MemorySource<IndirectAddress>>(instruction.Size),
        OperandPath.Autoincrement => From<MemorySource<AutoincrementAddress>>(instruction.Size),
        _ => throw new UnreachableException(),
    };

    private protected abstract Handler From<TSource>(OperandSize size)
        where TSource : struct, ISource;
}

/// <summary>PUSH and PUSHX.</summary>
internal sealed unsafe class Push : SourceOperation
{
    private protected override Handler From<TSource>(OperandSize size) => size switch
    {
        OperandSize.Byte => &Run<TSource, ByteWidth>,
        OperandSize.Word => &Run<TSource, WordWidth>,
        _ => &Run<TSource, AddressWidth>,
    };

    // "Decrement SP, then copy the operand": PUSH SP stores the decremented SP, and x(SP) counts from it.
    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TSource, TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TSource : struct, ISource
        where TWidth : struct, IWidth
    {
        uint stack = MoveStackPointer(cpu, TWidth.Bits == 20 ? -4 : -2);
        CpuState.Write<TWidth>(cpu, stack, TSource.Read<TWidth>(cpu, i));
        return i->Next;
    }
}

/// <summary>CALL: 16 bits of the program counter on the stack, a target in the lower 64 KiB.</summary>
internal sealed unsafe class Call : SourceOperation
{
    private protected override Handler From<TSource>(OperandSize size) => &Run<TSource>;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TSource>(CpuState* cpu, PreparedInstruction* i)
        where TSource : struct, ISource
    {
        uint target = TSource.Read<WordWidth>(cpu, i);
        if (cpu->TakesHostCalls && HostCall.Is(target))
        {
            return HostCall.Take(cpu, i, target);
        }

        CpuState.WriteWord(cpu, MoveStackPointer(cpu, -2), (ushort)cpu->AddressOf(i->Next));
        return Branch(cpu, i, target);
    }
}

/// <summary>CALLA: 20 bits, low word at the lower address.</summary>
internal sealed unsafe class CallFar : SourceOperation
{
    private protected override Handler From<TSource>(OperandSize size) => &Run<TSource>;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TSource>(CpuState* cpu, PreparedInstruction* i)
        where TSource : struct, ISource
    {
        uint target = TSource.Read<AddressWidth>(cpu, i);
        if (cpu->TakesHostCalls && HostCall.Is(target))
        {
            return HostCall.Take(cpu, i, target);
        }

        CpuState.Write<AddressWidth>(cpu, MoveStackPointer(cpu, -4), cpu->AddressOf(i->Next));
        return Branch(cpu, i, target);
    }
}

/// <summary>Calls that the simulator answers instead of the program (the convention of GNU's simulator).</summary>
internal static unsafe class HostCall
{
    /// <summary>The first address whose call is a service.</summary>
    public const uint First = 0x180;

    /// <summary>Addresses from there on.</summary>
    public const uint Count = 0x40;

    /// <summary>A service apart: the register dump.</summary>
    public const uint RegisterDump = 0x160;

    /// <summary>Whether a call's target is a service.</summary>
    public static bool Is(uint target) => target - First < Count || target == RegisterDump;

    /// <summary>Runs the instruction at an address that the host watches, then asks for the service.</summary>
    public static PreparedInstruction* Trap(CpuState* cpu, PreparedInstruction* i)
    {
        Take(cpu, i, cpu->AddressOf(i));
        return i->Trapped(cpu, i);
    }

    /// <summary>Asks for the service; the call itself does not happen.</summary>
    public static PreparedInstruction* Take(CpuState* cpu, PreparedInstruction* i, uint target)
    {
        cpu->HostCall = target;
        cpu->Attend(Attention.HostCall);
        return i->Next;
    }
}

/// <summary>RETI: first the word with SR and PC.19:16, then PC.15:0.</summary>
internal sealed unsafe class ReturnFromInterrupt : Operation
{
    internal override Handler Bind(in Instruction instruction) => &Run;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run(CpuState* cpu, PreparedInstruction* i)
    {
        uint stack = cpu->Registers[1];
        uint status = CpuState.ReadWord(cpu, stack);
        uint pc = CpuState.ReadWord(cpu, (stack + 2) & AddressSpace.AddressMask) | ((status & 0xF000) << 4);
        MoveStackPointer(cpu, 4);
        cpu->WriteStatus(status);
        cpu->Attend(Attention.ReturnFromInterrupt);
        return Branch(cpu, i, pc);
    }
}

/// <summary>A condition of a jump.</summary>
internal interface ICondition
{
    static abstract bool Holds(uint status);
}

internal readonly struct NotEqual : ICondition
{
    public static bool Holds(uint status) => (status & Z) == 0;
}

internal readonly struct Equal : ICondition
{
    public static bool Holds(uint status) => (status & Z) != 0;
}

internal readonly struct NoCarry : ICondition
{
    public static bool Holds(uint status) => (status & C) == 0;
}

internal readonly struct Carry : ICondition
{
    public static bool Holds(uint status) => (status & C) != 0;
}

internal readonly struct Negative : ICondition
{
    public static bool Holds(uint status) => (status & N) != 0;
}

// N is bit 2 and V bit 8: one shift brings them together.
internal readonly struct GreaterOrEqual : ICondition
{
    public static bool Holds(uint status) => ((status ^ (status >> 6)) & N) == 0;
}

internal readonly struct Less : ICondition
{
    public static bool Holds(uint status) => !GreaterOrEqual.Holds(status);
}

internal readonly struct Always : ICondition
{
    public static bool Holds(uint status) => true;
}

/// <summary>Jumps.</summary>
internal sealed unsafe class Jump<TCondition> : Operation
    where TCondition : struct, ICondition
{
    internal override Handler Bind(in Instruction instruction) => instruction.Target == instruction.Address ? &Spin : &Run;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run(CpuState* cpu, PreparedInstruction* i)
    {
        if (!TCondition.Holds(cpu->Status))
        {
            return i->Next;
        }

        FetchInVain(cpu, i);
        return i->Target;
    }

    // A jump to itself changes nothing: the device may skip the time until something else does.
    [MethodImpl(Compiled)]
    private static PreparedInstruction* Spin(CpuState* cpu, PreparedInstruction* i)
    {
        PreparedInstruction* next = Run(cpu, i);
        if (next == i)
        {
            cpu->Attend(Attention.Spin);
        }

        return next;
    }
}

/// <summary>RRCM, RRAM, RLAM, RRUM: the step repeated, flags of the last.</summary>
internal sealed unsafe class MultiShift<TOperation> : Operation
    where TOperation : struct, IUnaryOperation
{
    internal override Handler Bind(in Instruction instruction) => instruction.Size is OperandSize.Word ? &Run<WordWidth> : &Run<AddressWidth>;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth
    {
        uint value = SpecialRegisterDestination.Read<TWidth>(cpu, i, 0);
        uint status = cpu->Status;
        for (uint step = 0; step < i->Destination; step++)
        {
            value = TOperation.Apply<TWidth>(value, ref status) & Width.Mask<TWidth>();
        }

        cpu->Status = status;
        return SpecialRegisterDestination.Write<TWidth>(cpu, i, 0, value);
    }
}

/// <summary>PUSHM: from the named register downwards.</summary>
internal sealed unsafe class PushMultiple : Operation
{
    internal override Handler Bind(in Instruction instruction) => instruction.Size is OperandSize.Word ? &Run<WordWidth> : &Run<AddressWidth>;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth
    {
        for (uint n = 0; n < i->Destination; n++)
        {
            uint stack = MoveStackPointer(cpu, -(int)TWidth.Step);
            CpuState.Write<TWidth>(cpu, stack, SpecialRegisterDestination.Read(cpu, i, (int)(i->DestinationRegister - n) & 0xF));
        }

        return i->Next;
    }
}

/// <summary>POPM: from the named register upwards.</summary>
internal sealed unsafe class PopMultiple : Operation
{
    internal override Handler Bind(in Instruction instruction) => instruction.Size is OperandSize.Word ? &Run<WordWidth> : &Run<AddressWidth>;

    [MethodImpl(Compiled)]
    private static PreparedInstruction* Run<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth
    {
        PreparedInstruction* next = i->Next;
        for (uint n = 0; n < i->Destination; n++)
        {
            uint value = CpuState.Read<TWidth>(cpu, cpu->Registers[1]);
            MoveStackPointer(cpu, (int)TWidth.Step);
            int register = (int)(i->DestinationRegister + n) & 0xF;
            PreparedInstruction* after = SpecialRegisterDestination.Write(cpu, i, register, value);
            next = register == 0 ? after : next;
        }

        return next;
    }
}

/// <summary>RPT: the body as often as the extension word says; interrupts wait until the end.</summary>
internal static unsafe class Repetition
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PreparedInstruction* Run(CpuState* cpu, PreparedInstruction* i)
    {
        uint count = i->CountRegister switch
        {
            PreparedInstruction.NoRegister => i->Destination,

            // The PC as elsewhere: the address of the word after the opcode. While an engine runs, its register is not kept up to date.
            0 => 1 + ((cpu->AddressOf(i) + 4) & 0xF),
            _ => 1 + (cpu->Registers[i->CountRegister] & 0xF),
        };
        if (i->CountRegister != PreparedInstruction.NoRegister)
        {
            cpu->Cycles += (count - 1) * i->RepeatCycles;
        }

        PreparedInstruction* next = i->Next;
        for (uint n = 0; n < count; n++)
        {
            if (i->ZeroCarry)
            {
                cpu->Status &= ~C;
            }

            next = i->Body(cpu, i);
        }

        return next;
    }
}

/// <summary>What stands for words that no operation can run.</summary>
internal static unsafe class Trap
{
    /// <summary>Words that are no instruction: not executed, so not counted.</summary>
    public static PreparedInstruction* Illegal(CpuState* cpu, PreparedInstruction* i)
    {
        cpu->Ledger.Instructions--;
        cpu->Attend(Attention.Illegal);
        return i;
    }

    /// <summary>A fetch from where no code can be: the device answers, on the silicon with a reset.</summary>
    public static PreparedInstruction* Fetch(CpuState* cpu, PreparedInstruction* i)
    {
        cpu->Ledger.Instructions--;
        cpu->Attend(Attention.FetchTrap);
        return i;
    }
}
