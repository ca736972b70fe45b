using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// No device at all: RAM over the whole address space and a multiplier, for images linked for GNU's simulator. The multiplier is at
/// both places where compilers look for one: 0x0130 (-mhwmult=16bit and 32bit) and 0x04C0 (-mhwmult=f5series).
/// </summary>
internal static class Generic
{
    private const uint OldMultiplier = 0x0130;
    private const uint NewMultiplier = 0x04C0;

    public static DeviceDescription Description { get; } = new()
    {
        Name = "generic",
        Summary = "flat RAM over 1 MiB and a multiplier, for images linked for GNU's simulator",
        UnclaimedPeripheralSpaceIsMemory = true,
        Memory = MemoryMap.Of(
            (0x0_0000, OldMultiplier - 1, MemoryKind.Ram, "RAM"),
            (OldMultiplier, OldMultiplier + 0x2F, MemoryKind.Peripheral, "multiplier"),
            (OldMultiplier + 0x30, NewMultiplier - 1, MemoryKind.Ram, "RAM"),
            (NewMultiplier, NewMultiplier + 0x2F, MemoryKind.Peripheral, "multiplier"),
            (NewMultiplier + 0x30, 0xF_FFFF, MemoryKind.Ram, "RAM")),
        Vectors = [new InterruptVector(InterruptController.Reset, "RESET")],
        Modules = [ModuleTable.Mpy32(OldMultiplier), ModuleTable.Mpy32(NewMultiplier)],
        Wire = modules =>
        {
            modules.Attach(new Mpy32(OldMultiplier, modules.Control, modules.Activities));
            modules.Attach(new Mpy32(NewMultiplier, modules.Control, modules.Activities));
        },
    };
}
