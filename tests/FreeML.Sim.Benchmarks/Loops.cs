using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Benchmarks;

/// <summary>Endless loops, and devices that run them.</summary>
internal static class Loops
{
    /// <summary>Where a loop begins.</summary>
    public const uint Code = 0x4400;

    /// <summary>The loops, by name.</summary>
    public static IReadOnlyDictionary<string, ushort[]> Programs { get; } = new Dictionary<string, ushort[]>
    {
        // Registers only: what dispatch and flags cost. ADD R4,R5 ADDC R5,R6 RRC R6 RRA R6 XOR R6,R7 CMP R7,R8 JMP
        ["registers"] = [0x5405, 0x6506, 0x1006, 0x1106, 0xE607, 0x9708, 0x3FF9],

        // One load and one store for every four instructions, in RAM at R9. MOV XOR @R9 MOV ,2(R9) ADD 4(R9), ADDC #1 JMP
        ["ram-data"] = [0x4E0C, 0xE92E, 0x4E89, 0x0002, 0x591C, 0x0004, 0x631C, 0x3FF8],

        // 20-bit instructions behind extension words. ADDX.A XORX.A ADDA RRAM.A #4 JMP
        ["extended"] = [0x1800, 0x5445, 0x1800, 0xE546, 0x05E6, 0x0D47, 0x3FF9],

        // A product summed up. MOV R4,&MACS MOV R5,&OP2 ADD #1,R4 JMP
        ["multiplier"] = [0x4482, 0x04C6, 0x4582, 0x04C8, 0x5314, 0x3FFA],
    };

    /// <summary>Loops that live by registers of an FR5994, which the interpreter's handlers reach, by name.</summary>
    public static IReadOnlyDictionary<string, ushort[]> RegisterPrograms { get; } = new Dictionary<string, ushort[]>
    {
        // A port toggled, with a little work between. XOR.B #1,&P1OUT ADD R4,R5 XOR R5,R6 RRA R6 JMP
        ["port"] = [0xE3D2, 0x0202, 0x5405, 0xE506, 0x1106, 0x3FFA],

        // A byte sent bit by bit: MOV #8,R6 RLA.B R5 JNC BIS.B #1,&P1OUT JMP BIC.B #1,&P1OUT BIS.B #2,&P1OUT BIC.B #2,&P1OUT DEC R6 JNZ ADD R4,R5 JMP
        ["bits"] = [0x4236, 0x5545, 0x2803, 0xD3D2, 0x0202, 0x3C02, 0xC3D2, 0x0202, 0xD3E2, 0x0202, 0xC3E2, 0x0202, 0x8316, 0x23F3, 0x5405, 0x3FF0],

        // A UART's flag polled that never comes. BIT.B #1,&UCA0IFG JZ
        ["flag"] = [0xB3D2, 0x05DC, 0x27FD],

        // A timer's count read and looked at. MOV &TA0R,R5 MOV R5,R7 SUB R6,R7 CMP #1000,R7 JLO MOV R5,R6 ADD #1,R8 JMP
        ["timer"] = [0x4215, 0x0350, 0x4507, 0x8607, 0x9037, 0x03E8, 0x2BF9, 0x4506, 0x5318, 0x3FF6],
    };

    /// <summary>Makes an engine by its name.</summary>
    public static ExecutionEngine Engine(string name) => name == "jit" ? new JitEngine { IsAlone = true } : new InterpreterEngine();

    /// <summary>A device before the first pass: 16 MHz's wait state on a real one, the watchdog held.</summary>
    public static Device Device(string name, Func<ExecutionEngine> engine, ReadOnlySpan<ushort> words)
    {
        var device = new Device(DeviceCatalogue.Find(name), new DeviceOptions { Engine = engine });
        for (int n = 0; n < words.Length; n++)
        {
            device.PokeWord(Code + (uint)(2 * n), words[n]);
        }

        if (name != "generic")
        {
            device.Registers.WriteWord(0x015C, 0x5A80);
            device.Registers.WriteWord(0x0140, 0xA510);
            device.Registers.WriteWord(0x0340, 0x0220);
        }

        device.SetRegister(9, 0x1C00);
        device.SetRegister(2, 0);
        device.ProgramCounter = Code;
        return device;
    }
}
