/* What the tests of start-up and reset share: the recipes, and a record of why the device started. */
#ifndef TESTS_BOOT_H
#define TESTS_BOOT_H

#include "msp430.h"
#include "check.h"

/* Reads reset causes until none is left (at most 32: a cause that does not go away must not hang us). */
static inline uint16_t drain_reset_causes(void)
{
    for (uint16_t reads = 1; reads <= 32; reads++)
        if (SYSRSTIV == SYSRSTIV__NONE)
            return reads;
    return 0xFFFF;
}

static inline void hold_watchdog(void)
{
    WDTCTL = WDTPW | WDTHOLD;
}

/* DCO to 8 MHz, undivided; no wait state is needed up to here. */
static inline void clock_8mhz(void)
{
    CSCTL0_H = CSKEY_H;
    CSCTL1 = DCOFSEL_6;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL3 = DIVA__1 | DIVS__1 | DIVM__1;
    CSCTL0_H = 0;
}

/*
 * DCO to 16 MHz. The wait state comes first; the dividers stay at 4 while the oscillator settles, because it may
 * overshoot for some microseconds after a change.
 */
static inline void clock_16mhz(void)
{
    FRCTL0 = FRCTLPW | NWAITS_1;
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL3 = DIVA__4 | DIVS__4 | DIVM__4;
    CSCTL1 = DCOFSEL_4 | DCORSEL;
    __delay_cycles(60);
    CSCTL3 = DIVA__1 | DIVS__1 | DIVM__1;
    CSCTL0_H = 0;
}

#endif
