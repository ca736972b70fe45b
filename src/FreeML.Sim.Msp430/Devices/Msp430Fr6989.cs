using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>MSP430FR6989: 128 KB FRAM, 2 KB RAM, LCD. To be read beside its data sheet (SLAS789).</summary>
internal static class Msp430Fr6989
{
    private const ushort Id = 0x81A8;

    public static DeviceDescription Description { get; } = new()
    {
        Name = "msp430fr6989",
        Summary = "MSP430FR6989: 128 KB FRAM, 2 KB RAM, LCD, FRCTL, 16 MHz",
        DeviceId = Id,
        BoardUart = 1,
        FramController = FramControllerKind.Frctl,
        Memory = MemoryMap.Of(
            (0x0_0006, 0x0_001F, MemoryKind.Ram, "Tiny RAM"),
            (0x0_0020, 0x0_0FFF, MemoryKind.Peripheral, "peripherals"),
            (0x0_1800, 0x0_187F, MemoryKind.Fram, "information D"),
            (0x0_1880, 0x0_18FF, MemoryKind.Fram, "information C"),
            (0x0_1900, 0x0_197F, MemoryKind.Fram, "information B"),
            (0x0_1980, 0x0_19FF, MemoryKind.Fram, "information A"),
            (0x0_1A00, 0x0_1AFF, MemoryKind.Rom, "device descriptor"),
            (0x0_1B00, 0x0_1BFF, MemoryKind.Rom, "boot data"),
            (0x0_1C00, 0x0_23FF, MemoryKind.Ram, "RAM"),
            (0x0_4400, 0x2_3FFF, MemoryKind.Fram, "FRAM")),
        Vectors = Fr5xxFamily.Vectors(
            "COMP_E", "TB0 CCR0", "TB0", "WDT", "ESI", "eUSCI_A0", "eUSCI_B0", "ADC12_B", "TA0 CCR0", "TA0", "eUSCI_A1", "eUSCI_B1", "DMA",
            "TA1 CCR0", "TA1", "P1", "TA2 CCR0", "TA2", "P2", "TA3 CCR0", "TA3", "P3", "P4", "LCD_C", "RTC_C", "AES256"),
        Modules =
        [
            .. Fr5xxFamily.Modules,
            ModuleTable.RamController,
            ModuleTable.PortPair(2, hasInterrupts: false),
            ModuleTable.PortPair(3, hasInterrupts: false),
            ModuleTable.PortPair(4, hasInterrupts: false),
            ModuleTable.TimerA("TA3", 0x0440, captures: 5),
            ModuleTable.RtcC,
            .. ModuleTable.Dma(channels: 3),
            ModuleTable.EusciB(1),
            ModuleTable.Crc32,
            ModuleTable.LcdC,
            .. ModuleTable.Esi,
        ],
        Pins = PinTable.Fr6989,
        Timers = TimerTable.Fr6989,
        FactoryContent = (DeviceDescriptorTable.Start, DeviceDescriptorTable.Build(Id, hardwareRevision: 0x21, firmwareRevision: 0x10)),
        Constants = Fr5xxFamily.OlderConstants(ramTop: 0x23FF),
        Wire = Wire,
    };

    private static void Wire(DeviceModules modules)
    {
        Fr5xxFamily.Wire(modules);
        RamController ram = modules.Attach(new RamController(modules.Control, (0x1C00, 0x0800)));
        modules.Clocks!.PowerModeChanged += () => ram.PowerModeChanged(modules.Clocks.PowerMode);
        modules.AttachUarts(2);
        modules.AttachDma(DmaTriggers.Fr6989);
        modules.Attach(new Crc32(modules.Activities));
    }
}
