using FreeML.Compiler.Lowering;
using FreeML.Sim.Firmware;

namespace FreeML.Sim.Scenarios;

/// <summary>How far inference is, as the position in the mailbox tells: the share of the whole network's cycles that is committed.</summary>
/// <param name="network">The network.</param>
/// <param name="costs">What its operations take.</param>
internal sealed class ProgressScale(IntegerNetwork network, InferenceCosts costs)
{
    private readonly double[] _before = Sums(network, costs);

    /// <summary>The share, 0 to 1.</summary>
    public double At(Position position)
    {
        if (position.Exit != Mailbox.NoExit)
        {
            // While an exit is computed the network stands where the exit is.
            return position.Exit < network.Exits.Length ? _before[network.Exits[position.Exit].After] : 0;
        }

        int step = Math.Min(position.Step, network.Operations.Length);
        double at = _before[step];
        if (step < network.Operations.Length && network.Values[network.Operations[step].Output].Length is > 0 and var elements)
        {
            at += (_before[step + 1] - at) * Math.Min(position.Element, elements) / elements;
        }

        return Math.Clamp(at, 0, 1);
    }

    private static double[] Sums(IntegerNetwork network, InferenceCosts costs)
    {
        double[] sums = new double[network.Operations.Length + 1];
        double total = Math.Max(1, Enumerable.Range(0, network.Operations.Length).Sum(step => (double)costs.Operations[step].Cycles));
        for (int step = 0; step < network.Operations.Length; step++)
        {
            sums[step + 1] = sums[step] + (costs.Operations[step].Cycles / total);
        }

        return sums;
    }
}
