using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>MSP430FR5994: 256 KB FRAM, 8 KB RAM of which LEA shares 4. To be read beside its data sheet (SLASE54).</summary>
internal static class Msp430Fr5994
{
    private const ushort Id = 0x82A1;

    public static DeviceDescription Description { get; } = new()
    {
        Name = "msp430fr5994",
        Summary = "MSP430FR5994: 256 KB FRAM, 8 KB RAM, LEA, FRCTL_A, 16 MHz",
        DeviceId = Id,
        FramController = FramControllerKind.FrctlA,
        Memory = MemoryMap.Of(
            (0x0_0006, 0x0_001F, MemoryKind.Ram, "Tiny RAM"),
            (0x0_0020, 0x0_0FFF, MemoryKind.Peripheral, "peripherals"),
            (0x0_1800, 0x0_187F, MemoryKind.Fram, "information D"),
            (0x0_1880, 0x0_18FF, MemoryKind.Fram, "information C"),
            (0x0_1900, 0x0_197F, MemoryKind.Fram, "information B"),
            (0x0_1980, 0x0_19FF, MemoryKind.Fram, "information A"),
            (0x0_1A00, 0x0_1AFF, MemoryKind.Rom, "device descriptor"),
            (0x0_1B00, 0x0_1BFF, MemoryKind.Rom, "boot data"),
            (0x0_1C00, 0x0_2BFF, MemoryKind.Ram, "RAM"),
            (0x0_2C00, 0x0_3BFF, MemoryKind.Ram, "LEA RAM"),
            (0x0_4000, 0x4_3FFF, MemoryKind.Fram, "FRAM")),
        Vectors = Fr5xxFamily.Vectors(
            "COMP_E", "TB0 CCR0", "TB0", "WDT", "eUSCI_A0", "eUSCI_B0", "ADC12_B", "TA0 CCR0", "TA0", "eUSCI_A1", "DMA", "TA1 CCR0", "TA1", "P1",
            "TA2 CCR0", "TA2", "P2", "TA3 CCR0", "TA3", "P3", "P4", "RTC_C", "AES256", "TA4 CCR0", "TA4", "P5", "P6", "eUSCI_A2", "eUSCI_A3",
            "eUSCI_B1", "eUSCI_B2", "eUSCI_B3", "P7", "P8", "LEA"),
        Modules =
        [
            .. Fr5xxFamily.Modules,
            ModuleTable.RamController,
            ModuleTable.PortPair(2, hasInterrupts: true),
            ModuleTable.PortPair(3, hasInterrupts: true),
            ModuleTable.TimerA("TA3", 0x0440, captures: 2),
            ModuleTable.RtcC,
            .. ModuleTable.Dma(channels: 6),
            ModuleTable.EusciA(2),
            ModuleTable.EusciA(3),
            ModuleTable.EusciB(1),
            ModuleTable.EusciB(2),
            ModuleTable.EusciB(3),
            ModuleTable.TimerA("TA4", 0x07C0, captures: 2),
            ModuleTable.Crc32,
            ModuleTable.Lea,
        ],
        Pins = PinTable.Fr5994,
        Timers = TimerTable.Fr5994,
        FactoryContent = (DeviceDescriptorTable.Start, DeviceDescriptorTable.Build(Id, hardwareRevision: 0x21, firmwareRevision: 0x10)),
        Constants = Fr5xxFamily.Constants(ramTop: 0x3BFF),
        Wire = Wire,
    };

    private static void Wire(DeviceModules modules)
    {
        Fr5xxFamily.Wire(modules);

        // The second sector is the RAM that LEA shares (inferred from the two blocks of 4 KB).
        RamController ram = modules.Attach(new RamController(modules.Control, (0x1C00, 0x1000), (0x2C00, 0x1000)));
        modules.Clocks!.PowerModeChanged += () => ram.PowerModeChanged(modules.Clocks.PowerMode);
        modules.AttachUarts(4);
        modules.AttachDma(DmaTriggers.Fr5994);
        modules.Attach(new Crc32(modules.Activities));
    }
}
