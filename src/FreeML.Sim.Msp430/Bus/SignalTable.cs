namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// The wires between modules and pins, by the names of the data sheet: "TA0.1" (an output), "TA0.CCI1A" (an input), "ACLK", "COUT",
/// "UCA0TXD". Who asks first makes the wire, so modules may be attached in any order.
/// </summary>
public sealed class SignalTable
{
    private readonly Dictionary<string, Signal> _signals = new(StringComparer.Ordinal);

    /// <summary>The wire of a name.</summary>
    public Signal this[string name]
    {
        get
        {
            if (!_signals.TryGetValue(name, out Signal? signal))
            {
                // A serial line rests high.
                signal = new Signal(name, level: name.EndsWith("RXD", StringComparison.Ordinal));
                _signals.Add(name, signal);
            }

            return signal;
        }
    }

    /// <summary>Makes a module's own wire known under its name: what it does is passed on.</summary>
    public void Add(Signal driver)
    {
        ArgumentNullException.ThrowIfNull(driver);
        Signal wire = this[driver.Name].DrivenBy();
        wire.Set(driver.Level, SimTime.Zero);
        driver.Changed += wire.Set;
    }
}
