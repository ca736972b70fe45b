/* Prints a line and waits until all of it has left, by polling; the flags are as the guide says all the way. */
#include "uart.h"

int main(void)
{
    hold_watchdog();
    uart_open(0);

    /* 1: nothing has been sent: the buffer is free, nothing is complete. */
    CHECK_EQUAL(1, UC_IFG, UCTXIFG);
    CHECK_EQUAL(2, UC_STATW & UCBUSY, 0);

    /* 3: the first character moves on into the shifter, the second waits in the buffer. */
    UC_TXBUF = 'H';
    while (!(UC_IFG & UCTXIFG))
        ;
    UC_TXBUF = 'e';
    CHECK_EQUAL(3, UC_IFG & UCTXIFG, 0);
    CHECK_EQUAL(4, UC_STATW & UCBUSY, UCBUSY);

    uart_print("llo, world\r\n");

    /* 5: complete when the last stop bit has gone, and not before. */
    CHECK_EQUAL(5, UC_IFG & UCTXCPTIFG, 0);
    while (!(UC_IFG & UCTXCPTIFG))
        ;
    CHECK_EQUAL(6, UC_STATW & UCBUSY, 0);
    CHECK_EQUAL(7, UC_IFG, UCTXIFG | UCTXCPTIFG);

    /* 8: reset frees the buffer and forgets the rest. */
    UC_CTLW0 |= UCSWRST;
    CHECK_EQUAL(8, UC_IFG, UCTXIFG);

    PASS();
}
