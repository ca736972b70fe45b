/* Quotients, remainders and shifts by the compiler's library routines, for 16, 32 and 64 bits. */
#include "boot.h"

static const uint64_t operands[] =
    { 1, 2, 7, 10, 0x7FFF, 0x8000, 0xFFFF, 0x00010000, 0x075BCD15, 0x80000000, 0xFFFFFFFF, 0x0123456789ABCDEF, 0x8000000000000001 };
#define COUNT (sizeof operands / sizeof operands[0])

static uint32_t fold(uint64_t value)
{
    return (uint32_t)value ^ (uint32_t)(value >> 32);
}

int main(void)
{
    hold_watchdog();

    for (uint16_t i = 0; i < COUNT; i++)
        for (uint16_t j = 0; j < COUNT; j++)
        {
            volatile uint64_t n = operands[i], d = operands[j];
            test_index = i * 16 + j;

            /* 1: n = q d + r with r < d, 16 bits (a divisor that is zero in 16 bits is left out). */
            if ((uint16_t)d != 0)
            {
                uint16_t q = (uint16_t)n / (uint16_t)d, r = (uint16_t)n % (uint16_t)d;
                CHECK(1, r < (uint16_t)d && (uint16_t)(q * (uint16_t)d + r) == (uint16_t)n);
            }
            /* 2: 32 bits. */
            if ((uint32_t)d != 0)
            {
                uint32_t q = (uint32_t)n / (uint32_t)d, r = (uint32_t)n % (uint32_t)d;
                CHECK(2, r < (uint32_t)d && q * (uint32_t)d + r == (uint32_t)n);
            }
            /* 3: 64 bits. */
            uint64_t q = n / d, r = n % d;
            CHECK(3, r < d && q * d + r == n);
        }

    volatile int32_t m = -1000003, e = 1000;
    volatile uint64_t s = 0x8123456789ABCDEF;
    volatile uint16_t by = 12;
    /* 4, 5: signed division truncates towards zero, the remainder has the sign of the dividend. */
    CHECK_EQUAL(4, (uint32_t)(m / e), (uint32_t)-1000);
    CHECK_EQUAL(5, (uint32_t)(m % e), (uint32_t)-3);
    /* 6 .. 8: shifts of 64 bits by 12, left, right, and arithmetic right; both halves folded by exclusive or. */
    CHECK_EQUAL(6, fold(s << by), 0x3456789A ^ 0xBCDEF000);
    CHECK_EQUAL(7, fold(s >> by), 0x00081234 ^ 0x56789ABC);
    CHECK_EQUAL(8, fold((uint64_t)((int64_t)s >> by)), 0xFFF81234 ^ 0x56789ABC);

    PASS();
}
