/* The CRC of a table in FRAM, fed into the CRC module by DMA, bytes and words, and compared with the same by hand. */
#include "boot.h"

static const uint16_t table[64] = { 0x1234, 0xABCD, 0x0000, 0xFFFF, 0x8001, 0x7FFE, 0x5555, 0xAAAA, 0xDEAD, 0xBEEF };

static uint16_t by_hand(void)
{
    uint16_t crc = 0xFFFF;
    for (uint16_t i = 0; i < sizeof table; i++)
    {
        crc ^= (uint16_t)(((const uint8_t *)table)[i] << 8);
        for (uint16_t bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (uint16_t)(crc << 1 ^ 0x1021) : (uint16_t)(crc << 1);
    }
    return crc;
}

static void feed(uint16_t count, uint16_t width)
{
    CRCINIRES = 0xFFFF;
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0SA, (uintptr_t)table);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0DA, (uintptr_t)&CRCDIRB);
    DMA0SZ = count;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_0 | width | DMAEN;
    DMA0CTL |= DMAREQ;
}

int main(void)
{
    hold_watchdog();
    DMACTL0 = DMA0TSEL__DMAREQ;
    uint16_t expected = by_hand();

    feed(sizeof table, DMASRCBYTE | DMADSTBYTE);
    CHECK_EQUAL(1, CRCINIRES, expected);
    feed(sizeof table / 2, 0);
    CHECK_EQUAL(2, CRCINIRES, expected);

    PASS();
}
