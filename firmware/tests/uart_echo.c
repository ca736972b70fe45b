/*
 * Sends back what it receives, capitals for small letters, asleep in LPM3 between characters; ends at a control-D. It is
 * content from the start: without input it sleeps for good.
 */
#include "uart.h"

#define END 0x04

static volatile uint16_t received;

__attribute__((interrupt(UC_VECTOR))) void on_uart(void)
{
    if (UC_IV == USCI_UART_UCRXIFG)
    {
        received = UC_RXBUF;
        if (received == END)
            __low_power_mode_off_on_exit();
        else
            UC_TXBUF = received >= 'a' && received <= 'z' ? received - 'a' + 'A' : received;
    }
}

int main(void)
{
    hold_watchdog();
    uart_open(0);
    UC_IE = UCRXIE;
    test_result = TEST_PASSED;
    __low_power_mode_3();

    /* 1: nothing was missed. */
    CHECK_EQUAL(1, UC_STATW & (UCOE | UCFE | UCPE), 0);
    while (UC_STATW & UCBUSY)
        ;
    PASS();
}
