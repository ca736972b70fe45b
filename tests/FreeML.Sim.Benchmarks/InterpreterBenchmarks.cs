using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// The reference interpreter on endless loops, with cycles, FRAM cache and ledger on. Each invocation runs ten million cycles; divide the
/// instructions below by the time for guest MIPS. For a comparison with other simulators in one run see <c>freeml-sim bench</c>.
/// </summary>
[SimpleJob(RunStrategy.Throughput, launchCount: 1, warmupCount: 2, iterationCount: 7)]
public class InterpreterBenchmarks : IDisposable
{
    private const long CyclesPerInvocation = 10_000_000;
    private const uint Code = 0x4400;

    // Registers only: what dispatch and flags cost.
    private static readonly ushort[] Registers =
        [0x5405, 0x6506, 0x1006, 0x1106, 0xE607, 0x9708, 0x3FF9]; // ADD R4,R5 ADDC R5,R6 RRC R6 RRA R6 XOR R6,R7 CMP R7,R8 JMP

    // One load and one store for every four instructions, in RAM at R9.
    private static readonly ushort[] RamData =
        [0x4E0C, 0xE92E, 0x4E89, 0x0002, 0x591C, 0x0004, 0x631C, 0x3FF8]; // MOV XOR @R9 MOV ,2(R9) ADD 4(R9), ADDC #1 JMP

    // 20-bit instructions behind extension words.
    private static readonly ushort[] Extended =
        [0x1800, 0x5445, 0x1800, 0xE546, 0x05E6, 0x0D47, 0x3FF9]; // ADDX.A XORX.A ADDA RRAM.A #4 JMP

    private readonly Dictionary<string, ushort[]> _programs = new() { ["registers"] = Registers, ["ram-data"] = RamData, ["extended"] = Extended };
    private Device? _device;

    /// <summary>Flat RAM, and FRAM behind its cache with one wait state.</summary>
    [Params("generic", "msp430fr5994")]
    public string DeviceName { get; set; } = "";

    /// <summary>The loop.</summary>
    [Params("registers", "ram-data", "extended")]
    public string Program { get; set; } = "";

    /// <summary>Puts the loop into a device.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _device = new Device(DeviceCatalogue.Find(DeviceName));
        ushort[] words = _programs[Program];
        for (int n = 0; n < words.Length; n++)
        {
            _device.PokeWord(Code + (uint)(2 * n), words[n]);
        }

        if (DeviceName != "generic")
        {
            _device.Registers.WriteWord(0x015C, 0x5A80); // hold the watchdog
            _device.Registers.WriteWord(0x0140, 0xA510); // one wait state
        }

        _device.SetRegister(9, 0x1C00);
        _device.SetRegister(2, 0);
        _device.ProgramCounter = Code;
    }

    /// <summary>Frees the device.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _device?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ten million MCLK cycles.</summary>
    [Benchmark]
    public long TenMillionCycles()
    {
        _device!.Run(_device.Cycles + CyclesPerInvocation);
        return _device.Ledger.Instructions;
    }
}
