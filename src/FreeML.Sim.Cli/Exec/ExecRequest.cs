using FreeML.Sim.Cli.Exec.Uart;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Exec;

/// <summary>How images are to be run.</summary>
internal sealed record ExecRequest
{
    /// <summary>Which device.</summary>
    public required DeviceDescription Device { get; init; }

    /// <summary>What it is put together with.</summary>
    public DeviceOptions Options { get; init; } = new();

    /// <summary>Name of the engine that was asked for.</summary>
    public string EngineName { get; init; } = "interpreter";

    /// <summary>Makes the engine that is compared with the interpreter; null if only one runs.</summary>
    public Func<ExecutionEngine>? Subject { get; init; }

    /// <summary>Where to show what the program was translated to, beside its instructions: a file, or <c>-</c>; null for nowhere.</summary>
    public string? TranslationPath { get; init; }

    /// <summary>Whether calls of GNU's simulator are served.</summary>
    public bool HasSemihosting { get; init; }

    /// <summary>Directory of the files a program may see, or null.</summary>
    public string? Root { get; init; }

    /// <summary>What its UARTs are connected to, open.</summary>
    public IReadOnlyList<UartLink> Uarts { get; init; } = [];

    /// <summary>What the board does to the pins; null for nothing.</summary>
    public BoardInputs? Inputs { get; init; }

    /// <summary>Where what the pins do is recorded; null for nowhere.</summary>
    public string? PinsPath { get; init; }

    /// <summary>What its analog pins are connected to.</summary>
    public AnalogConnections? Analog { get; init; }

    /// <summary>Limit in MCLK cycles.</summary>
    public long MaxCycles { get; init; } = long.MaxValue;

    /// <summary>Limit in simulated time.</summary>
    public SimTime Until { get; init; } = SimTime.MaxValue;

    /// <summary>Seed of what is random about a device.</summary>
    public ulong Seed { get; init; }

    /// <summary>What they run on; null for continuous power.</summary>
    public SupplyRequest? Supply { get; init; }
}
