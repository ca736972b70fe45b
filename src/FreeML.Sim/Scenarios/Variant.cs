using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;

namespace FreeML.Sim.Scenarios;

/// <summary>How samples come.</summary>
public enum ArrivalMode
{
    /// <summary>The next one is there when the device waits for one.</summary>
    BackToBack,

    /// <summary>One each period, the first at the start.</summary>
    Periodic,

    /// <summary>At given times.</summary>
    OnEvent,
}

/// <summary>When samples come, and what becomes of those that find the device at work.</summary>
public sealed record Arrivals
{
    /// <summary>How.</summary>
    public ArrivalMode Mode { get; init; }

    /// <summary>Of <see cref="ArrivalMode.Periodic"/>: from one to the next, in seconds.</summary>
    public double PeriodSeconds { get; init; }

    /// <summary>Of <see cref="ArrivalMode.OnEvent"/>: when, in seconds, ascending.</summary>
    public ImmutableArray<double> Times { get; init; } = [];

    /// <summary>How many may wait beside the one under work; one that comes to a full queue is dropped.</summary>
    public int Queue { get; init; } = 1;

    /// <summary>Time from arrival after which a result is late, in seconds; null for never.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Time from arrival after which the host asks for whatever answer is there, in seconds; null for never.</summary>
    public double? AskSeconds { get; init; }
}

/// <summary>What a device is fed by.</summary>
public sealed record PowerSource
{
    /// <summary>The supply; null for continuous power at <see cref="SteadyVolts"/>.</summary>
    public SupplyOptions? Supply { get; init; }

    /// <summary>Prices of what the device does.</summary>
    public required PowerModel Prices { get; init; }

    /// <summary>What RAM holds after a power failure.</summary>
    public SramAfterFailure Sram { get; init; } = SramAfterFailure.Noise;

    /// <summary>Longest slice unless another is named, in seconds.</summary>
    public const double UsualSliceCapSeconds = 1e-3;

    /// <summary>Longest slice with one price, in seconds.</summary>
    public double SliceCapSeconds { get; init; } = UsualSliceCapSeconds;

    /// <summary>Voltage of continuous power.</summary>
    public double SteadyVolts { get; init; } = 3.0;

    // Continuous power is a buffer that nothing empties: some 1000 days at a milliampere.
    private const double SteadyFarads = 1e5;

    /// <summary>A supply at time 0.</summary>
    public Supply Create() => new(Supply ?? new SupplyOptions
    {
        Buffer = new Capacitor { Farads = SteadyFarads, LimitVolts = SteadyVolts },
        Supervisor = new Supervisor(SteadyVolts, Math.Min(1.9, SteadyVolts)),
        InitialVolts = SteadyVolts,
    });
}

/// <summary>One way of running a network on a device: everything that decides what happens.</summary>
public sealed record Variant
{
    /// <summary>Its name, which is also that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The network.</summary>
    public required FmlModel Network { get; init; }

    /// <summary>What to call the network.</summary>
    public required string NetworkName { get; init; }

    /// <summary>Samples as the network reads them. Inferences beyond the last begin with the first again.</summary>
    public required LabelledData Samples { get; init; }

    /// <summary>What is bound to the runtime; tables in it are made anew.</summary>
    public required FirmwareOptions Firmware { get; init; }

    /// <summary>What the device is fed by.</summary>
    public required PowerSource Power { get; init; }

    /// <summary>Name of the trace; null if there is none.</summary>
    public string? TraceName { get; init; }

    /// <summary>When samples come.</summary>
    public Arrivals Arrivals { get; init; } = new();

    /// <summary>Results after which the run ends; null for as many as there are.</summary>
    public int? Inferences { get; init; }

    /// <summary>Time after which the run ends.</summary>
    public required SimTime Until { get; init; }

    /// <summary>Whether <see cref="Until"/> is the end of the trace, and not a wish.</summary>
    public bool EndsWithTrace { get; init; }

    /// <summary>Power cycles in a row without progress after which there will be none.</summary>
    public int Patience { get; init; } = 20;

    /// <summary>Seed of what is random about a device.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Makes the engine; the interpreter if null.</summary>
    public Func<ExecutionEngine>? Engine { get; init; }

    /// <summary>The buffer that the firmware is made for.</summary>
    public EnergyBuffer Buffer => Power.Supply is { Supervisor: { } supervisor } supply
        ? new EnergyBuffer(supply.Buffer.Farads, supervisor.TurnOnVolts, supervisor.TurnOffVolts)
        : FirmwareCompiler.UsualBuffer;

    /// <summary>Makes the firmware.</summary>
    /// <exception cref="InputException">The network does not fit.</exception>
    public CompiledFirmware Compile() => FirmwareCompiler.Compile(Network, Firmware, Buffer, Power.Prices);

    /// <summary>The same on another capacitor.</summary>
    public Variant On(double farads) => this with { Power = Power with { Supply = Power.Supply! with { Buffer = Power.Supply.Buffer with { Farads = farads } } } };
}
