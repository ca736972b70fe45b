using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;

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
/// <para>Source: SLAU367 chapter CS. A change of the DCO's frequency holds DCOCLK for 4 of its cycles; a change of a clock's source lets the clock
/// stand for a cycle of each of the two sources, which is between 1 and 2 cycles of the slower one. Dividers change at once.</para>
/// <para>Simplified: the DCO is exact; drive strengths do nothing. In bypass mode what is at the crystal's place is a clock that needs no
/// start. HFXT does not start while HFFREQ names a range below its frequency. An unlocked write is a violation only of CSCTL0; the other
/// registers ignore it (inferred).</para>
/// </remarks>
public sealed class ClockSystem : Peripheral
{
    private const int ModoscDivider = 128;
    private const int LargestDividerCode = 5;
    private const int DcoHoldCycles = 4;
    private const int StartCounterCycles = 1024;

    // Sources as SELM and SELS number them.
    private const int LfxtSource = 0;
    private const int VloSource = 1;
    private const int LfmodSource = 2;
    private const int DcoSource = 3;
    private const int ModSource = 4;
    private const int HfxtSource = 5;

    // The fastest crystal of each range of HFFREQ, in hertz.
    private static readonly double[] HfxtRanges = [4e6, 8e6, 16e6, 24e6];

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
    private readonly ActivityMeter _modoscMeter;

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
    private Field _vloOff;
    private Field _lfxtBypass;
    private Field _hfxtBypass;
    private Field _hfxtRange;
    private Field _lfxtFault;
    private Field _hfxtFault;
    private Field _lfxtCounts;
    private Field _hfxtCounts;
    private Field _requestA;
    private Field _requestM;
    private Field _requestS;
    private uint _statusRegister;
    private int? _powerMode;

    // Where the three clocks come from now, fail-safe sources included.
    private int _sourceM = DcoSource;
    private int _sourceS = DcoSource;
    private int _sourceA = LfmodSource;

    /// <summary>CS_A.</summary>
    /// <param name="device">The device.</param>
    /// <param name="system">Where OFIFG is.</param>
    /// <param name="scheduler">For the crystals' start-up.</param>
    /// <param name="activities">For what the oscillators do.</param>
    /// <param name="sources">Frequencies.</param>
    /// <param name="lfxtPinsSelected">Whether the port pins of LFXT have their crystal function; the oscillator does not run without.</param>
    /// <param name="hfxtPinsSelected">Likewise for HFXT.</param>
    public ClockSystem(
        IDeviceControl device,
        SystemModule system,
        Scheduler scheduler,
        ModuleLedger activities,
        ClockSources sources,
        Func<bool> lfxtPinsSelected,
        Func<bool> hfxtPinsSelected)
        : base("CS", 0x0160)
    {
        _device = device;
        _system = system;
        _sources = sources;
        _lock = new PasswordLock(0xA5, 0x96, () => device.RequestReset(ResetKind.Puc, ResetCause.ClockPassword));
        _lfxt = new Crystal(scheduler, activities.Meter(ModuleActivity.Lfxt), "LFXT", sources.Lfxt, sources.LfxtStartUp, lfxtPinsSelected);
        _hfxt = new Crystal(scheduler, activities.Meter(ModuleActivity.Hfxt), "HFXT", sources.Hfxt, sources.HfxtStartUp, hfxtPinsSelected);
        _modoscMeter = activities.Meter(ModuleActivity.Modosc);
        Modclk.SetRate(sources.Modosc, SimTime.Zero);
        Lfmodclk.SetRate(sources.Modosc.DividedBy(ModoscDivider), SimTime.Zero);
        Mclk.RequestsChanged += Update;
        Smclk.RequestsChanged += Update;
        Aclk.RequestsChanged += Update;
        Vlo.RequestsChanged += Update;
        Modclk.RequestsChanged += UpdateModosc;
        Lfmodclk.RequestsChanged += UpdateModosc;
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

    /// <summary>DCOCLK.</summary>
    public ClockRate DcoRate => DcoRates[_dcoRange.Value][_dcoFrequency.Value];

    /// <summary>
    /// The low-power mode that the chip is in, 0 to 4; null while the CPU is on. A clock that a peripheral keeps alive keeps the chip in a lighter
    /// mode than the status register asks for: LPM3 with SMCLK is LPM1, LPM4 with ACLK is LPM3. That MCLK on request makes it LPM0 is
    /// inferred.
    /// </summary>
    public int? PowerMode => (_statusRegister & StatusRegister.CpuOff) == 0 ? null : StatusRegister.LowPowerMode(_statusRegister) switch
    {
        _ when !Mclk.Rate.IsStopped => 0,
        >= 2 when !Smclk.Rate.IsStopped => 1,
        4 when !Aclk.Rate.IsStopped => 3,
        int mode => mode,
    };

    /// <summary>Raised after <see cref="PowerMode"/> changed.</summary>
    public event Action? PowerModeChanged;

    /// <summary>
    /// The status register's low-power bits changed. SCG1 stops SMCLK, OSCOFF stops ACLK and CPUOFF stops MCLK, each unless a
    /// peripheral requests it and requests are enabled in CSCTL6.
    /// </summary>
    public void StatusRegisterChanged(uint statusRegister)
    {
        uint bits = statusRegister & StatusRegister.Lpm4;
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
            _lfxt.Stop(_device.Now);
            _hfxt.Stop(_device.Now);
        }

        (_sourceM, _sourceS, _sourceA) = (DcoSource, DcoSource, LfmodSource);
        Update();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "CSCTL0").Password(_lock).Reserved(0, 8);

        Word(0x02, "CSCTL1")
            .Reserved(0, 1)
            .Field(1, 3, "DCOFSEL", out _dcoFrequency, reset: 6, onChange: DcoChanged)
            .Reserved(4, 2)
            .Field(6, 1, "DCORSEL", out _dcoRange, onChange: DcoChanged)
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
            .Field(3, 1, "VLOOFF", out _vloOff, reset: 1, onChange: Update)
            .Field(4, 1, "LFXTBYPASS", out _lfxtBypass, onChange: Update)
            .Reserved(5, 1)
            .NotModelled(6, 2, "LFXTDRIVE", reset: 3)
            .Field(8, 1, "HFXTOFF", out _hfxtOff, reset: 1, onChange: Update)
            .Reserved(9, 1)
            .Field(10, 2, "HFFREQ", out _hfxtRange, reset: 3, onChange: Update)
            .Field(12, 1, "HFXTBYPASS", out _hfxtBypass, onChange: Update)
            .Reserved(13, 1)
            .NotModelled(14, 2, "HFXTDRIVE", reset: 3);

        Word(0x0A, "CSCTL5")
            .Field(0, 1, "LFXTOFFG", out _lfxtFault, Access.WriteZeroToClear, reset: 1, onWrite: _ => Update())
            .Field(1, 1, "HFXTOFFG", out _hfxtFault, Access.WriteZeroToClear, onWrite: _ => Update())
            .Field(2, 1, "SWDONE", Access.ReadOnly, reset: 1)
            .Reserved(3, 3)
            .Field(6, 1, "ENSTFCNT1", out _lfxtCounts, reset: 1)
            .Field(7, 1, "ENSTFCNT2", out _hfxtCounts, reset: 1)
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

    private static SimTime Cycles(ClockRate rate, int cycles) => rate.IsStopped ? SimTime.Zero : rate.CyclesToTime(cycles);


    private void Update() => Update(dcoHold: SimTime.Zero);

    private void DcoChanged() => Update(Cycles(DcoRate, DcoHoldCycles));

    // Asked for by name, or by a user of ACLK that LFMODCLK stands in for. As a source of MCLK and SMCLK it does the work of the DCO.
    private void UpdateModosc() =>
        _modoscMeter.SetActive(Modclk.Requests > 0 || Lfmodclk.Requests > 0 || (_sourceA == LfmodSource && IsRequested(Aclk, _requestA)), _device.Now);

    private void Update(SimTime dcoHold)
    {
        SimTime now = _device.Now;
        SuperviseCrystals(now);
        bool isVloWanted = !_vloOff.IsSet || Vlo.Requests > 0 || _selectA.Value == VloSource || _selectS.Value == VloSource || _selectM.Value == VloSource;
        Vlo.SetRate(isVloWanted ? _sources.Vlo : ClockRate.Stopped, now);

        SimTime hold = Switch(ref _sourceM, _selectM.Value, dcoHold);
        CpuRate = Divide(RateOf(_sourceM), _divideM);
        _device.SetMclk(CpuRate, hold);
        Mclk.SetRate(Gate(CpuRate, StatusRegister.CpuOff, Mclk, _requestM), now, hold);

        hold = Switch(ref _sourceS, _selectS.Value, dcoHold);
        ClockRate smclk = Divide(RateOf(_sourceS), _divideS);
        Smclk.SetRate(_smclkOff.IsSet && !IsRequested(Smclk, _requestS) ? ClockRate.Stopped : Gate(smclk, StatusRegister.Scg1, Smclk, _requestS), now, hold);

        // ACLK has the low-frequency sources only; the other codes are reserved.
        hold = Switch(ref _sourceA, _selectA.Value <= LfmodSource ? _selectA.Value : LfmodSource, dcoHold);
        Aclk.SetRate(Gate(Divide(RateOf(_sourceA), _divideA), StatusRegister.OscOff, Aclk, _requestA), now, hold);

        UpdateModosc();
        if (PowerMode != _powerMode)
        {
            _powerMode = PowerMode;
            PowerModeChanged?.Invoke();
        }
    }

    // How long a clock stands because its source, or the DCO behind it, changes.
    private SimTime Switch(ref int source, int select, SimTime dcoHold)
    {
        int old = source;
        source = Effective(select);
        return source != old ? Cycles(RateOf(old), 1) + Cycles(RateOf(source), 1)
            : source == DcoSource ? dcoHold
            : SimTime.Zero;
    }

    // A crystal is wanted while it is switched on or a running clock has selected it.
    private void SuperviseCrystals(SimTime now)
    {
        bool mclk = Gate(DcoRate, StatusRegister.CpuOff, Mclk, _requestM) != ClockRate.Stopped;
        bool smclk = _smclkOff.IsSet ? IsRequested(Smclk, _requestS) : Gate(DcoRate, StatusRegister.Scg1, Smclk, _requestS) != ClockRate.Stopped;
        bool aclk = Gate(DcoRate, StatusRegister.OscOff, Aclk, _requestA) != ClockRate.Stopped;
        bool lfxt = !_lfxtOff.IsSet || (aclk && _selectA.Value == LfxtSource) || (smclk && _selectS.Value == LfxtSource) || (mclk && _selectM.Value == LfxtSource);
        bool hfxt = !_hfxtOff.IsSet || (smclk && _selectS.Value == HfxtSource) || (mclk && _selectM.Value == HfxtSource);
        _lfxt.Want(lfxt, _lfxtBypass.IsSet, _lfxtCounts.IsSet, now);
        _hfxt.Want(hfxt && _sources.Hfxt.Hertz <= HfxtRanges[_hfxtRange.Value], _hfxtBypass.IsSet, _hfxtCounts.IsSet, now);
        Report(_lfxt, _lfxtFault, lfxt);
        Report(_hfxt, _hfxtFault, hfxt);
    }

    // A fault is raised while an oscillator is wanted and does not run; only software takes it back.
    private void Report(Crystal crystal, Field fault, bool wanted)
    {
        if (wanted && !crystal.IsRunning)
        {
            fault.Set();
        }

        if (fault.IsSet)
        {
            _system.ReportOscillatorFault();
        }
    }

    // Fail-safe: the module oscillator stands in for a crystal from its fault until software has cleared the flag. Codes 6 and 7 are
    // reserved; the DCO is assumed.
    private int Effective(int select) => select switch
    {
        LfxtSource when _lfxtFault.IsSet => LfmodSource,
        HfxtSource when _hfxtFault.IsSet => ModSource,
        > HfxtSource => DcoSource,
        _ => select,
    };

    private ClockRate RateOf(int source) => source switch
    {
        LfxtSource => _sources.Lfxt,
        VloSource => _sources.Vlo,
        LfmodSource => Lfmodclk.Rate,
        ModSource => Modclk.Rate,
        HfxtSource => _sources.Hfxt,
        _ => DcoRate,
    };

    private static bool IsRequested(ClockLine line, Field requestEnable) => line.Requests > 0 && requestEnable.IsSet;

    // While the RST pin is low nothing runs, the watchdog included.
    private ClockRate Gate(ClockRate rate, uint bit, ClockLine line, Field requestEnable) =>
        !_system.IsHeldInReset && ((_statusRegister & bit) == 0 || IsRequested(line, requestEnable)) ? rate : ClockRate.Stopped;

    /// <summary>A crystal oscillator: off, starting, or running.</summary>
    private sealed class Crystal
    {
        private readonly ScheduledEvent _started;
        private readonly ActivityMeter _meter;
        private readonly ClockRate _rate;
        private readonly SimTime _startUp;
        private readonly Func<bool> _pinsSelected;

        public Crystal(Scheduler scheduler, ActivityMeter meter, string name, ClockRate rate, SimTime startUp, Func<bool> pinsSelected)
        {
            _meter = meter;
            _rate = rate;
            _startUp = startUp;
            _pinsSelected = pinsSelected;
            _started = scheduler.Register(name + " start-up", _ => IsRunning = true);
        }

        public bool IsRunning { get; private set; }

        public void Want(bool wanted, bool isBypassed, bool isCounted, SimTime now)
        {
            if (!wanted || _rate.IsStopped || !_pinsSelected())
            {
                Stop(now);
                return;
            }

            // An external clock draws nothing here.
            _meter.SetActive(!isBypassed, now);
            if (!IsRunning && !_started.IsScheduled)
            {
                _started.At(now + (isBypassed ? SimTime.Zero : _startUp) + (isCounted ? _rate.CyclesToTime(StartCounterCycles) : SimTime.Zero));
            }
        }

        public void Stop(SimTime now)
        {
            IsRunning = false;
            _meter.SetActive(false, now);
            _started.Cancel();
        }
    }
}
