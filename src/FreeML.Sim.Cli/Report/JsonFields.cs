using System.Globalization;
using System.Text.Json;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Report;

/// <summary>An object of a JSON file that may come from elsewhere: its members are taken by name and checked, others are let be.</summary>
internal readonly struct JsonFields
{
    private const long LimitBytes = 16 << 20;

    private readonly string _file;
    private readonly string _place;
    private readonly JsonElement _object;

    private JsonFields(string file, string place, JsonElement element)
    {
        _file = file;
        _place = place;
        _object = element.ValueKind == JsonValueKind.Object ? element : throw Wrong(file, place, element, "an object");
    }

    /// <summary>Reads a file that holds an object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should be, for messages.</param>
    /// <exception cref="InputException">It is not there, too large, or no JSON object.</exception>
    public static JsonFields Read(string path, string expected)
    {
        try
        {
            long bytes = new FileInfo(path).Length;
            if (bytes > LimitBytes)
            {
                throw new InputException(path, null, $"{bytes} bytes", $"at most {LimitBytes}");
            }

            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new JsonFields(path, "", document.RootElement.Clone());
        }
        catch (JsonException problem)
        {
            throw new InputException(path, (int?)problem.LineNumber + 1, "text that is not JSON", expected);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, null, problem.Message, expected);
        }
    }

    /// <summary>What the members of this object are called in messages.</summary>
    public InputException Wrong(string name, string found, string expected) => new(_file, null, $"{found} at {PlaceOf(name)}", expected);

    /// <summary>A text.</summary>
    public string Text(string name) => TextOrNull(name) ?? throw Missing(name, "a text");

    /// <summary>A text, or null where there is none.</summary>
    public string? TextOrNull(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Wrong(_file, PlaceOf(name), value, "a text");

    /// <summary>A number of a size that can be.</summary>
    public double Number(string name) => NumberOrNull(name) ?? throw Missing(name, "a number");

    /// <summary>Such a number, or null where there is none.</summary>
    public double? NumberOrNull(string name) => Find(name) is not { } value ? null
        : value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number) ? throw Wrong(_file, PlaceOf(name), value, "a finite number")
        : Math.Abs(number) <= CsvRow.Largest ? number
        : throw Wrong(_file, PlaceOf(name), value, string.Create(CultureInfo.InvariantCulture, $"at most {CsvRow.Largest:0e0}"));

    /// <summary>A number that is not negative.</summary>
    public double Amount(string name) => Number(name) is >= 0 and double amount ? amount : throw Wrong(name, "a negative number", "0 or more");

    /// <summary>An object.</summary>
    public JsonFields Object(string name) => ObjectOrNull(name) ?? throw Missing(name, "an object");

    /// <summary>An object, or null where there is none.</summary>
    public JsonFields? ObjectOrNull(string name) => Find(name) is { } value ? new JsonFields(_file, PlaceOf(name), value) : null;

    /// <summary>Objects of an array.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, int most)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } array)
        {
            throw Missing(name, "an array");
        }

        if (array.GetArrayLength() > most)
        {
            throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"{array.GetArrayLength()} items"), string.Create(CultureInfo.InvariantCulture, $"at most {most}"));
        }

        (string file, string place) = (_file, PlaceOf(name));
        return [.. array.EnumerateArray().Select((item, n) => new JsonFields(file, string.Create(CultureInfo.InvariantCulture, $"{place}[{n}]"), item))];
    }

    /// <summary>Everything below a member as texts, with the path to each as its name.</summary>
    public IReadOnlyList<(string Name, string Value)> Texts(string name, int most)
    {
        List<(string Name, string Value)> texts = [];
        if (Find(name) is { } value)
        {
            Flatten("", value);
        }

        return texts;

        void Flatten(string place, JsonElement element)
        {
            if (texts.Count >= most)
            {
                return;
            }

            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (JsonProperty member in element.EnumerateObject())
                    {
                        Flatten(place.Length == 0 ? member.Name : $"{place}.{member.Name}", member.Value);
                    }

                    break;
                case JsonValueKind.Array:
                    int n = 0;
                    foreach (JsonElement item in element.EnumerateArray())
                    {
                        Flatten(string.Create(CultureInfo.InvariantCulture, $"{place}[{n++}]"), item);
                    }

                    break;
                default:
                    texts.Add((place, element.ToString()));
                    break;
            }
        }
    }

    private static InputException Wrong(string file, string place, JsonElement found, string expected) =>
        new(file, null, $"{(found.ValueKind is JsonValueKind.Object or JsonValueKind.Array ? "another kind of value" : InputException.Quote(found.ToString()))}{(place.Length > 0 ? " at " + place : "")}", expected);

    private InputException Missing(string name, string expected) => Wrong(name, "nothing", expected);

    private JsonElement? Find(string name) => _object.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string PlaceOf(string name) => _place.Length == 0 ? name : $"{_place}.{name}";
}
