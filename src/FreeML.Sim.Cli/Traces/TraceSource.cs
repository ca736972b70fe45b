using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Harvesting.Generators;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Traces;

/// <summary>A trace that the user named: a file in any form that can be read, or one that comes with the simulator.</summary>
/// <param name="Name">As the user named it.</param>
/// <param name="Trace">The trace.</param>
/// <param name="Report">How the file was read; null for one that comes with the simulator.</param>
/// <param name="Shipped">The model it comes from; null for a file.</param>
internal sealed record TraceSource(string Name, Trace Trace, TraceReport? Report, ShippedTrace? Shipped)
{
    /// <summary>What it is, and everything that was assumed or repaired, line by line.</summary>
    public IReadOnlyList<string> Description => Report is not null
        ? [.. Report.Describe().Select(Line.Of)]
        : [$"{Name}: {Shipped!.Description} (model of this program, seed {Shipped.Seed})"];

    /// <summary>Reads a trace. A file may be called like one that comes with the simulator; then the file is meant.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static TraceSource Read(string name, TraceReadOptions? options = null)
    {
        if (!File.Exists(name) && ShippedTraces.Find(name) is { } shipped)
        {
            return new TraceSource(name, shipped.Generate(shipped.Seed), null, shipped);
        }

        try
        {
            TraceReadResult result = TraceReader.ReadFile(name, options);
            return new TraceSource(name, result.Trace, result.Report, null);
        }
        catch (TraceFormatException error)
        {
            bool isMissing = !File.Exists(name) && !Directory.Exists(name);
            throw new InputException(error.Input, error.Line, error.Found, isMissing ? $"a harvesting trace, or one of {string.Join(", ", ShippedTraces.All.Select(trace => trace.Name))}" : error.Expected);
        }
    }

    /// <summary>Does something with a trace that checks its own arguments.</summary>
    /// <exception cref="InputException">They are out of range.</exception>
    public static T Attempt<T>(string option, string given, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ArgumentException error)
        {
            string expected = error.Message.Split(" (Parameter")[0];
            throw new InputException(option, null, InputException.Quote(given), expected.StartsWith("expected ", StringComparison.Ordinal) ? expected["expected ".Length..] : expected);
        }
    }
}
