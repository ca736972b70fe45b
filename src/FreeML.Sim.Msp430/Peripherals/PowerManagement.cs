using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>PMM, base 0x0120: supply supervision, resets by software, and the lock of the pins after LPMx.5.</summary>
/// <remarks>
/// Source: SLAU367 chapter PMM. PMMIFG shows causes of reset that SYSRSTIV reports too: clearing either clears both. LPMx.5 itself is
/// not modelled: PMMREGOFF is kept and noted. That PMMIFG needs the password and is unchanged without it is inferred.
/// </remarks>
public sealed class PowerManagement : Peripheral
{
    private const int FirstDeepMode = 2;

    private readonly IDeviceControl _device;
    private readonly SystemModule _system;
    private readonly PasswordLock _lock;
    private readonly ActivityMeter _supervisor;
    private int? _powerMode;
    private Field _supervisorEnable;
    private Field _pinLock;

    /// <summary>PMM.</summary>
    public PowerManagement(IDeviceControl device, SystemModule system, ModuleLedger activities)
        : base("PMM", 0x0120)
    {
        _device = device;
        _supervisor = activities.Meter(ModuleActivity.SupplySupervisor);
        _system = system;
        _lock = new PasswordLock(0xA5, 0x96, () => _device.RequestReset(ResetKind.Puc, ResetCause.PmmPassword));
    }

    /// <summary>Raised when software clears LOCKLPM5: port settings reach the pins from now on.</summary>
    public event Action? PinsUnlocked;

    /// <summary>SVSHE: whether the supply supervisor also watches in LPM2, LPM3, LPM4 and LPMx.5. It always does in AM, LPM0, LPM1.</summary>
    public bool SupervisorInDeepSleep => _supervisorEnable.IsSet;

    /// <summary>LOCKLPM5: whether the pins are held as they are.</summary>
    public bool PinsLocked => _pinLock.IsSet;

    /// <summary>The chip fell asleep, woke or changed its low-power mode.</summary>
    /// <param name="powerMode">0 to 4; null for awake.</param>
    public void PowerModeChanged(int? powerMode)
    {
        _powerMode = powerMode;
        MeterSupervisor();
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind) => PowerModeChanged(null);

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "PMMCTL0")
            .Password(_lock)
            .Reserved(0, 2)
            .Field(2, 1, "PMMSWBOR", Access.WriteOnlyReadsZero, onWrite: set => ResetIf(set, ResetKind.Bor, ResetCause.SoftwareBor))
            .Field(3, 1, "PMMSWPOR", Access.WriteOnlyReadsZero, onWrite: set => ResetIf(set, ResetKind.Por, ResetCause.SoftwarePor))
            .NotModelled(4, 1, "PMMREGOFF")
            .Reserved(5, 1)
            .Field(6, 1, "SVSHE", out _supervisorEnable, reset: 1, resetBy: ResetKind.Bor, onChange: MeterSupervisor)
            .Reserved(7, 1);

        map.Word(0x02, "PMMCTL1").Reserved(0, 16, reads: 0x9600);

        map.Word(0x0A, "PMMIFG")
            .Protected(_lock, violationWhenClosed: false)
            .Reserved(0, 8)
            .Flag(8, "PMMBORIFG", ResetCause.SoftwareBor, _system)
            .Flag(9, "PMMRSTIFG", ResetCause.RstPin, _system)
            .Flag(10, "PMMPORIFG", ResetCause.SoftwarePor, _system)
            .Reserved(11, 2)
            .Flag(13, "SVSHIFG", ResetCause.SupplySupervisor, _system)
            .Reserved(14, 1)
            .Flag(15, "PMMLPM5IFG", ResetCause.Lpmx5WakeUp, _system);

        map.Word(0x10, "PM5CTL0")
            .Field(0, 1, "LOCKLPM5", out _pinLock, Access.WriteZeroToClear, reset: 1, resetBy: ResetKind.Bor, onChange: () => PinsUnlocked?.Invoke())
            .Reserved(1, 15);
    }

    // In the other modes it always works, and is part of their currents.
    private void MeterSupervisor() => _supervisor.SetActive(_powerMode >= FirstDeepMode && SupervisorInDeepSleep, _device.Now);

    private void ResetIf(int set, ResetKind kind, ResetCause cause)
    {
        if (set != 0)
        {
            _device.RequestReset(kind, cause);
        }
    }
}

/// <summary>PMMIFG's flags.</summary>
file static class ResetFlagExtensions
{
    /// <summary>A flag that is a cause of reset in SYS's queue; writing 0 clears it.</summary>
    public static FieldRegister Flag(this FieldRegister register, int bit, string name, ResetCause cause, SystemModule system) =>
        register.Field(
            bit,
            1,
            name,
            Access.ReadOnly,
            onRead: () => system.HasCause(cause) ? 1 : 0,
            onWrite: keep =>
            {
                if (keep == 0)
                {
                    system.RemoveCause(cause);
                }
            });
}
