using FreeML.Sim.Firmware;

namespace FreeML.Sim.Cli.Compile;

/// <summary>What <c>compile</c> is asked for.</summary>
/// <param name="Model">The compressed network's file.</param>
/// <param name="Output">The image's file, or null.</param>
/// <param name="Sources">The directory for C sources, or null.</param>
/// <param name="Reports">Whether what each operation takes is wanted.</param>
/// <param name="Options">What is bound.</param>
/// <param name="Buffer">The buffer it is made for.</param>
internal sealed record CompileRequest(string Model, string? Output, string? Sources, bool Reports, FirmwareOptions Options, EnergyBuffer Buffer);
