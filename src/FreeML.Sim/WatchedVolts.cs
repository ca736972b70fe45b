using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Msp430.Analog;

namespace FreeML.Sim;

/// <summary>
/// At which voltages of the buffer the comparator's inputs are equal: the roots of a sum of shares of the buffer's voltage and of what the
/// output stage makes of it.
/// </summary>
internal sealed class WatchedVolts(OutputStage output)
{
    // No buffer of a chip that stands 3.6 V, behind a regulator or not, is charged higher.
    private const double HighestVolts = 12;
    private const int Steps = 240;
    private const int Halvings = 60;

    // The voltage is moved this far beyond the crossing, so that the sign has changed.
    private const double Beyond = 1e-9;

    private readonly List<(double Volts, bool PositiveAbove)> _crossings = [];
    private VoltageMix _difference;

    /// <summary>What the chip has at a voltage of the buffer.</summary>
    public (double Supply, double Buffer) At(double bufferVolts) => (output.OutputVolts(bufferVolts), bufferVolts);

    /// <summary>The next crossings below and above a voltage of the buffer; null where there is none.</summary>
    public (double? Falling, double? Rising) Next(VoltageWatch? watch, double bufferVolts)
    {
        if (watch is not { Difference: var difference })
        {
            return (null, null);
        }

        if (difference != _difference)
        {
            _difference = difference;
            FindCrossings();
        }

        double? falling = null;
        foreach ((double crossing, bool positiveAbove) in _crossings)
        {
            // So near to it the comparator knows best which side it is on.
            bool isAbove = Math.Abs(crossing - bufferVolts) <= Beyond ? watch.Value.IsPositive == positiveAbove : bufferVolts > crossing;
            if (!isAbove)
            {
                return (falling, crossing + Beyond);
            }

            falling = crossing - Beyond;
        }

        return (falling, null);
    }

    private void FindCrossings()
    {
        _crossings.Clear();
        double low = 0;
        for (int n = 1; n <= Steps; n++)
        {
            double high = HighestVolts * n / Steps;
            if (IsPositive(low) != IsPositive(high))
            {
                _crossings.Add((Bisect(low, high), IsPositive(high)));
            }

            low = high;
        }
    }

    private double Bisect(double low, double high)
    {
        bool sign = IsPositive(low);
        for (int n = 0; n < Halvings; n++)
        {
            double middle = (low + high) / 2;
            (low, high) = IsPositive(middle) == sign ? (middle, high) : (low, middle);
        }

        return high;
    }

    private bool IsPositive(double bufferVolts) => _difference.At(At(bufferVolts)) > 0;
}
