using System.Text.Json;

namespace FreeML.Sim.Cli.Info;

/// <summary>Something that can be told about.</summary>
internal interface ISubject
{
    /// <summary>Tells people.</summary>
    void WriteText(TextWriter output);

    /// <summary>Tells programs: the members of an object.</summary>
    void WriteJson(Utf8JsonWriter json);
}
