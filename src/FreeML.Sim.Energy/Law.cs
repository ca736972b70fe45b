namespace FreeML.Sim.Energy;

/// <summary>
/// Power through the buffer's node as a function of its voltage v: <c>Watts + Amperes v - Siemens v²</c>, that is a constant power,
/// a constant current and a conductance side by side. Every element of a supply is such a law within a band of voltages, and so is
/// their sum, which is what lets one formula integrate them all.
/// </summary>
/// <param name="Watts">Constant power.</param>
/// <param name="Amperes">Constant current.</param>
/// <param name="Siemens">Conductance, counted as drawing power.</param>
public readonly record struct Law(double Watts, double Amperes, double Siemens)
{
    /// <summary>Energy in joules, given the integrals of 1, v and v² over a span of time.</summary>
    public double Joules(double seconds, double voltSeconds, double squareVoltSeconds) =>
        (Watts * seconds) + (Amperes * voltSeconds) - (Siemens * squareVoltSeconds);

    /// <summary>Power at a voltage.</summary>
    public double At(double volts) => Watts + ((Amperes - (Siemens * volts)) * volts);

    /// <summary>Both laws side by side.</summary>
    public static Law operator +(Law a, Law b) => new(a.Watts + b.Watts, a.Amperes + b.Amperes, a.Siemens + b.Siemens);

    /// <summary>What the first delivers beyond the second.</summary>
    public static Law operator -(Law a, Law b) => new(a.Watts - b.Watts, a.Amperes - b.Amperes, a.Siemens - b.Siemens);

    /// <summary>The law scaled.</summary>
    public static Law operator *(double factor, Law law) => new(factor * law.Watts, factor * law.Amperes, factor * law.Siemens);
}
