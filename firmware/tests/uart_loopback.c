/*
 * The UART hears itself (UCLISTEN): every frame format, by interrupt; then what goes wrong: overrun, and a break.
 */
#include "uart.h"

static volatile uint16_t received, count;

__attribute__((interrupt(UC_VECTOR))) void on_uart(void)
{
    if (UC_IV == USCI_UART_UCRXIFG)
    {
        received = UC_RXBUF;
        count++;
        __low_power_mode_off_on_exit();
    }
}

static void wait_until_sent(void)
{
    while (UC_STATW & UCBUSY)
        ;
}

int main(void)
{
    static const uint16_t formats[] =
        { 0, UCPEN, UCPEN | UCPAR, UCSPB, UCMSB, UC7BIT, UC7BIT | UCPEN | UCPAR | UCSPB | UCMSB };
    hold_watchdog();

    for (uint16_t format = 0; format < sizeof formats / sizeof formats[0]; format++)
    {
        uart_open(formats[format]);
        UC_STATW |= UCLISTEN;
        UC_IE = UCRXIE;
        for (uint16_t value = 0; value < 256; value += 51)
        {
            test_index = (uint16_t)(format << 8 | value);
            uint16_t before = count;
            UC_TXBUF = value;
            __low_power_mode_0();
            /* 1: each character arrives once, as it was; seven bits of it where there are seven. */
            CHECK_EQUAL(1, count - before, 1);
            CHECK_EQUAL(2, received, formats[format] & UC7BIT ? value & 0x7F : value);
            CHECK_EQUAL(3, UC_STATW & (UCFE | UCPE | UCOE | UCBRK | UCRXERR), 0);
        }
    }
    __disable_interrupt();

    /* 4: a character that nobody fetched is lost to the next one; fetching that clears the error. */
    uart_open(0);
    UC_STATW |= UCLISTEN;
    uart_put('a');
    uart_put('b');
    wait_until_sent();
    CHECK_EQUAL(4, UC_STATW & (UCOE | UCRXERR), UCOE | UCRXERR);
    CHECK_EQUAL(5, UC_RXBUF, 'b');
    CHECK_EQUAL(6, UC_STATW & (UCOE | UCRXERR), 0);
    CHECK_EQUAL(7, UC_IFG & UCRXIFG, 0);

    /* 8: a break is received as one if it is asked for. */
    uart_open(UCBRKIE | UCRXEIE);
    UC_STATW |= UCLISTEN;
    UC_CTLW0 |= UCTXBRK;
    UC_TXBUF = 0;
    wait_until_sent();
    CHECK_EQUAL(8, UC_IFG & UCRXIFG, UCRXIFG);
    CHECK_EQUAL(9, UC_STATW & (UCBRK | UCFE), UCBRK | UCFE);
    CHECK_EQUAL(10, UC_CTLW0 & UCTXBRK, 0);

    PASS();
}
