using System.Collections.Immutable;
using FreeML.Compiler.Compression;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Cli.Run;

/// <summary>A scenario as it is written: everything was looked at, networks and data are not read yet.</summary>
/// <param name="Name">For people, and for the run directory.</param>
/// <param name="Text">The file.</param>
/// <param name="Seed">Of the scenario.</param>
/// <param name="Variants">One or more.</param>
internal sealed record ScenarioRequest(string Name, string Text, ulong Seed, ImmutableArray<VariantRequest> Variants);

/// <summary>How a trained network is to be made small.</summary>
internal sealed record CompressSettings(DeviceBudget Budget, bool IsPaper, ExitKind Exits, int? Epochs, string? Scaling, ulong Seed);

/// <summary>Samples to run.</summary>
/// <param name="Place">Where they are named.</param>
/// <param name="Path">A file or directory, or the name of those that come with the program.</param>
/// <param name="IsTest">Test samples, not training samples.</param>
/// <param name="Count">The first so many.</param>
/// <param name="Scaling">How an .onnx network wants its input; null to find it.</param>
internal sealed record DataSettings(Place Place, string Path, bool IsTest, int Count, string? Scaling);

/// <summary>One way of running, as it is written.</summary>
internal sealed record VariantRequest
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is written.</summary>
    public required Place Place { get; init; }

    /// <summary>Where its network is named.</summary>
    public required Place NetworkPlace { get; init; }

    /// <summary>Where its exit policy is written.</summary>
    public required Place PolicyPlace { get; init; }

    /// <summary>The network as the user named it.</summary>
    public required string NetworkName { get; init; }

    /// <summary>Its file, or the name of one that comes with the program.</summary>
    public required string NetworkPath { get; init; }

    /// <summary>How it is to be made small; null for one that is.</summary>
    public CompressSettings? Compress { get; init; }

    /// <summary>Samples.</summary>
    public required DataSettings Data { get; init; }

    /// <summary>What is bound to the runtime.</summary>
    public required FirmwareOptions Firmware { get; init; }

    /// <summary>The supply; null for continuous power.</summary>
    public SupplyRequest? Supply { get; init; }

    /// <summary>When samples come.</summary>
    public required Arrivals Arrivals { get; init; }

    /// <summary>Results after which it ends.</summary>
    public int? Inferences { get; init; }

    /// <summary>Time after which it ends.</summary>
    public required double UntilSeconds { get; init; }

    /// <summary>Whether that is the end of the trace.</summary>
    public bool EndsWithTrace { get; init; }

    /// <summary>Power cycles without progress after which it ends.</summary>
    public required int Patience { get; init; }

    /// <summary>Seed of what is random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What was said about it, flat.</summary>
    public required ImmutableArray<(string Name, string Value)> Settings { get; init; }
}
