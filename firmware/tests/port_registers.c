/* Ports as bytes and words, resistors, select bits; and LOCKLPM5, until which nothing reaches a pin. */
#include "ports.h"

int main(void)
{
    hold_watchdog();

    /* Locked after power-up: the registers take their values, the resistor is not connected. */
    P1OUT = BIT2;
    P1REN = BIT2 | BIT4;
    P3DIR = 0x0F;
    P3OUT = 0x05;
    CHECK_EQUAL(1, P1OUT, BIT2);
    CHECK_EQUAL(2, P1REN, BIT2 | BIT4);
    CHECK_EQUAL(3, P1IN & (BIT2 | BIT4), 0);
    CHECK_EQUAL(4, P3IN & 0x0F, 0);
    PM5CTL0 &= ~LOCKLPM5;

    /* 5: one pulled up, one down; 6: the outputs. */
    CHECK_EQUAL(5, P1IN & (BIT2 | BIT4), BIT2);
    CHECK_EQUAL(6, P3IN & 0x0F, 0x05);
    P1OUT = BIT4;
    CHECK_EQUAL(7, P1IN & (BIT2 | BIT4), BIT4);

    /* 8: two ports are a word, the odd one in the low byte. */
    P1REN = 0;
    PADIR = 0xFFFF;
    PAOUT = 0xA55A;
    CHECK_EQUAL(8, P1OUT, 0x5A);
    CHECK_EQUAL(9, P2OUT, 0xA5);
    CHECK_EQUAL(10, PAIN, 0xA55A);
    P2OUT = 0x3C;
    CHECK_EQUAL(11, PAIN, 0x3C5A);

    /* 12: both select bits change at once. */
    P3SEL0 = 0x10;
    P3SEL1 = 0x00;
    P3SELC = 0x30;
    CHECK_EQUAL(12, P3SEL0, 0x20);
    CHECK_EQUAL(13, P3SEL1, 0x30);
    CHECK_EQUAL(14, P3SELC, 0);
    P3SEL0 = 0;
    P3SEL1 = 0;

    /* 15: writing PxIES where the pin makes it an edge. */
    P1OUT = 0;
    P1IES = 0;
    P1IFG = 0;
    P1IES = BIT0;
    CHECK_EQUAL(15, P1IFG, BIT0);
    P1IFG = 0;
    P1IES = 0;
    CHECK_EQUAL(16, P1IFG, 0);

    /* 17: PJ is a word of its own. */
    PJDIR = 0x000F;
    PJOUT = 0x0009;
    CHECK_EQUAL(17, PJIN & 0x000F, 0x0009);
    PASS();
}
