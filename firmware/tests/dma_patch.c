/* DMA rewrites a function that has run already, in RAM: the next call runs what is there now. */
#include "boot.h"

typedef uint16_t function(void);

/* mov #N, r12; ret */
static uint16_t code[] = { 0x403C, 1, 0x4130 };
static const uint16_t other[] = { 0x403C, 2, 0x4130 };

int main(void)
{
    hold_watchdog();
    function *run = (function *)(uintptr_t)code;
    CHECK_EQUAL(1, run(), 1);
    CHECK_EQUAL(2, run(), 1);

    DMACTL0 = DMA0TSEL__DMAREQ;
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0SA, (uintptr_t)other);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0DA, (uintptr_t)code);
    DMA0SZ = 3;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    DMA0CTL |= DMAREQ;
    CHECK_EQUAL(3, run(), 2);

    PASS();
}
