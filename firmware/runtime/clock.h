/* MCLK, and the count of on-time on SMCLK, which is 1 MHz whatever MCLK is. */
#ifndef RUNTIME_CLOCK_H
#define RUNTIME_CLOCK_H

#include <stdint.h>

/* DCO and wait states for 1, 8 or 16 MHz; and on-time runs. */
void clock_start(uint16_t megahertz);

/* SMCLK as fast as MCLK, and back at 1 MHz. */
void clock_fast(void);
void clock_slow(void);

/* On-time stands still meanwhile: nothing keeps a clock alive in deep sleep. */
void clock_hold(void);
void clock_go(void);

/* Ticks since the last call, or since the start. Interrupts are off. */
uint32_t clock_lap(void);

/* Takes an overflow into account whose interrupt has not come yet. Interrupts are off. */
void clock_settle(void);

#endif
