/* Up/down mode: 2 x CCR0 counts a period, CCIFG0 at the top and TAIFG at the bottom; two outputs with a dead time. */
#include "ports.h"

#define TOP 1000

int main(void)
{
    uint16_t last = 0, turns = 0, direction = 1;
    start_quietly();
    P1SEL0 |= BIT0 | BIT1;

    /* TA0.1 is high above 400, TA0.2 below 300: between them both are low. */
    TA0CCR0 = TOP;
    TA0CCR1 = 400;
    TA0CCR2 = 300;
    TA0CCTL2 = OUT;
    TA0CCTL1 = OUTMOD_6;
    TA0CCTL2 = OUTMOD_2;
    TA0CTL = TASSEL__SMCLK | MC__UPDOWN | TACLR;

    while (!(TA0CCTL0 & CCIFG))
        ;
    /* 1: at the top, on its way down; 2: the bottom is still to come. */
    CHECK(1, TA0R > TOP - 50);
    CHECK_EQUAL(2, TA0CTL & TAIFG, 0);
    while (!(TA0CTL & TAIFG))
        ;
    /* 3: at the bottom, on its way up. */
    CHECK(3, TA0R < 50);

    /* 4: it turns twice a period, ten periods long; 7: and each output has its half. */
    uint16_t halves = 0;
    TA0CTL &= ~TAIFG;
    for (uint16_t periods = 0; periods < 10;)
    {
        uint16_t now = TA0R;
        uint8_t pins = P1IN & (BIT0 | BIT1);
        if (now != last && direction != (now > last))
        {
            direction = now > last;
            turns++;
        }
        last = now;

        /* 5: never both. */
        CHECK(5, pins != (BIT0 | BIT1));
        if (now > 450 && now < TOP - 50)
            CHECK_EQUAL(7, pins, BIT0);
        if (now > 50 && now < 250)
            CHECK_EQUAL(8, pins, BIT1);
        halves |= pins;
        if (TA0CTL & TAIFG)
        {
            TA0CTL &= ~TAIFG;
            periods++;
        }
    }
    CHECK(4, turns >= 18 && turns <= 21);
    CHECK_EQUAL(9, halves, BIT0 | BIT1);

    /* 6: 2 x CCR0 counts from one bottom to the next, as TA1 counts them. */
    TA1CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR;
    TA0CTL &= ~TAIFG;
    while (!(TA0CTL & TAIFG))
        ;
    uint16_t begin = TA1R;
    TA0CTL &= ~TAIFG;
    while (!(TA0CTL & TAIFG))
        ;
    uint16_t length = TA1R - begin;
    CHECK(6, length > 2 * TOP - 20 && length < 2 * TOP + 20);
    PASS();
}
