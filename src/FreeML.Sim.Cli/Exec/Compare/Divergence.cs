using System.Globalization;
using System.Text.Json;

namespace FreeML.Sim.Cli.Exec.Compare;

/// <summary>A line of the listing around a difference.</summary>
/// <param name="Address">Address of the instruction.</param>
/// <param name="Text">The instruction.</param>
/// <param name="IsNext">Whether it has not run yet: the reference stands before it.</param>
internal sealed record DivergenceLine(uint Address, string Text, bool IsNext);

/// <summary>Where two engines begin to differ.</summary>
/// <param name="Reference">Name of the engine that is right by definition.</param>
/// <param name="Subject">Name of the other.</param>
/// <param name="AgreedCycles">Run to this cycle, both stand alike.</param>
/// <param name="DifferingCycles">Run to this one, they do not.</param>
/// <param name="State">Both states there.</param>
/// <param name="Listing">What the reference executed last, and what it would execute next.</param>
internal sealed record Divergence(
    string Reference, string Subject, long AgreedCycles, long DifferingCycles, IReadOnlyList<StateRow> State, IReadOnlyList<DivergenceLine> Listing)
{
    /// <summary>Writes it for a reader.</summary>
    public void WriteText(TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {Reference} and {Subject} agree when run to cycle {AgreedCycles}, and differ when run to cycle {DifferingCycles}"));
        output.WriteLine($"\n  what {Reference} executed last (> comes next)");
        foreach (DivergenceLine line in Listing)
        {
            output.WriteLine($"  {(line.IsNext ? '>' : ' ')} {line.Address:x5}:  {Line.Of(line.Text)}");
        }

        int name = State.Max(row => row.Name.Length);
        int value = Math.Max(Reference.Length, State.Max(row => row.Reference.Length));
        output.WriteLine($"\n    {"".PadRight(name)}  {Reference.PadRight(value)}  {Subject}");
        foreach (StateRow row in State)
        {
            output.WriteLine($"  {(row.Differs ? '*' : ' ')} {row.Name.PadRight(name)}  {row.Reference.PadRight(value)}  {row.Subject}");
        }
    }

    /// <summary>Writes it as members of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteNumber("agreedCycles", AgreedCycles);
        json.WriteNumber("differingCycles", DifferingCycles);
        json.WriteArray("state", State, (item, row) =>
        {
            item.WriteString("name", row.Name);
            item.WriteString("reference", row.Reference);
            item.WriteString("subject", row.Subject);
            item.WriteBoolean("differs", row.Differs);
        });
        json.WriteArray("listing", Listing, (item, line) =>
        {
            item.WriteNumber("address", line.Address);
            item.WriteString("text", line.Text);
            item.WriteBoolean("isNext", line.IsNext);
        });
    }
}
