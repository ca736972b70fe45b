namespace FreeML.Compiler.Onnx;

/// <summary>An ONNX file, as far as inference needs it (ModelProto).</summary>
internal sealed class OnnxModel
{
    /// <summary>Version of the file's form.</summary>
    public long IrVersion { get; private set; }

    /// <summary>Version of the standard operators, or 0 where the file names none.</summary>
    public long Opset { get; private set; }

    /// <summary>The graph, or null.</summary>
    public OnnxGraph? Graph { get; private set; }

    /// <summary>Decodes a file.</summary>
    public static OnnxModel Parse(ReadOnlyMemory<byte> file, string source)
    {
        OnnxModel model = new();
        ProtoReader reader = new(file, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    model.IrVersion = reader.Integer;
                    break;
                case 7:
                    model.Graph = OnnxGraph.Parse(reader.Bytes, source);
                    break;
                case 8:
                    (string domain, long version) = ParseOperatorSet(reader.Bytes, source);
                    model.Opset = OnnxNode.IsStandard(domain) ? version : model.Opset;
                    break;
            }
        }

        return model;
    }

    private static (string Domain, long Version) ParseOperatorSet(ReadOnlyMemory<byte> message, string source)
    {
        (string domain, long version) = ("", 0);
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    domain = reader.Text;
                    break;
                case 2:
                    version = reader.Integer;
                    break;
            }
        }

        return (domain, version);
    }
}

/// <summary>Nodes, constants, inputs and outputs (GraphProto).</summary>
internal sealed class OnnxGraph
{
    // A node needs far more memory than its two bytes in a hostile file.
    private const int MostItems = 20_000;

    /// <summary>Operations, in an order in which each reads only what comes before.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Constants.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>Inputs; in old files the constants as well.</summary>
    public List<OnnxValueInfo> Inputs { get; } = [];

    /// <summary>Outputs.</summary>
    public List<OnnxValueInfo> Outputs { get; } = [];

    /// <summary>Decodes a graph.</summary>
    public static OnnxGraph Parse(ReadOnlyMemory<byte> message, string source)
    {
        OnnxGraph graph = new();
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    graph.Nodes.Add(OnnxNode.Parse(reader.Bytes, source));
                    break;
                case 5:
                    graph.Initializers.Add(OnnxTensor.Parse(reader.Bytes, source));
                    break;
                case 11:
                    graph.Inputs.Add(OnnxValueInfo.Parse(reader.Bytes, source));
                    break;
                case 12:
                    graph.Outputs.Add(OnnxValueInfo.Parse(reader.Bytes, source));
                    break;
            }

            if (graph.Nodes.Count + graph.Initializers.Count + graph.Inputs.Count + graph.Outputs.Count > MostItems)
            {
                throw new ModelException(source, $"more than {MostItems} nodes and tensors", "a network for a small device");
            }
        }

        return graph;
    }
}

/// <summary>One operation (NodeProto).</summary>
internal sealed class OnnxNode
{
    private const int MostNames = 4096;
    private const int MostAttributes = 64;

    /// <summary>Its name, which may be empty.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What it does.</summary>
    public string Operator { get; private set; } = "";

    /// <summary>Whose operator that is.</summary>
    public string Domain { get; private set; } = "";

    /// <summary>Names of the values it reads; empty for one left out.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>Names of the values it gives.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Its settings.</summary>
    public Dictionary<string, OnnxAttribute> Attributes { get; } = [];

    /// <summary>Whether a domain is that of the standard operators.</summary>
    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    /// <summary>Decodes a node.</summary>
    public static OnnxNode Parse(ReadOnlyMemory<byte> message, string source)
    {
        OnnxNode node = new();
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    node.Inputs.Add(reader.Text);
                    break;
                case 2:
                    node.Outputs.Add(reader.Text);
                    break;
                case 3:
                    node.Name = reader.Text;
                    break;
                case 4:
                    node.Operator = reader.Text;
                    break;
                case 5:
                    OnnxAttribute attribute = OnnxAttribute.Parse(reader.Bytes, source);
                    node.Attributes[attribute.Name] = attribute;
                    break;
                case 7:
                    node.Domain = reader.Text;
                    break;
            }

            if (node.Inputs.Count + node.Outputs.Count > MostNames || node.Attributes.Count > MostAttributes)
            {
                throw new ModelException(source, $"node {ModelException.Quote(node.Name)} with too many inputs, outputs or attributes", $"at most {MostNames} and {MostAttributes}");
            }
        }

        return node;
    }
}

/// <summary>A setting of a node (AttributeProto).</summary>
internal sealed class OnnxAttribute
{
    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>As a number; 0 where it is left off.</summary>
    public float Float { get; private set; }

    /// <summary>As a whole number; 0 where it is left off.</summary>
    public long Integer { get; private set; }

    /// <summary>As text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>As a tensor, or null.</summary>
    public OnnxTensor? Tensor { get; private set; }

    /// <summary>As numbers.</summary>
    public List<double> Floats { get; } = [];

    /// <summary>As whole numbers.</summary>
    public List<long> Integers { get; } = [];

    /// <summary>Decodes an attribute. Graphs inside it belong to operators that are not supported, and are not looked at.</summary>
    public static OnnxAttribute Parse(ReadOnlyMemory<byte> message, string source)
    {
        OnnxAttribute attribute = new();
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    attribute.Name = reader.Text;
                    break;
                case 2:
                    attribute.Float = reader.Single;
                    break;
                case 3:
                    attribute.Integer = reader.Integer;
                    break;
                case 4:
                    attribute.Text = reader.Text;
                    break;
                case 5:
                    attribute.Tensor = OnnxTensor.Parse(reader.Bytes, source);
                    break;
                case 7:
                    reader.AddSingles(attribute.Floats);
                    break;
                case 8:
                    reader.AddIntegers(attribute.Integers);
                    break;
            }
        }

        return attribute;
    }
}

/// <summary>Name and shape of an input or output (ValueInfoProto).</summary>
internal sealed class OnnxValueInfo
{
    private const int MostAxes = 16;

    /// <summary>Its name.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Sizes of its axes, null where a size is open; null if no shape is given.</summary>
    public List<long?>? Sizes { get; private set; }

    /// <summary>The shape for people: <c>[batch, 3, ?]</c>.</summary>
    public string ShapeText { get; private set; } = "no shape";

    /// <summary>Decodes name and shape.</summary>
    public static OnnxValueInfo Parse(ReadOnlyMemory<byte> message, string source)
    {
        OnnxValueInfo value = new();
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    value.Name = reader.Text;
                    break;
                case 2:
                    // TypeProto.tensor_type.shape
                    if (Submessage(Submessage(reader.Bytes, 1, source), 2, source) is { } shape)
                    {
                        value.ParseShape(shape, source);
                    }

                    break;
            }
        }

        return value;
    }

    private static ReadOnlyMemory<byte>? Submessage(ReadOnlyMemory<byte>? message, int field, string source)
    {
        ReadOnlyMemory<byte>? found = null;
        ProtoReader reader = new(message ?? default, source);
        while (reader.Next())
        {
            found = reader.Field == field ? reader.Bytes : found;
        }

        return found;
    }

    private void ParseShape(ReadOnlyMemory<byte> message, string source)
    {
        Sizes = [];
        List<string> texts = [];
        ProtoReader reader = new(message, source);
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                continue;
            }

            long? size = null;
            string text = "?";
            ProtoReader dimension = new(reader.Bytes, source);
            while (dimension.Next())
            {
                switch (dimension.Field)
                {
                    case 1:
                        // Some exporters write an open size as 0 or -1.
                        size = dimension.Integer > 0 ? dimension.Integer : null;
                        break;
                    case 2:
                        text = dimension.Text;
                        break;
                }
            }

            if (Sizes.Count == MostAxes)
            {
                throw new ModelException(source, $"value {ModelException.Quote(Name)} of more than {MostAxes} axes", "a tensor");
            }

            Sizes.Add(size);
            texts.Add(size?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? text);
        }

        ShapeText = $"[{string.Join(", ", texts)}]";
    }
}
