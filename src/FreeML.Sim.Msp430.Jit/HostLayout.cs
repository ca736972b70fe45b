using System.Diagnostics.CodeAnalysis;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Memory;
using Iced.Intel;
using static FreeML.Sim.Msp430.Jit.HostRegisters;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>
/// Where the guest lives in the host. R15 points to guest memory, with the CPU's state before it and the access paths behind it, so that one
/// register reaches everything. R14 counts the cycles left. SP, R4, R5, R8 to R10 and R12 to R15 of the guest have a host register each; R6, R7
/// and R11 (which compilers use least, and kernels as counters of rows) and SR stay in the state. RAX, RCX and RDX are free. YMM15 and YMM14
/// sum the <see cref="Counts"/>; XMM5 keeps R14 as it was when the multiplier's second operand was written.
/// </summary>
internal sealed unsafe class HostLayout
{
    /// <summary>A bit beside the <see cref="Flags"/>.</summary>
    public const int CarryIsNotZero = 2;

    private const int None = -1;

    // Host register of each guest register, by its number in x86-64's encoding.
    private static readonly int[] HostOf = [None, 3, None, None, 6, 8, None, None, 7, 5, 9, None, 10, 11, 12, 13];

    private static readonly Register[] Bytes =
    [
        Register.AL, Register.CL, Register.DL, Register.BL, Register.SPL, Register.BPL, Register.SIL, Register.DIL,
        Register.R8L, Register.R9L, Register.R10L, Register.R11L, Register.R12L, Register.R13L, Register.R14L, Register.R15L,
    ];

    private readonly CpuState* _cpu;
    private readonly byte* _codeWords;
    private readonly byte* _engineRoom;

    /// <summary>The layout of a device.</summary>
    public HostLayout(AddressSpace memory)
    {
        _cpu = memory.State;
        _codeWords = memory.CodeWords;
        _engineRoom = memory.EngineRoom;
    }

    /// <summary>
    /// Flags of the last operation whose flags matter, a word: V in bit 0, and as LAHF gives them N in bit 15, Z in bit 14, C in bit 8.
    /// With <see cref="CarryIsNotZero"/> C is "not Z" instead.
    /// </summary>
    public int Flags => Of(&_cpu->Engine[0]);

    /// <summary>Room for a register for a moment.</summary>
    public int Spare => Flags + 4;

    /// <summary>Cycles left, outside generated code.</summary>
    public int Remaining => Of(&_cpu->Engine[1]);

    /// <summary>Address of the table of entries.</summary>
    public int Entries => Of(&_cpu->Engine[2]);

    /// <summary>Where <see cref="Jit.PeripheralState"/> lies among the engine's words.</summary>
    public const int PeripheralSlot = 18;

    /// <summary>What generated code and peripherals tell each other.</summary>
    public int Peripheral => Of(&_cpu->Engine[PeripheralSlot]);

    /// <summary>The sums, outside generated code.</summary>
    public int Sums => Of(&_cpu->Engine[4]);

    /// <summary>What generated code knows of the multiplier while it runs.</summary>
    public int InlineMultiplier => Of(&_cpu->Engine[InlineMultiplierSlot]);

    /// <summary>Where <see cref="Jit.InlineMultiplier"/> lies among the engine's words.</summary>
    public const int InlineMultiplierSlot = 10;

    /// <summary>The mode of the multiplier, and whether its first operand has 32 bits: two bytes.</summary>
    public int MultiplierMode => Of(&_cpu->Multiplier.Mode);

    /// <summary>Whether its second operand has 32 bits, and whether half of it is still to come: two bytes.</summary>
    public int MultiplierSecondOperand => Of(&_cpu->Multiplier.Operand2Is32);

    /// <summary>Upper half of the multiplier's first operand.</summary>
    public int MultiplierUpperOperand1 => Of(&_cpu->Multiplier.Operand1) + 2;

    /// <summary>Upper half of its second operand.</summary>
    public int MultiplierUpperOperand2 => Of(&_cpu->Multiplier.Operand2) + 2;

    /// <summary>RES3 to RES0; of these generated code keeps the lower half elsewhere.</summary>
    public int MultiplierResult => Of(&_cpu->Multiplier.Result);

    /// <summary>RES3 and RES2.</summary>
    public int MultiplierUpperResult => MultiplierResult + 4;

    /// <summary>What RES3 to RES0 showed before the last operation.</summary>
    public int MultiplierShownBefore => Of(&_cpu->Multiplier.ShownBefore);

    /// <summary>What SUMEXT showed then.</summary>
    public int MultiplierExtensionBefore => Of(&_cpu->Multiplier.SumExtensionBefore);

    /// <summary>Widths of the last operation's operands.</summary>
    public int MultiplierLatencyRow => Of(&_cpu->Multiplier.LatencyRow);

    /// <summary>SUMEXT.</summary>
    public int MultiplierExtension => Of(&_cpu->Multiplier.SumExtension);

    /// <summary>MPYC.</summary>
    public int MultiplierCarry => Of(&_cpu->Multiplier.Carry);

    /// <summary>Whether the last result has 64 bits.</summary>
    public int MultiplierIsWide => Of(&_cpu->Multiplier.IsWide);

    /// <summary>First of the two lines of the FRAM cache's first set.</summary>
    public int CacheLines => Of(&_cpu->CacheLines[0]);

    /// <summary>Requested interrupts.</summary>
    public int RequestedInterrupts => Of(&_cpu->RequestedInterrupts);

    /// <summary>The paths of reads.</summary>
    public int ReadPaths => Of(_cpu->ReadPaths);

    /// <summary>The paths of writes.</summary>
    public int WritePaths => Of(_cpu->WritePaths);

    /// <summary>The bits of words that instructions were made from.</summary>
    public int CodeWords => Of(_codeWords);

    /// <summary>Room for an engine's tables.</summary>
    public int EngineRoom => Of(_engineRoom);

    /// <summary>A guest register's place in the state.</summary>
    public int State(int register) => Of(&_cpu->Registers[register]);

    /// <summary>The host register of a guest register, by number.</summary>
    public static bool TryGetHost(int register, out int host) => (host = HostOf[register]) != None;

    /// <summary>The guest register that lives in a host register; -1 if none does.</summary>
    public static int GuestOf(int host) => Array.IndexOf(HostOf, host);

    /// <summary>A host register of a width, by number.</summary>
    [SuppressMessage("Style", "IDE0072", Justification = "Three widths.")]
    public static Register Sized(int host, int bits) => bits switch
    {
        8 => Bytes[host],
        16 => Register.AX + host,
        32 => Register.EAX + host,
        _ => Register.RAX + host,
    };

    /// <summary>A word of the state or its surroundings.</summary>
    public static HostOperand At(int displacement) => __[r15 + displacement];

    private int Of(void* place) => checked((int)((byte*)place - _cpu->Memory));
}
