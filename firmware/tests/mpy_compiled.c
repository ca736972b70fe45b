/*
 * Products as the compiler makes them on the multiplier (-mhwmult=f5series: its library routines write OP1 and OP2
 * with interrupts held off), against a product made of shifts and additions only.
 */
#include "boot.h"

static const uint64_t operands[] =
    { 0, 1, 3, 0x7FFF, 0x8000, 0xFFFF, 0x00010000, 0x12345678, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x0123456789ABCDEF, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF };
#define COUNT (sizeof operands / sizeof operands[0])

static uint64_t product(uint64_t a, uint64_t b)
{
    uint64_t sum = 0;
    for (; b != 0; b >>= 1, a <<= 1)
        if (b & 1)
            sum += a;
    return sum;
}

static void check_equal_64(uint16_t number, uint64_t actual, uint64_t expected)
{
    CHECK_EQUAL(number, (uint32_t)actual, (uint32_t)expected);
    CHECK_EQUAL(number, (uint32_t)(actual >> 32), (uint32_t)(expected >> 32));
}

int main(void)
{
    hold_watchdog();

    for (uint16_t i = 0; i < COUNT; i++)
        for (uint16_t j = 0; j < COUNT; j++)
        {
            volatile uint64_t a = operands[i], b = operands[j];
            test_index = i * 16 + j;

            /* 1: 16 x 16 to 16. */
            CHECK_EQUAL(1, (uint16_t)((uint16_t)a * (uint16_t)b), (uint16_t)product(a, b));
            /* 2, 3: 16 x 16 to 32, unsigned and signed. */
            CHECK_EQUAL(2, (uint32_t)(uint16_t)a * (uint16_t)b, (uint32_t)product((uint16_t)a, (uint16_t)b));
            CHECK_EQUAL(3, (uint32_t)((int32_t)(int16_t)a * (int16_t)b), (uint32_t)product((uint64_t)(int16_t)a, (uint64_t)(int16_t)b));
            /* 4: 32 x 32 to 32. */
            CHECK_EQUAL(4, (uint32_t)a * (uint32_t)b, (uint32_t)product(a, b));
            /* 5, 6: 32 x 32 to 64, unsigned and signed. */
            check_equal_64(5, (uint64_t)(uint32_t)a * (uint32_t)b, product((uint32_t)a, (uint32_t)b));
            check_equal_64(6, (uint64_t)((int64_t)(int32_t)a * (int32_t)b), product((uint64_t)(int32_t)a, (uint64_t)(int32_t)b));
            /* 7: 64 x 64 to 64. */
            check_equal_64(7, a * b, product(a, b));
        }

    /* 8: interrupts are as the routines found them: off. */
    CHECK_EQUAL(8, __get_SR_register() & GIE, 0);

    PASS();
}
