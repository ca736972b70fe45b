/*
 * Prints from the interrupt handler and sleeps in LPM3 meanwhile: the UART keeps SMCLK alive as long as it sends, and no
 * longer. The last character wakes the program when it has left.
 */
#include "uart.h"

static const char text[] = "asleep\r\n";
static volatile uint16_t next;

__attribute__((interrupt(UC_VECTOR))) void on_uart(void)
{
    switch (UC_IV)
    {
    case USCI_UART_UCTXIFG:
        if (text[next] != 0)
            UC_TXBUF = (uint8_t)text[next++];
        else
            UC_IE = UCTXCPTIE;
        break;
    case USCI_UART_UCTXCPTIFG:
        UC_IE = 0;
        __low_power_mode_off_on_exit();
        break;
    default:
        break;
    }
}

int main(void)
{
    hold_watchdog();
    uart_open(0);
    UC_IE = UCTXIE;
    __low_power_mode_3();

    /* 1: awake again with everything sent. */
    CHECK_EQUAL(1, next, sizeof text - 1);
    CHECK_EQUAL(2, UC_STATW & UCBUSY, 0);
    PASS();
}
