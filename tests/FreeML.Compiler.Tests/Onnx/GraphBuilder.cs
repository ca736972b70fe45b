using System.Runtime.InteropServices;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;

namespace FreeML.Compiler.Tests.Onnx;

/// <summary>Builds ONNX files as exporters write them, small enough to read in a test.</summary>
internal sealed class GraphBuilder(int opset, int irVersion = 8)
{
    private readonly ProtoWriter _graph = new();
    private readonly Random _random = new(12345);
    private int _count;

    public static (string, object) A(string name, object value) => (name, value);

    public static byte[] TensorMessage(string name, int[] sizes, Array values)
    {
        ProtoWriter tensor = new();
        foreach (int size in sizes)
        {
            tensor.Integer(1, size);
        }

        return (values switch
        {
            float[] numbers => tensor.Integer(2, 1).Bytes(9, MemoryMarshal.AsBytes<float>(numbers)),
            long[] numbers => tensor.Integer(2, 7).Bytes(9, MemoryMarshal.AsBytes<long>(numbers)),
            _ => throw new ArgumentException("float or long", nameof(values)),
        }).Text(8, name).ToArray();
    }

    public string Input(string name, params object[] sizes)
    {
        _graph.Message(11, ValueInfo(name, sizes));
        return name;
    }

    public GraphBuilder Output(string name)
    {
        _graph.Message(12, new ProtoWriter().Text(1, name));
        return this;
    }

    /// <summary>A float constant of random numbers.</summary>
    public string Weights(params int[] sizes)
    {
        float[] numbers = new float[sizes.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = (_random.NextSingle() * 2) - 1;
        }

        return Floats(sizes, numbers);
    }

    public string Positive(params int[] sizes) => Floats(sizes, [.. Enumerable.Range(0, sizes.Aggregate(1, (a, b) => a * b)).Select(_ => _random.NextSingle() + 0.5f)]);

    public string Floats(int[] sizes, params float[] numbers) => Initializer(name => TensorMessage(name, sizes, numbers));

    public string Scalar(float number) => Floats([], number);

    public string Longs(params long[] numbers) => Initializer(name => TensorMessage(name, [numbers.Length], numbers));

    public string Long(long number) => Initializer(name => TensorMessage(name, [], new[] { number }));

    public string Initializer(Func<string, byte[]> message)
    {
        string name = $"c{_count++}";
        _graph.Bytes(5, message(name));
        return name;
    }

    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string output = $"v{_count++}";
        NodeTo(output, type, inputs, attributes);
        return output;
    }

    public void NodeTo(string output, string type, string[] inputs, params (string Name, object Value)[] attributes) => NodeIn("", output, type, inputs, attributes);

    public void NodeIn(string domain, string output, string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        ProtoWriter node = new();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, $"{type}_{output}").Text(4, type).Text(7, domain);
        foreach ((string name, object value) in attributes)
        {
            ProtoWriter attribute = new ProtoWriter().Text(1, name);
            switch (value)
            {
                case int number:
                    attribute.Integer(3, number);
                    break;
                case float number:
                    attribute.Single(2, number);
                    break;
                case string text:
                    attribute.Text(4, text);
                    break;
                case int[] numbers:
                    foreach (int number in numbers)
                    {
                        attribute.Integer(8, number);
                    }

                    break;
                case byte[] tensor:
                    attribute.Bytes(5, tensor);
                    break;
                default:
                    throw new ArgumentException(name, nameof(attributes));
            }

            node.Message(5, attribute);
        }

        _graph.Message(1, node);
    }

    public byte[] ToBytes() => new ProtoWriter()
        .Integer(1, irVersion)
        .Message(7, _graph)
        .Message(8, new ProtoWriter().Integer(2, opset))
        .ToArray();

    public Network Read() => OnnxReader.Read(ToBytes(), "test.onnx", "test");

    private static ProtoWriter ValueInfo(string name, object[] sizes)
    {
        ProtoWriter shape = new();
        foreach (object size in sizes)
        {
            shape.Message(1, size is int number ? new ProtoWriter().Integer(1, number) : new ProtoWriter().Text(2, (string)size));
        }

        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, new ProtoWriter().Integer(1, 1).Message(2, shape)));
    }
}
