/* The interrupt vector register of a Timer_B: what is pending comes in order, reading clears, writing clears. */
#include "ports.h"

static volatile uint16_t order[16], count;

__attribute__((interrupt(TIMER0_B1_VECTOR))) void on_timer(void)
{
    uint16_t source = TB0IV;
    if (count < 16)
        order[count] = source;
    count++;
}

int main(void)
{
    start_quietly();
    TB0CCR0 = 100;
    TB0CCR1 = 70;
    TB0CCR2 = 60;
    TB0CCR3 = 50;
    TB0CCR4 = 40;
    TB0CCR5 = 30;
    TB0CCR6 = 20;
    TB0CCTL1 = TB0CCTL2 = TB0CCTL3 = TB0CCTL4 = TB0CCTL5 = TB0CCTL6 = CCIE;
    TB0CTL = TBSSEL__SMCLK | MC__UP | TBCLR | TBIE;
    while (!(TB0CTL & TBIFG))
        ;
    TB0CTL &= ~MC_3;

    /* 1: all seven, CCR1 first although it came last. */
    __enable_interrupt();
    __no_operation();
    while (count < 7)
        ;
    __disable_interrupt();
    for (uint16_t n = 0; n < 7; n++)
    {
        test_index = n;
        CHECK_EQUAL(1, order[n], (uint16_t)(2 * (n + 1)));
    }
    CHECK_EQUAL(2, count, 7);
    CHECK_EQUAL(3, TB0IV, 0);

    /* 4: CCR0 is not among them. */
    CHECK_EQUAL(4, TB0CCTL0 & CCIFG, CCIFG);

    /* 5: software sets flags; writing the register clears the highest one. */
    TB0CCTL2 |= CCIFG;
    TB0CCTL5 |= CCIFG;
    TB0IV = 0;
    CHECK_EQUAL(5, TB0CCTL2 & CCIFG, 0);
    CHECK_EQUAL(6, TB0IV, 10);
    CHECK_EQUAL(7, TB0IV, 0);
    PASS();
}
