using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>RAMCTL: RCCTL0 at 0x0158. A sector of RAM that is switched off loses its contents.</summary>
/// <remarks>
/// Source: SLAU367 chapter RAMCTL. Byte writes and wrong passwords are ignored without a reset. An access to a sector that is off is not
/// stopped, but what it stored is gone when the sector is switched on.
/// </remarks>
public sealed class RamController : Peripheral
{
    private const int Fields = 4;
    private const int OffInDeepSleep = 1;
    private const int Off = 2;
    private const int FirstDeepMode = 3;

    private readonly IDeviceControl _device;
    private readonly (uint Start, uint Length)[] _sectors;
    private readonly Field[] _modes;
    private readonly bool[] _isOff;
    private int? _powerMode;

    /// <summary>RAMCTL.</summary>
    /// <param name="device">The device.</param>
    /// <param name="sectors">What RCRS0OFF, RCRS1OFF ... switch.</param>
    public RamController(IDeviceControl device, params (uint Start, uint Length)[] sectors)
        : base("RAMCTL", 0x0158)
    {
        _device = device;
        _sectors = sectors;
        _modes = new Field[sectors.Length];
        _isOff = new bool[sectors.Length];
    }

    /// <summary>The chip fell asleep, woke or changed its low-power mode.</summary>
    /// <param name="powerMode">0 to 4; null for awake.</param>
    public void PowerModeChanged(int? powerMode)
    {
        _powerMode = powerMode;
        Update();
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind) => PowerModeChanged(null);

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        FieldRegister control = map.Word(0x00, "RCCTL0").PasswordEachWrite(0x5A, 0x69);
        for (int sector = 0; sector < Fields; sector++)
        {
            string name = $"RCRS{sector}OFF";
            if (sector < _sectors.Length)
            {
                control.Field(2 * sector, 2, name, out _modes[sector], onChange: Update);
            }
            else
            {
                control.Reserved(2 * sector, 2);
            }
        }
    }

    // The third code is reserved; it keeps the sector on.
    private void Update()
    {
        for (int sector = 0; sector < _sectors.Length; sector++)
        {
            int mode = _modes[sector].Value;
            bool isOff = mode == Off || (mode == OffInDeepSleep && _powerMode >= FirstDeepMode);
            if (isOff != _isOff[sector])
            {
                _isOff[sector] = isOff;
                _device.LoseRam(_sectors[sector].Start, _sectors[sector].Length);
            }
        }
    }
}
