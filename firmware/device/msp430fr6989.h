/* MSP430FR6989: 128 KB FRAM, 2 KB RAM, a display controller and two ports more. */
#ifndef DEVICE_MSP430FR6989_H
#define DEVICE_MSP430FR6989_H

#include "msp430fr5xx_6xx.h"
#include "crc32.h"

#define DEVICE_ID        0x81A8
#define RAM_START        0x1C00
#define RAM_END          0x23FF
#define FRAM_START       0x4400
#define HIGH_FRAM_START  0x10000
#define HIGH_FRAM_END    0x23FFF

#define FRLPMPWR 0x0002

#define USCI_A0_VECTOR   48 /* FFEE */
#define USCI_B0_VECTOR   47 /* FFEC */
#define ADC12_B_VECTOR   46 /* FFEA */
#define TIMER0_A0_VECTOR 45 /* FFE8 */
#define TIMER0_A1_VECTOR 44 /* FFE6 */
#define USCI_A1_VECTOR   43 /* FFE4 */
#define USCI_B1_VECTOR   42 /* FFE2 */
#define DMA_VECTOR       41 /* FFE0 */
#define TIMER1_A0_VECTOR 40 /* FFDE */
#define TIMER1_A1_VECTOR 39 /* FFDC */
#define PORT1_VECTOR     38 /* FFDA */
#define PORT2_VECTOR     35 /* FFD4 */

#endif
