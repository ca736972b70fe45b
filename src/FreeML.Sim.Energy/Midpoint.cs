namespace FreeML.Sim.Energy;

/// <summary>
/// One step of the implicit midpoint rule for a capacitor behind a series resistance, fed by a <see cref="Law"/>. The rule is usually solved by
/// iteration; for these laws it is a quadratic equation in the node's voltage, so it costs one square root.
/// </summary>
/// <remarks>
/// With the capacitor's voltage in the middle of the step m = v + h J / 2C and the node's n = m + R J, the current into the capacitor is
/// J = A - G n + P / n. The energy through the node is n J h, the energy stored m J h = C (v1² - v²) / 2 and the loss in the resistance R J² h, so
/// energy is kept exactly, whatever h. The rule is of second order; it is exact for a constant current, and for a constant power without series
/// resistance.
/// </remarks>
internal readonly struct Midpoint
{
    private Midpoint(double nodeVolts, double amperes, double missingWatts)
    {
        NodeVolts = nodeVolts;
        Amperes = amperes;
        MissingWatts = missingWatts;
    }

    /// <summary>Voltage of the node, constant over the step.</summary>
    public double NodeVolts { get; }

    /// <summary>Current into the capacitor, constant over the step.</summary>
    public double Amperes { get; }

    /// <summary>Power that the law draws but that cannot pass the series resistance: the node collapses, and the load gets less.</summary>
    public double MissingWatts { get; }

    /// <summary>The step of <paramref name="seconds"/> from <paramref name="volts"/>.</summary>
    public static Midpoint After(double volts, double seconds, double farads, double ohms, in Law law) =>
        Solve(volts, (seconds / (2 * farads)) + ohms, law);

    /// <summary>The step by the implicit Euler rule, whose node is the one at its end: crude, but it goes to rest whatever its size.</summary>
    public static Midpoint Implicit(double volts, double seconds, double farads, double ohms, in Law law) =>
        Solve(volts, (seconds / farads) + ohms, law);

    /// <summary>The step that ends at <paramref name="target"/>; it takes farads x (target - volts) / <see cref="Amperes"/>.</summary>
    public static Midpoint Between(double volts, double target, double ohms, in Law law) =>
        Solve(0.5 * (volts + target), ohms, law);

    // n - volts = ohms (A - G n + P / n), that is (1 + ohms G) n² - (volts + ohms A) n - ohms P = 0.
    private static Midpoint Solve(double volts, double ohms, in Law law)
    {
        double square = 1 + (ohms * law.Siemens);
        double linear = volts + (ohms * law.Amperes);
        if (law.Watts == 0)
        {
            double node = linear / square;
            return new Midpoint(node, law.Amperes - (law.Siemens * node), 0);
        }

        double discriminant = (linear * linear) + (4 * square * ohms * law.Watts);
        if (discriminant < 0 || (law.Watts < 0 && linear <= 0))
        {
            double node = Math.Max(0, linear / (2 * square));
            double current = (node - volts) / ohms;
            double passes = node * (current - law.Amperes + (law.Siemens * node));
            return new Midpoint(node, current, passes - law.Watts);
        }

        double root = Math.Sqrt(discriminant);
        double n = linear >= 0 ? (linear + root) / (2 * square) : 2 * ohms * law.Watts / (root - linear);
        return new Midpoint(n, law.Amperes - (law.Siemens * n) + (n > 0 ? law.Watts / n : 0), 0);
    }
}
