/* Fractional and saturating results of the multiplier. Expected values are worked out by hand beside each check. */
#include "boot.h"

static uint32_t result(void)
{
    /* Compiled code may hold the address in a register, and @Rn right after the write of OP2 is a cycle too fast. */
    __no_operation();
    uint32_t low = RESLO;
    return low | (uint32_t)RESHI << 16;
}

/* The sum of `count` equal products: the first one starts it, so that nothing is left of what was there before. */
static uint32_t sum_of(uint16_t a, uint16_t b, uint16_t count)
{
    MPYS = a;
    OP2 = b;
    MACS = a;
    while (--count != 0)
        OP2 = b;
    return result();
}

int main(void)
{
    hold_watchdog();

    /* 1: one half squared in Q15: 4000 x 4000 = 10000000, read shifted left by one. */
    MPY32CTL0 = MPYFRAC;
    MPYS = 0x4000;
    OP2 = 0x4000;
    CHECK_EQUAL(1, result(), 0x20000000);
    /* 2: only the reading is shifted. */
    MPY32CTL0 = 0;
    CHECK_EQUAL(2, result(), 0x10000000);

    /* 3: a negative fraction: C000 x 2000 = -8000000 hexadecimal, twice that. */
    MPY32CTL0 = MPYFRAC;
    MPYS = 0xC000;
    OP2 = 0x2000;
    CHECK_EQUAL(3, result(), 0xF0000000);

    /* 4: -1 squared is +1, which Q31 does not have: without saturation it reads as -1. */
    MPYS = 0x8000;
    OP2 = 0x8000;
    CHECK_EQUAL(4, result(), 0x80000000);
    /* 5: with saturation it is the largest fraction. */
    MPY32CTL0 = MPYFRAC | MPYSAT;
    MPYS = 0x8000;
    OP2 = 0x8000;
    CHECK_EQUAL(5, result(), 0x7FFFFFFF);

    /* 6: 3 x 7FFF x 7FFF = BFFD0003 does not fit in 31 bits: saturated upwards. */
    MPY32CTL0 = MPYSAT;
    CHECK_EQUAL(6, sum_of(0x7FFF, 0x7FFF, 3), 0x7FFFFFFF);

    /* 7: two of them fit: 7FFE0002. */
    CHECK_EQUAL(7, sum_of(0x7FFF, 0x7FFF, 2), 0x7FFE0002);

    /* 8: three times 8000 x 7FFF = -3FFF8000 is below -80000000: saturated downwards. */
    CHECK_EQUAL(8, sum_of(0x8000, 0x7FFF, 3), 0x80000000);

    /* 9: two of them fit: 80010000. */
    CHECK_EQUAL(9, sum_of(0x8000, 0x7FFF, 2), 0x80010000);

    /* 10: without the mode, sums wrap. */
    MPY32CTL0 = 0;
    CHECK_EQUAL(10, sum_of(0x7FFF, 0x7FFF, 3), 0xBFFD0003);

    /* 11: the mode bits stay until written: cleared ones read back cleared. */
    CHECK_EQUAL(11, MPY32CTL0 & (MPYFRAC | MPYSAT), 0);

    PASS();
}
