using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>MSP430FR5969: 64 KB FRAM, 2 KB RAM. To be read beside its data sheet (SLAS704).</summary>
internal static class Msp430Fr5969
{
    private const ushort Id = 0x8169;

    public static DeviceDescription Description { get; } = new()
    {
        Name = "msp430fr5969",
        Summary = "MSP430FR5969: 64 KB FRAM, 2 KB RAM, FRCTL, 16 MHz",
        DeviceId = Id,
        FramController = FramControllerKind.Frctl,
        Memory = MemoryMap.Of(
            (0x0_0020, 0x0_0FFF, MemoryKind.Peripheral, "peripherals"),
            (0x0_1800, 0x0_187F, MemoryKind.Fram, "information D"),
            (0x0_1880, 0x0_18FF, MemoryKind.Fram, "information C"),
            (0x0_1900, 0x0_197F, MemoryKind.Fram, "information B"),
            (0x0_1980, 0x0_19FF, MemoryKind.Fram, "information A"),
            (0x0_1A00, 0x0_1AFF, MemoryKind.Rom, "device descriptor"),
            (0x0_1B00, 0x0_1BFF, MemoryKind.Rom, "boot data"),
            (0x0_1C00, 0x0_23FF, MemoryKind.Ram, "RAM"),
            (0x0_4400, 0x1_3FFF, MemoryKind.Fram, "FRAM")),
        Vectors = Fr5xxFamily.Vectors(
            "COMP_E", "TB0 CCR0", "TB0", "WDT", "eUSCI_A0", "eUSCI_B0", "ADC12_B", "TA0 CCR0", "TA0", "eUSCI_A1", "DMA", "TA1 CCR0", "TA1", "P1",
            "TA2 CCR0", "TA2", "P2", "TA3 CCR0", "TA3", "P3", "P4", "RTC_B", "AES256"),
        Modules =
        [
            .. Fr5xxFamily.Modules,
            ModuleTable.TimerA("TA3", 0x0440, captures: 2),
            ModuleTable.RtcB,
            .. ModuleTable.Dma(channels: 3),
        ],
        Pins = PinTable.Fr5969,
        Timers = TimerTable.Fr5969,
        FactoryContent = (DeviceDescriptorTable.Start, DeviceDescriptorTable.Build(Id, hardwareRevision: 0x30, firmwareRevision: 0x10)),
        Constants = Fr5xxFamily.OlderConstants(ramTop: 0x23FF),
        Wire = Wire,
    };

    private static void Wire(DeviceModules modules)
    {
        Fr5xxFamily.Wire(modules);
        modules.AttachUarts(2);
        modules.AttachDma(DmaTriggers.Fr5969);
    }
}
