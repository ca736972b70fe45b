using FreeML.Sim.Cli.Traces;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Powering;

/// <summary>What a harvester's electrical model needs beside its trace.</summary>
/// <param name="End">What follows the trace.</param>
/// <param name="SourceOhms">Resistance of a voltage source; null for the default.</param>
/// <param name="MeasuredAcrossOhms">Load across which the voltages were recorded; null if they are open-circuit voltages.</param>
/// <param name="ComplianceVolts">Voltage up to which a current source works.</param>
internal sealed record HarvesterParameters(TraceEnd End, double? SourceOhms, double? MeasuredAcrossOhms, double ComplianceVolts);

/// <summary>The values of <c>--harvester</c>: which kind can be made of which trace.</summary>
internal static class HarvesterKinds
{
    /// <summary>Source resistance of a voltage source unless given: that of an RF rectifier which the load of the Mementos recordings matches.</summary>
    public const double DefaultSourceOhms = 30e3;

    /// <summary>The names, for help.</summary>
    public const string Names = "power|voltage|current|iv|pv[:CELL]";

    private static readonly Dictionary<TraceQuantity, string> Defaults = new()
    {
        [TraceQuantity.Power] = "power",
        [TraceQuantity.Voltage] = "voltage",
        [TraceQuantity.Current] = "current",
        [TraceQuantity.Irradiance] = "pv",
        [TraceQuantity.IvSurface] = "iv",
        [TraceQuantity.SingleDiode] = "pv",
    };

    private static readonly Dictionary<(string Kind, TraceQuantity Quantity), Func<string, Trace, string?, HarvesterParameters, Harvester>> Makers = new()
    {
        [("power", TraceQuantity.Power)] = (_, trace, _, given) => new PowerHarvester(trace, given.End),
        [("power", TraceQuantity.IvSurface)] = (_, trace, _, given) => new PowerHarvester(trace.MaximumPower(), given.End),
        [("power", TraceQuantity.SingleDiode)] = (_, trace, _, given) => new PowerHarvester(trace.MaximumPower(), given.End),
        [("voltage", TraceQuantity.Voltage)] = (_, trace, _, given) => Resistive(trace, given.SourceOhms ?? DefaultSourceOhms, given),
        [("current", TraceQuantity.Current)] = (_, trace, _, given) => new CurrentHarvester(trace, given.ComplianceVolts, given.End),
        [("iv", TraceQuantity.IvSurface)] = (_, trace, _, given) => new IvSurfaceHarvester(trace, given.End),
        [("pv", TraceQuantity.Irradiance)] = (option, trace, cell, given) => new PhotovoltaicHarvester(trace, Cell(option, cell), given.End),
        [("pv", TraceQuantity.SingleDiode)] = (_, trace, _, given) => new PhotovoltaicHarvester(trace, given.End),
    };

    /// <summary>Makes a harvester.</summary>
    /// <param name="option">The option's name, for messages.</param>
    /// <param name="text">Its value, or null for what suits the trace.</param>
    /// <param name="trace">The trace.</param>
    /// <param name="parameters">What else it needs.</param>
    /// <exception cref="InputException">There is no such kind, or it cannot be made of this trace.</exception>
    public static (string Name, Harvester Harvester) Make(string option, string? text, Trace trace, HarvesterParameters parameters)
    {
        string[] parts = (text ?? Defaults[trace.Quantity]).Split(':', 2);
        string[] fitting = [.. Makers.Keys.Where(key => key.Quantity == trace.Quantity).Select(key => key.Kind)];
        string? cell = parts.Length > 1 ? parts[1] : null;
        if (!Makers.TryGetValue((parts[0], trace.Quantity), out Func<string, Trace, string?, HarvesterParameters, Harvester>? make) || (cell is not null && parts[0] != "pv"))
        {
            throw new InputException(option, null, $"{InputException.Quote(text ?? parts[0])} for a trace of {TraceSummary.NameOf(trace.Quantity)}", string.Join(" or ", fitting));
        }

        Harvester harvester = make(option, trace, cell, parameters);
        return (harvester is PhotovoltaicHarvester { Cell.Name: var name } ? $"pv:{name}" : parts[0], harvester);
    }

    private static ResistiveHarvester Resistive(Trace trace, double sourceOhms, HarvesterParameters given) => given.MeasuredAcrossOhms is { } loadOhms
        ? ResistiveHarvester.MeasuredAcross(trace, loadOhms, sourceOhms, given.End)
        : new ResistiveHarvester(trace, sourceOhms, given.End);

    private static PhotovoltaicCell Cell(string option, string? name) => name is null
        ? throw new InputException(option, null, "irradiance, and no cell that it falls on", $"pv:CELL with one of {string.Join(", ", Presets.Cells)}")
        : Presets.Cell(CommonOptions.ReadName(option, name, Presets.Cells));
}
