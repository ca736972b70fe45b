namespace FreeML.Sim.Energy.Harvesting.Generators;

/// <summary>Checks of generators' parameters.</summary>
internal static class Parameters
{
    /// <summary>Stops a generator whose parameters make no sense.</summary>
    public static void Require(bool holds, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException("expected " + expected);
        }
    }
}
