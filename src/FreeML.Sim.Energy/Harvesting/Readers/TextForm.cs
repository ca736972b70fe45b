namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>A form of text file: how its first lines look, and how it is read.</summary>
/// <param name="Recognizes">Whether these first lines (up to four) are of this form.</param>
/// <param name="Read">Reads it.</param>
internal sealed record TextForm(Func<IReadOnlyList<string>, bool> Recognizes, Func<LineSource, TraceReadOptions, TraceReadResult> Read)
{
    /// <summary>The forms, the most particular first; the last one takes everything with a heading.</summary>
    public static IReadOnlyList<TextForm> All { get; } =
    [
        new(EkhoForm.Recognizes, EkhoForm.Read),
        new(SrmlForm.Recognizes, SrmlForm.Read),
        new(SurfradForm.Recognizes, SurfradForm.Read),
        new(DatedForm.Recognizes, DatedForm.Read),
        new(StampedVoltageForm.Recognizes, StampedVoltageForm.Read),
        new(BareVoltageForm.Recognizes, BareVoltageForm.Read),
        new(TableForm.Recognizes, TableForm.Read),
    ];
}
