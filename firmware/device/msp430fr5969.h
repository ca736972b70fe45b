/* MSP430FR5969: 64 KB FRAM, 2 KB RAM. */
#ifndef DEVICE_MSP430FR5969_H
#define DEVICE_MSP430FR5969_H

#ifndef __MSP430FR5969__
#define __MSP430FR5969__
#endif

#define __MSP430_HAS_FRAM__
#define __MSP430_HAS_TA3__ 2
#define __MSP430_HAS_T3A2__
#define __MSP430_HAS_RTC_B__
#define __MSP430_HAS_DMA__ 3
#define __MSP430_HAS_DMAX_3__

#include "msp430fr5xx_6xx.h"

#define RTC_VECTOR RTC_B_VECTOR

#define DEVICE_ID        0x8169
#define RAM_START        0x1C00
#define RAM_LENGTH       0x0800
#define RAM_END          0x23FF
#define FRAM_START       0x4400
#define FRAM_LENGTH      0xFC00
#define HIGH_FRAM_START  0x10000
#define HIGH_FRAM_END    0x13FFF

#endif
