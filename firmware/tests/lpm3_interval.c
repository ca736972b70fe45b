/*
 * Most of a life in LPM3: the interval timer on VLO wakes the CPU, a handler that leaves the stacked SR alone lets it
 * sleep on after RETI, one that clears LPM3's bits there returns to main.
 */
#include "boot.h"

static volatile uint16_t ticks;
static volatile uint16_t wake_at;

__attribute__((interrupt(WDT_VECTOR))) void on_interval(void)
{
    if (++ticks == wake_at)
        __bic_SR_register_on_exit(LPM3_bits);
}

int main(void)
{
    hold_watchdog();
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL0_H = 0;
    SFRIE1 |= WDTIE;
    WDTCTL = WDTPW | WDTSSEL__ACLK | WDTTMSEL | WDTCNTCL | WDTIS__512;

    wake_at = 1;
    __bis_SR_register(LPM3_bits | GIE);
    /* 1: woken by the first tick. */
    CHECK_EQUAL(1, ticks, 1);
    /* 2: awake, with interrupts. */
    CHECK_EQUAL(2, __get_SR_register() & (LPM4_bits | GIE), GIE);

    wake_at = 6;
    __bis_SR_register(LPM3_bits | GIE);
    /* 3: slept through four ticks, awake at the fifth. */
    CHECK_EQUAL(3, ticks, 6);

    /* 4: 512 cycles of some 9.4 kHz are more than 50 000 of 1 MHz. */
    uint16_t before = ticks;
    __delay_cycles(30000);
    CHECK_EQUAL(4, ticks, before);
    __delay_cycles(30000);
    CHECK_EQUAL(5, ticks, before + 1);

    /* 6: the same in LPM4: the request for ACLK keeps it alive. */
    wake_at = ticks + 2;
    __bis_SR_register(LPM4_bits | GIE);
    CHECK_EQUAL(6, ticks, wake_at);
    /* ... of which the handler cleared LPM3's bits only. */
    CHECK_EQUAL(7, __get_SR_register() & LPM4_bits, OSCOFF);
    __bic_SR_register(OSCOFF);

    hold_watchdog();
    PASS();
}
