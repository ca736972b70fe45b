namespace FreeML.Sim.Cli.Run;

/// <summary>The scenario that a bare <c>run</c> does: scenarios/digits.yaml.</summary>
internal static class BundledScenario
{
    /// <summary>Its name among the program's resources.</summary>
    public const string Name = "digits.yaml";

    /// <summary>Reads it.</summary>
    public static ScenarioRequest Read()
    {
        using StreamReader reader = new(typeof(BundledScenario).Assembly.GetManifestResourceStream("scenarios/" + Name)!);
        return ScenarioReader.ReadText(Name, reader.ReadToEnd());
    }
}
