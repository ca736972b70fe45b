using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Power;

namespace FreeML.Sim.Firmware;

/// <summary>What a network takes on the device with continuous power, measured by running it: each operation, and the way to each answer.</summary>
/// <param name="Start">From reset to waiting, without boot code.</param>
/// <param name="Operations">Each operation: those of the network, then those of exits. One that exits share is told as its first exit takes it.</param>
/// <param name="Answers">From a sample to its answer: at each exit, and at last of the whole network.</param>
/// <param name="Volts">Supply voltage of all prices.</param>
public sealed record InferenceCosts(Work Start, ImmutableArray<Work> Operations, ImmutableArray<Work> Answers, double Volts)
{
    /// <summary>Of each exit: its own operations.</summary>
    public ImmutableArray<Work> Exits { get; init; } = [];

    /// <summary>Measures.</summary>
    /// <param name="network">The network.</param>
    /// <param name="plan">Its memory for maps.</param>
    /// <param name="options">What is bound; its exit policy does not matter here.</param>
    /// <param name="prices">Prices; those of the device if null.</param>
    /// <param name="volts">Supply voltage, in volts.</param>
    /// <param name="sample">Elements to run; some of all sizes if null.</param>
    public static InferenceCosts Measure(IntegerNetwork network, ArenaPlan plan, FirmwareOptions options, PowerModel? prices = null, double volts = 3.0, short[]? sample = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        sample ??= SomeSample(network.Values[0]);
        var operations = new Work?[network.AllOperations.Count()];
        List<Work> answers = [];
        List<Work> exits = [];
        Work start = Work.None;
        for (int exit = 0; exit <= network.Exits.Length; exit++)
        {
            FirmwareOptions toExit = options with { Policy = exit < network.Exits.Length ? ExitPolicy.Fixed(exit) : ExitPolicy.Never, ExitCosts = [], Uart = false };
            using InferenceRunner runner = new(FirmwareBuilder.Build(network, plan, toExit), prices, volts, countsOperations: true);
            Inference inference = runner.Run(sample);
            start = runner.Start;
            answers.Add(inference.Total);
            if (exit < network.Exits.Length)
            {
                exits.Add(Work.Sum(inference.Operations.Where(operation => operation.Exit == exit).Select(operation => operation.Work)));
            }

            foreach (OperationWork operation in inference.Operations)
            {
                operations[operation.Step] ??= operation.Work;
            }
        }

        return new InferenceCosts(start, [.. operations.Select(work => work ?? Work.None)], [.. answers], volts) { Exits = [.. exits] };
    }

    /// <summary>From an exit that is not taken to the next answer: the operations on the way, and those of the next exit.</summary>
    public Work ToNextAnswer(IntegerNetwork network, int exit)
    {
        ArgumentNullException.ThrowIfNull(network);
        bool isLast = exit + 1 == network.Exits.Length;
        int until = isLast ? network.Operations.Length : network.Exits[exit + 1].After;
        Work way = Work.Sum(Operations[network.Exits[exit].After..until]);
        return isLast ? way : way.Plus(Exits[exit + 1]);
    }

    // Small and large elements of both signs, where the input has them; always the same.
    internal static short[] SomeSample(IntegerValue input)
    {
        short[] sample = new short[input.Length];
        uint state = 1;
        for (int i = 0; i < sample.Length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            sample[i] = (short)(input.Low + (int)((state >> 16) * (long)(input.High - input.Low) >> 16));
        }

        return sample;
    }
}
