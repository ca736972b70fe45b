/* Edges of pins that the program drives itself: flags, IES, vectors, PxIV from the lowest pin up. */
#include "ports.h"

static volatile uint16_t order[4], count, second_port;

__attribute__((interrupt(PORT1_VECTOR))) void on_port1(void)
{
    uint16_t source = P1IV;
    if (count < 4)
        order[count] = source;
    count++;
}

__attribute__((interrupt(PORT2_VECTOR))) void on_port2(void)
{
    second_port = P2IV;
}

int main(void)
{
    start_quietly();

    /* 1: a rising edge sets the flag, 2: a falling one does not. */
    P1IES = 0;
    P1IFG = 0;
    P1OUT |= BIT3;
    CHECK_EQUAL(1, P1IFG, BIT3);
    P1IFG = 0;
    P1OUT &= ~BIT3;
    CHECK_EQUAL(2, P1IFG, 0);

    /* 3, 4: the other way round. */
    P1IES = BIT3;
    P1IFG = 0;
    P1OUT |= BIT3;
    CHECK_EQUAL(3, P1IFG, 0);
    P1OUT &= ~BIT3;
    CHECK_EQUAL(4, P1IFG, BIT3);

    /* 5: three at once are served from the lowest pin up, each cleared by reading P1IV. */
    P1IES = 0;
    P1OUT = 0;
    P1IFG = 0;
    P1OUT = BIT6 | BIT1 | BIT4;
    P1IE = BIT6 | BIT1 | BIT4;
    __enable_interrupt();
    __no_operation();
    while (count < 3)
        ;
    CHECK_EQUAL(5, order[0], P1IV__P1IFG1);
    CHECK_EQUAL(6, order[1], P1IV__P1IFG4);
    CHECK_EQUAL(7, order[2], P1IV__P1IFG6);
    CHECK_EQUAL(8, P1IFG, 0);

    /* 9: software raises a flag; 10: another port has its own vector. */
    P1IFG |= BIT1;
    __no_operation();
    __no_operation();
    CHECK_EQUAL(9, order[3], P1IV__P1IFG1);
    P2IE = BIT7;
    P2OUT |= BIT7;
    __no_operation();
    __no_operation();
    CHECK_EQUAL(10, second_port, P2IV__P2IFG7);

    /* 11: an edge that is not enabled waits. */
    __disable_interrupt();
    P1IE = 0;
    P1OUT = 0;
    P1IFG = 0;
    P1OUT = BIT0;
    CHECK_EQUAL(11, P1IFG, BIT0);
    CHECK_EQUAL(12, P1IV, 0);
    PASS();
}
