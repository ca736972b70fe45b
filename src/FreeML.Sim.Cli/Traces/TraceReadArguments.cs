using System.CommandLine;
using FreeML.Sim.Energy.Harvesting;

namespace FreeML.Sim.Cli.Traces;

/// <summary>Which trace, and how it is read: what <c>info</c>, <c>convert</c> and <c>plot</c> have in common.</summary>
internal sealed class TraceReadArguments
{
    private readonly Argument<string> _trace = new("FILE") { Description = "A harvesting trace in any known form, or the name of one that comes with the program" };
    private readonly Option<string?> _column = CommonOptions.Text("--column", "NAME", "Column to read where the file has several");
    private readonly Option<string?> _gaps = CommonOptions.Text("--gaps", "hold|zero", "What a gap holds (default the last sample)");
    private readonly Option<string?> _negatives = CommonOptions.Text("--negatives", "zero|keep", "What becomes of negative power, irradiance and current");
    private readonly Option<string?> _step = CommonOptions.Text("--step", "1ms", "Step of files that state no time (default 1ms)");
    private readonly Option<string?> _load = CommonOptions.Text("--load", "30kOhm", "Load across which a voltage was recorded, for its power (default 30kOhm)");

    /// <summary>Declares them.</summary>
    public void AddTo(Command command)
    {
        command.Add(_trace);
        foreach (Option<string?> option in (Option<string?>[])[_column, _gaps, _negatives, _step, _load])
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the trace.</summary>
    public TraceSource Read(ParseResult request) => TraceSource.Read(request.GetRequiredValue(_trace), new TraceReadOptions
    {
        Column = request.GetValue(_column),
        Gaps = CommonOptions.ReadChoice(request, _gaps, "hold", "zero") == "zero" ? TraceGapPolicy.Zero : TraceGapPolicy.Hold,
        Negatives = CommonOptions.ReadChoice(request, _negatives, "zero", "keep") == "keep" ? TraceNegativePolicy.Keep : TraceNegativePolicy.SetToZero,
        StepSeconds = CommonOptions.ReadQuantity(request, _step, Unit.Time, "1ns", "8760h") ?? TraceReadOptions.Default.StepSeconds,
        LoadOhms = CommonOptions.ReadQuantity(request, _load, Unit.Resistance, "1mOhm", "1GOhm") ?? TraceReadOptions.Default.LoadOhms,
    });
}
