using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using FreeML.Compiler;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Models;
using FreeML.Compiler.Training;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Compress;

/// <summary>Compresses a network, from the beginning or from where an earlier run was left.</summary>
internal sealed class CompressRun
{
    /// <summary>What is added to the output's name for the file that tells how far a run is.</summary>
    public const string StateSuffix = ".state";

    private const double ValidationShare = 0.1;
    private const int LossSamples = 2000;
    private const int HeadSamples = 10;

    private readonly CompressRequest _request;
    private readonly Terminal _terminal;
    private readonly Network _network;
    private readonly LabelledData _training;
    private readonly LabelledData _validation;
    private readonly LabelledData _test;
    private readonly DeviceCosts _device = DevicePrices.Of(PowerModel.For("msp430fr5994"));
    private readonly InputScaling _input;
    private readonly List<string> _notes = [];

    /// <summary>Reads network and data.</summary>
    /// <exception cref="ModelException">They cannot be used, or not together.</exception>
    public CompressRun(CompressRequest request, Terminal terminal)
    {
        _request = request;
        _terminal = terminal;
        _network = ModelSource.Read(request.Model, request.IsPaper);
        (LabelledData training, LabelledData test) = DataSets.LoadBoth(request.Data);
        if (training.Classes > _network.OutputShape.Count)
        {
            throw new ModelException(request.Data, $"{training.Classes} classes", $"at most {_network.OutputShape.Count}, the outputs of {_network.Name}");
        }

        InputScaling scaling = Scaling(training);
        (_training, _validation) = Fitted(training, scaling).Split(ValidationShare, request.Training.Seed);
        _test = Fitted(test, scaling);
        _input = scaling;
    }

    private string StatePath => _request.Output + StateSuffix;

    /// <summary>Does it, and leaves the files.</summary>
    /// <exception cref="OperationCanceledException">The user stopped it; the same request goes on from there.</exception>
    public CompressResult Run()
    {
        string fingerprint = Fingerprint();
        CompressionCheckpoint? from = CheckpointFile.TryRead(StatePath, fingerprint, _network);
        ProgressLine line = new(_terminal);
        var compressor = new Compressor(_network, _training, _validation, Policy(), _request.Training)
        {
            Save = checkpoint => StagedFiles.Attempt(StatePath, () => CheckpointFile.Write(StatePath, fingerprint, checkpoint)),
            Progress = line,
        };
        CompressionState end = compressor.Run(from, _terminal.Interrupted);
        line.End();
        CompressedNetwork compressed = CompressedNetwork.Of(end, _training, Heads, KernelCosts.Default, _device);
        CompressResult result = CompressResult.Of(_request, _network, Start(), end, compressed, _test, _input, _notes);
        result.Save(_request);
        File.Delete(StatePath);
        return result;
    }

    private ImmutableArray<ExitHead> Heads(Network network)
    {
        var options = new ExitTrainingOptions();
        options = options with { Training = options.Training with { Seed = _request.Training.Seed, Threads = _request.Training.Threads } };
        return ExitHeads.Train(_request.Exits, network, _training, _validation, options, _terminal.Interrupted);
    }

    private ICompressionPolicy Policy()
    {
        if (_request.IsPaper)
        {
            return new PaperPolicy(_request.Budget.Bytes!.Value);
        }

        LabelledData some = _validation.Take(LossSamples);
        DeviceBudget budget = _request.Budget with { Bytes = _request.Budget.Bytes - ExitHeads.Bytes(_request.Exits, _network, _training.Take(HeadSamples)) };
        return new EnergyPolicy(budget, (network, bits) => NetworkCost.Of(network, bits, KernelCosts.Default, _device), network => Evaluator.Evaluate(network, some).Loss);
    }

    // The network as it came, as the first point of the curve.
    private CompressionStep Start()
    {
        var state = new CompressionState(_network);
        double accuracy = Evaluator.Accuracy(_network, _validation);
        NetworkCost cost = NetworkCost.Of(_network, state.Bits, KernelCosts.Default, _device);
        return new CompressionStep("", "as it came", _request.IsPaper ? PaperPolicy.Bytes(state) : cost.Bytes, _request.IsPaper ? null : cost.Joules, accuracy);
    }

    private InputScaling Scaling(LabelledData training)
    {
        if (_request.Scaling is { } name)
        {
            return InputScaling.Parse(name, training);
        }

        (InputScaling scaling, string note) = InputScaling.Choose(_network, training);
        _notes.Add(note);
        return scaling;
    }

    private LabelledData Fitted(LabelledData data, InputScaling scaling)
    {
        DataFit fit = DataFit.To(scaling.Apply(data), _network.InputShape);
        if (fit.Note is { } note && !_notes.Contains(note))
        {
            _notes.Add(note);
        }

        return fit.Data;
    }

    /// <summary>All that decides the result, in a word.</summary>
    private string Fingerprint()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Application.Version} {_request.Budget} {_request.IsPaper} {_request.Exits} {_request.Training with { Threads = 0 }}")));
        foreach (Layer layer in _network.Layers)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(layer.Name));
            if (layer is WeightedLayer weighted)
            {
                hash.AppendData(MemoryMarshal.AsBytes(weighted.Weights.Values.AsSpan()));
            }
        }

        foreach (LabelledData data in (ReadOnlySpan<LabelledData>)[_training, _validation])
        {
            hash.AppendData(MemoryMarshal.AsBytes(data.Samples));
            hash.AppendData(MemoryMarshal.AsBytes(data.Labels));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
