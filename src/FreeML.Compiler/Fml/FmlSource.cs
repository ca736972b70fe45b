using System.Numerics;
using System.Text.Json;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>An object of a model's JSON, and the arrays beside it. Every member is checked as it is taken.</summary>
/// <param name="Place">File and place in it, for messages.</param>
/// <param name="Element">The object.</param>
/// <param name="Files">The zip's entries.</param>
internal readonly record struct FmlSource(string Place, JsonElement Element, IReadOnlyDictionary<string, byte[]> Files)
{
    private const int LongestText = 1000;
    private const int MostItems = 10_000;

    /// <summary>A whole number in a range.</summary>
    public int Int(string name, int least, int most) =>
        TryGet(name, JsonValueKind.Number) is { } element && element.TryGetInt32(out int number) && number >= least && number <= most
            ? number
            : throw Wrong(name, $"a whole number from {least} to {most}");

    /// <summary>A finite number, or null.</summary>
    public double? Number(string name) => TryGet(name, JsonValueKind.Number)?.GetDouble();

    /// <summary>A finite number that fits single precision.</summary>
    public float Float(string name) => Number(name) is { } number && float.IsFinite((float)number) ? (float)number : throw Wrong(name, "a number");

    /// <summary>A text.</summary>
    public string Text(string name) =>
        TryGet(name, JsonValueKind.String)?.GetString() is { Length: <= LongestText } text ? text : throw Wrong(name, $"a text of at most {LongestText} characters");

    /// <summary>Whether something is so.</summary>
    public bool Flag(string name) => TryGet(name, JsonValueKind.True) is not null || (TryGet(name, JsonValueKind.False) is null ? throw Wrong(name, "true or false") : false);

    /// <summary>One word of an enumeration.</summary>
    public T Word<T>(string name)
        where T : struct, Enum
    {
        string word = Text(name);
        foreach (T value in Enum.GetValues<T>())
        {
            if (Name(value) == word)
            {
                return value;
            }
        }

        throw Wrong(name, "one of " + string.Join(", ", Enum.GetValues<T>().Select(Name)));
    }

    /// <summary>How a word of an enumeration is written.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Whole numbers in a range; as many as asked for, unless that is null.</summary>
    public int[] Ints(string name, int least, int most, int? count)
    {
        if (TryGet(name, JsonValueKind.Array) is not { } element || element.GetArrayLength() is var length && (length > MostItems || (count is { } wanted && length != wanted)))
        {
            throw Wrong(name, $"{count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "some"} whole numbers");
        }

        int[] numbers = new int[length];
        for (int i = 0; i < length; i++)
        {
            if (element[i].ValueKind is not JsonValueKind.Number || !element[i].TryGetInt32(out numbers[i]) || numbers[i] < least || numbers[i] > most)
            {
                throw Wrong(name, $"whole numbers from {least} to {most}");
            }
        }

        return numbers;
    }

    /// <summary>Numbers in single precision.</summary>
    public float[] Floats(string name)
    {
        string place = Place;
        return [.. ArrayOf(name).EnumerateArray().Select(item => item.ValueKind is JsonValueKind.Number && float.IsFinite((float)item.GetDouble())
            ? (float)item.GetDouble()
            : throw new ModelException(place, $"{name} with something else", "numbers"))];
    }

    /// <summary>Texts.</summary>
    public string[] Texts(string name)
    {
        JsonElement element = ArrayOf(name);
        string place = Place;
        return [.. element.EnumerateArray().Select(item => item.ValueKind is JsonValueKind.String && item.GetString() is { Length: <= LongestText } text ? text : throw new ModelException(place, $"{name} with something else", "texts"))];
    }

    /// <summary>An object within this one.</summary>
    public FmlSource Object(string name) =>
        TryGet(name, JsonValueKind.Object) is { } element ? this with { Place = $"{Place}: {name}", Element = element } : throw Wrong(name, "an object");

    /// <summary>Objects, each read by a function.</summary>
    public T[] Objects<T>(string name, Func<FmlSource, T> read)
    {
        JsonElement element = ArrayOf(name);
        T[] items = new T[element.GetArrayLength()];
        for (int i = 0; i < items.Length; i++)
        {
            FmlSource item = this with { Place = $"{Place}: {name}[{i}]", Element = element[i] };
            items[i] = item.Element.ValueKind is JsonValueKind.Object ? read(item) : throw new ModelException(item.Place, "no object", "an object");
        }

        return items;
    }

    /// <summary>Whether a member is there.</summary>
    public bool Has(string name) => Element.TryGetProperty(name, out _);

    /// <summary>The numbers of an array beside the JSON; none where it is not named.</summary>
    public T[] Array<T>(string name)
        where T : unmanaged, INumber<T> => Has(name) ? ToArray<T>(name, File(name)) : [];

    /// <summary>A tensor beside the JSON, or null where it is not named.</summary>
    public Tensor? Tensor(string name, int rank)
    {
        if (!Has(name))
        {
            return null;
        }

        NpyArray array = File(name);
        float[] values = ToArray<float>(name, array);
        return array.Dimensions.Length == rank && array.Dimensions.All(size => size >= 1) && System.Array.TrueForAll(values, float.IsFinite)
            ? new Tensor(Shape.Create(array.Dimensions.AsSpan()), values)
            : throw new ModelException(Place, $"{name} of {string.Join('x', array.Dimensions)}, or with numbers that are not finite", $"finite numbers in {rank} axes");
    }

    private T[] ToArray<T>(string name, NpyArray array)
        where T : unmanaged, INumber<T> => array.Type == NpyFormat.TypeOf<T>() ? array.ToArray<T>() : throw new ModelException(Place, $"{name} of {array.Type}", typeof(T).Name);

    private NpyArray File(string name)
    {
        string file = Text(name);
        return Files.TryGetValue(file, out byte[]? content)
            ? NpyFormat.Read(new MemoryStream(content), $"{Place}: {file}", content.Length)
            : throw new ModelException(Place, $"no entry {ModelException.Quote(file)}", $"the array that {name} names");
    }

    private JsonElement ArrayOf(string name) =>
        TryGet(name, JsonValueKind.Array) is { } element && element.GetArrayLength() <= MostItems ? element : throw Wrong(name, $"an array of at most {MostItems}");

    private JsonElement? TryGet(string name, JsonValueKind kind) => Element.TryGetProperty(name, out JsonElement element) && element.ValueKind == kind ? element : null;

    private ModelException Wrong(string name, string expected) =>
        new(Place, Element.TryGetProperty(name, out JsonElement element) ? $"{name} {ModelException.Quote(element.GetRawText())}" : $"no {name}", expected);
}
