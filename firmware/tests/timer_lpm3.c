/* TA0 on ACLK = VLOCLK wakes from LPM3: SMCLK stands meanwhile. */
#include "ports.h"

static volatile uint16_t wakes;

__attribute__((interrupt(TIMER0_A0_VECTOR))) void on_timer(void)
{
    wakes++;
    __low_power_mode_off_on_exit();
}

int main(void)
{
    start_quietly();
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL0_H = 0;

    TA0CCR0 = 940 - 1;
    TA0CCTL0 = CCIE;
    TA0CTL = TASSEL__ACLK | MC__UP | TACLR;
    for (uint16_t turn = 1; turn <= 20; turn++)
    {
        __low_power_mode_3();
        /* 1: woken once a period; 2: the counter has just come to CCR0. */
        CHECK_EQUAL(1, wakes, turn);
        uint16_t count = TA0R;
        CHECK(2, count == 940 - 1 || count < 3);
        /* 3: served, so cleared. */
        CHECK_EQUAL(3, TA0CCTL0 & CCIFG, 0);
    }
    __disable_interrupt();
    TA0CTL = 0;
    PASS();
}
