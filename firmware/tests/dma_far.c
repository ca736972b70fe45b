/* DMA above 64 KB: 20-bit addresses in both directions, counting across the boundary at 10000; FRAM, RAM and the RAM that LEA shares. */
#include "boot.h"

#define ABOVE   0x12000ul
#define LENGTH  64

/* High FRAM from there on holds nothing of this program. */
static void move(uint32_t from, uint32_t to, uint16_t words)
{
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0SA, from);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0DA, to);
    DMA0SZ = words;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    DMA0CTL |= DMAREQ;
    __no_operation();
}

int main(void)
{
    static uint16_t pattern[LENGTH], back[LENGTH];
    hold_watchdog();
    DMACTL0 = DMA0TSEL__DMAREQ;
    for (uint16_t i = 0; i < LENGTH; i++)
        pattern[i] = (uint16_t)(0xC0DE + 0x0101 * i);

    /* 1: up and down again. */
    move((uintptr_t)pattern, ABOVE, LENGTH);
    for (uint16_t i = 0; i < LENGTH; i++)
        CHECK_EQUAL(1, __data20_read_short(ABOVE + 2 * i), pattern[i]);
    move(ABOVE, (uintptr_t)back, LENGTH);
    for (uint16_t i = 0; i < LENGTH; i++)
        CHECK_EQUAL(2, back[i], pattern[i]);

    /* 3: the address registers read back as written; a 16-bit write clears the rest. */
    CHECK_EQUAL(3, __data16_read_addr((uint16_t)(uintptr_t)&DMA0SA), ABOVE);
    DMA0SA = 0x2000;
    CHECK_EQUAL(4, __data16_read_addr((uint16_t)(uintptr_t)&DMA0SA), 0x2000);

    /* 5: reading across 10000, from the reset vector upwards. */
    __data20_write_short(0x10000, 0xBEEF);
    move(0x0FFFE, (uintptr_t)back, 2);
    CHECK_EQUAL(5, back[0], __data20_read_short(0x0FFFE));
    CHECK_EQUAL(6, back[1], 0xBEEF);

#ifdef __MSP430FR5994__
    /* 7: the RAM that LEA shares. */
    move(ABOVE, 0x2C00, LENGTH);
    CHECK_EQUAL(7, *(volatile uint16_t *)(0x2C00 + 2 * (LENGTH - 1)), pattern[LENGTH - 1]);
#endif

    PASS();
}
