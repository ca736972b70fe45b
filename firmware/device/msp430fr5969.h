/* MSP430FR5969: 64 KB FRAM, 2 KB RAM. */
#ifndef DEVICE_MSP430FR5969_H
#define DEVICE_MSP430FR5969_H

#include "msp430fr5xx_6xx.h"

#define DEVICE_ID        0x8169
#define RAM_START        0x1C00
#define RAM_END          0x23FF
#define FRAM_START       0x4400
#define HIGH_FRAM_START  0x10000
#define HIGH_FRAM_END    0x13FFF

#define FRLPMPWR 0x0002

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

#endif
