/*
 * How a register is written down. In C a name is a volatile object at its address; in assembly it is the
 * address itself, to be used as &NAME. Every word register NAME has the bytes NAME_L and NAME_H.
 */
#ifndef DEVICE_REGISTERS_H
#define DEVICE_REGISTERS_H

#ifndef __ASSEMBLER__
/* An address without an object behind it is no mistake here. */
#pragma GCC diagnostic ignored "-Warray-bounds"
#endif

#ifdef __ASSEMBLER__
#define REGISTER8(address)  address
#define REGISTER16(address) address
#define REGISTER32(address) address
#else
#include <stdint.h>
#define REGISTER8(address)  (*(volatile uint8_t *)(uintptr_t)(address))
#define REGISTER16(address) (*(volatile uint16_t *)(uintptr_t)(address))
#define REGISTER32(address) (*(volatile uint32_t *)(uintptr_t)(address))
#endif

#define BIT0 0x0001
#define BIT1 0x0002
#define BIT2 0x0004
#define BIT3 0x0008
#define BIT4 0x0010
#define BIT5 0x0020
#define BIT6 0x0040
#define BIT7 0x0080
#define BIT8 0x0100
#define BIT9 0x0200
#define BITA 0x0400
#define BITB 0x0800
#define BITC 0x1000
#define BITD 0x2000
#define BITE 0x4000
#define BITF 0x8000

/* Status register. The one-letter flags stay out of C, where such names belong to the programmer. */
#ifdef __ASSEMBLER__
#define C      0x0001
#define Z      0x0002
#define N      0x0004
#define V      0x0100
#endif
#define GIE    0x0008
#define CPUOFF 0x0010
#define OSCOFF 0x0020
#define SCG0   0x0040
#define SCG1   0x0080

#define LPM0_bits (CPUOFF)
#define LPM1_bits (SCG0 + CPUOFF)
#define LPM2_bits (SCG1 + CPUOFF)
#define LPM3_bits (SCG1 + SCG0 + CPUOFF)
#define LPM4_bits (SCG1 + SCG0 + OSCOFF + CPUOFF)

/* In assembly LPM3 is the bits, in C the command (intrinsics.h). */
#ifdef __ASSEMBLER__
#define LPM0 LPM0_bits
#define LPM1 LPM1_bits
#define LPM2 LPM2_bits
#define LPM3 LPM3_bits
#define LPM4 LPM4_bits
#endif

#endif
