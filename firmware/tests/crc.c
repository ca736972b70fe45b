/*
 * CRC16, and where the device has it CRC32, on "123456789": byte by byte and word by word. The answers are the
 * published check values of CRC-CCITT (29B1), CRC-16/MCRF4XX (6F91) and CRC-32 (CBF43926).
 */
#include "boot.h"

static const uint8_t digits[] = { '1', '2', '3', '4', '5', '6', '7', '8', '9' };

int main(void)
{
    hold_watchdog();

    /* 1: highest bit first is what most call CRC-CCITT. */
    CRCINIRES = 0xFFFF;
    for (uint16_t i = 0; i < sizeof digits; i++)
        CRCDIRB_L = digits[i];
    CHECK_EQUAL(1, CRCINIRES, 0x29B1);
    CHECK_EQUAL(2, CRCRESR, 0x8D94);

    /* 3: lowest bit first; the mirrored result is the reflected CRC. */
    CRCINIRES = 0xFFFF;
    for (uint16_t i = 0; i < sizeof digits; i++)
        CRCDI_L = digits[i];
    CHECK_EQUAL(3, CRCINIRES, 0x89F6);
    CHECK_EQUAL(4, CRCRESR, 0x6F91);

    /* 5: two bytes at a time, the low one first; the last one alone. */
    CRCINIRES = 0xFFFF;
    CRCDI = 0x3231;
    CRCDI = 0x3433;
    CRCDI = 0x3635;
    CRCDI = 0x3837;
    CRCDI_L = '9';
    CHECK_EQUAL(5, CRCRESR, 0x6F91);

    /* 6: data followed by their signature leave nothing. */
    CRCINIRES = 0xFFFF;
    for (uint16_t i = 0; i < sizeof digits; i++)
        CRCDIRB_L = digits[i];
    CRCDIRB_L = 0x29;
    CRCDIRB_L = 0xB1;
    CHECK_EQUAL(6, CRCINIRES, 0);

#ifdef CRC32DIW0
    /* 7: the CRC-32 of everybody: the mirrored result, inverted. */
    CRC32INIRESW0 = 0xFFFF;
    CRC32INIRESW1 = 0xFFFF;
    for (uint16_t i = 0; i < sizeof digits; i++)
        CRC32DIW0_L = digits[i];
    CHECK_EQUAL(7, ~((uint32_t)CRC32RESRW0 << 16 | CRC32RESRW1), 0xCBF43926);

    /* 8: the same by words through both halves of the input. */
    CRC32INIRESW0 = 0xFFFF;
    CRC32INIRESW1 = 0xFFFF;
    CRC32DIW0 = 0x3231;
    CRC32DIW1 = 0x3433;
    CRC32DIW0 = 0x3635;
    CRC32DIW1 = 0x3837;
    CRC32DIW0_L = '9';
    CHECK_EQUAL(8, ~((uint32_t)CRC32RESRW0 << 16 | CRC32RESRW1), 0xCBF43926);

    /* 9: highest bit first. */
    CRC32INIRESW0 = 0xFFFF;
    CRC32INIRESW1 = 0xFFFF;
    for (uint16_t i = 0; i < sizeof digits; i++)
        CRC32DIRBW0_L = digits[i];
    CHECK_EQUAL(9, ~((uint32_t)CRC32INIRESW1 << 16 | CRC32INIRESW0), 0xFC891918);

    /* 10: the 16-bit generator beside it. */
    CRC16INIRESW0 = 0xFFFF;
    for (uint16_t i = 0; i < sizeof digits; i++)
        CRC16DIRBW0_L = digits[i];
    CHECK_EQUAL(10, CRC16INIRESW0, 0x29B1);
#endif

    PASS();
}
