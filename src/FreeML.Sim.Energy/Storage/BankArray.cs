namespace FreeML.Sim.Energy.Storage;

/// <summary>How a bank's capacitors are connected.</summary>
public enum BankMode
{
    /// <summary>Left alone: it keeps its charge, but for its own leakage.</summary>
    Disconnected,

    /// <summary>In series: N times the voltage of one, a Nth of its capacitance.</summary>
    Series,

    /// <summary>In parallel: the voltage of one, N times its capacitance.</summary>
    Parallel,
}

/// <summary>A bank of equal capacitors that can be switched.</summary>
/// <param name="Count">Capacitors in it.</param>
/// <param name="Farads">Capacitance of each.</param>
/// <param name="LeakageOhms">Leakage of each as a resistance; infinite for none.</param>
public sealed record Bank(int Count, double Farads, double LeakageOhms = double.PositiveInfinity);

/// <summary>A controller that grows the buffer when it fills and reclaims from it when it empties, as REACT's does.</summary>
/// <remarks>
/// At every tick, but not within the cool-down after its last action: at or above <see cref="HighVolts"/> one step up (the first bank that is not
/// parallel goes from disconnected to series, or from series to parallel), at or below <see cref="LowVolts"/> one step down (the last bank that is
/// connected goes from parallel to series, or from series to disconnected). Below <see cref="MinimumVolts"/> it is without power and the switches,
/// which are normally open, disconnect all banks. Its own current belongs to the load.
/// </remarks>
/// <param name="LowVolts">Voltage of a step down.</param>
/// <param name="HighVolts">Voltage of a step up.</param>
/// <param name="MinimumVolts">Voltage below which it does not work.</param>
/// <param name="TickSeconds">Time between its looks at the voltage, which happen at whole multiples of it.</param>
/// <param name="CoolDownTicks">Ticks from an action to the next one, at least.</param>
public sealed record BankController(double LowVolts, double HighVolts, double MinimumVolts, double TickSeconds, int CoolDownTicks);

/// <summary>Switched banks beside a capacitor that is always connected (the last level).</summary>
/// <remarks>
/// Isolated banks (REACT) hang on ideal diodes: harvest goes to the connected bank of the lowest voltage, the load draws from the last level, and a
/// bank whose voltage is the higher one shares its charge with the last level, at the loss that two capacitors have that are joined. Banks on plain
/// switches (Capybara) share at once in either direction. Joined banks act as one capacitor with the last level. Derating, series resistance and
/// slow branches of banks are not modelled.
/// </remarks>
/// <param name="Banks">The banks, in the order in which they are added.</param>
/// <param name="Isolated">Whether ideal diodes keep charge from flowing into them from the last level.</param>
/// <param name="Controller">Who switches them; null where the firmware does, by <see cref="Supply.SetBank"/>.</param>
public sealed record BankArray(IReadOnlyList<Bank> Banks, bool Isolated, BankController? Controller = null)
{
    /// <summary>Throws unless every number is in range.</summary>
    /// <exception cref="ArgumentException">A number is out of range; the message names it.</exception>
    public void Validate()
    {
        Check.That(Banks.Count > 0, "an array needs a bank");
        foreach (Bank bank in Banks)
        {
            Check.Within(bank.Count, 1, 1000);
            Check.Positive(bank.Farads);
            Check.That(bank.LeakageOhms > 0, $"found a leakage of {bank.LeakageOhms} ohm, expected one above 0");
        }

        if (Controller is not null)
        {
            Check.Positive(Controller.TickSeconds);
            Check.Within(Controller.CoolDownTicks, 1, int.MaxValue);
            Check.That(0 <= Controller.MinimumVolts && Controller.MinimumVolts < Controller.LowVolts && Controller.LowVolts < Controller.HighVolts, "expected minimum < low < high volts");
        }
    }
}
