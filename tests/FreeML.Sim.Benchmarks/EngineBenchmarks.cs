using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// Both engines on endless loops, with cycles, FRAM cache and ledger on. Each invocation runs ten million cycles; divide the
/// loop's instructions by the time for guest MIPS. For a comparison with other simulators in one run see <c>freeml-sim bench</c>.
/// </summary>
[SimpleJob(RunStrategy.Throughput, launchCount: 1, warmupCount: 2, iterationCount: 7)]
public class EngineBenchmarks : IDisposable
{
    private const long CyclesPerInvocation = 10_000_000;
    private Device? _device;

    /// <summary>The engine.</summary>
    [Params("interpreter", "jit")]
    public string Engine { get; set; } = "";

    /// <summary>Flat RAM, and FRAM behind its cache with one wait state.</summary>
    [Params("generic", "msp430fr5994")]
    public string DeviceName { get; set; } = "";

    /// <summary>The loop.</summary>
    [Params("registers", "ram-data", "extended", "multiplier")]
    public string Program { get; set; } = "";

    /// <summary>Puts the loop into a device.</summary>
    [GlobalSetup]
    public void Setup() => _device = Loops.Device(DeviceName, () => Loops.Engine(Engine), Loops.Programs[Program]);

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

/// <summary>The price of stopping often: a million cycles in slices, on both engines.</summary>
[SimpleJob(RunStrategy.Throughput, launchCount: 1, warmupCount: 2, iterationCount: 7)]
public class SliceBenchmarks : IDisposable
{
    private const long CyclesPerInvocation = 1_000_000;
    private Device? _device;

    /// <summary>The engine.</summary>
    [Params("interpreter", "jit")]
    public string Engine { get; set; } = "";

    /// <summary>Cycles of a slice.</summary>
    [Params(10, 100, 1_000, 10_000, 1_000_000)]
    public long Slice { get; set; }

    /// <summary>Puts the loop into a device.</summary>
    [GlobalSetup]
    public void Setup() => _device = Loops.Device("msp430fr5994", () => Loops.Engine(Engine), Loops.Programs["ram-data"]);

    /// <summary>Frees the device.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _device?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A million MCLK cycles.</summary>
    [Benchmark]
    public long MillionCycles()
    {
        long end = _device!.Cycles + CyclesPerInvocation;
        while (_device.Cycles < end)
        {
            _device.Run(_device.Cycles + Slice);
        }

        return _device.Ledger.Instructions;
    }
}

/// <summary>
/// What translating costs: the first 4,000 cycles of a program of 560 instructions in 80 blocks, interpreted, and with all of it translated
/// after a look or two. The difference, divided by 560, is the price of an instruction.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, launchCount: 1, warmupCount: 10, iterationCount: 40)]
public class TranslationBenchmarks : IDisposable
{
    private const int Blocks = 80;
    private const long Cycles = 4_000;
    private Device? _device;

    /// <summary>The engine; the translator here does not wait until the program is warm.</summary>
    [Params("interpreter", "jit")]
    public string Engine { get; set; } = "";

    /// <summary>A device that has not run yet.</summary>
    [IterationSetup]
    public void Setup()
    {
        // MOV @R9,R15 ADD R15,R14 RRA R14 MOV R14,2(R9) ADD #1,R13 CMP R13,R12 JEQ +0; at the end a jump back by BR.
        ushort[] block = [0x492F, 0x5F0E, 0x110E, 0x4E89, 0x0002, 0x531D, 0x9D0C, 0x2400];
        ushort[] words = [.. Enumerable.Repeat(block, Blocks).SelectMany(words => words), 0x4030, (ushort)Loops.Code];
        _device = Loops.Device("msp430fr5994", () => Engine == "jit" ? new Msp430.Jit.JitEngine(warmUpCycles: 0, sampleCycles: 1) : Loops.Engine(Engine), words);
    }

    /// <summary>Frees the device.</summary>
    [IterationCleanup]
    public void Dispose()
    {
        _device?.Dispose();
        _device = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>The first cycles of a program.</summary>
    [Benchmark]
    public long FirstCycles()
    {
        _device!.Run(Cycles);
        return _device.Ledger.Instructions;
    }
}
