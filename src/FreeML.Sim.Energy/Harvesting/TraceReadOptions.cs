namespace FreeML.Sim.Energy.Harvesting;

/// <summary>What happens in a gap of a recording.</summary>
public enum TraceGapPolicy
{
    /// <summary>The last sample holds until the next one, as between any two samples.</summary>
    Hold,

    /// <summary>The last sample holds for the usual step, then nothing is harvested until the next one.</summary>
    Zero,
}

/// <summary>What happens to negative power, irradiance and current.</summary>
public enum TraceNegativePolicy
{
    /// <summary>They become 0, and are counted.</summary>
    SetToZero,

    /// <summary>They stay, for those who study the recording rather than harvest from it.</summary>
    Keep,
}

/// <summary>Choices and limits for reading a trace. The defaults suit ordinary recordings.</summary>
public sealed record TraceReadOptions
{
    /// <summary>The defaults.</summary>
    public static TraceReadOptions Default { get; } = new();

    /// <summary>The column to read where a file has several: its heading, the heading without its unit, or a common name such as GHI or DNI. Null chooses by the form's rule, which the report names.</summary>
    public string? Column { get; init; }

    /// <summary>What to do with gaps.</summary>
    public TraceGapPolicy Gaps { get; init; }

    /// <summary>What to do with negative power, irradiance and current.</summary>
    public TraceNegativePolicy Negatives { get; init; }

    /// <summary>Step of recordings that state no time, in seconds; above 0. One kilohertz is what such files of the field have.</summary>
    public double StepSeconds { get; init; } = 1e-3;

    /// <summary>Load across which a recorded voltage was measured, in ohms, for its power; above 0. The default is the one of the Mementos recordings.</summary>
    public double LoadOhms { get; init; } = 30e3;

    /// <summary>Bytes a file may have, compressed and uncompressed. The limit keeps hostile files from filling memory.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Bytes a line of a text file may have.</summary>
    public int MaxLineBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of a form that has to be held in memory whole (JSON, data frames).</summary>
    public int MaxDocumentBytes { get; init; } = 64 << 20;

    /// <summary>Numbers a trace may have, over all columns; a text file may have as many lines.</summary>
    public int MaxValues { get; init; } = 8_000_000;
}
