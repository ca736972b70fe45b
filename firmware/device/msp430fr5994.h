/* MSP430FR5994: 256 KB FRAM behind FRCTL_A, 4 KB RAM plus 4 KB shared with the low-energy accelerator. */
#ifndef DEVICE_MSP430FR5994_H
#define DEVICE_MSP430FR5994_H

#ifndef __MSP430FR5994__
#define __MSP430FR5994__
#endif

#define __MSP430_HAS_FRCTL_A__
#define __MSP430_HAS_RAMCTL__
#define __MSP430_HAS_RC_FRAM__
#define __MSP430_HAS_PORTC_R__
#define __MSP430_HAS_PORTD_R__
#define __MSP430_HAS_PORT5_R__
#define __MSP430_HAS_PORT6_R__
#define __MSP430_HAS_PORT7_R__
#define __MSP430_HAS_PORT8_R__
#define __MSP430_HAS_TA3__ 2
#define __MSP430_HAS_TA4__ 2
#define __MSP430_HAS_RTC_C__
#define __MSP430_HAS_DMA__ 6
#define __MSP430_HAS_DMAX_6__
#define __MSP430_HAS_EUSCI_A2__
#define __MSP430_HAS_EUSCI_A3__
#define __MSP430_HAS_EUSCI_B1__
#define __MSP430_HAS_EUSCI_B2__
#define __MSP430_HAS_EUSCI_B3__
#define __MSP430_HAS_CRC32__
#define __MSP430_HAS_LEA__

#include "msp430fr5xx_6xx.h"

#define RTC_VECTOR RTC_C_VECTOR

#define DEVICE_ID        0x82A1
#define RAM_START        0x1C00
#define RAM_LENGTH       0x1000
#define RAM_END          0x2BFF
#define LEARAM_START     0x2C00
#define LEARAM_LENGTH    0x1000
#define LEARAM_END       0x3BFF
#define TINYRAM_START    0x000A
#define TINYRAM_LENGTH   0x0016
#define TINYRAM_END      0x001F
#define FRAM_START       0x4000
#define FRAM_LENGTH      0x40000
#define HIGH_FRAM_START  0x10000
#define HIGH_FRAM_END    0x43FFF

#endif
