/* A Timer_B's compare latches: a new CCRn waits for its load event, a group for all of its members; and the lengths. */
#include "ports.h"

/* Counts after which CCIFG of a block comes, from the beginning of a period. */
static uint16_t when(volatile uint16_t *control)
{
    TB0CTL &= ~TBIFG;
    while (!(TB0CTL & TBIFG))
        ;
    *control &= ~CCIFG;
    while (!(*control & CCIFG))
        ;
    return TB0R;
}

static void near(uint16_t number, uint16_t found, uint16_t expected)
{
    test_actual = found;
    test_expected = expected;
    CHECK(number, found >= expected && found < expected + 60);
}

int main(void)
{
    static const uint16_t tops[] = { 0xFFFF, 0x0FFF, 0x03FF, 0x00FF };
    start_quietly();
    TB0CCR0 = 1999;
    TB0CCR1 = 500;
    TB0CCR2 = 600;
    TB0CTL = TBSSEL__SMCLK | MC__UP | TBCLR;
    near(1, when(&TB0CCTL1), 500);

    /* 2: with CLLD = 1 a value written under way counts from the next period on. */
    TB0CCTL1 = CLLD_1;
    TB0CTL &= ~TBIFG;
    while (!(TB0CTL & TBIFG))
        ;
    TB0CCR1 = 1500;
    TB0CCTL1 &= ~CCIFG;
    while (!(TB0CCTL1 & CCIFG))
        ;
    near(2, TB0R, 500);
    near(3, when(&TB0CCTL1), 1500);

    /* 4: a group of two waits for both. */
    TB0CTL = TBSSEL__SMCLK | MC__UP | TBCLGRP_1;
    TB0CCTL1 = CLLD_1;
    TB0CCTL2 = CLLD_1;
    TB0CCR1 = 800;
    near(4, when(&TB0CCTL1), 1500);
    near(5, when(&TB0CCTL2), 600);
    TB0CCR2 = 900;
    near(6, when(&TB0CCTL1), 800);
    near(7, when(&TB0CCTL2), 900);

    /* 8: the counter's lengths. */
    for (uint16_t length = 0; length < 4; length++)
    {
        test_index = length;
        TB0CTL = TBSSEL__SMCLK | MC__STOP | TBCLR | length * CNTL_1;
        TB0R = tops[length] - 2;
        TB0CTL = TBSSEL__SMCLK | MC__CONTINUOUS | length * CNTL_1;
        __delay_cycles(20);
        TB0CTL &= ~MC_3;
        CHECK(8, TB0R < 100);
        CHECK_EQUAL(9, TB0CTL & TBIFG, TBIFG);
    }
    PASS();
}
