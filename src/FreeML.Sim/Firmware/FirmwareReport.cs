using System.Collections.Immutable;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Power;

namespace FreeML.Sim.Firmware;

/// <summary>What one operation takes on the device.</summary>
/// <param name="Name">The layer it comes from.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Form">How its weights lie; null of one without any.</param>
/// <param name="Bits">Of a weight; 0 of an operation without any.</param>
/// <param name="IsOfExit">Whether it belongs to an exit.</param>
/// <param name="Macs">Multiplications by stored weights.</param>
/// <param name="Outputs">Elements written.</param>
/// <param name="Bytes">In FRAM: weights, record.</param>
/// <param name="Work">What it takes.</param>
/// <param name="Plain">What it takes without support of power failures.</param>
public sealed record OperationReport(string Name, OperationKind Kind, WeightForm? Form, int Bits, bool IsOfExit, long Macs, int Outputs, int Bytes, Work Work, Work Plain)
{
    /// <summary>Cycles from one product to the next in the inner loops, see <see cref="ProductLoops"/>; null of an operation without.</summary>
    public double? LoopCyclesPerMac { get; init; }

    /// <summary>Cycles that compression weighs the operation with, see <see cref="KernelCosts"/>.</summary>
    public double PredictedCycles { get; init; }

    /// <summary>Cycles of a multiplication, all of the operation's in it; null of an operation without.</summary>
    public double? CyclesPerMac => Macs == 0 ? null : (double)Work.Cycles / Macs;

    /// <summary>Cycles more than without support of power failures, as a part of those; null if it took none.</summary>
    public double? Overhead => Plain.Cycles == 0 ? null : ((double)Work.Cycles / Plain.Cycles) - 1;
}

/// <summary>An answer: at an exit, or of the whole network.</summary>
/// <param name="Name">The exit.</param>
/// <param name="Work">From the sample to the answer.</param>
/// <param name="Plain">The same without support of power failures.</param>
public sealed record AnswerReport(string Name, Work Work, Work Plain)
{
    /// <inheritdoc cref="OperationReport.Overhead"/>
    public double Overhead => ((double)Work.Cycles / Plain.Cycles) - 1;
}

/// <summary>What firmware takes with continuous power, operation by operation, beside the same network without support of power failures.</summary>
/// <param name="Operations">Those of the network, then those of exits.</param>
/// <param name="Answers">Each exit's, and at last the whole network's.</param>
public sealed record FirmwareReport(ImmutableArray<OperationReport> Operations, ImmutableArray<AnswerReport> Answers)
{
    /// <summary>What the whole network is called among answers.</summary>
    public const string WholeNetwork = "whole network";

    /// <summary>Measures.</summary>
    /// <param name="compiled">The firmware.</param>
    /// <param name="prices">Prices; those of the device if null.</param>
    public static FirmwareReport Of(CompiledFirmware compiled, PowerModel? prices = null)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        (IntegerNetwork network, ArenaPlan plan) = (compiled.Firmware.Network, compiled.Firmware.Plan);
        double volts = compiled.Costs.Volts;
        InferenceCosts costs = InferenceCosts.Measure(network, plan, compiled.Firmware.Options, prices, volts);
        InferenceCosts plain = InferenceCosts.Measure(network, plan, compiled.Firmware.Options with { Strategy = Strategy.Restart, Tiles = [] }, prices, volts);
        double?[] loops = ProductLoops.Measure(network, plan, compiled.Firmware.Options);
        NetworkCost predicted = NetworkCost.Of(network, KernelCosts.Default, new DeviceCosts(1, 0, 0));
        LayerCost[] predictions = [.. predicted.Layers, .. predicted.ExitLayers];
        DeployedSize size = DeployedSize.Of(network);
        IntegerOperation[] operations = [.. network.AllOperations];
        return new FirmwareReport(
            [.. operations.Select((operation, step) => Of(operation, network, step, size.Operations[step].Bytes, costs.Operations[step], plain.Operations[step]) with { LoopCyclesPerMac = loops[step], PredictedCycles = predictions[step].Cycles })],
            [.. network.Exits.Select(exit => exit.Name).Append(WholeNetwork).Select((name, n) => new AnswerReport(name, costs.Answers[n], plain.Answers[n]))]);
    }

    private static OperationReport Of(IntegerOperation operation, IntegerNetwork network, int step, int bytes, Work work, Work plain)
    {
        EncodedWeights? weights = (operation as WeightedOperation)?.Weights;
        int outputs = operation is CopyOperation copy ? copy.Size.Count : network.Values[operation.Output].Length;
        return new OperationReport(operation.Name, operation.Kind, weights?.Form, weights?.Bits ?? 0, step >= network.Operations.Length, operation.Macs, outputs, bytes, work, plain);
    }
}
