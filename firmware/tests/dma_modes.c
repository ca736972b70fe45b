/* Moving memory by DMA in every mode: fixed and moving addresses, bytes and words, repeats, bursts; flags and the interrupt. */
#include "boot.h"

#define LENGTH 16

static uint16_t source[LENGTH], target[LENGTH];
static volatile uint16_t interrupts, vector_value;

__attribute__((interrupt(DMA_VECTOR))) void on_dma(void)
{
    vector_value = DMAIV;
    interrupts++;
    __low_power_mode_off_on_exit();
}

static void prepare(void)
{
    for (uint16_t i = 0; i < LENGTH; i++)
    {
        source[i] = (uint16_t)(0x1234 + 0x1111 * i);
        target[i] = 0;
    }
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0SA, (uintptr_t)source);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0DA, (uintptr_t)target);
    DMACTL0 = DMA0TSEL__DMAREQ;
}

/* How much of target is source. */
static uint16_t copied(void)
{
    uint16_t n = 0;
    while (n < LENGTH && target[n] == source[n])
        n++;
    return n;
}

int main(void)
{
    hold_watchdog();

    /* 1: a block is done before the next instruction. */
    prepare();
    DMA0SZ = LENGTH;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    DMA0CTL |= DMAREQ;
    CHECK_EQUAL(1, copied(), LENGTH);
    CHECK_EQUAL(2, DMA0CTL & (DMAEN | DMAIFG | DMAREQ), DMAIFG);
    CHECK_EQUAL(3, DMA0SZ, LENGTH);

    /* 4: single transfers, one for each request. */
    prepare();
    DMA0SZ = 3;
    DMA0CTL = DMADT_0 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    for (uint16_t n = 1; n <= 3; n++)
    {
        DMA0CTL |= DMAREQ;
        CHECK_EQUAL(4, copied(), n);
        CHECK_EQUAL(5, DMA0SZ, n < 3 ? 3 - n : 3);
        CHECK_EQUAL(6, DMA0CTL & (DMAEN | DMAIFG), n < 3 ? DMAEN : DMAIFG);
    }

    /* 7: repeated single transfers begin anew. */
    prepare();
    DMA0SZ = 2;
    DMA0CTL = DMADT_4 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    for (uint16_t n = 0; n < 3; n++)
        DMA0CTL |= DMAREQ;
    CHECK_EQUAL(7, copied(), 2);
    CHECK_EQUAL(8, DMA0SZ, 1);
    CHECK_EQUAL(9, DMA0CTL & (DMAEN | DMAIFG), DMAEN | DMAIFG);
    DMA0CTL &= ~DMAEN;

    /* 10: filling memory with one word, backwards. */
    prepare();
    DMA0DA = (uint16_t)(uintptr_t)&target[LENGTH - 1];
    DMA0SZ = LENGTH;
    DMA0CTL = DMADT_1 | DMASRCINCR_0 | DMADSTINCR_2 | DMAEN;
    DMA0CTL |= DMAREQ;
    for (uint16_t i = 0; i < LENGTH; i++)
        CHECK_EQUAL(10, target[i], source[0]);

    /* 11: bytes to words get a zero above them; 12: words to bytes lose what is above. */
    prepare();
    DMA0SZ = LENGTH;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMASRCBYTE | DMAEN;
    DMA0CTL |= DMAREQ;
    for (uint16_t i = 0; i < LENGTH; i++)
        CHECK_EQUAL(11, target[i], ((uint8_t *)source)[i]);
    prepare();
    DMA0SZ = LENGTH;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMADSTBYTE | DMAEN;
    DMA0CTL |= DMAREQ;
    for (uint16_t i = 0; i < LENGTH; i++)
        CHECK_EQUAL(12, ((uint8_t *)target)[i], (uint8_t)source[i]);

    /* 13: a burst lets the program run between its fours; the interrupt tells its end. */
    prepare();
    DMA0SZ = LENGTH;
    DMA0CTL = DMADT_2 | DMASRCINCR_3 | DMADSTINCR_3 | DMAIE | DMAEN;
    DMA0CTL |= DMAREQ;
    CHECK(13, copied() >= 4);
    __low_power_mode_0();
    CHECK_EQUAL(14, copied(), LENGTH);
    CHECK_EQUAL(15, vector_value, DMAIV__DMA0IFG);
    CHECK_EQUAL(16, interrupts, 1);
    CHECK_EQUAL(17, DMA0CTL & DMAIFG, 0);
    __disable_interrupt();

    /* 18: a repeated burst goes on until it is switched off. */
    prepare();
    DMA0SZ = 8;
    DMA0CTL = DMADT_6 | DMASRCINCR_3 | DMADSTINCR_0 | DMAEN;
    DMA0CTL |= DMAREQ;
    for (uint16_t i = 0; i < 50; i++)
        __no_operation();
    CHECK_EQUAL(18, DMA0CTL & (DMAEN | DMAIFG), DMAEN | DMAIFG);
    DMA0CTL &= ~DMAEN;
    target[0] = 0;
    __delay_cycles(100);
    CHECK_EQUAL(19, target[0], 0);

    /* 20: one channel starts the next: out there and back again. */
    prepare();
    __data16_write_addr((uint16_t)(uintptr_t)&DMA1SA, (uintptr_t)&target[0]);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA1DA, (uintptr_t)&target[8]);
    DMACTL0 = DMA0TSEL__DMAREQ | DMA1TSEL__DMA0IFG;
    DMA1SZ = 4;
    DMA1CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    DMA0SZ = 4;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    DMA0CTL |= DMAREQ;
    __no_operation();
    for (uint16_t i = 0; i < 4; i++)
        CHECK_EQUAL(20, target[8 + i], source[i]);

    PASS();
}
