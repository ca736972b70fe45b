/* MSP430FR6989: 128 KB FRAM, 2 KB RAM, a display controller and two ports more. */
#ifndef DEVICE_MSP430FR6989_H
#define DEVICE_MSP430FR6989_H

#ifndef __MSP430FR6989__
#define __MSP430FR6989__
#endif

#define __MSP430_HAS_FRAM__
#define __MSP430_HAS_RAMCTL__
#define __MSP430_HAS_RC_FRAM__
#define __MSP430_HAS_PORTC_R__
#define __MSP430_HAS_PORTD_R__
#define __MSP430_HAS_PORTE_R__
#define __MSP430_HAS_PORT5_R__
#define __MSP430_HAS_PORT6_R__
#define __MSP430_HAS_PORT7_R__
#define __MSP430_HAS_PORT8_R__
#define __MSP430_HAS_PORT9_R__
#define __MSP430_HAS_PORT10_R__
#define __MSP430_HAS_TA3__ 5
#define __MSP430_HAS_T3A5__
#define __MSP430_HAS_RTC_C__
#define __MSP430_HAS_DMA__ 3
#define __MSP430_HAS_DMAX_3__
#define __MSP430_HAS_EUSCI_B1__
#define __MSP430_HAS_CRC32__
#define __MSP430_HAS_LCD_C__

#include "msp430fr5xx_6xx.h"

#define RTC_VECTOR RTC_C_VECTOR

#define DEVICE_ID        0x81A8
#define RAM_START        0x1C00
#define RAM_LENGTH       0x0800
#define RAM_END          0x23FF
#define FRAM_START       0x4400
#define FRAM_LENGTH      0x1FC00
#define HIGH_FRAM_START  0x10000
#define HIGH_FRAM_END    0x23FFF

#endif
