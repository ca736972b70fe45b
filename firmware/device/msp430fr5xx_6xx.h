/*
 * What MSP430FR5994, FR5969 and FR6989 have in common. The registers and their bits are in modules.h; the device's own header has said
 * which modules there are.
 */
#ifndef DEVICE_MSP430FR5XX_6XX_H
#define DEVICE_MSP430FR5XX_6XX_H

#include "registers.h"
#ifndef __ASSEMBLER__
#include "intrinsics.h"
#endif

#define __MSP430_HAS_MSP430XV2_CPU__
#define __MSP430FR5XX_6XX_FAMILY__

#define __MSP430_HAS_SFR__
#define __MSP430_HAS_PMM__
#define __MSP430_HAS_PMM_FRAM__
#define __MSP430_HAS_GC__
#define __MSP430_HAS_CRC__
#define __MSP430_HAS_WDT_A__
#define __MSP430_HAS_CS__
#define __MSP430_HAS_SYS__
#define __MSP430_HAS_REF_A__
#define __MSP430_HAS_DIO__
#define __MSP430_HAS_PORTA_R__
#define __MSP430_HAS_PORTB_R__
#define __MSP430_HAS_PORTJ_R__
#define __MSP430_HAS_PORT1_R__
#define __MSP430_HAS_PORT2_R__
#define __MSP430_HAS_PORT3_R__
#define __MSP430_HAS_PORT4_R__
#define __MSP430_HAS_TAx__
#define __MSP430_HAS_TA0__ 3
#define __MSP430_HAS_TA1__ 3
#define __MSP430_HAS_TA2__ 2
#define __MSP430_HAS_TBx__
#define __MSP430_HAS_TB0__ 7
#define __MSP430_HAS_T0A3__
#define __MSP430_HAS_T1A3__
#define __MSP430_HAS_T2A2__
#define __MSP430_HAS_T0B7__
#define __MSP430_HAS_CAPTIO0__
#define __MSP430_HAS_CAPTIO1__
#define __MSP430_HAS_CAPTIOx__
#define __MSP430_HAS_RTCx__
#define __MSP430_HAS_MPY32__
#define __MSP430_HAS_MPU__
#define __MSP430_HAS_EUSCI__
#define __MSP430_HAS_EUSCI_Ax__
#define __MSP430_HAS_EUSCI_Bx__
#define __MSP430_HAS_EUSCI_A0__
#define __MSP430_HAS_EUSCI_A1__
#define __MSP430_HAS_EUSCI_B0__
#define __MSP430_HAS_ADC12_B__
#define __MSP430_HAS_COMP_E__
#define __MSP430_HAS_AES256__
#define __MSP430_HAS_TLV__
#define __MSP430_HAS_SYSTEM_VECTORS__

#include "modules.h"

/* Device descriptor. */
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
#define INFOD_START  0x1800
#define INFOD_LENGTH 0x0080
#define INFOC_START  0x1880
#define INFOC_LENGTH 0x0080
#define INFOB_START  0x1900
#define INFOB_LENGTH 0x0080
#define INFOA_START  0x1980
#define INFOA_LENGTH 0x0080
#define BSL_START    0x1000
#define BSL_LENGTH   0x0800

#endif
