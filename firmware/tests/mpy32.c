/*
 * The multiplier with 32-, 24- and mixed-width operands, in its four modes, against 64-bit arithmetic done without
 * it (this file is compiled with -mhwmult=none). test_index is 16 x (first operand) + (second operand), as numbers
 * in the table.
 */
#include "boot.h"

static const uint32_t operands[] =
    { 0x00000000, 0x00000001, 0x00008000, 0x0000FFFF, 0x00010000, 0x12345678, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xDEADBEEF, 0xFFFFFFFF };
#define COUNT (sizeof operands / sizeof operands[0])

static uint64_t result(void)
{
    uint64_t low = RES0 | (uint32_t)RES1 << 16;
    return low | (uint64_t)(RES2 | (uint32_t)RES3 << 16) << 32;
}

static void set_result(uint64_t value)
{
    RES0 = (uint16_t)value;
    RES1 = (uint16_t)(value >> 16);
    RES2 = (uint16_t)(value >> 32);
    RES3 = (uint16_t)(value >> 48);
}

/* Compares 64 bits: a failure reports the half that differs. */
static void check_equal_64(uint16_t number, uint64_t actual, uint64_t expected)
{
    CHECK_EQUAL(number, (uint32_t)actual, (uint32_t)expected);
    CHECK_EQUAL(number, (uint32_t)(actual >> 32), (uint32_t)(expected >> 32));
}

static uint64_t unsigned_product(uint32_t a, uint32_t b)
{
    return (uint64_t)a * b;
}

static uint64_t signed_product(uint32_t a, uint32_t b)
{
    return (uint64_t)((int64_t)(int32_t)a * (int32_t)b);
}

static uint32_t sign_extend_16(uint32_t value)
{
    return (uint32_t)(int32_t)(int16_t)value;
}

static uint32_t sign_extend_24(uint32_t value)
{
    return (value & 0x00FFFFFF) | (value & 0x00800000 ? 0xFF000000 : 0);
}

int main(void)
{
    hold_watchdog();

    for (uint16_t i = 0; i < COUNT; i++)
        for (uint16_t j = 0; j < COUNT; j++)
        {
            uint32_t a = operands[i], b = operands[j];
            uint16_t a_low = (uint16_t)a, a_high = (uint16_t)(a >> 16), b_low = (uint16_t)b, b_high = (uint16_t)(b >> 16);
            test_index = i * 16 + j;

            MPY32L = a_low;
            MPY32H = a_high;
            OP2L = b_low;
            OP2H = b_high;
            /* 1, 2: 32 x 32 unsigned; SUMEXT is 0. */
            check_equal_64(1, result(), unsigned_product(a, b));
            CHECK_EQUAL(2, SUMEXT, 0);

            MPYS32L = a_low;
            MPYS32H = a_high;
            OP2L = b_low;
            OP2H = b_high;
            /* 3, 4: 32 x 32 signed; SUMEXT repeats the sign of the 64 bits. */
            check_equal_64(3, result(), signed_product(a, b));
            CHECK_EQUAL(4, SUMEXT, signed_product(a, b) >> 63 ? 0xFFFF : 0);

            /* 5, 6: 32 x 32 unsigned accumulation; SUMEXT is the carry out of bit 63. */
            uint64_t sum = 0xC000000012345678;
            set_result(sum);
            MAC32L = a_low;
            MAC32H = a_high;
            OP2L = b_low;
            OP2H = b_high;
            uint64_t next = sum + unsigned_product(a, b);
            check_equal_64(5, result(), next);
            CHECK_EQUAL(6, SUMEXT, next < sum);

            /* 7, 8: 32 x 32 signed accumulation; SUMEXT repeats the sign of the result. */
            sum = 0x0000000100000001;
            set_result(sum);
            MACS32L = a_low;
            MACS32H = a_high;
            OP2L = b_low;
            OP2H = b_high;
            next = sum + signed_product(a, b);
            check_equal_64(7, result(), next);
            CHECK_EQUAL(8, SUMEXT, next >> 63 ? 0xFFFF : 0);

            /* 9, 10: 32 x 16, unsigned and signed. */
            MPY32L = a_low;
            MPY32H = a_high;
            OP2 = b_low;
            check_equal_64(9, result(), unsigned_product(a, b_low));
            MPYS32L = a_low;
            MPYS32H = a_high;
            OP2 = b_low;
            check_equal_64(10, result(), signed_product(a, sign_extend_16(b)));

            /* 11, 12: 16 x 32, unsigned and signed. */
            MPY = a_low;
            OP2L = b_low;
            OP2H = b_high;
            check_equal_64(11, result(), unsigned_product(a_low, b));
            MPYS = a_low;
            OP2L = b_low;
            OP2H = b_high;
            check_equal_64(12, result(), signed_product(sign_extend_16(a), b));

            /* 13, 14: 24 x 24, the upper halves written as bytes, unsigned and signed. */
            MPY32L = a_low;
            MPY32H_B = (uint8_t)a_high;
            OP2L = b_low;
            OP2H_B = (uint8_t)b_high;
            check_equal_64(13, result(), unsigned_product(a & 0x00FFFFFF, b & 0x00FFFFFF));
            MPYS32L = a_low;
            MPYS32H_B = (uint8_t)a_high;
            OP2L = b_low;
            OP2H_B = (uint8_t)b_high;
            check_equal_64(14, result(), signed_product(sign_extend_24(a), sign_extend_24(b)));
        }

    /* 15: the control word names mode and widths: MPYS, 32 x 32 bits. */
    MPYS32L = 3;
    MPYS32H = 0;
    OP2L = 0xFFFE;
    OP2H = 0xFFFF;
    CHECK_EQUAL(15, MPY32CTL0 & (MPYM_3 | OP1_32 | OP2_32 | MPYFRAC | MPYSAT), MPYM_1 | OP1_32 | OP2_32);
    /* 16: 3 x -2. */
    check_equal_64(16, result(), (uint64_t)-6);
    /* 17: the first operand stays: 3 x 5. */
    OP2L = 5;
    OP2H = 0;
    check_equal_64(17, result(), 15);

    PASS();
}
