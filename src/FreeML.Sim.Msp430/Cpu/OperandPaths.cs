using System.Runtime.CompilerServices;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Memory;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>The ways an operand is reached at run time. Fewer than the addressing modes: what is known beforehand becomes a constant or an address.</summary>
internal enum OperandPath
{
    /// <summary>A register whose write does nothing but that (R4 to R15), or any register that is read.</summary>
    Register,

    /// <summary>PC, SP, SR or R3 as destination.</summary>
    SpecialRegister,

    /// <summary>A number.</summary>
    Constant,

    /// <summary>An address known beforehand.</summary>
    Absolute,

    /// <summary>X(Rn) that stays in the lower 64 KiB if Rn does.</summary>
    Indexed,

    /// <summary>X(Rn) over the whole 1 MiB.</summary>
    IndexedFar,

    /// <summary>@Rn</summary>
    Indirect,

    /// <summary>@Rn+</summary>
    Autoincrement,
}

/// <summary>Forms the address of an operand in memory.</summary>
internal unsafe interface IAddress
{
    /// <summary>The address, 20 bits.</summary>
    /// <param name="cpu">The CPU; an autoincrement changes its register.</param>
    /// <param name="register">Base register, where there is one.</param>
    /// <param name="value">Index or address, where there is one.</param>
    static abstract uint Form<TWidth>(CpuState* cpu, int register, uint value)
        where TWidth : struct, IWidth;
}

/// <summary>Reads a source operand.</summary>
internal unsafe interface ISource
{
    static abstract uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth;
}

/// <summary>Finds, reads and writes a destination operand.</summary>
internal unsafe interface IDestination
{
    /// <summary>The address of the operand; nothing of use for registers.</summary>
    static abstract uint Locate<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth;

    static abstract uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location)
        where TWidth : struct, IWidth;

    /// <summary>Writes the value and returns the instruction to run next.</summary>
    static abstract PreparedInstruction* Write<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location, uint value)
        where TWidth : struct, IWidth;
}

internal readonly unsafe struct RegisterSource : ISource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth => cpu->Registers[i->SourceRegister] & Width.Mask<TWidth>();
}

internal readonly unsafe struct ConstantSource : ISource
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth => i->Source & Width.Mask<TWidth>();
}

internal readonly unsafe struct MemorySource<TAddress> : ISource
    where TAddress : struct, IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth => CpuState.Read<TWidth>(cpu, TAddress.Form<TWidth>(cpu, i->SourceRegister, i->Source));
}

internal readonly unsafe struct RegisterDestination : IDestination
{
    public static uint Locate<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location)
        where TWidth : struct, IWidth => cpu->Registers[i->DestinationRegister] & Width.Mask<TWidth>();

    // Bits above the width are cleared.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PreparedInstruction* Write<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location, uint value)
        where TWidth : struct, IWidth
    {
        cpu->Registers[i->DestinationRegister] = value & Width.Mask<TWidth>();
        return i->Next;
    }
}

internal readonly unsafe struct SpecialRegisterDestination : IDestination
{
    public static uint Locate<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth => 0;

    public static uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location)
        where TWidth : struct, IWidth => Read(cpu, i, i->DestinationRegister) & Width.Mask<TWidth>();

    public static PreparedInstruction* Write<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location, uint value)
        where TWidth : struct, IWidth => Write(cpu, i, i->DestinationRegister, value & Width.Mask<TWidth>());

    /// <summary>Reads any register as a destination: there the PC is the address of the following instruction.</summary>
    public static uint Read(CpuState* cpu, PreparedInstruction* i, int register) =>
        register == 0 ? cpu->AddressOf(i->Next) : cpu->Registers[register];

    /// <summary>Writes any register and returns the instruction to run next.</summary>
    public static PreparedInstruction* Write(CpuState* cpu, PreparedInstruction* i, int register, uint value)
    {
        switch (register)
        {
            case 0:
                return Operation.Branch(cpu, i, value);
            case 1:
                cpu->Registers[1] = value & ~1u;
                break;
            case 2:
                cpu->WriteStatus(value);
                break;
            case 3:
                break;
            default:
                cpu->Registers[register] = value;
                break;
        }

        return i->Next;
    }
}

internal readonly unsafe struct MemoryDestination<TAddress> : IDestination
    where TAddress : struct, IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Locate<TWidth>(CpuState* cpu, PreparedInstruction* i)
        where TWidth : struct, IWidth => TAddress.Form<TWidth>(cpu, i->DestinationRegister, i->Destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Read<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location)
        where TWidth : struct, IWidth => CpuState.Read<TWidth>(cpu, location);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PreparedInstruction* Write<TWidth>(CpuState* cpu, PreparedInstruction* i, uint location, uint value)
        where TWidth : struct, IWidth
    {
        CpuState.Write<TWidth>(cpu, location, value);
        return i->Next;
    }
}

internal readonly unsafe struct AbsoluteAddress : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Form<TWidth>(CpuState* cpu, int register, uint value)
        where TWidth : struct, IWidth => value;
}

internal readonly unsafe struct IndexedAddress : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Form<TWidth>(CpuState* cpu, int register, uint value)
        where TWidth : struct, IWidth => Decoder.EffectiveAddress(cpu->Registers[register], (int)value, isFar: false);
}

internal readonly unsafe struct IndexedFarAddress : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Form<TWidth>(CpuState* cpu, int register, uint value)
        where TWidth : struct, IWidth => Decoder.EffectiveAddress(cpu->Registers[register], (int)value, isFar: true);
}

internal readonly unsafe struct IndirectAddress : IAddress
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Form<TWidth>(CpuState* cpu, int register, uint value)
        where TWidth : struct, IWidth => cpu->Registers[register];
}

internal readonly unsafe struct AutoincrementAddress : IAddress
{
    // The increment comes before the destination's address is formed: ADD @R5+,-2(R5) doubles a word in place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Form<TWidth>(CpuState* cpu, int register, uint value)
        where TWidth : struct, IWidth
    {
        uint address = cpu->Registers[register];

        // The stack pointer stays even: a byte popped counts two.
        uint step = TWidth.Bits == 8 && register == 1 ? 2 : TWidth.Step;
        cpu->Registers[register] = (address + step) & AddressSpace.AddressMask;
        return address;
    }
}
