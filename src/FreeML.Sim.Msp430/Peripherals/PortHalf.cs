using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>The eight pins of a port: what its registers make of them.</summary>
internal sealed class PortHalf
{
    private const int Pins = 8;

    private readonly IDeviceControl _device;
    private readonly SignalTable _signals;
    private readonly PinDescription?[] _descriptions = new PinDescription?[Pins];
    private readonly Pin?[] _pins = new Pin?[Pins];
    private readonly Signal?[] _feeds = new Signal?[Pins];
    private readonly InterruptLine? _line;
    private InterruptGroup? _interrupts;

    // Pins whose input buffer is connected, and what they read.
    private int _connected;
    private int _input;
    private int _edgeSelect;
    private bool _isHeld = true;

    /// <summary>A port.</summary>
    /// <param name="name">"P1".</param>
    /// <param name="device">The device.</param>
    /// <param name="signals">What pins can be connected to.</param>
    /// <param name="pins">Its pins; a port may have fewer than eight.</param>
    /// <param name="line">Its interrupt; null if it has none.</param>
    public PortHalf(string name, IDeviceControl device, SignalTable signals, IEnumerable<(PinDescription Description, Pin Pin)> pins, InterruptLine? line)
    {
        Name = name;
        _device = device;
        _signals = signals;
        _line = line;
        foreach ((PinDescription description, Pin pin) in pins)
        {
            int bit = description.Bit;
            _descriptions[bit] = description;
            _pins[bit] = pin;
            pin.InputDriven = (level, time) => InputDriven(bit, level, time);
        }
    }

    public string Name { get; }

    public bool HasInterrupts => _line is not null;

    public Field Out { get; set; }

    public Field Direction { get; set; }

    public Field Resistor { get; set; }

    public Field Select0 { get; set; }

    public Field Select1 { get; set; }

    public Field EdgeSelect { get; set; }

    public Field Enable { get; set; }

    public Field Flags { get; set; }

    /// <summary>Flags and enables are declared: pin n reports 2 (n + 1), the lowest pin first.</summary>
    public void GroupFlags()
    {
        _interrupts = new InterruptGroup(_line!);
        for (int bit = 0; bit < Pins; bit++)
        {
            _interrupts.Add(2 * (bit + 1), Flags.Bit(bit), Enable.Bit(bit));
        }
    }

    public int ReadInput()
    {
        Refresh();
        return _input & _connected;
    }

    /// <summary>Follows module outputs that nobody listens to.</summary>
    public void Refresh()
    {
        foreach (Pin? pin in _pins)
        {
            pin?.Refresh();
        }
    }

    /// <summary>Lets the pins go, or has them follow the registers.</summary>
    public void Reset(bool release, bool locked)
    {
        if (release)
        {
            SimTime now = _device.Now;
            _connected = 0;
            Array.Clear(_feeds);
            foreach (Pin? pin in _pins)
            {
                pin?.Drive(PinLevel.HighImpedance, PinLevel.HighImpedance, now);
            }
        }

        _isHeld = locked;
        _edgeSelect = HasInterrupts ? EdgeSelect.Value : 0;
        Apply();
        EnableChanged();
    }

    public void Unlock()
    {
        _isHeld = false;
        Apply();
    }

    /// <summary>Brings the pins in step with the registers, unless LOCKLPM5 holds them.</summary>
    public void Apply()
    {
        if (_isHeld)
        {
            return;
        }

        SimTime now = _device.Now;
        for (int bit = 0; bit < Pins; bit++)
        {
            if (_pins[bit] is { } pin)
            {
                Apply(bit, pin, now);
            }
        }
    }

    public void ComplementSelect(int bits)
    {
        Complement(Select0, bits);
        Complement(Select1, bits);
        Apply();
    }

    public void EdgesChanged()
    {
        Refresh();
        int changed = EdgeSelect.Value ^ _edgeSelect;
        _edgeSelect = EdgeSelect.Value;

        // The flag's input is the level, inverted by IES: a change of either is an edge.
        Field flags = Flags;
        flags.Value |= changed & (ReadInput() ^ _edgeSelect) & ExistingPins;
        UpdateInterrupt();
    }

    public void EnableChanged()
    {
        if (!HasInterrupts)
        {
            return;
        }

        for (int bit = 0; bit < Pins; bit++)
        {
            _pins[bit]?.WatchedByPort = Enable.Bit(bit).IsSet;
        }

        UpdateInterrupt();
    }

    public void UpdateInterrupt() => _interrupts?.Update();

    public int TakeInterrupt() => _interrupts!.Take();

    private int ExistingPins
    {
        get
        {
            int mask = 0;
            for (int bit = 0; bit < Pins; bit++)
            {
                mask |= _pins[bit] is null ? 0 : 1 << bit;
            }

            return mask;
        }
    }

    private void Apply(int bit, Pin pin, SimTime now)
    {
        bool isOutput = Direction.Bit(bit).IsSet;
        PinLevel pull = isOutput || !Resistor.Bit(bit).IsSet ? PinLevel.HighImpedance : LevelOf(Out.Bit(bit).IsSet);
        int select = (Select1.Bit(bit).IsSet ? 2 : 0) | (Select0.Bit(bit).IsSet ? 1 : 0);
        PinFunction? function = select == 0 ? null : _descriptions[bit]!.Functions[select - 1];
        Connect(bit, isConnected: function?.Analog is null, pin);
        _feeds[bit] = null;
        if (function is null)
        {
            pin.Drive(isOutput ? LevelOf(Out.Bit(bit).IsSet) : PinLevel.HighImpedance, pull, now);
        }
        else if (function.Analog is not null)
        {
            pin.Drive(PinLevel.HighImpedance, PinLevel.HighImpedance, now);
        }
        else if (OutputOf(function, isOutput) is { } source)
        {
            pin.DriveFrom(source, now);
        }
        else
        {
            bool isTiedLow = isOutput && !function.ModuleDecides;
            pin.Drive(isTiedLow ? PinLevel.Low : PinLevel.HighImpedance, pull, now);
            if (!isTiedLow && function.Input is { } input)
            {
                Feed(bit, _signals[input], now);
            }
        }
    }

    // A module output without a model is none.
    private Signal? OutputOf(PinFunction function, bool isOutput) =>
        function.Output is { } name && (isOutput || function.ModuleDecides) && _signals[name] is { IsDriven: true } signal ? signal : null;

    private void Connect(int bit, bool isConnected, Pin pin)
    {
        int mask = 1 << bit;
        bool wasHigh = (_input & _connected & mask) != 0;
        _connected = isConnected ? _connected | mask : _connected & ~mask;
        bool isHigh = pin.Input && isConnected;
        _input = isHigh ? _input | mask : _input & ~mask;
        if (isHigh != wasHigh)
        {
            ReportEdge(bit, isHigh);
        }
    }

    // A floating pin leaves the module's input as it was, and so does one that has another function: it is latched.
    private void Feed(int bit, Signal input, SimTime now)
    {
        _feeds[bit] = input;
        if (_pins[bit]!.Level is not PinLevel.HighImpedance)
        {
            input.Set(_pins[bit]!.Input, now);
        }
    }

    private void InputDriven(int bit, bool level, SimTime time)
    {
        int mask = 1 << bit;
        bool wasHigh = (_input & mask) != 0;
        _input = level ? _input | mask : _input & ~mask;
        if ((_connected & mask) != 0)
        {
            _feeds[bit]?.Set(level, time);
            if (level != wasHigh)
            {
                ReportEdge(bit, level);
            }
        }
    }

    private void ReportEdge(int bit, bool isRising)
    {
        if (HasInterrupts && EdgeSelect.Bit(bit).IsSet != isRising)
        {
            Flags.Bit(bit).Set();
            UpdateInterrupt();
        }
    }

    private static void Complement(Field field, int bits) => field.Value ^= bits;

    private static PinLevel LevelOf(bool high) => high ? PinLevel.High : PinLevel.Low;
}
