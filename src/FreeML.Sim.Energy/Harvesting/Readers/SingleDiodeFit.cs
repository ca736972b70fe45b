namespace FreeML.Sim.Energy.Harvesting.Readers;

/// <summary>The single-diode curve <c>i(v) = a - b (exp(c v) - 1)</c>, without series resistance or shunt.</summary>
internal static class SingleDiodeFit
{
    /// <summary>exp overflows beyond; no cell comes near.</summary>
    private const double LargestExponent = 600;

    /// <summary>Puts the parameters of a trace for <c>a</c> (A), <c>b</c> (A) and <c>c</c> (1/V).</summary>
    public static void Put(double a, double b, double c, Span<double> parameters)
    {
        parameters[0] = a;
        parameters[1] = b;
        parameters[2] = 0;
        parameters[3] = 0;
        parameters[4] = 1 / c;
    }

    /// <summary>The curve through short circuit, open circuit and the point of maximum power; false when there is none.</summary>
    public static bool TryFit(double isc, double voc, double vmpp, double pmpp, Span<double> parameters)
    {
        // From i(voc) = 0 and i(vmpp) = impp: (exp(c vmpp) - 1) / (exp(c voc) - 1) = 1 - impp / isc, which falls from
        // vmpp / voc to 0 as c grows.
        double rest = 1 - (pmpp / vmpp / isc);
        if (!(isc > 0 && vmpp > 0 && voc > vmpp && pmpp > 0 && rest > 0 && rest < vmpp / voc))
        {
            return false;
        }

        (double low, double high) = (0, LargestExponent / voc);
        for (int n = 0; n < 60; n++)
        {
            double middle = (low + high) / 2;
            bool tooFlat = Rise(middle * vmpp) > rest * Rise(middle * voc);
            (low, high) = tooFlat ? (middle, high) : (low, middle);
        }

        Put(isc, isc / Rise(low * voc), low, parameters);
        return true;
    }

    private static double Rise(double exponent) => DeterministicMath.Exp(exponent) - 1;
}
