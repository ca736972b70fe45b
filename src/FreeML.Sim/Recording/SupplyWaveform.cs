namespace FreeML.Sim.Recording;

/// <summary>The supply of a run as waveforms: two voltages and whether it is on.</summary>
internal static class SupplyWaveform
{
    private const char Buffer = 'b';
    private const char Output = 'v';
    private const char On = 'o';

    /// <summary>Merges samples and events, both in order of time.</summary>
    public static void Write(TextWriter output, IEnumerable<SupplySample> samples, IEnumerable<RecordedEvent> events, double endSeconds)
    {
        VcdWriter vcd = new(output, "supply", picoseconds: false, (Buffer, "buffer_V", true), (Output, "output_V", true), (On, "on", false));
        using IEnumerator<RecordedEvent> next = events.GetEnumerator();
        bool more = next.MoveNext();
        if (!more || next.Current.TimeSeconds > 0 || next.Current.What != RunEvent.TurnOn)
        {
            vcd.Set(0, On, false);
        }

        foreach (SupplySample sample in samples)
        {
            SwitchUntil(sample.TimeSeconds);
            vcd.Set(sample.TimeSeconds, Buffer, sample.BufferVolts);
            vcd.Set(sample.TimeSeconds, Output, sample.OutputVolts);
        }

        SwitchUntil(double.PositiveInfinity);
        vcd.MoveTo(endSeconds);

        void SwitchUntil(double seconds)
        {
            for (; more && next.Current.TimeSeconds <= seconds; more = next.MoveNext())
            {
                // A program that stops leaves the supply as it is.
                if (next.Current.What is RunEvent.TurnOn or RunEvent.BootAborted or RunEvent.PowerFailure)
                {
                    vcd.Set(next.Current.TimeSeconds, On, next.Current.What == RunEvent.TurnOn);
                }
            }
        }
    }
}
