using System.Text.Encodings.Web;
using System.Text.Json;

namespace FreeML.Sim.Cli;

/// <summary>The one JSON document of a verb, on standard output: indented, UTF-8, the same bytes on every host.</summary>
internal static class Json
{
    private static readonly JsonWriterOptions Options = new()
    {
        Indented = true,
        NewLine = "\n",

        // The document goes to no web page; "<main>" is to stay readable. Control characters are escaped all the same.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A writer on standard output, for a document written in pieces. End it with <see cref="End"/>.</summary>
    public static Utf8JsonWriter Begin(Terminal terminal)
    {
        terminal.FlushOutput();
        return new Utf8JsonWriter(terminal.OutputBytes, Options);
    }

    /// <summary>Ends a document, and its last line.</summary>
    public static void End(Utf8JsonWriter json, Terminal terminal)
    {
        json.Flush();
        terminal.OutputBytes.Write("\n"u8);
    }

    /// <summary>Writes a whole document: an object whose members the callback writes.</summary>
    public static void WriteObject(Terminal terminal, Action<Utf8JsonWriter> members)
    {
        using Utf8JsonWriter json = Begin(terminal);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
        End(json, terminal);
    }

    /// <summary>Writes an array of objects.</summary>
    public static void WriteArray<T>(this Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> members)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
        {
            json.WriteStartObject();
            members(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes an array of texts.</summary>
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> items)
    {
        json.WriteStartArray(name);
        foreach (string item in items)
        {
            json.WriteStringValue(item);
        }

        json.WriteEndArray();
    }

    /// <summary>Writes a number, or null.</summary>
    public static void WriteOptional(this Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>Writes a number, or null where there is none or JSON knows none such (infinite).</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
