using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>Where a model is written to: JSON, and arrays beside it that the JSON names.</summary>
internal sealed class FmlSink : IDisposable
{
    private readonly MemoryStream _text = new();
    private readonly List<(string Name, byte[] Content)> _arrays = [];

    public FmlSink() => Json = new Utf8JsonWriter(_text, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public Utf8JsonWriter Json { get; }

    public void Numbers(string name, params ReadOnlySpan<int> numbers)
    {
        Json.WriteStartArray(name);
        foreach (int number in numbers)
        {
            Json.WriteNumberValue(number);
        }

        Json.WriteEndArray();
    }

    public void Strings(string name, IEnumerable<string> texts)
    {
        Json.WriteStartArray(name);
        foreach (string text in texts)
        {
            Json.WriteStringValue(text);
        }

        Json.WriteEndArray();
    }

    /// <summary>A number, or null where there is none that JSON knows.</summary>
    public void Optional(string name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            Json.WriteNumber(name, value);
        }
        else
        {
            Json.WriteNull(name);
        }
    }

    public void Objects<T>(string name, IEnumerable<T> items, Action<T> members)
    {
        Json.WriteStartArray(name);
        foreach (T item in items)
        {
            Json.WriteStartObject();
            members(item);
            Json.WriteEndObject();
        }

        Json.WriteEndArray();
    }

    /// <summary>An array beside the JSON; nothing where it is empty.</summary>
    public void Array<T>(string member, string file, ReadOnlySpan<T> values, params ReadOnlySpan<int> dimensions)
        where T : unmanaged, INumber<T>
    {
        if (values.IsEmpty)
        {
            return;
        }

        using MemoryStream content = new();
        NpyFormat.Write(content, NpyArray.From(values, dimensions.IsEmpty ? [values.Length] : dimensions));
        _arrays.Add((file + ".npy", content.ToArray()));
        Json.WriteString(member, file + ".npy");
    }

    public void Tensor(string member, string file, Tensor? tensor)
    {
        if (tensor is not null)
        {
            Array<float>(member, file, tensor.Values, tensor.Shape.AsSpan());
        }
    }

    public byte[] Finish(string textName)
    {
        Json.Flush();
        _text.WriteByte((byte)'\n');
        return StoredZip.Write([(textName, _text.ToArray()), .. _arrays]);
    }

    public void Dispose()
    {
        Json.Dispose();
        _text.Dispose();
    }
}
