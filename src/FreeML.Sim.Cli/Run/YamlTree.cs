using FreeML.Sim.Msp430;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace FreeML.Sim.Cli.Run;

/// <summary>A place in a text.</summary>
/// <param name="Source">The file, as the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
internal readonly record struct Place(string Source, int Line, int Column)
{
    /// <summary>The error of something that is wrong here.</summary>
    public InputException Error(string found, string expected) => new(Source, Line, found, expected, Column);
}

/// <summary>A part of a YAML document, with its place.</summary>
internal abstract record YamlNode(Place Place)
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Kind { get; }
}

/// <summary>A text.</summary>
/// <param name="Place">Where it begins.</param>
/// <param name="Text">Without quotes.</param>
/// <param name="IsPlain">Written without quotes: then an empty one, or null, is nothing.</param>
internal sealed record YamlText(Place Place, string Text, bool IsPlain) : YamlNode(Place)
{
    /// <inheritdoc/>
    public override string Kind => IsNothing ? "nothing" : InputException.Quote(Text);

    /// <summary>Whether it stands for no value.</summary>
    public bool IsNothing => IsPlain && Text is "" or "~" or "null";
}

/// <summary>A list.</summary>
internal sealed record YamlList(Place Place, IReadOnlyList<YamlNode> Items) : YamlNode(Place)
{
    /// <inheritdoc/>
    public override string Kind => "a list";
}

/// <summary>Keys with their values, in order.</summary>
internal sealed record YamlMap(Place Place, IReadOnlyList<(YamlText Key, YamlNode Value)> Entries) : YamlNode(Place)
{
    /// <inheritdoc/>
    public override string Kind => "keys with values";

    /// <summary>The value of a key, or null.</summary>
    public YamlNode? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key).Value;

    /// <summary>
    /// This with another's entries over it: an entry of a key that is there takes its place; where both values have keys themselves they are
    /// laid over one another in the same way.
    /// </summary>
    public YamlMap Under(YamlMap over)
    {
        List<(YamlText Key, YamlNode Value)> entries = [.. Entries];
        foreach ((YamlText key, YamlNode value) in over.Entries)
        {
            int at = entries.FindIndex(entry => entry.Key.Text == key.Text);
            if (at < 0)
            {
                entries.Add((key, value));
            }
            else
            {
                entries[at] = (key, entries[at].Value is YamlMap below && value is YamlMap above ? below.Under(above) : value);
            }
        }

        return new YamlMap(over.Place, entries);
    }
}

/// <summary>
/// Reads YAML from strangers: one document of keys, lists and texts. Anchors, aliases and tags are refused, and so is what is larger or deeper
/// than anyone writes by hand; so nothing can grow on reading.
/// </summary>
internal static class YamlTree
{
    private const int MostCharacters = 1 << 20;
    private const int MostNodes = 20_000;
    private const int DeepestLevel = 12;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputException">It cannot be read, or is no such document.</exception>
    public static YamlMap ReadFile(string path)
    {
        try
        {
            using StreamReader reader = new(path);
            return Read(path, ReadText(path, reader));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(path, null, File.Exists(path) ? problem.Message : "no such file", "a scenario");
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="source">For messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is no such document.</exception>
    public static YamlMap Read(string source, string text)
    {
        try
        {
            return new Reading(source, new Parser(new StringReader(text))).Document();
        }
        catch (YamlException error)
        {
            string problem = error.InnerException?.Message ?? error.Message;
            throw new InputException(source, (int)error.Start.Line, $"text that is no YAML ({problem.Trim()})", "a scenario in YAML", (int)error.Start.Column);
        }
    }

    private static string ReadText(string path, StreamReader reader)
    {
        char[] buffer = new char[MostCharacters + 1];
        int length = reader.ReadBlock(buffer);
        return length <= MostCharacters ? new string(buffer, 0, length) : throw new InputException(path, null, $"more than {MostCharacters} characters", "a scenario");
    }

    private sealed class Reading(string source, Parser parser)
    {
        private int _nodes;

        public YamlMap Document()
        {
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _))
            {
                throw new InputException(source, 1, "nothing", "a scenario", 1);
            }

            YamlNode root = Node(0);
            parser.Consume<DocumentEnd>();
            return parser.Current is DocumentStart ? throw At(parser.Current).Error("a second document", "one")
                : root as YamlMap ?? throw root.Place.Error(root.Kind, "keys with values, such as 'network: digits.fml'");
        }

        private YamlNode Node(int level)
        {
            ParsingEvent first = parser.Current!;
            Place place = At(first);
            if (++_nodes > MostNodes)
            {
                throw place.Error($"more than {MostNodes} keys and values", "a scenario");
            }

            if (level > DeepestLevel)
            {
                throw place.Error($"more than {DeepestLevel} levels", "a scenario");
            }

            return first switch
            {
                AnchorAlias alias => throw place.Error($"the alias *{alias.Value.Value}", "the value itself"),
                NodeEvent { Anchor.IsEmpty: false } anchored => throw place.Error($"the anchor &{anchored.Anchor.Value}", "no anchors"),
                NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } tag } => throw place.Error($"the tag {tag.Value}", "no tags"),
                MappingStart => Map(place, level),
                SequenceStart => List(place, level),
                _ => Text(),
            };
        }

        private YamlMap Map(Place place, int level)
        {
            parser.Consume<MappingStart>();
            List<(YamlText Key, YamlNode Value)> entries = [];
            HashSet<string> keys = new(StringComparer.Ordinal);
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                YamlNode node = Node(level + 1);
                YamlText key = node as YamlText ?? throw node.Place.Error(node.Kind, "a key");
                entries.Add((key, Node(level + 1)));
                if (!keys.Add(key.Text))
                {
                    throw key.Place.Error($"{key.Kind} a second time", "each key once");
                }
            }

            return new YamlMap(place, entries);
        }

        private YamlList List(Place place, int level)
        {
            parser.Consume<SequenceStart>();
            List<YamlNode> items = [];
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(Node(level + 1));
            }

            return new YamlList(place, items);
        }

        private YamlText Text()
        {
            Scalar scalar = parser.Consume<Scalar>();
            return new YamlText(At(scalar), scalar.Value, scalar.Style is ScalarStyle.Plain);
        }

        private Place At(ParsingEvent what) => new(source, (int)what.Start.Line, (int)what.Start.Column);
    }
}
