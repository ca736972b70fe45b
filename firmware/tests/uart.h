/* The UART that a LaunchPad connects to the computer, at 9600 baud from SMCLK at 1 MHz, as it is after a reset. */
#ifndef TESTS_UART_H
#define TESTS_UART_H

#include "boot.h"

#if defined(__MSP430FR6989__)
#define UC_CTLW0  UCA1CTLW0
#define UC_BRW    UCA1BRW
#define UC_MCTLW  UCA1MCTLW
#define UC_STATW  UCA1STATW
#define UC_RXBUF  UCA1RXBUF
#define UC_TXBUF  UCA1TXBUF
#define UC_IE     UCA1IE
#define UC_IFG    UCA1IFG
#define UC_IV     UCA1IV
#define UC_VECTOR USCI_A1_VECTOR
#else
#define UC_CTLW0  UCA0CTLW0
#define UC_BRW    UCA0BRW
#define UC_MCTLW  UCA0MCTLW
#define UC_STATW  UCA0STATW
#define UC_RXBUF  UCA0RXBUF
#define UC_TXBUF  UCA0TXBUF
#define UC_IE     UCA0IE
#define UC_IFG    UCA0IFG
#define UC_IV     UCA0IV
#define UC_VECTOR USCI_A0_VECTOR
#endif

/* 1 MHz / 9600: UCBR 6, UCBRF 8, UCBRS 20 with oversampling (family user's guide, table of recommended settings). */
static inline void uart_open(uint16_t options)
{
#if defined(__MSP430FR6989__)
    P3SEL0 |= BIT4 | BIT5;
#else
    P2SEL0 &= (uint8_t)~(BIT0 | BIT1);
    P2SEL1 |= BIT0 | BIT1;
#endif
    PM5CTL0 &= ~LOCKLPM5;
    UC_CTLW0 = UCSWRST;
    UC_CTLW0 |= UCSSEL__SMCLK | options;
    UC_BRW = 6;
    UC_MCTLW = 0x2000 | 8 << 4 | UCOS16;
    UC_CTLW0 &= ~UCSWRST;
}

static inline void uart_put(uint8_t value)
{
    while (!(UC_IFG & UCTXIFG))
        ;
    UC_TXBUF = value;
}

static inline void uart_print(const char *text)
{
    while (*text != 0)
        uart_put((uint8_t)*text++);
}

#endif
