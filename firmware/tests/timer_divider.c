/* The timer's dividers, each against a timer that counts the same clock undivided. */
#include "ports.h"

int main(void)
{
    start_quietly();
    TA1CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR;
    for (uint16_t id = 0; id < 4; id++)
        for (uint16_t ex = 0; ex < 8; ex++)
        {
            uint16_t divider = (1 << id) * (ex + 1);
            test_index = divider;
            TA0EX0 = ex;
            TA0CTL = TASSEL__SMCLK | id * ID__2 | MC__CONTINUOUS | TACLR;
            uint16_t begin = TA1R;
            __delay_cycles(5000);
            uint16_t counts = TA0R;
            uint16_t clocks = TA1R - begin;
            test_actual = counts;
            test_expected = clocks / divider;
            /* 1: up to a count more or less, as the two are not read at once. */
            CHECK(1, counts >= (clocks - 40) / divider && counts <= (clocks + 40) / divider);
        }

    /* 2: clearing takes the divider's share of a count away too. */
    TA0EX0 = TAIDEX_7;
    TA0CTL = TASSEL__SMCLK | ID__8 | MC__UP | TACLR;
    TA0CCR0 = 3;
    for (uint16_t n = 0; n < 100; n++)
    {
        TA0CTL |= TACLR;
        __delay_cycles(40);
        CHECK_EQUAL(2, TA0R, 0);
    }
    PASS();
}
