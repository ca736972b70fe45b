/*
 * A peripheral that needs a clock keeps it alive in low-power modes: the interval timer on SMCLK wakes from LPM3 and from
 * LPM4, with SMCLK switched off even. With requests disabled SMCLK stops, and only the port is left to wake the CPU.
 */
#include "boot.h"

static volatile uint16_t ticks;

__attribute__((interrupt(WDT_VECTOR))) void on_interval(void)
{
    ticks++;
    __low_power_mode_off_on_exit();
}

int main(void)
{
    hold_watchdog();
    CSCTL0_H = CSKEY_H;
    SFRIFG1 &= ~WDTIFG;
    SFRIE1 |= WDTIE;
    WDTCTL = WDTPW | WDTSSEL__SMCLK | WDTTMSEL | WDTCNTCL | WDTIS__8192;
    __low_power_mode_3();
    CHECK_EQUAL(1, ticks, 1);
    __low_power_mode_4();
    CHECK_EQUAL(2, ticks, 2);
    CSCTL4 |= SMCLKOFF;
    __low_power_mode_3();
    CHECK_EQUAL(3, ticks, 3);

    /* Disabled: 20 000 cycles later SMCLK has not moved. */
    CSCTL6 &= ~SMCLKREQEN;
    __delay_cycles(20000);
    CHECK_EQUAL(4, ticks, 3);
    CSCTL4 &= ~SMCLKOFF;
    __delay_cycles(20000);
    /* 5: SMCLK is on by itself while the CPU is. */
    CHECK(5, ticks >= 5);
    CSCTL6 |= SMCLKREQEN;
    CSCTL0_H = 0;
    hold_watchdog();
    PASS();
}
