using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Energy;

/// <summary>All that changes while a supply runs. <see cref="Supply.Peek"/> works on a copy of it.</summary>
internal sealed class SupplyState(int banks)
{
    // Time is a sum of two doubles, so that billions of short slices lose nothing.
    public double TimeHigh;
    public double TimeLow;

    public double Volts;
    public double SlowVolts;

    // By how much the series resistance lifted the terminals above the open-circuit voltage in the last step.
    public double NodeLiftVolts;

    // Sample of the trace that holds now, or -1 in the dark after its end; when it ends; how often the trace has begun.
    public int Sample;
    public double SegmentEnd;
    public long Rounds;

    public double Harvested;
    public double Consumed;
    public double Leaked;
    public double Clipped;
    public double ConverterLoss;
    public double EsrLoss;
    public double SwitchingLoss;

    // Of each bank: how it is connected, whether it is one with the last level, and, if not, the voltage of one of its capacitors.
    public readonly BankMode[] Modes = new BankMode[banks];
    public readonly bool[] Joined = new bool[banks];
    public readonly double[] CellVolts = new double[banks];
    public long LastActionTick = -1_000_000_000;

    public void AddTime(double seconds)
    {
        double sum = TimeHigh + seconds;
        double part = sum - TimeHigh;
        double low = TimeLow + ((TimeHigh - (sum - part)) + (seconds - part));
        TimeHigh = sum + low;
        TimeLow = low - (TimeHigh - sum);
    }

    public void CopyFrom(SupplyState other)
    {
        (TimeHigh, TimeLow, Volts, SlowVolts, NodeLiftVolts) = (other.TimeHigh, other.TimeLow, other.Volts, other.SlowVolts, other.NodeLiftVolts);
        (Sample, SegmentEnd, Rounds) = (other.Sample, other.SegmentEnd, other.Rounds);
        (Harvested, Consumed, Leaked, Clipped) = (other.Harvested, other.Consumed, other.Leaked, other.Clipped);
        (ConverterLoss, EsrLoss, SwitchingLoss, LastActionTick) = (other.ConverterLoss, other.EsrLoss, other.SwitchingLoss, other.LastActionTick);
        if (Modes.Length > 0)
        {
            other.Modes.CopyTo(Modes, 0);
            other.Joined.CopyTo(Joined, 0);
            other.CellVolts.CopyTo(CellVolts, 0);
        }
    }
}
