/*
 * When the multiplier's results may be read: register-indirect addressing right after the write of OP2 comes a cycle
 * too early and finds what was there before; a NOP, or absolute addressing, is enough. With delayed writes the
 * multiplier takes a new operand only when it is done.
 */
#include "boot.h"

#define MULTIPLY "mov.w %2, &0x04C0\n\tmov.w %3, &0x04C8\n\t"

int main(void)
{
    hold_watchdog();
    uint16_t before, after;

    /* 1, 2: too early, and the same again with a NOP between. */
    RES0 = 0xAAAA;
    __asm__ volatile (MULTIPLY "mov.w @%4, %0\n\tmov.w @%4, %1" : "=&r" (before), "=&r" (after) : "r" (123), "r" (456), "r" (0x04CA) : "memory");
    CHECK_EQUAL(1, before, 0xAAAA);
    CHECK_EQUAL(2, after, (uint16_t)(123u * 456u));
    __asm__ volatile (MULTIPLY "nop\n\tmov.w @%4, %0\n\tmov.w @%4, %1" : "=&r" (before), "=&r" (after) : "r" (77), "r" (55), "r" (0x04CA) : "memory");
    CHECK_EQUAL(3, before, 77 * 55);
    CHECK_EQUAL(4, after, 77 * 55);

    /* 5: absolute addressing. */
    __asm__ volatile (MULTIPLY "mov.w &0x04CA, %0\n\tmov.w &0x04CC, %1" : "=&r" (before), "=&r" (after) : "r" (0xFFFF), "r" (0xFFFF) : "memory");
    CHECK_EQUAL(5, before | (uint32_t)after << 16, 0xFFFE0001);

    /* 6: 32 x 32 in the shortest code: operand and next operand, four cycles apart. With delayed writes both count. */
    MPY32CTL0 = MPYDLYWRTEN;
    MPY32L = 0x0002;
    MPY32H = 0x0001;
    __asm__ volatile ("mov.w %0, &0x04E0\n\tmov.w %1, &0x04E2\n\tmov.w %0, &0x04D8\n\tmov.w %1, &0x04DA\n\tmov.w %0, &0x04E0\n\tmov.w %1, &0x04E2" : : "r" (3), "r" (0) : "memory");
    __delay_cycles(12);
    /* 10002 x 3 and 3 x 3 on top of it. */
    CHECK_EQUAL(6, RES0 | (uint32_t)RES1 << 16, 0x0003000Fu);
    CHECK_EQUAL(7, RES2 | (uint32_t)RES3 << 16, 0);
    MPY32CTL0 = 0;

    PASS();
}
