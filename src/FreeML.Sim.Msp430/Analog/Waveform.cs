namespace FreeML.Sim.Msp430.Analog;

/// <summary>A voltage given at some times: straight lines between them, the first value before and the last one after.</summary>
public sealed class Waveform
{
    private readonly SimTime[] _times;
    private readonly double[] _volts;

    /// <summary>A waveform.</summary>
    /// <param name="times">Ascending; at least one.</param>
    /// <param name="volts">One for each time.</param>
    /// <exception cref="ArgumentException">The times do not ascend, or the lists differ in length or are empty.</exception>
    public Waveform(IEnumerable<SimTime> times, IEnumerable<double> volts)
    {
        _times = [.. times];
        _volts = [.. volts];
        bool ascends = Enumerable.Range(1, Math.Max(0, _times.Length - 1)).All(n => _times[n] > _times[n - 1]);
        if (_times.Length == 0 || _times.Length != _volts.Length || !ascends)
        {
            throw new ArgumentException("A waveform has at least one time, ascending times, and a voltage for each.", nameof(times));
        }
    }

    /// <summary>Volts at a time.</summary>
    public double At(SimTime time)
    {
        int next = NextIndex(time);
        return next == 0 ? _volts[0]
            : next == _times.Length ? _volts[^1]
            : _volts[next - 1] + (Slope(next) * (time - _times[next - 1]).TotalSeconds);
    }

    /// <summary>Volts a second, from a time until <see cref="NextBend"/>.</summary>
    public double SlopeAt(SimTime time)
    {
        int next = NextIndex(time);
        return next == 0 || next == _times.Length ? 0 : Slope(next);
    }

    /// <summary>When the slope changes next; never, after the last value.</summary>
    public SimTime NextBend(SimTime time)
    {
        int next = NextIndex(time);
        return next == _times.Length ? SimTime.MaxValue : _times[next];
    }

    private double Slope(int next) => (_volts[next] - _volts[next - 1]) / (_times[next] - _times[next - 1]).TotalSeconds;

    // The first time after the given one.
    private int NextIndex(SimTime time)
    {
        int place = Array.BinarySearch(_times, time);
        return place >= 0 ? place + 1 : ~place;
    }
}
