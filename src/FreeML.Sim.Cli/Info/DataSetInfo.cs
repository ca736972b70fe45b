using System.Text.Json;
using FreeML.Compiler.Data;

namespace FreeML.Sim.Cli.Info;

/// <summary>A data set: form, shape, and how many samples of each class its parts have.</summary>
internal sealed class DataSetInfo(string path, LabelledData? training, LabelledData test) : ISubject
{
    private const int MostClassesInText = 20;

    private readonly Part[] _parts = [.. training is null ? [] : (Part[])[Part.Of("training", training)], Part.Of("test", test)];

    /// <inheritdoc/>
    public void WriteText(TextWriter output)
    {
        output.WriteLine($"{Line.Of(path)}: {test.Name}, samples of {test.SampleShape}, {test.Classes} {(test.Classes == 1 ? "class" : "classes")}");
        foreach (Part part in _parts)
        {
            output.WriteLine($"  {part.Name,-8}  {part.PerClass.Sum(),7} samples, from {SiText.Of(part.Least, "")} to {SiText.Of(part.Most, "")}, mean {SiText.Of(part.Mean, "")}");
            string more = part.PerClass.Length > MostClassesInText ? " ..." : "";
            output.WriteLine($"            of each class: {string.Join(' ', part.PerClass.Take(MostClassesInText))}{more}");
        }

        if (training is null)
        {
            output.WriteLine("  no file names a training part: 'compress' keeps every fifth sample for testing and trains with the rest");
        }
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("file", path);
        json.WriteString("kind", "data");
        json.WriteString("form", test.Name);
        json.WriteString("shape", test.SampleShape.ToString());
        json.WriteNumber("classes", test.Classes);
        json.WriteArray("parts", _parts, (item, part) =>
        {
            item.WriteString("name", part.Name);
            item.WriteNumber("samples", part.PerClass.Sum());
            item.WriteNumber("least", part.Least);
            item.WriteNumber("mean", part.Mean);
            item.WriteNumber("most", part.Most);
            item.WriteStartArray("perClass");
            foreach (int count in part.PerClass)
            {
                item.WriteNumberValue(count);
            }

            item.WriteEndArray();
        });
    }

    private sealed record Part(string Name, int[] PerClass, float Least, float Most, double Mean)
    {
        public static Part Of(string name, LabelledData data)
        {
            int[] perClass = new int[data.Classes];
            foreach (int label in data.Labels)
            {
                perClass[label]++;
            }

            (float least, float most, double sum) = (float.PositiveInfinity, float.NegativeInfinity, 0);
            foreach (float number in data.Samples)
            {
                (least, most, sum) = (Math.Min(least, number), Math.Max(most, number), sum + number);
            }

            return new Part(name, perClass, least, most, sum / data.Samples.Length);
        }
    }
}
