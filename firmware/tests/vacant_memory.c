/* Addresses where nothing is: they read 3FFF, ignore writes, and raise VMAIFG. */
#include "boot.h"

#if defined(__MSP430FR5994__)
#define VACANT_FIRST 0x3C00
#define VACANT_LAST  0x3FFE
#else
#define VACANT_FIRST 0x2400
#define VACANT_LAST  0x43FE
#endif

int main(void)
{
    hold_watchdog();
    SFRIFG1 &= ~VMAIFG;
    /* 1: the flag can be cleared. */
    CHECK_EQUAL(1, SFRIFG1 & VMAIFG, 0);

    /* 2, 3: first and last word of the hole below FRAM. */
    CHECK_EQUAL(2, REGISTER16(VACANT_FIRST), 0x3FFF);
    CHECK_EQUAL(3, REGISTER16(VACANT_LAST), 0x3FFF);
    /* 4: the access was noticed. */
    CHECK_EQUAL(4, SFRIFG1 & VMAIFG, VMAIFG);
    SFRIFG1 &= ~VMAIFG;

    /* 5, 6: bytes: the low one is FF, the high one 3F. */
    CHECK_EQUAL(5, REGISTER8(VACANT_FIRST), 0xFF);
    CHECK_EQUAL(6, REGISTER8(VACANT_FIRST + 1), 0x3F);

    /* 7: the last word of the memory before the hole is memory. */
    REGISTER16(VACANT_FIRST - 2) = 0x5AA5;
    CHECK_EQUAL(7, REGISTER16(VACANT_FIRST - 2), 0x5AA5);
    SFRIFG1 &= ~VMAIFG;

    /* 8, 9: a write is noticed, and has no effect. */
    REGISTER16(VACANT_FIRST) = 0x1234;
    CHECK_EQUAL(8, SFRIFG1 & VMAIFG, VMAIFG);
    CHECK_EQUAL(9, REGISTER16(VACANT_FIRST), 0x3FFF);
    SFRIFG1 &= ~VMAIFG;

    /* 10: the last word of high FRAM is memory (written back as it was). */
    uint16_t last = __data20_read_short(HIGH_FRAM_END - 1);
    __data20_write_short(HIGH_FRAM_END - 1, (uint16_t)~last);
    CHECK_EQUAL(10, __data20_read_short(HIGH_FRAM_END - 1), (uint16_t)~last);
    __data20_write_short(HIGH_FRAM_END - 1, last);
    /* 11: and raises no flag. */
    CHECK_EQUAL(11, SFRIFG1 & VMAIFG, 0);

    /* 12, 13: behind it there is nothing, up to the last address. */
    CHECK_EQUAL(12, __data20_read_short((uint32_t)HIGH_FRAM_END + 1), 0x3FFF);
    CHECK_EQUAL(13, __data20_read_short(0xFFFFE), 0x3FFF);
    /* 14: noticed too. */
    CHECK_EQUAL(14, SFRIFG1 & VMAIFG, VMAIFG);

    PASS();
}
