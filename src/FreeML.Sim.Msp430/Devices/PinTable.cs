using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// The pins of each device with their functions, as the port tables of the data sheets have them (SLASE54D tables 9-20 to 9-38, SLAS704G
/// tables 6-49 to 6-62, SLAS789D tables 6-20 to 6-42): name, then the functions for PxSEL1:PxSEL0 = 01, 10, 11 in the form that
/// <see cref="PinFunction.Parse"/> reads.
/// </summary>
/// <remarks>
/// Of serial lines the UART's name is given, of I2C and SPI the SPI one. Segment lines of the FR6989's LCD are left out. Read off related
/// devices of the same family, not off the device's own table: on FR6989 P3.4 to P3.7, P7.4 to P7.7 and P9; on FR5994 P5.6 and P5.7.
/// </remarks>
internal static class PinTable
{
    // P1.0 to P4.7 and PJ are the same on FR5969 and FR5994.
    private const string Fr59xx = """
        P1.0 TA0.CCI1A>TA0.1 DMAE0>RTCCLK @A0,C0
        P1.1 TA0.CCI2A>TA0.2 TA1CLK>COUT @A1,C1
        P1.2 TA1.CCI1A>TA1.1 TA0CLK>COUT @A2,C2
        P1.3 TA1.CCI2A>TA1.2 !UCB0STE @A3,C3
        P1.4 TB0.CCI1A>TB0.1 !UCA0STE @A4,C4
        P1.5 TB0.CCI2A>TB0.2 !UCA0CLK @A5,C5
        P1.6 TB0.CCI3B>TB0.3 !UCB0SIMO TA0.CCI0A>TA0.0
        P1.7 TB0.CCI4B>TB0.4 !UCB0SOMI TA1.CCI0A>TA1.0
        P2.0 TB0.CCI6B>TB0.6 !UCA0TXD TB0CLK>ACLK
        P2.1 TB0.CCI0A>TB0.0 !UCA0RXD TB0.CCI0A>TB0.0
        P2.2 >TB0.2 !UCB0CLK -
        P2.3 TA0.CCI0B>TA0.0 !UCA1STE @A6,C10
        P2.4 TA1.CCI0B>TA1.0 !UCA1CLK @A7,C11
        P2.5 TB0.CCI0B>TB0.0 !UCA1TXD -
        P2.6 >TB0.1 !UCA1RXD -
        P2.7 - - -
        P3.0 - - @A12,C12
        P3.1 - - @A13,C13
        P3.2 - - @A14,C14
        P3.3 - - @A15,C15
        P3.4 TB0.CCI3A>TB0.3 >SMCLK >SMCLK
        P3.5 TB0.CCI4A>TB0.4 >COUT >COUT
        P3.6 TB0.CCI5A>TB0.5 - -
        P3.7 TB0.CCI6A>TB0.6 - -
        P4.0 - - @A8
        P4.1 - - @A9
        P4.2 - - @A10
        P4.3 - - @A11
        P4.4 TB0.CCI5B>TB0.5 - -
        P4.5 - - -
        P4.6 - - -
        P4.7 - - -
        PJ.0 TB0OUTH>SMCLK - @C6
        PJ.1 >MCLK - @C7
        PJ.2 >ACLK - @C8
        PJ.3 - - @C9
        PJ.4 @LFXIN - -
        PJ.5 @LFXOUT - -
        PJ.6 @HFXIN - -
        PJ.7 @HFXOUT - -

        """;

    private const string Fr5994Only = """
        P5.0 !UCB1SIMO - -
        P5.1 !UCB1SOMI - -
        P5.2 !UCB1CLK TA4CLK> -
        P5.3 !UCB1STE - -
        P5.4 !UCA2TXD - TB0OUTH>
        P5.5 !UCA2RXD - >ACLK
        P5.6 !UCA2CLK TA4.CCI0A>TA4.0 >SMCLK
        P5.7 !UCA2STE TA4.CCI1A>TA4.1 >MCLK
        P6.0 !UCA3TXD - -
        P6.1 !UCA3RXD - -
        P6.2 !UCA3CLK - -
        P6.3 !UCA3STE - -
        P6.4 !UCB3SIMO - -
        P6.5 !UCB3SOMI - -
        P6.6 !UCB3CLK - -
        P6.7 !UCB3STE - -
        P7.0 !UCB2SIMO - -
        P7.1 !UCB2SOMI - -
        P7.2 !UCB2CLK - -
        P7.3 !UCB2STE TA4.CCI1B>TA4.1 -
        P7.4 - TA4.CCI0B>TA4.0 @A16
        P7.5 - - @A17
        P7.6 - - @A18
        P7.7 - - @A19
        P8.0 - - -
        P8.1 - - -
        P8.2 - - -
        P8.3 - - -
        """;

    private const string Fr6989All = """
        P1.0 TA0.CCI1A>TA0.1 DMAE0>RTCCLK @A0,C0
        P1.1 TA0.CCI2A>TA0.2 TA1CLK>COUT @A1,C1
        P1.2 TA1.CCI1A>TA1.1 TA0CLK>COUT @A2,C2
        P1.3 TA1.CCI2A>TA1.2 >ESITEST4 @A3,C3
        P1.4 !UCB0CLK !UCA0STE TA1.CCI0A>TA1.0
        P1.5 !UCB0STE !UCA0CLK TA0.CCI0A>TA0.0
        P1.6 !UCB0SIMO - TA0.CCI1A>TA0.1
        P1.7 !UCB0SOMI - TA0.CCI2A>TA0.2
        P2.0 !UCA0TXD TB0.CCI6B>TB0.6 TB0CLK>
        P2.1 !UCA0RXD TB0.CCI5B>TB0.5 DMAE0>
        P2.2 !UCA0CLK TB0.CCI4B>TB0.4 >RTCCLK
        P2.3 !UCA0STE TB0OUTH> -
        P2.4 TB0.CCI3A>TB0.3 - @COM4
        P2.5 TB0.CCI4A>TB0.4 - @COM5
        P2.6 TB0.CCI5A>TB0.5 >ESIC1OUT @COM6
        P2.7 TB0.CCI6A>TB0.6 >ESIC2OUT @COM7
        P3.0 !UCB1CLK - -
        P3.1 !UCB1SIMO - -
        P3.2 !UCB1SOMI - -
        P3.3 - TA1.CCI1A>TA1.1 TB0CLK>
        P3.4 !UCA1TXD TB0.CCI0A>TB0.0 -
        P3.5 !UCA1RXD TB0.CCI1A>TB0.1 -
        P3.6 !UCA1CLK TB0.CCI2A>TB0.2 -
        P3.7 !UCA1STE TB0.CCI3B>TB0.3 -
        P4.0 - !UCB1SIMO >MCLK
        P4.1 - !UCB1SOMI >ACLK
        P4.2 !UCA0TXD !UCB1CLK -
        P4.3 !UCA0RXD !UCB1STE -
        P4.4 - !UCB1STE TA1CLK>
        P4.5 - !UCB1CLK TA1.CCI0A>TA1.0
        P4.6 - !UCB1SIMO TA1.CCI1A>TA1.1
        P4.7 - !UCB1SOMI TA1.CCI2A>TA1.2
        P5.0 TA1.CCI1A>TA1.1 - >MCLK
        P5.1 TA1.CCI2A>TA1.2 - -
        P5.2 TA1.CCI0B>TA1.0 TA1CLK> >ACLK
        P5.3 - !UCB1STE -
        P5.4 !UCA1TXD - -
        P5.5 !UCA1RXD - -
        P5.6 !UCA1CLK - -
        P5.7 !UCA1STE - TB0CLK>
        P6.0 - - @R23
        P6.1 - - @R13
        P6.2 >COUT - @R03
        P6.3 - - @COM0
        P6.4 TB0.CCI0B>TB0.0 - @COM1
        P6.5 TB0.CCI1A>TB0.1 - @COM2
        P6.6 TB0.CCI2A>TB0.2 - @COM3
        P6.7 TA0CLK> - -
        P7.0 TA0CLK> - -
        P7.1 TA0.CCI0B>TA0.0 - >ACLK
        P7.2 TA0.CCI1A>TA0.1 - -
        P7.3 TA0.CCI2A>TA0.2 - -
        P7.4 - - >SMCLK
        P7.5 TA0.CCI2A>TA0.2 - -
        P7.6 TA0.CCI1A>TA0.1 - -
        P7.7 TA1.CCI2A>TA1.2 - TB0OUTH>
        P8.0 - - >RTCCLK
        P8.1 - - DMAE0>
        P8.2 - - -
        P8.3 - - >MCLK
        P8.4 - - @A7,C7
        P8.5 - - @A6,C6
        P8.6 - - @A5,C5
        P8.7 - - @A4,C4
        P9.0 - >ESITEST0 @A8,C8
        P9.1 - >ESITEST1 @A9,C9
        P9.2 - >ESITEST2 @A10,C10
        P9.3 - >ESITEST3 @A11,C11
        P9.4 - - @A12,C12
        P9.5 - - @A13,C13
        P9.6 - - @A14,C14
        P9.7 - - @A15,C15
        P10.0 - - >SMCLK
        P10.1 TA0.CCI0B>TA0.0 - -
        P10.2 TA1.CCI0B>TA1.0 - >SMCLK
        PJ.0 TB0OUTH>SMCLK - -
        PJ.1 >MCLK - -
        PJ.2 >ACLK - -
        PJ.3 >COUT - -
        PJ.4 @LFXIN - -
        PJ.5 @LFXOUT - -
        PJ.6 @HFXIN - -
        PJ.7 @HFXOUT - -
        """;

    public static IReadOnlyList<PinDescription> Fr5969 { get; } = PinDescription.ParseTable(Fr59xx);

    public static IReadOnlyList<PinDescription> Fr5994 { get; } = PinDescription.ParseTable(Fr59xx + Fr5994Only);

    public static IReadOnlyList<PinDescription> Fr6989 { get; } = PinDescription.ParseTable(Fr6989All);
}
