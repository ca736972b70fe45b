/*
 * The multiplier with 16- and 8-bit operands, in its four modes, against arithmetic done without it (this file is
 * compiled with -mhwmult=none). test_index is 16 x (first operand) + (second operand), as numbers in the table.
 */
#include "boot.h"

static const uint16_t operands[] =
    { 0x0000, 0x0001, 0x0002, 0x007F, 0x0080, 0x00FF, 0x1234, 0x5555, 0x7FFF, 0x8000, 0x8001, 0xAAAA, 0xFF80, 0xFFFF };
#define COUNT (sizeof operands / sizeof operands[0])

static uint32_t result(void)
{
    uint32_t low = RESLO;
    return low | (uint32_t)RESHI << 16;
}

static uint32_t signed_product(uint16_t a, uint16_t b)
{
    return (uint32_t)((int32_t)(int16_t)a * (int16_t)b);
}

int main(void)
{
    hold_watchdog();

    for (uint16_t i = 0; i < COUNT; i++)
        for (uint16_t j = 0; j < COUNT; j++)
        {
            uint16_t a = operands[i], b = operands[j];
            test_index = i * 16 + j;

            MPY = a;
            OP2 = b;
            /* 1, 2: unsigned product; SUMEXT is 0. */
            CHECK_EQUAL(1, result(), (uint32_t)a * b);
            CHECK_EQUAL(2, SUMEXT, 0);

            MPYS = a;
            OP2 = b;
            /* 3, 4: signed product; SUMEXT repeats its sign. */
            CHECK_EQUAL(3, result(), signed_product(a, b));
            CHECK_EQUAL(4, SUMEXT, signed_product(a, b) & 0x80000000 ? 0xFFFF : 0);

            /* 5, 6: unsigned accumulation onto a value near the top; SUMEXT is the carry. */
            uint32_t sum = 0xC0001234;
            RESLO = (uint16_t)sum;
            RESHI = (uint16_t)(sum >> 16);
            MAC = a;
            OP2 = b;
            uint32_t next = sum + (uint32_t)a * b;
            CHECK_EQUAL(5, result(), next);
            CHECK_EQUAL(6, SUMEXT, next < sum);

            /* 7, 8: signed accumulation; SUMEXT repeats the sign of the result. */
            sum = 0x00012345;
            RESLO = (uint16_t)sum;
            RESHI = (uint16_t)(sum >> 16);
            MACS = a;
            OP2 = b;
            next = sum + signed_product(a, b);
            CHECK_EQUAL(7, result(), next);
            CHECK_EQUAL(8, SUMEXT, next & 0x80000000 ? 0xFFFF : 0);

            /* 9, 10: bytes written to the operands: zero-extended, or sign-extended in the signed mode. */
            MPY_B = (uint8_t)a;
            OP2_B = (uint8_t)b;
            CHECK_EQUAL(9, result(), (uint32_t)(uint8_t)a * (uint8_t)b);
            MPYS_B = (uint8_t)a;
            OP2_B = (uint8_t)b;
            CHECK_EQUAL(10, result(), (uint32_t)((int32_t)(int8_t)a * (int8_t)b));
        }

    /* 11: the first operand stays for further second ones. */
    MPY = 300;
    OP2 = 2;
    OP2 = 5;
    CHECK_EQUAL(11, result(), 1500);
    /* 12: also for accumulation: 1500 + 7 x 2 + 7 x 3. */
    MAC = 7;
    OP2 = 2;
    OP2 = 3;
    CHECK_EQUAL(12, result(), 1535);
    /* 13: the control word names mode and widths: here MAC, 16 x 16 bits. */
    CHECK_EQUAL(13, MPY32CTL0 & (MPYM_3 | OP1_32 | OP2_32 | MPYFRAC | MPYSAT), MPYM_2);

    PASS();
}
