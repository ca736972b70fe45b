using FreeML.Compiler.Lowering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;

namespace FreeML.Sim.Firmware;

/// <summary>
/// Cycles from one product to the next in the loops of a runtime: an inference is run instruction by instruction, and the accesses of the multiplier
/// are watched.
/// </summary>
/// <remarks>
/// A product is two writes of operands. When the sum has been read, the next output begins: two writes that set the accumulator, and maybe a product for the
/// bias. What lies between such an output's products counts, the turn of every loop among them; what comes before the first and after the last
/// does not. Outputs of one product tell nothing.
/// </remarks>
internal sealed class ProductLoops
{
    // Of what is written after the sum was read: the accumulator, the bias or the first product, the first or second product.
    private const int FirstPairs = 3;

    private readonly (long Cycles, long Products)[] _loops;
    private (long Writes, long Reads) _seen;
    private long _writes;
    private long _pairs;
    private long _lastCycle;

    private ProductLoops(int operations) => _loops = new (long, long)[operations];

    /// <summary>Measures each operation with weights; null for others.</summary>
    public static double?[] Measure(IntegerNetwork network, ArenaPlan plan, FirmwareOptions options)
    {
        IntegerOperation[] operations = [.. network.AllOperations];
        ProductLoops loops = new(operations.Length);
        loops.Run(network, plan, options with { Policy = ExitPolicy.Never });
        for (int exit = 0; exit < network.Exits.Length; exit++)
        {
            IntegerExit head = network.Exits[exit];
            int first = network.Operations.Length + head.First;
            if (Enumerable.Range(first, head.Count).Any(step => operations[step].Macs > 0 && loops._loops[step].Products == 0))
            {
                loops.Run(network, plan, options with { Policy = ExitPolicy.Fixed(exit) });
            }
        }

        return [.. loops._loops.Select((loop, step) => operations[step].Macs > 0 && loop.Products > 0 ? (double?)loop.Cycles / loop.Products : null)];
    }

    private void Run(IntegerNetwork network, ArenaPlan plan, FirmwareOptions options)
    {
        using InferenceRunner runner = new(FirmwareBuilder.Build(network, plan, options with { ExitCosts = [] }));
        Device device = runner.Device;
        bool[] known = [.. _loops.Select(loop => loop.Products > 0)];
        int step = -1;
        runner.WalkThrough(InferenceCosts.SomeSample(network.Values[0]), begun => step = known[begun] ? -1 : begun, () =>
        {
            if (step >= 0)
            {
                Look(device, step);
            }
        });
    }

    private void Look(Device device, int step)
    {
        ActivityLedger ledger = device.Ledger;
        if (ledger.PeripheralReads != _seen.Reads)
        {
            (_writes, _pairs) = (0, 0);
        }
        else if (ledger.PeripheralWrites != _seen.Writes && ++_writes % 2 == 0)
        {
            if (++_pairs > FirstPairs)
            {
                _loops[step].Cycles += device.Cycles - _lastCycle;
                _loops[step].Products++;
            }

            _lastCycle = device.Cycles;
        }

        _seen = (ledger.PeripheralWrites, ledger.PeripheralReads);
    }
}
