using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>Which FRAM controller a device has.</summary>
public enum FramControllerKind
{
    /// <summary>None: the device has no FRAM.</summary>
    None,

    /// <summary>FRCTL, of the older devices (FR5969, FR6989).</summary>
    Frctl,

    /// <summary>FRCTL_A, with write protection and automatic wait states (FR5994).</summary>
    FrctlA,
}

/// <summary>
/// FRCTL or FRCTL_A, base 0x0140: wait states, write protection and access-time errors. The cache and the array are memory's.
/// </summary>
/// <remarks>
/// <para>Source: SLAU367 chapters FRCTL and FRCTL_A. An access-time error is raised when MCLK and NWAITS stop fitting together, not at
/// the next access to FRAM: code that runs from RAM through such a moment sees it too early.</para>
/// <para>Bit errors do not happen, so their enables and flags do nothing; FRPWR and FRLPMPWR are kept, array power is not
/// modelled.</para>
/// </remarks>
public abstract class FramController : Peripheral
{
    private readonly ClockLine _mclk;
    private readonly ClockRate _waitlessLimit;
    private Field _waitStates;
    private Field _accessTimeFlag;

    private protected FramController(IDeviceControl device, SystemModule system, ClockLine mclk, ClockRate waitlessLimit)
        : base("FRCTL", 0x0140)
    {
        Device = device;
        System = system;
        _mclk = mclk;
        _waitlessLimit = waitlessLimit;
        _mclk.Changed += Update;
        Lock = new PasswordLock(0xA5, 0x96, () => device.RequestReset(ResetKind.Puc, ResetCause.FramPassword));
    }

    /// <summary>Cycles added to an access to the array.</summary>
    public abstract int WaitStates { get; }

    /// <summary>Whether writes to FRAM are dropped.</summary>
    public abstract bool WritesBlocked { get; }

    private protected IDeviceControl Device { get; }

    private protected SystemModule System { get; }

    private protected PasswordLock Lock { get; }

    private protected int SelectedWaitStates
    {
        get => _waitStates.Value;
        set => _waitStates.Value = value;
    }

    private protected Field AccessTimeFlag => _accessTimeFlag;

    /// <summary>Makes the controller of a kind.</summary>
    /// <param name="kind">Which one.</param>
    /// <param name="device">The device.</param>
    /// <param name="system">Where its flags go.</param>
    /// <param name="mclk">The CPU's clock.</param>
    /// <param name="waitlessLimit">The fastest MCLK that needs no wait state; n + 1 times it needs n.</param>
    /// <param name="automaticWaitStates">FRCTL_A: wait states with AUTO set.</param>
    public static FramController Create(FramControllerKind kind, IDeviceControl device, SystemModule system, ClockLine mclk, ClockRate waitlessLimit, int automaticWaitStates) =>
        kind switch
        {
            FramControllerKind.Frctl => new Frctl(device, system, mclk, waitlessLimit),
            FramControllerKind.FrctlA => new FrctlA(device, system, mclk, waitlessLimit, automaticWaitStates),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a FRAM controller."),
        };

    /// <summary>Memory dropped a write because <see cref="WritesBlocked"/> is set.</summary>
    public virtual void ReportBlockedWrite()
    {
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind) => Update();

    private protected abstract void AccessTimeError();

    private protected void DefineWaitStates(FieldRegister register, int width) =>
        register.Field(4, width, "NWAITS", out _waitStates, onChange: Update);

    private protected void DefineAccessTimeFlag(FieldRegister register) =>
        register.Field(3, 1, "ACCTEIFG", out _accessTimeFlag, Access.WriteZeroToClear, onChange: FlagsChanged);

    /// <summary>Checks the wait states against MCLK and tells memory.</summary>
    private protected void Update()
    {
        if (WaitStates < NeededWaitStates)
        {
            AccessTimeError();
        }

        Apply();
    }

    private protected void Apply() => Device.SetFram(WaitStates, WritesBlocked);

    private protected void FlagsChanged()
    {
        System.SystemNmi.Update();
        Apply();
    }

    private int NeededWaitStates
    {
        get
        {
            ClockRate rate = _mclk.Rate;
            if (rate.IsStopped)
            {
                return 0;
            }

            // ceil(MCLK / limit) - 1, in whole numbers.
            Int128 cycles = (Int128)rate.Numerator * _waitlessLimit.Denominator;
            Int128 limit = (Int128)_waitlessLimit.Numerator * rate.Denominator;
            return (int)((cycles + limit - 1) / limit) - 1;
        }
    }

    /// <summary>FRCTL: too few wait states are a PUC.</summary>
    private sealed class Frctl(IDeviceControl device, SystemModule system, ClockLine mclk, ClockRate waitlessLimit)
        : FramController(device, system, mclk, waitlessLimit)
    {
        public override int WaitStates => SelectedWaitStates;

        public override bool WritesBlocked => false;

        protected override void DefineRegisters(RegisterMap map)
        {
            FieldRegister control = map.Word(0x00, "FRCTL0").Password(Lock).Reserved(0, 4).Reserved(7, 1);
            DefineWaitStates(control, width: 3);

            map.Word(0x04, "GCCTL0")
                .Protected(Lock)
                .Reserved(0, 1)
                .NotModelled(1, 1, "FRLPMPWR", reset: 1)
                .NotModelled(2, 1, "FRPWR", reset: 1)
                .Reserved(3, 2)
                .NotModelled(5, 1, "CBDIE")
                .NotModelled(6, 1, "UBDIE")
                .NotModelled(7, 1, "UBDRSTEN")
                .Reserved(8, 8);

            FieldRegister flags = map.Word(0x06, "GCCTL1")
                .Protected(Lock)
                .Reserved(0, 1)
                .Field(1, 1, "CBDIFG", Access.WriteZeroToClear)
                .Field(2, 1, "UBDIFG", Access.WriteZeroToClear)
                .Reserved(4, 12);
            DefineAccessTimeFlag(flags);
        }

        private protected override void AccessTimeError()
        {
            AccessTimeFlag.Set();
            Device.RequestReset(ResetKind.Puc, ResetCause.FramAccessTime);
        }
    }

    /// <summary>FRCTL_A: too few wait states force 15 of them and block writes until software clears the flag.</summary>
    private sealed class FrctlA(IDeviceControl device, SystemModule system, ClockLine mclk, ClockRate waitlessLimit, int automaticWaitStates)
        : FramController(device, system, mclk, waitlessLimit)
    {
        private const int SafeWaitStates = 15;

        private Field _automatic;
        private Field _writeProtect;
        private Field _writeProtectFlag;

        public override int WaitStates => _automatic.IsSet ? automaticWaitStates : SelectedWaitStates;

        public override bool WritesBlocked => _writeProtect.IsSet || AccessTimeFlag.IsSet;

        public override void ReportBlockedWrite()
        {
            if (_writeProtect.IsSet)
            {
                _writeProtectFlag.Set();
                System.SystemNmi.Update();
            }
        }

        public override void Reset(ResetKind kind)
        {
            // "The boot code leaves the module open after BOR."
            if (kind == ResetKind.Bor)
            {
                Lock.Open();
            }

            base.Reset(kind);
        }

        protected override void DefineRegisters(RegisterMap map)
        {
            // WPROT: the guide contradicts itself on its value after BOR; published firmware relies on 0.
            FieldRegister control = map.Word(0x00, "FRCTL0")
                .Password(Lock)
                .Field(0, 1, "WPROT", out _writeProtect, onChange: Apply)
                .Reserved(1, 2)
                .Field(3, 1, "AUTO", out _automatic, onChange: Update);
            DefineWaitStates(control, width: 4);

            map.Word(0x04, "GCCTL0")
                .Protected(Lock)
                .Reserved(0, 2)
                .NotModelled(2, 1, "FRPWR", reset: 1)
                .Field(3, 1, "ACCTEIE", out Field accessTimeEnable, onChange: System.SystemNmi.Update)
                .Field(4, 1, "WPIE", out Field writeProtectEnable, onChange: System.SystemNmi.Update)
                .NotModelled(5, 1, "CBDIE")
                .NotModelled(6, 1, "UBDIE")
                .NotModelled(7, 1, "UBDRSTEN")
                .Reserved(8, 8);

            FieldRegister flags = map.Word(0x06, "GCCTL1")
                .Protected(Lock)
                .Reserved(0, 1)
                .Field(1, 1, "CBDIFG", Access.WriteZeroToClear)
                .Field(2, 1, "UBDIFG", Access.WriteZeroToClear)
                .Field(4, 1, "WPIFG", out _writeProtectFlag, Access.WriteZeroToClear, onChange: FlagsChanged)
                .Reserved(5, 11);
            DefineAccessTimeFlag(flags);

            System.SystemNmi.Add(0x06, AccessTimeFlag, accessTimeEnable, Apply);
            System.SystemNmi.Add(0x1A, _writeProtectFlag, writeProtectEnable);
        }

        private protected override void AccessTimeError()
        {
            AccessTimeFlag.Set();
            SelectedWaitStates = SafeWaitStates;
            _automatic.Clear();
            System.SystemNmi.Update();
        }
    }
}
