using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FreeML.Compiler;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Sim.Cli.Compress;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;
using FreeML.Sim.Scenarios;

namespace FreeML.Sim.Cli.Run;

/// <summary>Reads what a scenario names: networks, which are compressed first if they are not, and samples. Each once, whatever the number of variants.</summary>
/// <param name="directory">The run directory; compressed networks are kept there.</param>
/// <param name="engine">Makes the engine of each device.</param>
/// <param name="terminal">Progress of compression, notes.</param>
internal sealed class ScenarioLoader(string directory, Func<ExecutionEngine>? engine, Terminal terminal)
{
    private const string NetworksFolder = "networks";
    private const int NameLetters = 12;

    private readonly Dictionary<string, FmlModel> _networks = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, bool IsTest, int Count), LabelledData> _data = [];
    private readonly HashSet<string> _notes = new(StringComparer.Ordinal);

    /// <summary>Steps of the first compression, as a table with the columns <c>bytes</c> and <c>accuracy</c>; null without one.</summary>
    public string? CompressionTable { get; private set; }

    /// <summary>Reads what a variant names.</summary>
    /// <exception cref="InputException">Something is not as it has to be, or the network does not fit.</exception>
    /// <exception cref="ModelException">A network or data set is damaged.</exception>
    public Variant Load(VariantRequest request)
    {
        FmlModel network = NetworkOf(request);
        CheckExits(request, network);
        CheckFit(request, network);
        return new Variant
        {
            Name = request.Name,
            Network = network,
            NetworkName = request.NetworkName,
            Samples = SamplesOf(request, network),
            Firmware = request.Firmware,
            Power = new PowerSource
            {
                Supply = request.Supply?.Options,
                Prices = request.Supply?.Prices ?? PowerModel.For(Msp430.Devices.DeviceCatalogue.Default.Name),
                Sram = request.Supply?.Sram ?? SramAfterFailure.Noise,
                SliceCapSeconds = request.Supply?.SliceCapSeconds ?? PowerSource.UsualSliceCapSeconds,
            },
            TraceName = request.Supply?.Choices.FirstOrDefault(choice => choice.Name == "trace").Value is { } trace and not "none" ? trace : null,
            Arrivals = request.Arrivals,
            Inferences = request.Inferences,
            Until = SimTime.FromSeconds(request.UntilSeconds),
            EndsWithTrace = request.EndsWithTrace,
            Patience = request.Patience,
            Seed = request.Seed,
            Engine = engine,
        };
    }

    private static void CheckExits(VariantRequest request, FmlModel network)
    {
        int exits = network.Integer.Exits.Length;
        ExitPolicy policy = request.Firmware.Policy;
        if (exits == 0 && policy.Kind is not ExitPolicyKind.Never)
        {
            throw request.PolicyPlace.Error($"policy {policy.Kind.ToString().ToLowerInvariant()} for a network without exits", "policy never, or a network compressed with exits");
        }

        if (policy.Kind is ExitPolicyKind.Fixed && policy.Exit > exits)
        {
            throw request.PolicyPlace.Error(string.Create(CultureInfo.InvariantCulture, $"exit {policy.Exit}"), string.Create(CultureInfo.InvariantCulture, $"0 to {exits}, which is the whole network"));
        }
    }

    // Before hours are spent on other variants. The tables that are measured later have these sizes.
    private static void CheckFit(VariantRequest request, FmlModel network) => FirmwareBuilder.Build(network, request.Firmware with
    {
        ExitCosts = [.. network.Integer.Exits.Select(_ => default(ExitCost))],
        Tiles = request.Firmware.Strategy is Strategy.Tiled ? [.. network.Integer.AllOperations.Select(_ => (ushort)1)] : [],
    });

    private FmlModel NetworkOf(VariantRequest request)
    {
        string key = request.Compress is null ? request.NetworkPath : $"{request.NetworkPath}\n{request.Compress}\n{request.Data.Path}\n{request.Data.Scaling}";
        if (!_networks.TryGetValue(key, out FmlModel? network))
        {
            network = request.Compress is { } settings ? Compressed(request, settings)
                : BundledNetworks.IsBundled(request.NetworkPath) ? BundledNetworks.Read(request.NetworkPath)
                : FmlReader.Read(request.NetworkPath);
            _networks.Add(key, network);
        }

        return request.Compress is null && request.Data.Scaling is not null
            ? throw request.Data.Place.Error("data.scaling for a compressed network", "no such key, because the network itself says how its input is scaled")
            : network;
    }

    private FmlModel Compressed(VariantRequest request, CompressSettings settings)
    {
        string place = Path.Combine(directory, NetworksFolder, Fingerprint(request, settings));
        (string path, string table) = (place + ".fml", place + ".csv");
        if (!File.Exists(path))
        {
            StagedFiles.Attempt(place, () => Directory.CreateDirectory(Path.GetDirectoryName(place)!));
            string building = place + ".building.fml";
            CompressResult result = new CompressRun(
                new CompressRequest
                {
                    Model = request.NetworkPath,
                    Data = request.Data.Path,
                    Output = building,
                    Budget = CompressRequest.BudgetOf(settings.Budget.Bytes, settings.Budget.Joules, settings.Budget.Seconds),
                    IsPaper = settings.IsPaper,
                    Training = CompressRequest.TrainingOf(settings.IsPaper, settings.Epochs, settings.Seed),
                    Exits = settings.Exits,
                    Scaling = settings.Scaling ?? request.Data.Scaling,
                },
                terminal).Run();
            OutputFile.Write(table, writer => WriteSteps(writer, result.Steps));
            StagedFiles.Attempt(path, () => File.Move(building, path, overwrite: true));
        }

        CompressionTable ??= StagedFiles.Attempt(table, () => File.ReadAllText(table));
        return FmlReader.Read(path);
    }

    private static void WriteSteps(TextWriter writer, IEnumerable<CompressionStep> steps)
    {
        writer.WriteLine("bytes,accuracy");
        foreach (CompressionStep step in steps)
        {
            writer.WriteLine($"{RunFiles.Number(step.Bytes)},{(step.Accuracy is { } accuracy ? RunFiles.Number(accuracy) : "")}");
        }
    }

    // All that decides what compression gives, short enough for a file's name. Of the data the names and sizes of its files.
    private static string Fingerprint(VariantRequest request, CompressSettings settings)
    {
        string[] files = Directory.Exists(request.Data.Path) ? [.. Directory.GetFiles(request.Data.Path).Order(StringComparer.Ordinal)] : [request.Data.Path];
        StringBuilder text = new($"{Application.Version} {settings} {request.Data.Scaling}\n");
        foreach (string file in files)
        {
            text.Append(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)} {new FileInfo(file).Length}\n");
        }

        byte[] network = StagedFiles.Attempt(request.NetworkPath, () =>
        {
            using FileStream file = File.OpenRead(request.NetworkPath);
            return SHA256.HashData(file);
        });
        return Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes(text.ToString()), .. network]))[..NameLetters].ToLowerInvariant();
    }

    private LabelledData SamplesOf(VariantRequest request, FmlModel network)
    {
        (string path, bool isTest, int count) = (request.Data.Path, request.Data.IsTest, request.Data.Count);
        if (!_data.TryGetValue((path, isTest, count), out LabelledData? data))
        {
            data = path == BundledNetworks.DataName ? BundledNetworks.DrawDigits().Take(count) : DataSets.Load(path, isTest ? DataSplit.Test : DataSplit.Training, count);
            _data.Add((path, isTest, count), data);
        }

        int outputs = network.Network.OutputShape.Count;
        if (data.Labels.ToArray().Max() is var label && label >= outputs)
        {
            throw request.Data.Place.Error(string.Create(CultureInfo.InvariantCulture, $"samples of class {label}"), string.Create(CultureInfo.InvariantCulture, $"classes below {outputs}, as many as the network tells apart"));
        }

        DataFit fit = DataFit.To(network.Scaling.Apply(data), network.Network.InputShape);
        if (fit.Note is { } note && _notes.Add(note))
        {
            terminal.Error.WriteLine(note);
        }

        return fit.Data;
    }
}
