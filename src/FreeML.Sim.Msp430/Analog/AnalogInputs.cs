using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Analog;

/// <summary>The voltages at the chip's analog pins, and what the chip's comparator waits for.</summary>
/// <remarks>
/// A pin to which nothing analog is connected is at the supply or at ground, as it is driven digitally; a floating one is taken to be at
/// ground. An analog input is connected whatever function the pin has.
/// </remarks>
public sealed class AnalogInputs
{
    private readonly Func<(double Supply, double Buffer)> _volts;
    private readonly Dictionary<string, Pin> _channels = new(StringComparer.Ordinal);
    private readonly Dictionary<Pin, AnalogSource> _sources = [];
    private VoltageWatch? _watch;

    internal AnalogInputs(IReadOnlyList<PinDescription> descriptions, IReadOnlyList<Pin> pins, Func<(double Supply, double Buffer)> volts)
    {
        _volts = volts;
        foreach ((PinDescription description, Pin pin) in descriptions.Zip(pins))
        {
            foreach (string name in description.Functions.SelectMany(function => function.Analog?.Split(',') ?? []))
            {
                _channels.Add(name, pin);
            }
        }
    }

    /// <summary>Called when a supply step has changed the voltages.</summary>
    public event Action? VoltsChanged;

    /// <summary>Called when <see cref="Watch"/> has changed.</summary>
    public Action? WatchChanged { get; set; }

    /// <summary>What a comparator waits for; null if none is on, or it compares voltages that do not depend on the supply.</summary>
    public VoltageWatch? Watch
    {
        get => _watch;
        internal set
        {
            if (_watch != value)
            {
                _watch = value;
                WatchChanged?.Invoke();
            }
        }
    }

    /// <summary>Supply and buffer now.</summary>
    public (double Supply, double Buffer) Volts => _volts();

    /// <summary>Whether a pin has an analog function.</summary>
    public bool IsAnalog(Pin pin) => _channels.ContainsValue(pin);

    /// <summary>Connects a pin.</summary>
    /// <exception cref="ArgumentException">The pin has no analog function.</exception>
    public void Connect(Pin pin, AnalogSource source)
    {
        ArgumentNullException.ThrowIfNull(pin);
        if (!IsAnalog(pin))
        {
            throw new ArgumentException($"{pin.Name} is no analog input", nameof(pin));
        }

        _sources[pin] = source;
        VoltsChanged?.Invoke();
    }

    /// <summary>What is connected to a channel, "A3" or "C3".</summary>
    public AnalogSource Channel(string name)
    {
        if (!_channels.TryGetValue(name, out Pin? pin))
        {
            return AnalogSource.Ground;
        }

        return _sources.TryGetValue(pin, out AnalogSource? source) ? source
            : pin.Level is PinLevel.High ? new AnalogSource(VoltageMix.Supply)
            : AnalogSource.Ground;
    }

    /// <summary>The pin of a channel that is at its digital level, because nothing analog is connected to it; null for another.</summary>
    internal Pin? DigitalPin(string channel) => _channels.TryGetValue(channel, out Pin? pin) && !_sources.ContainsKey(pin) ? pin : null;

    internal void OnVoltsChanged() => VoltsChanged?.Invoke();
}
