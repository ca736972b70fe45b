namespace FreeML.Sim.Cli.Figures;

/// <summary>A figure as a paper has it: panels above one another that share the horizontal axis. Knows nothing of how it is drawn.</summary>
/// <param name="Title">Above the panels; empty for none, as papers use the caption.</param>
/// <param name="WidthMm">Printed width in millimetres: <see cref="FigureWidth"/>.</param>
/// <param name="X">The shared axis.</param>
/// <param name="Panels">From top to bottom, at least one.</param>
public sealed record Figure(string Title, double WidthMm, Axis X, IReadOnlyList<Panel> Panels);

/// <summary>Widths that fit the usual papers, in millimetres.</summary>
public static class FigureWidth
{
    /// <summary>One column of two (IEEE and ACM: 3.5 in and 3.33 in).</summary>
    public const double OneColumn = 84;

    /// <summary>Both columns.</summary>
    public const double TwoColumns = 176;
}

/// <summary>One panel.</summary>
/// <param name="Y">Its vertical axis.</param>
/// <param name="HeightMm">Height of the space between the axes, in millimetres.</param>
/// <param name="Series">What it shows, from back to front.</param>
public sealed record Panel(Axis Y, double HeightMm, IReadOnlyList<Series> Series)
{
    /// <summary>Horizontal lines with a name at the right edge.</summary>
    public IReadOnlyList<Threshold> Thresholds { get; init; } = [];

    /// <summary>Text at points of the panel.</summary>
    public IReadOnlyList<Note> Notes { get; init; } = [];
}

/// <summary>A horizontal line.</summary>
/// <param name="Value">Where, in the axis's base unit.</param>
/// <param name="Label">A word or two.</param>
public sealed record Threshold(double Value, string Label);

/// <summary>Text at a point.</summary>
/// <param name="X">Where it begins (in the left half) or ends (in the right half).</param>
/// <param name="Y">Its middle.</param>
/// <param name="Text">One line.</param>
public sealed record Note(double X, double Y, string Text);

/// <summary>An axis. Values are in base units; the axis picks the prefix for its ticks.</summary>
/// <param name="Label">What is measured, without the unit.</param>
/// <param name="Unit">In what.</param>
public sealed record Axis(string Label, AxisUnit Unit)
{
    /// <summary>Where the axis begins; null to fit the data.</summary>
    public double? Minimum { get; init; }

    /// <summary>Where the axis ends; null to fit the data.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether equal distances are equal ratios; its data are then above zero.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Names at 0, 1, 2, ... instead of numbers; none for an axis of numbers.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether a vertical axis has neither ticks nor numbers, as under a strip of bands; its label is then set level.</summary>
    public bool IsStrip { get; init; }
}

/// <summary>A unit and how it is scaled for people.</summary>
/// <param name="Symbol">Of the base unit; empty for a plain number.</param>
public sealed record AxisUnit(string Symbol)
{
    /// <summary>Seconds, shown in anything from microseconds to days.</summary>
    public static AxisUnit Time { get; } = new("s") { IsTime = true };

    /// <summary>Volts.</summary>
    public static AxisUnit Volt { get; } = new("V") { HasPrefixes = true };

    /// <summary>Amperes.</summary>
    public static AxisUnit Ampere { get; } = new("A") { HasPrefixes = true };

    /// <summary>Watts.</summary>
    public static AxisUnit Watt { get; } = new("W") { HasPrefixes = true };

    /// <summary>Joules.</summary>
    public static AxisUnit Joule { get; } = new("J") { HasPrefixes = true };

    /// <summary>Irradiance.</summary>
    public static AxisUnit WattPerSquareMetre { get; } = new("W/m²");

    /// <summary>Fractions of one, shown as per cent.</summary>
    public static AxisUnit Percent { get; } = new("%") { FixedFactor = 100 };

    /// <summary>Plain numbers.</summary>
    public static AxisUnit None { get; } = new("");

    /// <summary>Whether SI prefixes go with it.</summary>
    public bool HasPrefixes { get; init; }

    /// <summary>Whether it is time.</summary>
    public bool IsTime { get; init; }

    /// <summary>What one base unit is in the unit shown, where that does not depend on the size.</summary>
    public double FixedFactor { get; init; } = 1;
}
