using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>RAMCTL: RCCTL0 at 0x0158. Its password is modelled; switching RAM sectors off is kept, noted, and loses nothing.</summary>
/// <remarks>Source: SLAU367 chapter RAMCTL. Byte writes and wrong passwords are ignored without a reset.</remarks>
public sealed class RamController : Peripheral
{
    /// <summary>RAMCTL.</summary>
    public RamController()
        : base("RAMCTL", 0x0158)
    {
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map) =>
        map.Word(0x00, "RCCTL0")
            .PasswordEachWrite(0x5A, 0x69)
            .NotModelled(0, 2, "RCRS0OFF")
            .NotModelled(2, 2, "RCRS1OFF")
            .NotModelled(4, 2, "RCRS2OFF")
            .NotModelled(6, 2, "RCRS3OFF");
}
