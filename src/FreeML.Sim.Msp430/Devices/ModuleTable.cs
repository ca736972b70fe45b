namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// The modules of the family and the names of their registers, by instance. They name what firmware touches, whether it is modelled or not.
/// Addresses and names: device headers; values after reset: user's guide.
/// </summary>
internal static class ModuleTable
{
    public static DeviceModule Sfr => DeviceModule.Parse("SFR", 0x0100, 0x20, "SFR", "IE1:00 IFG1:02 RPCR:04");

    public static DeviceModule Pmm => DeviceModule.Parse("PMM", 0x0120, 0x20, "", "PMMCTL0:00 PMMCTL1:02 PMMIFG:0A PM5CTL0:10");

    public static DeviceModule Frctl => DeviceModule.Parse("FRCTL", 0x0140, 0x10, "", "FRCTL0:00 GCCTL0:04 GCCTL1:06");

    public static DeviceModule Crc16 => DeviceModule.Parse("CRC16", 0x0150, 0x08, "CRC", "DI:00 DIRB:02 INIRES:04=FFFF RESR:06=FFFF");

    public static DeviceModule RamController => DeviceModule.Parse("RAMCTL", 0x0158, 0x02, "RC", "CTL0:00");

    public static DeviceModule Watchdog => DeviceModule.Parse("WDT_A", 0x015C, 0x02, "WDT", "CTL:00");

    public static DeviceModule Cs => DeviceModule.Parse("CS", 0x0160, 0x10, "CS", "CTL0:00 CTL1:02 CTL2:04 CTL3:06 CTL4:08 CTL5:0A CTL6:0C");

    public static DeviceModule Sys => DeviceModule.Parse("SYS", 0x0180, 0x20, "SYS", "CTL:00 JMBC:06 JMBI0:08 JMBI1:0A JMBO0:0C JMBO1:0E UNIV:1A SNIV:1C RSTIV:1E");

    public static DeviceModule Ref => DeviceModule.Parse("REF", 0x01B0, 0x02, "REF", "CTL0:00");

    public static DeviceModule PortJ => DeviceModule.Parse("Port PJ", 0x0320, 0x20, "PJ", "IN:00 OUT:02 DIR:04 REN:06 SEL0:0A SEL1:0C SELC:16");

    public static DeviceModule TimerB0 => DeviceModule.Parse(
        "TB0",
        0x03C0,
        0x30,
        "TB0",
        "CTL:00 CCTL0:02 CCTL1:04 CCTL2:06 CCTL3:08 CCTL4:0A CCTL5:0C CCTL6:0E R:10 CCR0:12 CCR1:14 CCR2:16 CCR3:18 CCR4:1A CCR5:1C CCR6:1E EX0:20 IV:2E");

    public static DeviceModule CapTouchIo0 => DeviceModule.Parse("CAPTIO0", 0x0430, 0x10, "CAPTIO0", "CTL:0E");

    public static DeviceModule CapTouchIo1 => DeviceModule.Parse("CAPTIO1", 0x0470, 0x10, "CAPTIO1", "CTL:0E");

    public static DeviceModule RtcB => DeviceModule.Parse(
        "RTC_B",
        0x04A0,
        0x20,
        "",
        "RTCCTL01:00 RTCCTL23:02 RTCPS0CTL:08 RTCPS1CTL:0A RTCPS:0C RTCIV:0E RTCTIM0:10 RTCTIM1:12 RTCDATE:14 RTCYEAR:16 RTCAMINHR:18 RTCADOWDAY:1A BIN2BCD:1C BCD2BIN:1E");

    public static DeviceModule RtcC => DeviceModule.Parse(
        "RTC_C",
        0x04A0,
        0x20,
        "",
        "RTCCTL0:00 RTCCTL13:02=40 RTCOCAL:04 RTCTCMP:06 RTCPS0CTL:08 RTCPS1CTL:0A RTCPS:0C RTCIV:0E RTCTIM0:10 RTCTIM1:12 RTCDATE:14 RTCYEAR:16 RTCAMINHR:18 RTCADOWDAY:1A BIN2BCD:1C BCD2BIN:1E");

    public static DeviceModule Mpu => DeviceModule.Parse(
        "MPU",
        0x05A0,
        0x10,
        "MPU",
        "CTL0:00 CTL1:02 SEGB2:04 SEGB1:06 SAM:08 IPC0:0A IPSEGB2:0C IPSEGB1:0E");

    public static DeviceModule Adc12 => DeviceModule.Parse(
        "ADC12_B",
        0x0800,
        0xA0,
        "ADC12",
        "CTL0:00 CTL1:02 CTL2:04=20 CTL3:06 LO:08 HI:0A=FFF IFGR0:0C IFGR1:0E IFGR2:10 IER0:12 IER1:14 IER2:16 IV:18 "
            + Numbered("MCTL", 32, 0x20) + Numbered("MEM", 32, 0x60));

    public static DeviceModule CompE => DeviceModule.Parse("COMP_E", 0x08C0, 0x10, "CE", "CTL0:00 CTL1:02 CTL2:04 CTL3:06 INT:0C IV:0E");

    public static DeviceModule Crc32 => DeviceModule.Parse(
        "CRC32",
        0x0980,
        0x30,
        "",
        "CRC32DIW0:00 CRC32DIW1:02 CRC32DIRBW1:04 CRC32DIRBW0:06 CRC32INIRESW0:08 CRC32INIRESW1:0A CRC32RESRW1:0C=FFFF CRC32RESRW0:0E=FFFF "
            + "CRC16DIW0:10 CRC16DIW1:12 CRC16DIRBW1:14 CRC16DIRBW0:16 CRC16INIRESW0:18 CRC16RESRW1:1C CRC16RESRW0:1E=FFFF");

    public static DeviceModule Aes256 => DeviceModule.Parse("AES256", 0x09C0, 0x10, "AES", "ACTL0:00 ACTL1:02 ASTAT:04 AKEY:06 ADIN:08 ADOUT:0A AXDIN:0C AXIN:0E");

    // Every LEA register has 32 bits; the high half is named with an H.
    public static DeviceModule Lea => DeviceModule.Parse(
        "LEA",
        0x0A80,
        0x80,
        "LEA",
        "CAP:00 CAPH:02 CNF0:04 CNF0H:06 CNF1:08 CNF1H:0A CNF2:0C CNF2H:0E MB:10=2C00 MBH:12 MT:14=3C00 MTH:16 CMA:18 CMAH:1A CMCTL:1C CMCTLH:1E "
            + "CMDSTAT:28 CMDSTATH:2A S1STAT:2C S1STATH:2E S0STAT:30 S0STATH:32 DSTSTAT:34 DSTSTATH:36 PMCTL:40 PMCTLH:42 PMDST:44 PMDSTH:46 "
            + "PMS1:48 PMS1H:4A PMS0:4C PMS0H:4E PMCB:50 PMCBH:52 IFGSET:70 IFGSETH:72 IE:74 IEH:76 IFG:78 IFGH:7A IV:7C IVH:7E");

    public static DeviceModule LcdC => DeviceModule.Parse(
        "LCD_C",
        0x0A00,
        0x60,
        "LCD",
        "CCTL0:00 CCTL1:02 CBLKCTL:04 CMEMCTL:06 CVCTL:08 CPCTL0:0A CPCTL1:0C CPCTL2:0E CCPCTL:12 CIV:1E "
            + NumberedBytes("M", first: 1, 43, 0x20) + NumberedBytes("BM", first: 12, 11, 0x4B));

    public static IReadOnlyList<DeviceModule> Esi =>
    [
        DeviceModule.Parse(
            "ESI",
            0x0D00,
            0x40,
            "ESI",
            "DEBUG1:00 DEBUG2:02 DEBUG3:04 DEBUG4:06 DEBUG5:08 CNT0:10 CNT1:12 CNT2:14 CNT3:16 IV:1A INT1:1C INT2:1E AFE:20 PPU:22 TSM:24 PSM:26 OSC:28 CTL:2A THR1:2C THR2:2E"),
        DeviceModule.Parse("ESI", 0x0D40, 0x60, "ESI", Numbered("DAC1R", 8, 0x00) + Numbered("DAC2R", 8, 0x10) + Numbered("TSM", 32, 0x20)),
        DeviceModule.Parse("ESI RAM", 0x0E00, 0x80, "ESI", NumberedBytes("RAM", first: 0, 128, 0x00)),
    ];

    /// <summary>The multiplier, at 0x04C0 here and at 0x0130 in older families.</summary>
    public static DeviceModule Mpy32(uint baseAddress) => DeviceModule.Parse(
        "MPY32",
        baseAddress,
        0x30,
        "",
        "MPY:00 MPYS:02 MAC:04 MACS:06 OP2:08 RESLO:0A RESHI:0C SUMEXT:0E MPY32L:10 MPY32H:12 MPYS32L:14 MPYS32H:16 MAC32L:18 MAC32H:1A MACS32L:1C MACS32H:1E "
            + "OP2L:20 OP2H:22 RES0:24 RES1:26 RES2:28 RES3:2A MPY32CTL0:2C");

    /// <summary>Two 8-bit ports that share a block: P1 and P2 are PA.</summary>
    /// <param name="pair">0 for PA, 1 for PB...</param>
    /// <param name="hasInterrupts">Whether the ports can interrupt.</param>
    public static DeviceModule PortPair(int pair, bool hasInterrupts)
    {
        (string Name, int Offset)[] registers =
            [("IN", 0x00), ("OUT", 0x02), ("DIR", 0x04), ("REN", 0x06), ("SEL0", 0x0A), ("SEL1", 0x0C), ("SELC", 0x16)];
        (string Name, int Offset)[] interrupts = [("IES", 0x18), ("IE", 0x1A), ("IFG", 0x1C)];
        int odd = (2 * pair) + 1;
        string table = "";
        foreach ((string name, int offset) in hasInterrupts ? registers.Concat(interrupts) : registers)
        {
            table += $"{(char)('A' + pair)}{name}:{offset:X2} {odd}{name}:{offset:X2}b {odd + 1}{name}:{offset + 1:X2}b ";
        }

        if (hasInterrupts)
        {
            table += $"{odd}IV:0E {odd + 1}IV:1E";
        }

        return DeviceModule.Parse($"Ports P{odd}/P{odd + 1}", 0x0200 + (0x20 * (uint)pair), 0x20, "P", table);
    }

    /// <summary>A Timer_A.</summary>
    public static DeviceModule TimerA(string name, uint baseAddress, int captures) =>
        DeviceModule.Parse(name, baseAddress, 0x30, name, "CTL:00 R:10 EX0:20 IV:2E " + Numbered("CCTL", captures, 0x02) + Numbered("CCR", captures, 0x12));

    /// <summary>The DMA controller.</summary>
    public static IEnumerable<DeviceModule> Dma(int channels)
    {
        yield return DeviceModule.Parse("DMA", 0x0500, 0x10, "DMA", "CTL0:00 CTL1:02 CTL2:04 CTL3:06 CTL4:08 IV:0E");
        for (int channel = 0; channel < channels; channel++)
        {
            yield return DeviceModule.Parse($"DMA{channel}", 0x0510 + (0x10 * (uint)channel), 0x10, $"DMA{channel}", "CTL:00 SA:02 SAH:04 DA:06 DAH:08 SZ:0A");
        }
    }

    /// <summary>eUSCI_A number <paramref name="index"/>. TXIFG is set after reset, so that code that polls it before sending goes on.</summary>
    public static DeviceModule EusciA(int index) => DeviceModule.Parse(
        $"eUSCI_A{index}",
        0x05C0 + (0x20 * (uint)index),
        0x20,
        $"UCA{index}",
        "CTLW0:00=1 CTLW1:02 BRW:06 MCTLW:08 STATW:0A RXBUF:0C TXBUF:0E ABCTL:10 IRCTL:12 IE:1A IFG:1C=2 IV:1E");

    /// <summary>eUSCI_B number <paramref name="index"/>.</summary>
    public static DeviceModule EusciB(int index) => DeviceModule.Parse(
        $"eUSCI_B{index}",
        0x0640 + (0x40 * (uint)index),
        0x30,
        $"UCB{index}",
        "CTLW0:00=1C1 CTLW1:02 BRW:06 STATW:08 TBCNT:0A RXBUF:0C TXBUF:0E I2COA0:14 I2COA1:16 I2COA2:18 I2COA3:1A ADDRX:1C ADDMASK:1E I2CSA:20 IE:2A IFG:2C=2 IV:2E");

    private static string Numbered(string name, int count, int offset) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{name}{i}:{offset + (2 * i):X2} "));

    private static string NumberedBytes(string name, int first, int count, int offset) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{name}{first + i}:{offset + i:X2}b "));
}
