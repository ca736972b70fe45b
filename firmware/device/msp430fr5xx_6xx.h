/*
 * Registers which MSP430FR5994, FR5969 and FR6989 have in common, at the same addresses: system, power, FRAM
 * controller, clocks, watchdog, ports, hardware multiplier, memory protection. Names and addresses are those of
 * the family user's guide.
 */
#ifndef DEVICE_MSP430FR5XX_6XX_H
#define DEVICE_MSP430FR5XX_6XX_H

#include "registers.h"
#include "dma.h"
#include "eusci_a.h"
#ifndef __ASSEMBLER__
#include "intrinsics.h"
#endif

/* Special functions. */
#define SFRIE1  REGISTER16(0x0100)
#define SFRIFG1 REGISTER16(0x0102)
#define SFRRPCR REGISTER16(0x0104)

#define WDTIE     0x0001
#define OFIE      0x0002
#define VMAIE     0x0008
#define NMIIE     0x0010
#define JMBINIE   0x0040
#define JMBOUTIE  0x0080
#define WDTIFG    0x0001
#define OFIFG     0x0002
#define VMAIFG    0x0008
#define NMIIFG    0x0010
#define JMBINIFG  0x0040
#define JMBOUTIFG 0x0080

#define SYSNMI    0x0001
#define SYSNMIIES 0x0002
#define SYSRSTUP  0x0004
#define SYSRSTRE  0x0008

/* Power management. */
#define PMMCTL0   REGISTER16(0x0120)
#define PMMCTL0_L REGISTER8(0x0120)
#define PMMCTL0_H REGISTER8(0x0121)
#define PMMIFG    REGISTER16(0x012A)
#define PM5CTL0   REGISTER16(0x0130)

#define PMMPW        0xA500
#define PMMPW_H      0xA5
#define PMMSWBOR     0x0004
#define PMMSWPOR     0x0008
#define PMMREGOFF    0x0010
#define SVSHE        0x0040
#define PMMBORIFG    0x0100
#define PMMRSTIFG    0x0200
#define PMMPORIFG    0x0400
#define SVSHIFG      0x2000
#define PMMLPM5IFG   0x8000
#define LOCKLPM5     0x0001

/* FRAM controller. */
#define FRCTL0   REGISTER16(0x0140)
#define FRCTL0_L REGISTER8(0x0140)
#define FRCTL0_H REGISTER8(0x0141)
#define GCCTL0   REGISTER16(0x0144)
#define GCCTL1   REGISTER16(0x0146)

#define FRCTLPW   0xA500
#define FRCTLPW_H 0xA5
#define NWAITS_0  0x0000
#define NWAITS_1  0x0010
#define NWAITS_2  0x0020
#define NWAITS_3  0x0030
#define NWAITS_4  0x0040
#define NWAITS_5  0x0050
#define NWAITS_6  0x0060
#define NWAITS_7  0x0070
#define FRPWR     0x0004
#define ACCTEIE   0x0008
#define CBDIE     0x0020
#define UBDIE     0x0040
#define UBDRSTEN  0x0080
#define CBDIFG    0x0002
#define UBDIFG    0x0004
#define ACCTEIFG  0x0008

/* CRC16. */
#define CRCDI       REGISTER16(0x0150)
#define CRCDI_L     REGISTER8(0x0150)
#define CRCDIRB     REGISTER16(0x0152)
#define CRCDIRB_L   REGISTER8(0x0152)
#define CRCINIRES   REGISTER16(0x0154)
#define CRCRESR     REGISTER16(0x0156)

/* RAM controller. */
#define RCCTL0 REGISTER16(0x0158)
#define RCKEY  0x5A00

/* Watchdog. */
#define WDTCTL   REGISTER16(0x015C)
#define WDTCTL_L REGISTER8(0x015C)
#define WDTCTL_H REGISTER8(0x015D)

#define WDTPW            0x5A00
#define WDTHOLD          0x0080
#define WDTSSEL__SMCLK   0x0000
#define WDTSSEL__ACLK    0x0020
#define WDTSSEL__VLO     0x0040
#define WDTTMSEL         0x0010
#define WDTCNTCL         0x0008
#define WDTIS__2G        0x0000
#define WDTIS__128M      0x0001
#define WDTIS__8192K     0x0002
#define WDTIS__512K      0x0003
#define WDTIS__32K       0x0004
#define WDTIS__8192      0x0005
#define WDTIS__512       0x0006
#define WDTIS__64        0x0007

/* Clock system. */
#define CSCTL0   REGISTER16(0x0160)
#define CSCTL0_L REGISTER8(0x0160)
#define CSCTL0_H REGISTER8(0x0161)
#define CSCTL1   REGISTER16(0x0162)
#define CSCTL2   REGISTER16(0x0164)
#define CSCTL3   REGISTER16(0x0166)
#define CSCTL4   REGISTER16(0x0168)
#define CSCTL5   REGISTER16(0x016A)
#define CSCTL6   REGISTER16(0x016C)

#define CSKEY        0xA500
#define CSKEY_H      0xA5
#define DCOFSEL_0    0x0000
#define DCOFSEL_1    0x0002
#define DCOFSEL_2    0x0004
#define DCOFSEL_3    0x0006
#define DCOFSEL_4    0x0008
#define DCOFSEL_5    0x000A
#define DCOFSEL_6    0x000C
#define DCOFSEL_7    0x000E
#define DCORSEL      0x0040

#define SELA__LFXTCLK  0x0000
#define SELA__VLOCLK   0x0100
#define SELA__LFMODCLK 0x0200
#define SELS__LFXTCLK  0x0000
#define SELS__VLOCLK   0x0010
#define SELS__LFMODCLK 0x0020
#define SELS__DCOCLK   0x0030
#define SELS__MODCLK   0x0040
#define SELS__HFXTCLK  0x0050
#define SELM__LFXTCLK  0x0000
#define SELM__VLOCLK   0x0001
#define SELM__LFMODCLK 0x0002
#define SELM__DCOCLK   0x0003
#define SELM__MODCLK   0x0004
#define SELM__HFXTCLK  0x0005

#define DIVA__1  0x0000
#define DIVA__2  0x0100
#define DIVA__4  0x0200
#define DIVA__8  0x0300
#define DIVA__16 0x0400
#define DIVA__32 0x0500
#define DIVS__1  0x0000
#define DIVS__2  0x0010
#define DIVS__4  0x0020
#define DIVS__8  0x0030
#define DIVS__16 0x0040
#define DIVS__32 0x0050
#define DIVM__1  0x0000
#define DIVM__2  0x0001
#define DIVM__4  0x0002
#define DIVM__8  0x0003
#define DIVM__16 0x0004
#define DIVM__32 0x0005

#define LFXTOFF    0x0001
#define SMCLKOFF   0x0002
#define VLOOFF     0x0008
#define LFXTBYPASS 0x0010
#define HFXTOFF    0x0100
#define HFXTBYPASS 0x1000
#define LFXTOFFG   0x0001
#define HFXTOFFG   0x0002

/* System. */
#define SYSCTL   REGISTER16(0x0180)
#define SYSUNIV  REGISTER16(0x019A)
#define SYSSNIV  REGISTER16(0x019C)
#define SYSRSTIV REGISTER16(0x019E)

#define SYSRIVECT   0x0001
#define SYSPMMPE    0x0004
#define SYSBSLIND   0x0010
#define SYSJTAGPIN  0x0020

#define SYSRSTIV__NONE     0x0000
#define SYSRSTIV__BOR      0x0002
#define SYSRSTIV__RSTNMI   0x0004
#define SYSRSTIV__PMMSWBOR 0x0006
#define SYSRSTIV__LPM5WU   0x0008
#define SYSRSTIV__SECYV    0x000A
#define SYSRSTIV__SVSH     0x000E
#define SYSRSTIV__PMMSWPOR 0x0014
#define SYSRSTIV__WDTTO    0x0016
#define SYSRSTIV__WDTPW    0x0018
#define SYSRSTIV__FRCTLPW  0x001A
#define SYSRSTIV__UBDIFG   0x001C
#define SYSRSTIV__PERF     0x001E
#define SYSRSTIV__PMMPW    0x0020
#define SYSRSTIV__MPUPW    0x0022
#define SYSRSTIV__CSPW     0x0024
#define SYSRSTIV__MPUSEGIPIFG 0x0026
#define SYSRSTIV__MPUSEGIIFG  0x0028
#define SYSRSTIV__MPUSEG1IFG  0x002A
#define SYSRSTIV__MPUSEG2IFG  0x002C
#define SYSRSTIV__MPUSEG3IFG  0x002E

#define SYSUNIV__NMI   0x0002
#define SYSUNIV__OFIFG 0x0004

/* Ports: two bytes to a word, the odd port in the low byte. */
#define P1IN   REGISTER8(0x0200)
#define P2IN   REGISTER8(0x0201)
#define P1OUT  REGISTER8(0x0202)
#define P2OUT  REGISTER8(0x0203)
#define P1DIR  REGISTER8(0x0204)
#define P2DIR  REGISTER8(0x0205)
#define P1REN  REGISTER8(0x0206)
#define P2REN  REGISTER8(0x0207)
#define P1SEL0 REGISTER8(0x020A)
#define P2SEL0 REGISTER8(0x020B)
#define P1SEL1 REGISTER8(0x020C)
#define P2SEL1 REGISTER8(0x020D)
#define P1IV   REGISTER16(0x020E)
#define P1SELC REGISTER8(0x0216)
#define P2SELC REGISTER8(0x0217)
#define P1IES  REGISTER8(0x0218)
#define P2IES  REGISTER8(0x0219)
#define P1IE   REGISTER8(0x021A)
#define P2IE   REGISTER8(0x021B)
#define P1IFG  REGISTER8(0x021C)
#define P2IFG  REGISTER8(0x021D)
#define P2IV   REGISTER16(0x021E)

#define P3IN   REGISTER8(0x0220)
#define P4IN   REGISTER8(0x0221)
#define P3OUT  REGISTER8(0x0222)
#define P4OUT  REGISTER8(0x0223)
#define P3DIR  REGISTER8(0x0224)
#define P4DIR  REGISTER8(0x0225)
#define P3REN  REGISTER8(0x0226)
#define P4REN  REGISTER8(0x0227)
#define P3SEL0 REGISTER8(0x022A)
#define P4SEL0 REGISTER8(0x022B)
#define P3SEL1 REGISTER8(0x022C)
#define P4SEL1 REGISTER8(0x022D)
#define P3IV   REGISTER16(0x022E)
#define P3SELC REGISTER8(0x0236)
#define P4SELC REGISTER8(0x0237)
#define P3IES  REGISTER8(0x0238)
#define P4IES  REGISTER8(0x0239)
#define P3IE   REGISTER8(0x023A)
#define P4IE   REGISTER8(0x023B)
#define P3IFG  REGISTER8(0x023C)
#define P4IFG  REGISTER8(0x023D)
#define P4IV   REGISTER16(0x023E)

#define PJIN   REGISTER16(0x0320)
#define PJOUT  REGISTER16(0x0322)
#define PJDIR  REGISTER16(0x0324)
#define PJREN  REGISTER16(0x0326)
#define PJSEL0 REGISTER16(0x032A)
#define PJSEL1 REGISTER16(0x032C)

/* Hardware multiplier. */
#define MPY       REGISTER16(0x04C0)
#define MPY_B     REGISTER8(0x04C0)
#define MPYS      REGISTER16(0x04C2)
#define MPYS_B    REGISTER8(0x04C2)
#define MAC       REGISTER16(0x04C4)
#define MAC_B     REGISTER8(0x04C4)
#define MACS      REGISTER16(0x04C6)
#define MACS_B    REGISTER8(0x04C6)
#define OP2       REGISTER16(0x04C8)
#define OP2_B     REGISTER8(0x04C8)
#define RESLO     REGISTER16(0x04CA)
#define RESHI     REGISTER16(0x04CC)
#define SUMEXT    REGISTER16(0x04CE)
#define MPY32L    REGISTER16(0x04D0)
#define MPY32H    REGISTER16(0x04D2)
#define MPY32H_B  REGISTER8(0x04D2)
#define MPYS32L   REGISTER16(0x04D4)
#define MPYS32H   REGISTER16(0x04D6)
#define MPYS32H_B REGISTER8(0x04D6)
#define MAC32L    REGISTER16(0x04D8)
#define MAC32H    REGISTER16(0x04DA)
#define MACS32L   REGISTER16(0x04DC)
#define MACS32H   REGISTER16(0x04DE)
#define OP2L      REGISTER16(0x04E0)
#define OP2H      REGISTER16(0x04E2)
#define OP2H_B    REGISTER8(0x04E2)
#define RES0      REGISTER16(0x04E4)
#define RES1      REGISTER16(0x04E6)
#define RES2      REGISTER16(0x04E8)
#define RES3      REGISTER16(0x04EA)
#define MPY32CTL0 REGISTER16(0x04EC)

#define MPYC        0x0001
#define MPYFRAC     0x0004
#define MPYSAT      0x0008
#define MPYM_0      0x0000
#define MPYM_1      0x0010
#define MPYM_2      0x0020
#define MPYM_3      0x0030
#define OP1_32      0x0040
#define OP2_32      0x0080
#define MPYDLYWRTEN 0x0100
#define MPYDLY32    0x0200

/* Memory protection unit. */
#define MPUCTL0   REGISTER16(0x05A0)
#define MPUCTL0_H REGISTER8(0x05A1)
#define MPUCTL1   REGISTER16(0x05A2)
#define MPUSEGB2  REGISTER16(0x05A4)
#define MPUSEGB1  REGISTER16(0x05A6)
#define MPUSAM    REGISTER16(0x05A8)

#define MPUPW     0xA500
#define MPUENA    0x0001
#define MPULOCK   0x0002
#define MPUSEGIE  0x0010

/* Device descriptor. */
#define TLV_START          0x1A00
#define TLV_INFO_LENGTH    REGISTER8(0x1A00)
#define TLV_CRC_LENGTH     REGISTER8(0x1A01)
#define TLV_CRC            REGISTER16(0x1A02)
#define TLV_DEVICE_ID      REGISTER16(0x1A04)

/* Information memory, four blocks of 128 bytes of FRAM. */
#define INFO_D_START 0x1800
#define INFO_C_START 0x1880
#define INFO_B_START 0x1900
#define INFO_A_START 0x1980
#define INFO_LENGTH  0x0080

/*
 * Interrupt vectors: the number asks the compiler for section __interrupt_vector_N, which the linker script
 * puts at FF90 + 2 (N - 1). Those below are alike on all three devices.
 */
#define UNMI_VECTOR      54 /* FFFA */
#define SYSNMI_VECTOR    55 /* FFFC */
#define COMP_E_VECTOR    53 /* FFF8 */
#define TIMER0_B0_VECTOR 52 /* FFF6 */
#define TIMER0_B1_VECTOR 51 /* FFF4 */
#define WDT_VECTOR       50 /* FFF2 */

#endif
