using System.Collections.Immutable;
using System.Globalization;
using FreeML.Compiler.Compression;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Cli.Run;

/// <summary>Reads scenarios. The keys are listed in scenarios/README.md; anything else in a file is an error with its place.</summary>
internal sealed class ScenarioReader
{
    private const string LongestTime = "2400h";
    private const double LongestSeconds = 2400 * 3600.0;
    private const int MostVariants = 64;
    private const int MostInferences = 1_000_000;
    private const int LongestName = 80;

    // A trace that begins anew at its end does not do so for ever.
    private const int MostRounds = 1000;

    private static readonly string[] OwnKeys = ["name", "network", "compress", "data", "device", "supply", "strategy", "exit", "inferences", "duration", "arrival", "seed", "give-up-after"];

    // Where files are looked for that are named without a root, in this order.
    private readonly string[] _directories;

    private ScenarioReader(params string[] directories) => _directories = directories;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="files">Where files that it names are looked for, if they are not beside it; null for nowhere.</param>
    /// <exception cref="InputException">It is no scenario.</exception>
    public static ScenarioRequest ReadFile(string path, string? files = null)
    {
        YamlMap map = YamlTree.ReadFile(path);
        string directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return new ScenarioReader(files is null ? [directory] : [directory, files]).Read(map, Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));
    }

    /// <summary>Reads a text whose files are part of the program.</summary>
    /// <exception cref="InputException">It is no scenario.</exception>
    public static ScenarioRequest ReadText(string name, string text) => new ScenarioReader(Directory.GetCurrentDirectory()).Read(YamlTree.Read(name, text), name, text);

    private ScenarioRequest Read(YamlMap map, string fileName, string text)
    {
        YamlSection whole = new(map, [.. OwnKeys, "variants"]);
        string name = whole.Text("name") ?? fileName;
        if (name.Length is 0 or > LongestName)
        {
            throw whole.PlaceOf("name").Error($"a name of {name.Length} characters", $"1 to {LongestName}");
        }

        YamlMap common = new(map.Place, [.. map.Entries.Where(entry => entry.Key.Text is not ("variants" or "name"))]);
        ulong seed = (ulong)(whole.Number("seed", 0, long.MaxValue) ?? 1);
        ImmutableArray<VariantRequest> variants = [.. Variants(whole).Select(variant => ReadVariant(variant.Name, variant.Over is null ? common : common.Under(variant.Over), variant.Over))];
        return new ScenarioRequest(name, text, seed, variants);
    }

    private static IEnumerable<(string? Name, YamlMap? Over)> Variants(YamlSection whole)
    {
        switch (whole.Find("variants"))
        {
            case null:
                return [(null, null)];
            case YamlList { Items: { Count: > 0 and <= MostVariants } items }:
                HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
                return [.. items.Select(item => VariantOf(item, names))];
            case YamlList { Items: { Count: var count } } list:
                throw list.Place.Error($"{count} variants", $"1 to {MostVariants}");
            case var other:
                throw other.Place.Error(other.Kind, "a list: '- { name: ..., ... }' for each variant");
        }
    }

    private static (string? Name, YamlMap? Over) VariantOf(YamlNode item, HashSet<string> names)
    {
        YamlMap map = item as YamlMap ?? throw item.Place.Error(item.Kind, "keys with values, such as { name: tiled, strategy: tiled }");
        YamlSection section = new(map, OwnKeys);
        string name = section.Required("name", "a name, which will also be that of its folder");
        Place place = section.PlaceOf("name");
        if (!IsFolderName(name))
        {
            throw place.Error(InputException.Quote(name), $"a name of letters, digits, '-', '_' and '.', {LongestName} at most");
        }

        return names.Add(name) ? (name, map) : throw place.Error($"a second variant {InputException.Quote(name)}", "another name, whatever its capitals");
    }

    private static bool IsFolderName(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && name[^1] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private VariantRequest ReadVariant(string? name, YamlMap map, YamlMap? over)
    {
        YamlMap own = new(over?.Place ?? map.Place, [.. map.Entries.Where(entry => entry.Key.Text != "name")]);
        YamlSection section = new(own, OwnKeys);
        string network = section.Required("network", "a network: a .fml or .onnx file, or bundled:digits");
        bool isBundled = BundledNetworks.IsBundled(network);
        if (isBundled && BundledNetworks.Find(network) is null)
        {
            throw section.PlaceOf("network").Error(InputException.Quote(network), $"one of {string.Join(", ", BundledNetworks.Names)}");
        }

        bool isTrained = !isBundled && network.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
        string networkPath = isBundled ? network : ExistingFile(section, "network", network, "a network: a .fml or .onnx file, or bundled:digits");
        Strategy strategy = section.Choice("strategy", RuntimeImages.Names) is { } word ? RuntimeImages.StrategyOf(word) : Strategy.FreeMl;
        YamlSection device = section.Section("device", "name", "clock", "uart", "sense") ?? Empty(section);
        string deviceName = device.Choice("name", DeviceCatalogue.Default.Name) ?? DeviceCatalogue.Default.Name;
        int megahertz = (device.Choice("clock", "1MHz", "8MHz", "16MHz") ?? "8MHz") switch { "1MHz" => 1, "16MHz" => 16, _ => 8 };
        SenseInput sense = device.Choice("sense", "supply", "P1.2") == "P1.2" ? SenseInput.HalfOnP12 : SenseInput.HalfSupply;
        SupplyRequest? supply = ReadSupply(section, DeviceCatalogue.Find(deviceName));
        Arrivals arrivals = ReadArrivals(section);
        (ExitPolicy policy, double? askSeconds) = ReadExit(section, arrivals);
        arrivals = arrivals with { AskSeconds = askSeconds };
        double? duration = section.Quantity("duration", Unit.Time, "1ms", LongestTime);
        int? inferences = (int?)section.Number("inferences", 1, MostInferences);
        inferences ??= duration is null && arrivals.Mode is not ArrivalMode.OnEvent ? 100 : null;
        return new VariantRequest
        {
            Name = name ?? RuntimeImages.NameOf(strategy),
            Place = section.Place,
            NetworkPlace = section.PlaceOf("network"),
            NetworkName = network,
            NetworkPath = networkPath,
            Compress = ReadCompress(section, isTrained),
            Data = ReadData(section, isBundled, isTrained),
            Firmware = new FirmwareOptions { Strategy = strategy, Megahertz = megahertz, Policy = policy, Sense = sense, Uart = device.Flag("uart") },
            PolicyPlace = section.Find("exit") is YamlMap exit ? exit.Place : section.Place,
            Supply = supply,
            Arrivals = arrivals,
            Inferences = inferences,
            UntilSeconds = Until(section, duration, supply, inferences),
            EndsWithTrace = duration is null && supply?.TraceSeconds is not null,
            Patience = (int)(section.Number("give-up-after", 2, 1_000_000) ?? 20),
            Seed = (ulong)(section.Number("seed", 0, long.MaxValue) ?? 1),
            Settings = Settings(
                own,
                supply,
                ("device.name", deviceName),
                ("device.clock", string.Create(CultureInfo.InvariantCulture, $"{megahertz}MHz")),
                ("strategy", RuntimeImages.NameOf(strategy)),
                ("exit.policy", policy.Kind.ToString().ToLowerInvariant()),
                ("arrival.mode", arrivals.Mode switch { ArrivalMode.Periodic => "periodic", ArrivalMode.OnEvent => "event", _ => "back-to-back" }),
                ("inferences", inferences?.ToString(CultureInfo.InvariantCulture) ?? "as many as there are"),
                ("seed", "1")),
        };
    }

    private static YamlSection Empty(YamlSection section) => new(new YamlMap(section.Place, []));

    private static double Until(YamlSection section, double? duration, SupplyRequest? supply, int? inferences) => (duration, supply) switch
    {
        ({ } seconds, _) => seconds,
        (_, { TraceSeconds: null }) => throw section.PlaceOf("duration").Error("no duration", "one, because without a trace a run on a supply has no end"),
        (_, { TraceSeconds: { } trace, Options.Harvester.End: Energy.Harvesting.TraceEnd.Loop }) => Math.Min(LongestSeconds, trace * MostRounds),
        (_, { TraceSeconds: { } trace }) => trace,
        _ when inferences is null && section.Section("arrival", ArrivalKeys) is null => throw section.PlaceOf("inferences").Error("neither inferences nor a duration", "one of them"),
        _ => LongestSeconds,
    };

    private SupplyRequest? ReadSupply(YamlSection section, DeviceDescription device)
    {
        if (section.Find("supply") is null or YamlText { Text: "continuous" })
        {
            return null;
        }

        YamlSection given = section.Section("supply", SupplyReader.Names)!;
        SupplySettings settings = new(given, Find);
        try
        {
            return new SupplyReader(settings, device).Read("supply");
        }
        catch (InputException error) when (settings.PlaceOf(error.Input) is { } place)
        {
            throw place.Error(error.Found, error.Expected);
        }
    }

    private static readonly string[] ArrivalKeys = ["mode", "period", "file", "queue", "deadline"];

    private Arrivals ReadArrivals(YamlSection section)
    {
        if (section.Section("arrival", ArrivalKeys) is not { } given)
        {
            return new Arrivals();
        }

        string mode = given.Choice("mode", "back-to-back", "periodic", "event") ?? (given.Find("period") is not null ? "periodic" : given.Find("file") is not null ? "event" : "back-to-back");
        Arrivals arrivals = new()
        {
            Queue = (int)(given.Number("queue", 1, 100_000) ?? 1),
            DeadlineSeconds = given.Quantity("deadline", Unit.Time, "1us", LongestTime),
        };
        return mode switch
        {
            "periodic" => arrivals with
            {
                Mode = ArrivalMode.Periodic,
                PeriodSeconds = given.Quantity("period", Unit.Time, "1ms", LongestTime) ?? throw given.PlaceOf("period").Error("no period", "the time from one sample to the next, such as 500ms"),
            },
            "event" => arrivals with { Mode = ArrivalMode.OnEvent, Times = EventTimes.Read(ExistingFile(given, "file", given.Required("file", "a file of times"), "a table of times (time_s)")) },
            _ => arrivals,
        };
    }

    private static (ExitPolicy Policy, double? AskSeconds) ReadExit(YamlSection section, Arrivals arrivals)
    {
        YamlSection given = section.Section("exit", "policy", "exit", "deadline", "margin", "any-time") ?? Empty(section);
        ExitPolicy policy = given.Choice("policy", "never", "fixed", "energy", "deadline", "confidence") switch
        {
            "fixed" => ExitPolicy.Fixed((int)(given.Number("exit", 0, 1000) ?? throw given.PlaceOf("exit").Error("no exit", "its number, from 0"))),
            "energy" => ExitPolicy.Energy,
            "deadline" => ExitPolicy.Deadline(given.Quantity("deadline", Unit.Time, "1ms", "1h") ?? throw given.PlaceOf("deadline").Error("no deadline", "a time such as 200ms")),
            "confidence" => ExitPolicy.Confidence(given.Real("margin", 0, 1e6) ?? throw given.PlaceOf("margin").Error("no margin", "the distance of the two largest logits, such as 2.0")),
            _ => ExitPolicy.Never,
        };
        return (policy, given.Text("any-time") switch
        {
            null or "false" => null,
            "true" => arrivals.DeadlineSeconds ?? throw given.PlaceOf("any-time").Error("no arrival.deadline", "one, at which the answer is asked for, or a time here"),
            _ => given.Quantity("any-time", Unit.Time, "1us", LongestTime),
        });
    }

    private static CompressSettings? ReadCompress(YamlSection section, bool isTrained)
    {
        if (section.Section("compress", "budget", "energy", "latency", "exits", "policy", "epochs", "scaling") is not { } given)
        {
            return isTrained
                ? throw section.PlaceOf("network").Error("a trained network, and no compress", "how it is to be made small, such as 'compress: { budget: 20kB }'")
                : null;
        }

        DeviceBudget budget = new(given.Quantity("budget", Unit.Size, "1B", "1GB"), given.Quantity("energy", Unit.Energy, "1nJ", "1kJ"), given.Quantity("latency", Unit.Time, "1us", "24h"));
        bool isPaper = given.Choice("policy", "energy", "paper") == "paper";
        if (isPaper && (budget.Joules ?? budget.Seconds) is not null)
        {
            throw given.PlaceOf(budget.Joules is not null ? "energy" : "latency").Error("it with policy paper", "policy energy; the published rule knows bytes only");
        }

        ExitKind exits = given.Choice("exits", "none", "gnet", "separate") switch { "gnet" => ExitKind.Shared, "separate" => ExitKind.Separate, _ => ExitKind.None };
        CompressSettings settings = new(budget, isPaper, exits, (int?)given.Number("epochs", 1, 100_000), given.Choice("scaling", "raw", "unit", "symmetric", "standardised"), (ulong)(section.Number("seed", 0, long.MaxValue) ?? 1));
        return isTrained ? settings : null;
    }

    private DataSettings ReadData(YamlSection section, bool isBundled, bool isTrained)
    {
        YamlSection? given = section.Section("data", "path", "split", "count", "scaling");
        string? path = given?.Text("path", "a data set: a file or directory, or bundled:digits");
        if (path is null && !isBundled)
        {
            throw (given?.Place ?? section.Place).Error("no data.path", "a data set: a file or directory, or bundled:digits");
        }

        path ??= BundledNetworks.DataName;
        bool isDrawn = path == BundledNetworks.DataName;
        if (isDrawn && isTrained)
        {
            throw given!.PlaceOf("path").Error(path, "data to train with as well");
        }

        return new DataSettings(
            given?.PlaceOf("path") ?? section.Place,
            isDrawn ? path : ExistingFile(given!, "path", path, "a data set: a file or directory, or bundled:digits"),
            given?.Choice("split", "test", "train") != "train",
            (int)(given?.Number("count", 1, MostInferences) ?? MostInferences),
            given?.Choice("scaling", "raw", "unit", "symmetric", "standardised"));
    }

    private string ExistingFile(YamlSection section, string key, string text, string expected) =>
        Find(text) ?? throw section.PlaceOf(key).Error($"no file {InputException.Quote(text)}", expected);

    // The path of a file or directory that is there, or null.
    private string? Find(string text) => _directories.Select(directory => Path.Combine(directory, text)).FirstOrDefault(path => File.Exists(path) || Directory.Exists(path));

    // What is written, flat ("supply.capacitor" and its value), and what was taken because nothing was written.
    private static ImmutableArray<(string Name, string Value)> Settings(YamlMap map, SupplyRequest? supply, params ReadOnlySpan<(string Name, string Value)> defaults)
    {
        ImmutableArray<(string Name, string Value)>.Builder settings = ImmutableArray.CreateBuilder<(string Name, string Value)>();
        settings.AddRange(Flat("", map));
        HashSet<string> written = [.. settings.Select(setting => setting.Name)];
        settings.AddRange(defaults.ToArray().Where(setting => !written.Contains(setting.Name)));
        settings.AddRange((supply?.Choices ?? [("", "continuous")])
            .Where(choice => choice.Name != "price")
            .Select(choice => (SupplyKey(choice.Name), choice.Value))
            .Where(setting => !written.Contains(setting.Item1)));
        return settings.ToImmutable();
    }

    // Choices are named as JSON names things; here they are keys.
    private static string SupplyKey(string choice) => choice switch
    {
        "" => "supply",
        "limit" => "supply.capacitor-limit",
        _ => "supply." + string.Concat(choice.Select(c => char.IsAsciiLetterUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{c}")),
    };

    private static IEnumerable<(string Name, string Value)> Flat(string prefix, YamlNode node) => node switch
    {
        YamlMap map => map.Entries.SelectMany(entry => Flat(prefix.Length == 0 ? entry.Key.Text : $"{prefix}.{entry.Key.Text}", entry.Value)),
        YamlList list => list.Items.SelectMany((item, n) => Flat(string.Create(CultureInfo.InvariantCulture, $"{prefix}[{n}]"), item)),
        YamlText text => [(prefix, text.Text)],
        _ => [],
    };

    /// <summary>The keys under <c>supply</c> as settings.</summary>
    private sealed class SupplySettings(YamlSection section, Func<string, string?> find) : ISupplySettings
    {
        public string? Find(string name) => name == "trace-loop" ? (section.Flag(name) ? "true" : null) : section.Text(name);

        public IReadOnlyList<string> FindAll(string name) => section.Find(name) switch
        {
            null => [],
            YamlText text => [text.Text],
            YamlList list => [.. list.Items.Select(item => (item as YamlText ?? throw item.Place.Error(item.Kind, "a text such as active.cycle=50pC")).Text)],
            var other => throw other.Place.Error(other.Kind, "a text such as active.cycle=50pC, or a list of them"),
        };

        public string NameOf(string name) => name;

        public string PathOf(string text) => find(text) ?? text;

        /// <summary>Where an error belongs whose input is one of the keys, or the trace; null for another input's.</summary>
        public Place? PlaceOf(string input)
        {
            string key = input.Split(' ')[0];
            return key == "supply" ? section.Place
                : SupplyReader.Names.Contains(key) ? section.PlaceOf(key)
                : section.Text("trace") is { } trace && input == trace ? section.PlaceOf("trace")
                : null;
        }
    }
}
