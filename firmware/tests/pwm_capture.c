/* One timer makes a square wave, another measures it: TA3.0 is wired to CCI0A of TA2 inside the chip. */
#include "ports.h"

static volatile uint16_t edges, overflow;
static volatile uint16_t captured[8];

__attribute__((interrupt(TIMER2_A0_VECTOR))) void on_capture(void)
{
    if (edges < 8)
        captured[edges] = TA2CCR0;
    if (++edges == 8)
    {
        overflow = TA2CCTL0 & COV;
        TA2CCTL0 = 0;
        __low_power_mode_off_on_exit();
    }
}

int main(void)
{
    start_quietly();
    TA2CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR;
    TA2CCTL0 = CM__BOTH | CCIS__CCIA | SCS | CAP | CCIE;
    TA3CCR0 = 250 - 1;
    TA3CCTL0 = OUTMOD_4;
    TA3CTL = TASSEL__SMCLK | MC__UP | TACLR;

    __low_power_mode_0();
    /* 1: an edge each period, none missed. */
    for (uint16_t n = 1; n < 8; n++)
    {
        test_index = n;
        CHECK_EQUAL(1, (uint16_t)(captured[n] - captured[n - 1]), 250);
    }
    CHECK_EQUAL(2, overflow, 0);

    /* 3: rising edges only are twice as far apart. */
    edges = 0;
    TA2CCTL0 = CM__RISING | CCIS__CCIA | SCS | CAP | CCIE;
    __low_power_mode_0();
    for (uint16_t n = 1; n < 8; n++)
        CHECK_EQUAL(3, (uint16_t)(captured[n] - captured[n - 1]), 500);

    /* 4: captures that nobody reads overflow; 5: the flag stays until it is cleared. */
    TA2CCTL0 = CM__BOTH | CCIS__CCIA | SCS | CAP;
    __delay_cycles(1200);
    CHECK_EQUAL(4, TA2CCTL0 & (COV | CCIFG), COV | CCIFG);
    (void)TA2CCR0;
    CHECK_EQUAL(5, TA2CCTL0 & COV, COV);
    TA2CCTL0 &= ~COV;
    CHECK_EQUAL(6, TA2CCTL0 & COV, 0);
    TA3CTL = 0;
    PASS();
}
