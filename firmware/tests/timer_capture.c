/* Captures by software, with overflow; and SMCLK measured by capturing ACLK. */
#include "ports.h"

int main(void)
{
    start_quietly();
    TA1CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR;
    TA1CCTL1 = CM__BOTH | CCIS__GND | CAP | SCS;

    /* 1: switching to VCC captures, and so does switching back. */
    TA1CCTL1 ^= CCIS0;
    __no_operation();
    CHECK_EQUAL(1, TA1CCTL1 & (CCIFG | COV), CCIFG);
    uint16_t first = TA1CCR1;
    TA1CCTL1 &= ~CCIFG;
    __delay_cycles(500);
    TA1CCTL1 ^= CCIS0;
    __no_operation();
    uint16_t interval = TA1CCR1 - first;
    test_actual = interval;
    CHECK(2, interval >= 500 && interval < 600);

    /* 3: two captures without a look at the first. */
    TA1CCTL1 ^= CCIS0;
    __no_operation();
    TA1CCTL1 ^= CCIS0;
    __no_operation();
    CHECK_EQUAL(3, TA1CCTL1 & COV, COV);
    TA1CCTL1 &= ~COV;
    CHECK_EQUAL(4, TA1CCTL1 & COV, 0);

    /* 5: CCI shows the chosen input. */
    TA1CCTL1 = CCIS__VCC;
    CHECK_EQUAL(5, TA1CCTL1 & CCI, CCI);
    TA1CCTL1 = CCIS__GND;
    CHECK_EQUAL(6, TA1CCTL1 & CCI, 0);

    /* 7: 1 MHz by 9.4 kHz of VLOCLK, within what that oscillator may be off. */
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL0_H = 0;
    TA0CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR;
    TA0CCTL2 = CM__RISING | CCIS__CCIB | CAP | SCS;
    uint16_t last = 0, sum = 0;
    for (uint16_t n = 0; n < 9; n++)
    {
        TA0CCTL2 &= ~CCIFG;
        while (!(TA0CCTL2 & CCIFG))
            ;
        uint16_t now = TA0CCR2;
        sum += n ? (uint16_t)(now - last) : 0;
        last = now;
    }
    test_actual = sum;
    CHECK(7, sum > 8 * 70 && sum < 8 * 170);
    PASS();
}
