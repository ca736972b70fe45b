/*
 * All output modes of a Timer_A in all counting modes: the level of pin P1.0 (TA0.1) is read for each value of the
 * counter, and compared with what the user's guide draws. The timer is so slow (512 cycles a count) that the program
 * can follow.
 */
#include "ports.h"

#define TOP     19
#define COMPARE 6

/* By counter value while counting up: '1' high, '0' low. The second line is counting down. */
static const char *const up_levels[8] =
{
    "00000000000000000000",
    "11111111111111111111",
    "00000011111111111111",
    "00000011111111111111",
    0,
    "00000000000000000000",
    "11111100000000000000",
    "11111100000000000000",
};

/* The level that belongs to the value of the counter. */
static uint8_t level_at(uint16_t count)
{
    uint8_t level;
    while (TA0R != count)
        ;
    level = P1IN & BIT0;
    /* The counter has not moved on meanwhile. */
    CHECK_EQUAL(90, TA0R, count);
    return level;
}

int main(void)
{
    start_quietly();
    clock_8mhz();
    CSCTL0_H = CSKEY_H;
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__1;
    CSCTL0_H = 0;
    P1SEL0 |= BIT0;
    TA0EX0 = TAIDEX_7;
    TA0CCR0 = TOP;
    TA0CCR1 = COMPARE;

    /* 0: the OUT bit, at once. */
    TA0CCTL1 = OUTMOD_0 | OUT;
    CHECK_EQUAL(1, P1IN & BIT0, BIT0);
    TA0CCTL1 = OUTMOD_0;
    CHECK_EQUAL(2, P1IN & BIT0, 0);

    for (uint16_t mode = 1; mode < 8; mode++)
    {
        test_index = mode;
        TA0CCTL1 = OUTMOD_0 | (mode == 5 ? OUT : 0);
        TA0CCTL1 = mode * OUTMOD_1;
        TA0CTL = TASSEL__SMCLK | ID__8 | MC__UP | TACLR;

        /* The second period is the first that begins as all others do. */
        while (!(TA0CTL & TAIFG))
            ;
        TA0CTL &= ~TAIFG;
        if (up_levels[mode])
        {
            for (uint16_t count = 0; count <= TOP; count++)
                CHECK_EQUAL(10 + mode, level_at(count) ? '1' : '0', (uint16_t)up_levels[mode][count]);
        }
        else
        {
            /* Toggle: the level changes once in a period, at CCR1. */
            uint8_t before = level_at(COMPARE - 1);
            CHECK(10 + mode, level_at(COMPARE) != before);
            CHECK(10 + mode, level_at(TOP) != before);
            CHECK(10 + mode, level_at(0) != before);
            CHECK(10 + mode, level_at(COMPARE + 1) == before);
        }
    }

    /* From nothing to all: duty is CCR1 / (CCR0 + 1). */
    TA0CCTL1 = OUTMOD_7;
    for (uint16_t compare = 0; compare <= TOP + 1; compare += 5)
    {
        uint16_t high = 0;
        test_index = compare;
        TA0CTL = TASSEL__SMCLK | ID__8 | MC__STOP | TACLR;
        TA0CCR1 = compare;
        TA0CTL = TASSEL__SMCLK | ID__8 | MC__UP | TACLR;
        while (!(TA0CTL & TAIFG))
            ;
        TA0CTL &= ~TAIFG;
        for (uint16_t count = 0; count <= TOP; count++)
            high += level_at(count) != 0;
        CHECK_EQUAL(20, high, compare);
    }

    /* Up/down, toggle/set: low from CCR1 up to CCR0 and down to CCR1 again. */
    TA0CTL = TASSEL__SMCLK | ID__8 | MC__STOP | TACLR;
    TA0CCR1 = COMPARE;
    TA0CCTL1 = OUTMOD_0 | OUT;
    TA0CCTL1 = OUTMOD_2;
    TA0CTL = TASSEL__SMCLK | ID__8 | MC__UPDOWN | TACLR;
    while (!(TA0CTL & TAIFG))
        ;
    CHECK_EQUAL(30, level_at(TOP) != 0, 0);
    CHECK_EQUAL(31, level_at(COMPARE) != 0, 1);
    CHECK_EQUAL(32, level_at(1) != 0, 1);
    CHECK_EQUAL(33, level_at(COMPARE + 1) != 0, 0);
    PASS();
}
