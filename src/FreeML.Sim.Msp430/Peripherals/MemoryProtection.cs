using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>MPU, base 0x05A0: its password is modelled; the protection itself is kept, noted, and protects nothing.</summary>
/// <remarks>Source: SLAU367 chapter MPU.</remarks>
public sealed class MemoryProtection : Peripheral
{
    private const int SegmentRights = 0x7777;

    private readonly PasswordLock _lock;

    /// <summary>MPU.</summary>
    public MemoryProtection(IDeviceControl device)
        : base("MPU", 0x05A0) =>
        _lock = new PasswordLock(0xA5, 0x96, () => device.RequestReset(ResetKind.Puc, ResetCause.MpuPassword));

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        map.Word(0x00, "MPUCTL0")
            .Password(_lock)
            .NotModelled(0, 1, "MPUENA", resetBy: ResetKind.Bor)
            .NotModelled(1, 1, "MPULOCK", resetBy: ResetKind.Bor)
            .Reserved(2, 2)
            .NotModelled(4, 1, "MPUSEGIE", resetBy: ResetKind.Bor)
            .Reserved(5, 3);
        map.Word(0x02, "MPUCTL1").Protected(_lock).Field(0, 5, "FLAGS", Access.WriteZeroToClear, resetBy: ResetKind.Bor).Reserved(5, 11);
        Border(0x04, "MPUSEGB2");
        Border(0x06, "MPUSEGB1");
        map.Word(0x08, "MPUSAM").Protected(_lock).NotModelled(0, 16, "RIGHTS", reset: SegmentRights, resetBy: ResetKind.Bor);
        map.Word(0x0A, "MPUIPC0")
            .Protected(_lock)
            .Reserved(0, 5)
            .NotModelled(5, 1, "MPUIPVS", resetBy: ResetKind.Bor)
            .NotModelled(6, 1, "MPUIPENA", resetBy: ResetKind.Bor)
            .NotModelled(7, 1, "MPUIPLOCK", resetBy: ResetKind.Bor)
            .Reserved(8, 8);
        Border(0x0C, "MPUIPSEGB2");
        Border(0x0E, "MPUIPSEGB1");

        // Borders have a grain of 1 KB: address >> 4, bits 5:0 forced to 0.
        void Border(uint offset, string name) =>
            map.Word(offset, name).Protected(_lock).Reserved(0, 6).NotModelled(6, 10, "BORDER", resetBy: ResetKind.Bor);
    }
}
