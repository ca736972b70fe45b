/*
 * Prints a line by DMA: each free place in the transmit buffer fetches the next character, while the program sleeps in LPM3 until the
 * last one has been fetched. Then the UART hears itself and DMA stores what it heard.
 */
#include "uart.h"

static const char text[] = "By DMA, asleep\r\n";
static char heard[8];

__attribute__((interrupt(DMA_VECTOR))) void on_dma(void)
{
    if (DMAIV != DMAIV__NONE)
        __low_power_mode_off_on_exit();
}

int main(void)
{
    hold_watchdog();
    uart_open(0);
    DMACTL0 = DMA0TSEL__UCA0TXIFG | DMA1TSEL__UCA0RXIFG;

    /* The first character by hand: its way into the shifter is the first trigger. */
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0SA, (uintptr_t)&text[1]);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0DA, (uintptr_t)&UC_TXBUF);
    DMA0SZ = sizeof text - 2;
    DMA0CTL = DMADT_0 | DMASRCINCR_3 | DMADSTINCR_0 | DMASRCBYTE | DMADSTBYTE | DMAIE | DMAEN;
    UC_TXBUF = (uint8_t)text[0];
    __low_power_mode_3();
    __disable_interrupt();
    /* 1: all fetched, the last ones still on their way. */
    CHECK_EQUAL(1, DMA0CTL & DMAEN, 0);
    while (UC_STATW & UCBUSY)
        ;

    /* 2: eight characters heard and stored without the processor. */
    UC_STATW |= UCLISTEN;
    __data16_write_addr((uint16_t)(uintptr_t)&DMA1SA, (uintptr_t)&UC_RXBUF);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA1DA, (uintptr_t)heard);
    DMA1SZ = sizeof heard;
    DMA1CTL = DMADT_0 | DMASRCINCR_0 | DMADSTINCR_3 | DMASRCBYTE | DMADSTBYTE | DMAIE | DMAEN;
    for (uint16_t i = 0; i < sizeof heard; i++)
        uart_put((uint8_t)text[i]);
    __low_power_mode_0();
    for (uint16_t i = 0; i < sizeof heard; i++)
        CHECK_EQUAL(2, (uint8_t)heard[i], (uint8_t)text[i]);
    CHECK_EQUAL(3, UC_STATW & UCOE, 0);
    PASS();
}
