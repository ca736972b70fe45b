using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>
/// The special function registers (0x0100) and SYS (0x0180): interrupt flags without a module of their own, the causes of resets, and
/// the two non-maskable interrupts. One class, because the vector registers of SYS read and clear the flags.
/// </summary>
/// <remarks>
/// Sources: SLAU367 chapter SYS; value lists of SYSRSTIV, SYSSNIV and SYSUNIV from the device headers. The JTAG mailbox reads 0 and
/// never has a message. The RST/NMI pin's resistor does nothing: a board drives the pin.
/// </remarks>
public sealed class SystemModule : Peripheral
{
    private const int ResetCauses = 64;

    private readonly IDeviceControl _device;
    private readonly InterruptLine _userNmiLine;
    private readonly InterruptLine _systemNmiLine;
    private readonly uint _ramVectorTop;

    private Field _pinIsNmi;
    private Field _nmiOnFallingEdge;
    private Field _nmi;
    private Field _vectorsInRam;
    private Field _oscillatorFault;
    private Field _vacantAccess;
    private Field _watchdogFlag;
    private Field _watchdogEnable;
    private Func<bool>? _oscillatorHasFault;
    private Action? _watchdogChanged;

    // Bit n: the cause with SYSRSTIV value n is waiting to be read.
    private ulong _causes;

    /// <summary>SFR and SYS.</summary>
    /// <param name="device">The device.</param>
    /// <param name="interrupts">Where the non-maskable interrupts go.</param>
    /// <param name="ramVectorTop">Highest RAM address: with SYSRIVECT the vector table ends there.</param>
    public SystemModule(IDeviceControl device, InterruptController interrupts, uint ramVectorTop)
        : base("SYS", 0x0100)
    {
        _device = device;
        ResetPin.Set(true, SimTime.Zero);
        ResetPin.Changed += (level, _) => PinChanged(level);
        _ramVectorTop = ramVectorTop;
        _userNmiLine = interrupts.Connect(InterruptController.UserNmi, "UNMI");
        _systemNmiLine = interrupts.Connect(InterruptController.SystemNmi, "SYSNMI");
        UserNmi = new InterruptGroup(_userNmiLine);
        SystemNmi = new InterruptGroup(_systemNmiLine);
    }

    /// <summary>The sources of the user NMI, numbered as in SYSUNIV.</summary>
    public InterruptGroup UserNmi { get; }

    /// <summary>The sources of the system NMI, numbered as in SYSSNIV.</summary>
    public InterruptGroup SystemNmi { get; }

    /// <summary>The RST/NMI pin. Low resets the device, or with SYSNMI set, an edge is a non-maskable interrupt.</summary>
    public Signal ResetPin { get; } = new("RST/NMI");

    /// <summary>Whether the pin holds the device in reset.</summary>
    public bool IsHeldInReset => !ResetPin.Level && !_pinIsNmi.IsSet;

    /// <summary>Whether a cause waits to be read from SYSRSTIV; PMMIFG shows some of them.</summary>
    public bool HasCause(ResetCause cause) => (_causes & Bit(cause)) != 0;

    /// <summary>
    /// Queues the causes of a reset for SYSRSTIV. A device calls it after resetting the modules. Causes that nobody has read outlive any reset
    /// (the guide's rw-{0}) but the loss of power.
    /// </summary>
    public void AddCauses(params ReadOnlySpan<ResetCause> causes)
    {
        if (causes.Contains(ResetCause.BrownOut) || causes.Contains(ResetCause.SupplySupervisor))
        {
            _causes = 0;
        }

        foreach (ResetCause cause in causes)
        {
            _causes |= cause == ResetCause.None ? 0 : Bit(cause);
        }
    }

    /// <summary>Forgets a cause, as clearing its flag does.</summary>
    public void RemoveCause(ResetCause cause) => _causes &= ~Bit(cause);

    /// <summary>Where the CPU finds a vector: in place, or at the top of RAM if SYSRIVECT is set.</summary>
    public uint VectorAddress(uint vector) =>
        _vectorsInRam.IsSet ? _ramVectorTop + 1 - (0x1_0000 - vector) : vector;

    /// <summary>Vacant memory was read or written: sets VMAIFG.</summary>
    public void ReportVacantAccess()
    {
        _vacantAccess.Set();
        SystemNmi.Update();
    }

    /// <summary>Sets OFIFG.</summary>
    public void ReportOscillatorFault()
    {
        _oscillatorFault.Set();
        UserNmi.Update();
    }

    /// <summary>Tells how to find out whether an oscillator has a fault: OFIFG cannot be cleared while one has.</summary>
    public void ConnectOscillators(Func<bool> hasFault) => _oscillatorHasFault = hasFault;

    /// <summary>Lends WDTIFG and WDTIE to the watchdog.</summary>
    /// <param name="changed">Called when software changed one of them.</param>
    /// <param name="flag">WDTIFG.</param>
    /// <param name="enable">WDTIE.</param>
    public void ConnectWatchdog(Action changed, out Field flag, out Field enable)
    {
        _watchdogChanged = changed;
        flag = _watchdogFlag;
        enable = _watchdogEnable;
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        UserNmi.Update();
        SystemNmi.Update();
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "SFRIE1")
            .Field(0, 1, "WDTIE", out _watchdogEnable, onChange: WatchdogChanged)
            .Field(1, 1, "OFIE", out Field oscillatorEnable, onChange: UserNmi.Update)
            .Reserved(2, 1)
            .Field(3, 1, "VMAIE", out Field vacantEnable, onChange: SystemNmi.Update)
            .Field(4, 1, "NMIIE", out Field nmiEnable, onChange: UserNmi.Update)
            .Reserved(5, 1)
            .Field(6, 1, "JMBINIE", out Field mailboxInEnable, onChange: SystemNmi.Update)
            .Field(7, 1, "JMBOUTIE", out Field mailboxOutEnable, onChange: SystemNmi.Update)
            .Reserved(8, 8);

        // WDTIFG survives a PUC, so that software can see that the watchdog caused it. Reset value 0082.
        map.Word(0x02, "SFRIFG1")
            .Field(0, 1, "WDTIFG", out _watchdogFlag, resetBy: ResetKind.Bor, onChange: WatchdogChanged)
            .Field(1, 1, "OFIFG", out _oscillatorFault, reset: 1, resetBy: ResetKind.Por, onWrite: OscillatorFlagWritten, onChange: UserNmi.Update)
            .Reserved(2, 1)
            .Field(3, 1, "VMAIFG", out _vacantAccess, onChange: SystemNmi.Update)
            .Field(4, 1, "NMIIFG", out _nmi, onChange: UserNmi.Update)
            .Reserved(5, 1)
            .Field(6, 1, "JMBINIFG", out Field mailboxIn, resetBy: ResetKind.Bor, onChange: SystemNmi.Update)
            .Field(7, 1, "JMBOUTIFG", out Field mailboxOut, reset: 1, resetBy: ResetKind.Bor, onChange: SystemNmi.Update)
            .Reserved(8, 8);

        map.Word(0x04, "SFRRPCR")
            .Field(0, 1, "SYSNMI", out _pinIsNmi, onChange: PinFunctionChanged)
            .Field(1, 1, "SYSNMIIES", out _nmiOnFallingEdge)
            .NotModelled(2, 1, "SYSRSTUP", reset: 1)
            .NotModelled(3, 1, "SYSRSTRE", reset: 1)
            .Reserved(4, 12);

        map.Word(0x80, "SYSCTL")
            .Field(0, 1, "SYSRIVECT", out _vectorsInRam, resetBy: ResetKind.Bor)
            .Reserved(1, 1)
            .NotModelled(2, 1, "SYSPMMPE", resetBy: ResetKind.Bor)
            .Reserved(3, 1)
            .Field(4, 1, "SYSBSLIND", Access.ReadOnly)
            .NotModelled(5, 1, "SYSJTAGPIN", resetBy: ResetKind.Bor)
            .Reserved(6, 10);

        map.Word(0x86, "SYSJMBC")
            .Field(0, 1, "JMBIN0FG", Access.ReadOnly)
            .Field(1, 1, "JMBIN1FG", Access.ReadOnly)
            .Field(2, 1, "JMBOUT0FG", Access.ReadOnly, reset: 1)
            .Field(3, 1, "JMBOUT1FG", Access.ReadOnly, reset: 1)
            .NotModelled(4, 1, "JMBMODE")
            .Reserved(5, 1)
            .NotModelled(6, 1, "JMBCLR0OFF")
            .NotModelled(7, 1, "JMBCLR1OFF")
            .Reserved(8, 8);
        map.Word(0x88, "SYSJMBI0").Field(0, 16, "MSG", Access.ReadOnly);
        map.Word(0x8A, "SYSJMBI1").Field(0, 16, "MSG", Access.ReadOnly);
        map.Word(0x8C, "SYSJMBO0").NotModelled(0, 16, "MSG");
        map.Word(0x8E, "SYSJMBO1").NotModelled(0, 16, "MSG");

        map.Word(0x9A, "SYSUNIV").Field(0, 16, "SYSUNIV", Access.ReadOnly, onRead: UserNmi.Take, onWrite: _ => UserNmi.ClearAll());
        map.Word(0x9C, "SYSSNIV").Field(0, 16, "SYSSNIV", Access.ReadOnly, onRead: SystemNmi.Take, onWrite: _ => SystemNmi.ClearAll());
        map.Word(0x9E, "SYSRSTIV").Field(0, 16, "SYSRSTIV", Access.ReadOnly, onRead: TakeCause, onWrite: _ => _causes = 0);

        UserNmi.Add(0x02, _nmi, nmiEnable);
        UserNmi.Add(0x04, _oscillatorFault, oscillatorEnable, KeepOscillatorFlag);
        SystemNmi.Add(0x12, _vacantAccess, vacantEnable);
        SystemNmi.Add(0x14, mailboxIn, mailboxInEnable);
        SystemNmi.Add(0x16, mailboxOut, mailboxOutEnable);
    }

    private static ulong Bit(ResetCause cause) => (uint)cause < ResetCauses
        ? 1UL << (int)cause
        : throw new ArgumentOutOfRangeException(nameof(cause), cause, "Unknown cause of reset.");

    // The boot code runs once the pin is released.
    private void PinChanged(bool level)
    {
        if (!_pinIsNmi.IsSet)
        {
            _device.RequestReset(ResetKind.Bor, ResetCause.RstPin);
        }
        else if (level != _nmiOnFallingEdge.IsSet)
        {
            _nmi.Set();
            UserNmi.Update();
        }
    }

    private void PinFunctionChanged()
    {
        if (IsHeldInReset)
        {
            _device.RequestReset(ResetKind.Bor, ResetCause.RstPin);
        }
    }

    private int TakeCause()
    {
        if (_causes == 0)
        {
            return 0;
        }

        int cause = System.Numerics.BitOperations.TrailingZeroCount(_causes);
        _causes &= _causes - 1;
        return cause;
    }

    private void OscillatorFlagWritten(int written)
    {
        KeepOscillatorFlag();
        UserNmi.Update();
    }

    // "If the fault condition still exists, OFIFG is automatically set again" (SLAU367, CS chapter).
    private void KeepOscillatorFlag()
    {
        if (_oscillatorHasFault?.Invoke() == true)
        {
            _oscillatorFault.Set();
        }
    }

    private void WatchdogChanged() => _watchdogChanged?.Invoke();
}
