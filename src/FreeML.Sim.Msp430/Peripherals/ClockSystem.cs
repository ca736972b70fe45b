using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>The frequencies that CS does not set itself, and what is soldered to the crystal pins.</summary>
/// <param name="Vlo">Very-low-power oscillator.</param>
/// <param name="Modosc">Module oscillator; LFMODCLK is a 128th of it.</param>
/// <param name="Lfxt">Low-frequency crystal, stopped if there is none.</param>
/// <param name="Hfxt">High-frequency crystal, stopped if there is none.</param>
/// <param name="LfxtStartUp">From switching the crystal oscillator on to a usable clock.</param>
/// <param name="HfxtStartUp">Likewise.</param>
public sealed record ClockSources(ClockRate Vlo, ClockRate Modosc, ClockRate Lfxt, ClockRate Hfxt, SimTime LfxtStartUp, SimTime HfxtStartUp);

/// <summary>CS_A, base 0x0160: the DCO, the crystals and their faults, and MCLK, SMCLK and ACLK made from them.</summary>
/// <remarks>
/// Source: SLAU367 chapter CS. Simplified: a change of clock takes effect at once, where the silicon loses 1 to 4 cycles; the DCO is
/// exact; drive strengths, bypass and the start fault counters do nothing. An unlocked write is a violation only of CSCTL0; the other
/// registers ignore it (inferred).
/// </remarks>
public sealed class ClockSystem : Peripheral
{
    private const int CpuOff = 0x0010;
    private const int OscOff = 0x0020;
    private const int Scg1 = 0x0080;
    private const int ModoscDivider = 128;
    private const int LargestDividerCode = 5;

    // DCOCLK by DCOFSEL, for DCORSEL 0 and 1 (SLAU367, CSCTL1). The guide prints 2.67 and 5.33 MHz; exact thirds are assumed.
    private static readonly ClockRate[][] DcoRates =
    [
        [Mhz(1), Mhz(8, 3), Mhz(7, 2), Mhz(4), Mhz(16, 3), Mhz(7), Mhz(8), Mhz(8)],
        [Mhz(1), Mhz(16, 3), Mhz(7), Mhz(8), Mhz(16), Mhz(21), Mhz(24), Mhz(24)],
    ];

    private readonly IDeviceControl _device;
    private readonly SystemModule _system;
    private readonly ClockSources _sources;
    private readonly PasswordLock _lock;
    private readonly Crystal _lfxt;
    private readonly Crystal _hfxt;

    private Field _dcoRange;
    private Field _dcoFrequency;
    private Field _selectA;
    private Field _selectS;
    private Field _selectM;
    private Field _divideA;
    private Field _divideS;
    private Field _divideM;
    private Field _lfxtOff;
    private Field _hfxtOff;
    private Field _smclkOff;
    private Field _lfxtFault;
    private Field _hfxtFault;
    private Field _requestA;
    private Field _requestM;
    private Field _requestS;
    private int _statusRegister;

    /// <summary>CS_A.</summary>
    /// <param name="device">The device.</param>
    /// <param name="system">Where OFIFG is.</param>
    /// <param name="scheduler">For the crystals' start-up.</param>
    /// <param name="sources">Frequencies.</param>
    /// <param name="lfxtPinsSelected">Whether the port pins of LFXT have their crystal function; the oscillator does not run without.</param>
    /// <param name="hfxtPinsSelected">Likewise for HFXT.</param>
    public ClockSystem(
        IDeviceControl device,
        SystemModule system,
        Scheduler scheduler,
        ClockSources sources,
        Func<bool> lfxtPinsSelected,
        Func<bool> hfxtPinsSelected)
        : base("CS", 0x0160)
    {
        _device = device;
        _system = system;
        _sources = sources;
        _lock = new PasswordLock(0xA5, 0x96, () => device.RequestReset(ResetKind.Puc, ResetCause.ClockPassword));
        _lfxt = new Crystal(scheduler, "LFXT", sources.Lfxt, sources.LfxtStartUp, lfxtPinsSelected);
        _hfxt = new Crystal(scheduler, "HFXT", sources.Hfxt, sources.HfxtStartUp, hfxtPinsSelected);
        Vlo.SetRate(sources.Vlo, SimTime.Zero);
        Modclk.SetRate(sources.Modosc, SimTime.Zero);
        Lfmodclk.SetRate(sources.Modosc.DividedBy(ModoscDivider), SimTime.Zero);
        Mclk.RequestsChanged += Update;
        Smclk.RequestsChanged += Update;
        Aclk.RequestsChanged += Update;
        system.ConnectOscillators(() => _lfxtFault.IsSet || _hfxtFault.IsSet);
    }

    /// <summary>The CPU's clock, as peripherals see it: stopped while the CPU is off and none of them requests it.</summary>
    public ClockLine Mclk { get; } = new("MCLK");

    /// <summary>Subsystem master clock.</summary>
    public ClockLine Smclk { get; } = new("SMCLK");

    /// <summary>Auxiliary clock.</summary>
    public ClockLine Aclk { get; } = new("ACLK");

    /// <summary>Very-low-power oscillator.</summary>
    public ClockLine Vlo { get; } = new("VLOCLK");

    /// <summary>Module oscillator.</summary>
    public ClockLine Modclk { get; } = new("MODCLK");

    /// <summary>Module oscillator divided by 128.</summary>
    public ClockLine Lfmodclk { get; } = new("LFMODCLK");

    /// <summary>The CPU's clock, whether or not the CPU is on.</summary>
    public ClockRate CpuRate { get; private set; }

    /// <summary>
    /// The status register's low-power bits changed. SCG1 stops SMCLK, OSCOFF stops ACLK and CPUOFF stops MCLK, each unless a
    /// peripheral requests it and requests are enabled in CSCTL6.
    /// </summary>
    public void StatusRegisterChanged(int statusRegister)
    {
        int bits = statusRegister & (CpuOff | OscOff | Scg1);
        if (bits != _statusRegister)
        {
            _statusRegister = bits;
            Update();
        }
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        _statusRegister = 0;
        if (kind == ResetKind.Bor)
        {
            _lfxt.Stop();
            _hfxt.Stop();
        }

        Update();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "CSCTL0").Password(_lock).Reserved(0, 8);

        Word(0x02, "CSCTL1")
            .Reserved(0, 1)
            .Field(1, 3, "DCOFSEL", out _dcoFrequency, reset: 6, onChange: Update)
            .Reserved(4, 2)
            .Field(6, 1, "DCORSEL", out _dcoRange, onChange: Update)
            .Reserved(7, 9);

        Word(0x04, "CSCTL2")
            .Field(0, 3, "SELM", out _selectM, reset: 3, onChange: Update)
            .Reserved(3, 1)
            .Field(4, 3, "SELS", out _selectS, reset: 3, onChange: Update)
            .Reserved(7, 1)
            .Field(8, 3, "SELA", out _selectA, reset: 0, onChange: Update)
            .Reserved(11, 5);

        Word(0x06, "CSCTL3")
            .Field(0, 3, "DIVM", out _divideM, reset: 3, onChange: Update)
            .Reserved(3, 1)
            .Field(4, 3, "DIVS", out _divideS, reset: 3, onChange: Update)
            .Reserved(7, 1)
            .Field(8, 3, "DIVA", out _divideA, reset: 0, onChange: Update)
            .Reserved(11, 5);

        Word(0x08, "CSCTL4")
            .Field(0, 1, "LFXTOFF", out _lfxtOff, reset: 1, onChange: Update)
            .Field(1, 1, "SMCLKOFF", out _smclkOff, onChange: Update)
            .Reserved(2, 1)
            .NotModelled(3, 1, "VLOOFF", reset: 1)
            .NotModelled(4, 1, "LFXTBYPASS")
            .Reserved(5, 1)
            .NotModelled(6, 2, "LFXTDRIVE", reset: 3)
            .Field(8, 1, "HFXTOFF", out _hfxtOff, reset: 1, onChange: Update)
            .Reserved(9, 1)
            .NotModelled(10, 2, "HFFREQ", reset: 3)
            .NotModelled(12, 1, "HFXTBYPASS")
            .Reserved(13, 1)
            .NotModelled(14, 2, "HFXTDRIVE", reset: 3);

        Word(0x0A, "CSCTL5")
            .Field(0, 1, "LFXTOFFG", out _lfxtFault, Access.WriteZeroToClear, reset: 1, onWrite: _ => Update())
            .Field(1, 1, "HFXTOFFG", out _hfxtFault, Access.WriteZeroToClear, onWrite: _ => Update())
            .Field(2, 1, "SWDONE", Access.ReadOnly, reset: 1)
            .Reserved(3, 3)
            .NotModelled(6, 1, "ENSTFCNT1", reset: 1)
            .NotModelled(7, 1, "ENSTFCNT2", reset: 1)
            .Reserved(8, 8);

        Word(0x0C, "CSCTL6")
            .Field(0, 1, "ACLKREQEN", out _requestA, reset: 1, onChange: Update)
            .Field(1, 1, "MCLKREQEN", out _requestM, reset: 1, onChange: Update)
            .Field(2, 1, "SMCLKREQEN", out _requestS, reset: 1, onChange: Update)
            .NotModelled(3, 1, "MODCLKREQEN")
            .Reserved(4, 12);

        FieldRegister Word(uint offset, string name) => map.Word(offset, name).Protected(_lock, violationWhenClosed: false);
    }

    private static ClockRate Mhz(long numerator, long denominator = 1) => ClockRate.FromRatio(numerator * 1_000_000, denominator);

    private static ClockRate Divide(ClockRate rate, Field divider) => rate.DividedBy(1 << Math.Min(divider.Value, LargestDividerCode));

    private void Update()
    {
        SimTime now = _device.Now;
        int a = _selectA.Value;
        bool lfxtSelected = a == 0 || _selectS.Value == 0 || _selectM.Value == 0;
        bool hfxtSelected = _selectS.Value == 5 || _selectM.Value == 5;
        bool lfxtWanted = lfxtSelected || !_lfxtOff.IsSet;
        bool hfxtWanted = hfxtSelected || !_hfxtOff.IsSet;
        Supervise(_lfxt, _lfxtFault, lfxtWanted, now);
        Supervise(_hfxt, _hfxtFault, hfxtWanted, now);

        CpuRate = Divide(Source(_selectM.Value), _divideM);
        _device.SetMclk(CpuRate);
        Mclk.SetRate(Gate(CpuRate, CpuOff, Mclk, _requestM), now);
        ClockRate smclk = _smclkOff.IsSet ? ClockRate.Stopped : Divide(Source(_selectS.Value), _divideS);
        Smclk.SetRate(Gate(smclk, Scg1, Smclk, _requestS), now);

        // ACLK has the low-frequency sources only; the other codes are reserved.
        ClockRate aclk = Divide(a <= 2 ? Source(a) : Lfmodclk.Rate, _divideA);
        Aclk.SetRate(Gate(aclk, OscOff, Aclk, _requestA), now);
    }

    // A fault is raised while an oscillator is wanted and does not run; only software takes it back.
    private void Supervise(Crystal crystal, Field fault, bool wanted, SimTime now)
    {
        crystal.Want(wanted, now);
        if (wanted && !crystal.IsRunning)
        {
            fault.Set();
        }

        if (fault.IsSet)
        {
            _system.ReportOscillatorFault();
        }
    }

    // Fail-safe: the module oscillator stands in for a crystal from its fault until software has cleared the flag.
    private ClockRate Source(int code) => code switch
    {
        0 => _lfxtFault.IsSet ? Lfmodclk.Rate : _sources.Lfxt,
        1 => Vlo.Rate,
        2 => Lfmodclk.Rate,
        4 => Modclk.Rate,
        5 => _hfxtFault.IsSet ? Modclk.Rate : _sources.Hfxt,
        _ => DcoRates[_dcoRange.Value][_dcoFrequency.Value],
    };

    private ClockRate Gate(ClockRate rate, int bit, ClockLine line, Field requestEnable) =>
        (_statusRegister & bit) == 0 || (line.Requests > 0 && requestEnable.IsSet) ? rate : ClockRate.Stopped;

    /// <summary>A crystal oscillator: off, starting, or running.</summary>
    private sealed class Crystal
    {
        private readonly ScheduledEvent _started;
        private readonly ClockRate _rate;
        private readonly SimTime _startUp;
        private readonly Func<bool> _pinsSelected;

        public Crystal(Scheduler scheduler, string name, ClockRate rate, SimTime startUp, Func<bool> pinsSelected)
        {
            _rate = rate;
            _startUp = startUp;
            _pinsSelected = pinsSelected;
            _started = scheduler.Register(name + " start-up", _ => IsRunning = true);
        }

        public bool IsRunning { get; private set; }

        public void Want(bool wanted, SimTime now)
        {
            if (!wanted || _rate.IsStopped || !_pinsSelected())
            {
                Stop();
            }
            else if (!IsRunning && !_started.IsScheduled)
            {
                _started.At(now + _startUp);
            }
        }

        public void Stop()
        {
            IsRunning = false;
            _started.Cancel();
        }
    }
}
