using System.Collections.Immutable;
using System.Globalization;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>What a network may take on the device; null where nothing is asked.</summary>
/// <param name="Bytes">Weights, indices, biases and tables.</param>
/// <param name="Joules">Predicted energy of an inference.</param>
/// <param name="Seconds">Predicted time of an inference.</param>
public sealed record DeviceBudget(double? Bytes, double? Joules = null, double? Seconds = null)
{
    /// <summary>How many times too much the worst offender is; at most 1 when all is well.</summary>
    public double Excess(NetworkCost cost) => Excess(cost, 0, 0, 0);

    /// <summary>The same for a cost of which something is saved.</summary>
    internal double Excess(NetworkCost cost, double bytes, double joules, double seconds) =>
        Math.Max(((cost.Bytes - bytes) / Bytes) ?? 0, Math.Max(((cost.Joules - joules) / Joules) ?? 0, ((cost.Seconds - seconds) / Seconds) ?? 0));
}

/// <summary>
/// SparseComp with the device's own prices: what is cut next is what loses least for the bytes and joules it saves. A turn of the loop takes
/// an even part of the way to the budget, and training follows each turn.
/// </summary>
/// <remarks>
/// What a cut would lose is measured on the network as it is, without retraining: too much, but in the right order. Savings of layers add up;
/// losses are taken to.
/// </remarks>
public sealed class EnergyPolicy : ICompressionPolicy
{
    /// <summary>A turn leaves about this much of what is over the budget.</summary>
    private const double TurnFactor = 0.6;

    /// <summary>Training moves weights about, and gaps with them: room for the bytes that this costs.</summary>
    private const double Margin = 0.99;

    /// <summary>Losses below this, in nats, are noise of the sample that they are measured on.</summary>
    private const double LossNoise = 1e-4;

    private const double SmallestStep = 0.02;

    /// <summary>Layers with fewer weights are not worth two.</summary>
    private const int SmallestSeparated = 1024;

    private static readonly ImmutableArray<double> DensitySteps = [0.85, 0.7, 0.55, 0.4, 0.3, 0.2];
    private static readonly ImmutableArray<double> RankShares = [0.05, 0.1, 0.2, 0.4];
    private static readonly ImmutableArray<double> RestDensities = [0.4, 0.2, 0.1];

    private readonly DeviceBudget _budget;
    private readonly Func<Network, IReadOnlyList<int>, NetworkCost> _cost;
    private readonly Func<Network, double> _loss;

    /// <summary>A policy for a budget.</summary>
    /// <param name="budget">Where to get to.</param>
    /// <param name="cost">Prices of a network with so many bits for each layer.</param>
    /// <param name="loss">Loss of a network on samples that are neither trained nor tested with.</param>
    public EnergyPolicy(DeviceBudget budget, Func<Network, IReadOnlyList<int>, NetworkCost> cost, Func<Network, double> loss)
    {
        _budget = budget;
        _cost = cost;
        _loss = loss;
    }

    /// <summary>Costs of a state, without channels that are dead.</summary>
    public NetworkCost Cost(CompressionState state) => _cost(DeadUnits.Remove(state.Network), state.Bits);

    /// <inheritdoc/>
    public CompressionState Begin(Network network) => new(network) { Bits = Precision.Choose(network, _loss) };

    /// <inheritdoc/>
    public bool IsMet(CompressionState state) => _budget.Excess(Cost(state)) <= 1;

    /// <inheritdoc/>
    /// <remarks>One turn's cuts, thresholded.</remarks>
    public CompressionState Cut(CompressionState state)
    {
        double excess = _budget.Excess(Cost(state));
        double turns = Math.Ceiling(Math.Log(excess) / -Math.Log(TurnFactor));
        double wanted = Margin * Math.Pow(excess, 1 - (1 / turns));
        CompressionState cut = state;
        while (_budget.Excess(Cost(cut)) > wanted)
        {
            cut = CutOnce(cut, wanted);
        }

        return Noted(state, GivenBack(state, cut, wanted));
    }

    /// <inheritdoc/>
    public CompressionState Judge(CompressionState state, double accuracy) => state;

    /// <summary>
    /// Goes from option to option, always to the one that loses least for what it saves, until enough seems saved.
    /// </summary>
    private CompressionState CutOnce(CompressionState state, double wanted)
    {
        NetworkCost before = Cost(state);
        Choice[] choices = Choices(state);
        while (_budget.Excess(before, choices.Sum(choice => choice.Saved.Bytes), choices.Sum(choice => choice.Saved.Joules), choices.Sum(choice => choice.Saved.Seconds)) > wanted)
        {
            (Choice Choice, Option Option, double Score) best = choices
                .SelectMany(choice => choice.Options.Select(option => (choice, option, Score: Score(choice, option))))
                .Where(candidate => double.IsFinite(candidate.Score))
                .DefaultIfEmpty()
                .MinBy(candidate => candidate.Score);
            if (best.Option is null)
            {
                break;
            }

            best.Choice.Taken = best.Option;
        }

        Option[] taken = [.. choices.Select(choice => choice.Taken).OfType<Option>()];
        if (taken.Length == 0)
        {
            throw new ModelException(
                state.Network.Name,
                Text($"a budget {_budget.Excess(before):0.0} times too small"),
                Text($"one that it can get to: {before.Bytes:0} B, {before.Joules * 1e3:0.000} mJ and {before.Seconds * 1e3:0.0} ms are left with nothing more to cut"));
        }

        // From the end, as exchanged layers move those behind them.
        return taken.Reverse().Aggregate(state, (now, option) => option.Apply(now)).Thresholded();

        // Loss for each part of all bytes and of all joules that it saves beyond what the layer saves already. Bytes that nobody asks for are worth nothing.
        double Score(Choice choice, Option option)
        {
            double bytes = before.Bytes > _budget.Bytes * Margin ? (option.Saved.Bytes - choice.Saved.Bytes) / before.Bytes : 0;
            double saved = bytes + ((option.Saved.Joules - choice.Saved.Joules) / before.Joules);
            return saved > 0 ? Math.Max(option.Loss - (choice.Taken?.Loss ?? 0), LossNoise) / saved : double.PositiveInfinity;
        }
    }

    /// <summary>Channels that died with the cut saved more than was asked for: densities go up again, all by the same part of the way, while the budget allows.</summary>
    private CompressionState GivenBack(CompressionState before, CompressionState cut, double wanted)
    {
        if (cut.Rewrites.Length != before.Rewrites.Length)
        {
            return cut;
        }

        CompressionState best = cut;
        double share = 0;
        for (double step = 0.5; step > SmallestStep; step /= 2)
        {
            CompressionState more = (before with { Densities = [.. cut.Densities.Zip(before.Densities, (now, was) => now * Math.Pow(was / now, share + step))] }).Thresholded();
            if (_budget.Excess(Cost(more)) <= wanted)
            {
                best = more;
                share += step;
            }
        }

        return best;
    }

    private CompressionState Noted(CompressionState before, CompressionState cut)
    {
        NetworkCost cost = Cost(cut);
        var densities = before.Network.Layers.Zip(before.Densities).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        IEnumerable<(string Layer, string Change)> separated = cut.Rewrites.Skip(before.Rewrites.Length).Reverse().Select(rewrite => (before.Network.Layers[rewrite.Layer].Name, rewrite.ToString()));
        IEnumerable<(string Layer, string Change)> thinned = cut.Network.Layers.Zip(cut.Densities)
            .Where(pair => pair.Second < densities.GetValueOrDefault(pair.First.Name, 1))
            .Select(pair => (pair.First.Name, Text($"density {pair.Second:0.0000}")));
        return separated.Concat(thinned).Aggregate(cut, (now, step) => now.With(new CompressionStep(step.Layer, step.Change, cost.Bytes, cost.Joules)));
    }

    private Choice[] Choices(CompressionState state)
    {
        double loss = _loss(state.Network);
        NetworkCost cost = _cost(state.Network, state.Bits);
        return [.. Enumerable.Range(0, state.Network.Layers.Length)
            .Where(n => state.Network.Layers[n] is WeightedLayer)
            .Select(n => new Choice([.. Options(state, n, 1 / _budget.Excess(cost)).Select(Measured)]))];

        Option Measured(Option option)
        {
            CompressionState cut = option.Apply(state).Thresholded();
            NetworkCost after = _cost(cut.Network, cut.Bits);
            return option with { Loss = _loss(cut.Network) - loss, Saved = new Saving(cost.Bytes - after.Bytes, cost.Joules - after.Joules, cost.Seconds - after.Seconds) };
        }
    }

    /// <summary>All that could be done to a layer: fewer weights; and before anything was cut, several layers for one.</summary>
    /// <param name="state">The network as it is.</param>
    /// <param name="index">The layer.</param>
    /// <param name="share">Part of everything that will be left: layers that take one's place must not need more of it.</param>
    private static IEnumerable<Option> Options(CompressionState state, int index, double share)
    {
        var layer = (WeightedLayer)state.Network.Layers[index];
        IEnumerable<Option> sparser = DensitySteps
            .Select(step => step * state.Densities[index])
            .Where(density => HardThreshold.Kept(layer.Weights.Count, density) < state.Kept(index))
            .Select(density => new Option(now => now.With(index, density)));
        return state.Turn == 0 && state.Rewrites.IsEmpty && layer.Weights.Count >= SmallestSeparated ? sparser.Concat(Separations(index, layer, share)) : sparser;
    }

    // A product of sparse matrices is a poor matrix, so what takes a layer's place is not to be cut much further.
    private static IEnumerable<Option> Separations(int index, WeightedLayer layer, double share)
    {
        if (layer is Convolution { Groups: 1 } convolution)
        {
            (int output, int input) = Separation.Ranks(convolution);
            int taps = layer.Weights.Shape[2] * layer.Weights.Shape[3];
            int weights = (input * layer.Weights.Shape[1]) + (input * output * taps) + (output * layer.OutputChannels);
            if (output > 0 && input > 0 && weights <= share * layer.Weights.Count)
            {
                yield return Separated(new Rewrite(index, RewriteForm.Tucker, output, input));
            }
        }
        else if (layer is Dense)
        {
            int sides = layer.Weights.Shape[0] + layer.Weights.Shape[1];
            foreach (int rank in RankShares.Where(part => part <= share).Select(part => (int)(part * layer.Weights.Count / sides)).Where(rank => rank > 0).Distinct())
            {
                yield return Separated(new Rewrite(index, RewriteForm.Svd, rank));
                foreach (double density in RestDensities)
                {
                    yield return Separated(new Rewrite(index, RewriteForm.LowRankAndSparse, rank), density);
                }
            }
        }
    }

    private static Option Separated(Rewrite rewrite) => new(now => now.With(rewrite));

    private static Option Separated(Rewrite rewrite, double restDensity) => new(now => now.With(rewrite).With(rewrite.Layer + Separation.RestLayer, restDensity));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Saving(double Bytes, double Joules, double Seconds);

    /// <summary>Something that can be done to a layer, and what it would lose and save.</summary>
    private sealed record Option(Func<CompressionState, CompressionState> Apply)
    {
        public double Loss { get; init; }

        public Saving Saved { get; init; }
    }

    private sealed class Choice(ImmutableArray<Option> options)
    {
        public ImmutableArray<Option> Options { get; } = options;

        public Option? Taken { get; set; }

        public Saving Saved => Taken?.Saved ?? default;
    }
}
