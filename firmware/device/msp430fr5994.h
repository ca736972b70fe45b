/* MSP430FR5994: 256 KB FRAM behind FRCTL_A, 4 KB RAM plus 4 KB shared with the low-energy accelerator. */
#ifndef DEVICE_MSP430FR5994_H
#define DEVICE_MSP430FR5994_H

#include "msp430fr5xx_6xx.h"
#include "crc32.h"

#define DEVICE_ID        0x82A1
#define RAM_START        0x1C00
#define RAM_END          0x2BFF
#define LEARAM_START     0x2C00
#define LEARAM_END       0x3BFF
#define TINYRAM_START    0x0006
#define TINYRAM_END      0x001F
#define FRAM_START       0x4000
#define HIGH_FRAM_START  0x10000
#define HIGH_FRAM_END    0x43FFF

/* FRCTL_A has four bits of wait states, automatic ones, and a write protection. */
#define WPROT     0x0001
#define AUTO      0x0008
#define NWAITS_8  0x0080
#define NWAITS_15 0x00F0
#define WPIE      0x0010
#define WPIFG     0x0010

#define P5IN   REGISTER8(0x0240)
#define P6IN   REGISTER8(0x0241)
#define P5OUT  REGISTER8(0x0242)
#define P6OUT  REGISTER8(0x0243)
#define P5DIR  REGISTER8(0x0244)
#define P6DIR  REGISTER8(0x0245)
#define P5REN  REGISTER8(0x0246)
#define P6REN  REGISTER8(0x0247)
#define P7IN   REGISTER8(0x0260)
#define P8IN   REGISTER8(0x0261)
#define P7OUT  REGISTER8(0x0262)
#define P8OUT  REGISTER8(0x0263)
#define P7DIR  REGISTER8(0x0264)
#define P8DIR  REGISTER8(0x0265)

#define USCI_A0_VECTOR   49 /* FFF0 */
#define USCI_B0_VECTOR   48 /* FFEE */
#define ADC12_B_VECTOR   47 /* FFEC */
#define TIMER0_A0_VECTOR 46 /* FFEA */
#define TIMER0_A1_VECTOR 45 /* FFE8 */
#define USCI_A1_VECTOR   44 /* FFE6 */
#define DMA_VECTOR       43 /* FFE4 */
#define TIMER1_A0_VECTOR 42 /* FFE2 */
#define TIMER1_A1_VECTOR 41 /* FFE0 */
#define PORT1_VECTOR     40 /* FFDE */
#define PORT2_VECTOR     37 /* FFD8 */
#define LEA_VECTOR       19 /* FFB4 */

#endif
