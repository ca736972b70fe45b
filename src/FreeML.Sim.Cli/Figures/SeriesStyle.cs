namespace FreeML.Sim.Cli.Figures;

/// <summary>Sign of a point.</summary>
public enum Marker
{
    /// <summary>A filled circle.</summary>
    Circle,

    /// <summary>A filled square.</summary>
    Square,

    /// <summary>A filled triangle.</summary>
    Triangle,

    /// <summary>A diagonal cross.</summary>
    Cross,

    /// <summary>A diamond with an empty middle.</summary>
    Diamond,
}

/// <summary>Lines over an area.</summary>
public enum Hatch
{
    /// <summary>None.</summary>
    None,

    /// <summary>From lower left to upper right.</summary>
    Rising,

    /// <summary>From upper left to lower right.</summary>
    Falling,

    /// <summary>Both.</summary>
    Crossed,
}

/// <summary>What tells one series from the next: colour for screens, dash, marker and lightness for print in grey.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
/// <param name="DashMm">Lengths of dash and gap in millimetres; empty for a solid line.</param>
/// <param name="Marker">Sign of a point.</param>
/// <param name="FillPercent">Share of the colour in an area, the rest being white; neighbours differ, so that they differ in grey.</param>
/// <param name="Hatch">Lines over an area, where there are more series than colours.</param>
public sealed record SeriesStyle(byte Red, byte Green, byte Blue, IReadOnlyList<double> DashMm, Marker Marker, int FillPercent, Hatch Hatch = Hatch.None)
{
    /// <summary>Width of a line, in millimetres (0.8 pt).</summary>
    public const double LineMm = 0.28;

    /// <summary>Outline of an area, in millimetres: so that what is thinner than the paper's grain is seen.</summary>
    public const double AreaOutlineMm = 0.1;

    /// <summary>Half the size of a marker, in millimetres.</summary>
    public const double MarkerMm = 0.6;

    /// <summary>Half the size of a diamond, which is larger so that another marker has room in it.</summary>
    public const double DiamondMm = 1.4;

    /// <summary>Distance of the lines of a hatch, in millimetres.</summary>
    public const double HatchMm = 1;

    /// <summary>Width of the lines of a hatch, in millimetres.</summary>
    public const double HatchLineMm = 0.16;

    /// <summary>Index of the style of what stands behind the data: a light grey.</summary>
    public const int Background = -1;

    private static readonly SeriesStyle BackgroundStyle = new(150, 150, 150, [], Marker.Circle, 24);

    /// <summary>The styles in order. The colours are those of Okabe and Ito, chosen to be told apart with any colour vision.</summary>
    public static IReadOnlyList<SeriesStyle> All { get; } =
    [
        new(0, 114, 178, [], Marker.Circle, 40),
        new(213, 94, 0, [1.4, 0.7], Marker.Square, 85),
        new(0, 158, 115, [0.4, 0.6], Marker.Triangle, 20),
        new(0, 0, 0, [2, 0.6, 0.4, 0.6], Marker.Cross, 65),
        new(204, 121, 167, [2.4, 1], Marker.Circle, 30),
        new(230, 159, 0, [0.8, 0.4], Marker.Square, 70),
        new(86, 180, 233, [2, 0.5, 0.4, 0.5, 0.4, 0.5], Marker.Triangle, 50),
        new(0, 114, 178, [0.8, 0.8], Marker.Cross, 12, Hatch.Rising),
        new(213, 94, 0, [3, 0.6], Marker.Circle, 12, Hatch.Falling),
        new(0, 158, 115, [1.4, 0.5, 1.4, 1.2], Marker.Square, 12, Hatch.Crossed),
    ];

    /// <summary>The style of an index, taken around; or the one that stands behind.</summary>
    public static SeriesStyle Of(int index) => index == Background ? BackgroundStyle : All[((index % All.Count) + All.Count) % All.Count];

    /// <summary>The colour of areas.</summary>
    public (byte Red, byte Green, byte Blue) Fill => (Lighter(Red), Lighter(Green), Lighter(Blue));

    private byte Lighter(byte component) => (byte)(255 - ((255 - component) * FillPercent / 100));
}
