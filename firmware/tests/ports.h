/* What the tests of ports and timers share. */
#ifndef TESTS_PORTS_H
#define TESTS_PORTS_H

#include "boot.h"

/* Port settings reach the pins from now on; flags that this raised are cleared. */
static inline void unlock_pins(void)
{
    PM5CTL0 &= ~LOCKLPM5;
    PAIFG = 0;
    PBIFG = 0;
}

/* The watchdog held, every pin an output at low level: nothing floats. */
static inline void start_quietly(void)
{
    hold_watchdog();
    PAOUT = 0;
    PADIR = 0xFFFF;
    PBOUT = 0;
    PBDIR = 0xFFFF;
    unlock_pins();
}

#endif
