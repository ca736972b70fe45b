/*
 * Causes of reset that nobody has read wait for their reader, in the order of their numbers; PMMIFG shows some of them; the
 * pins are locked after a BOR, and only then.
 */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;

int main(void)
{
    hold_watchdog();
    uint16_t life = ++lives;
    switch (life)
    {
    case 1:
        CHECK(1, drain_reset_causes() <= 32);
        CHECK_EQUAL(2, PM5CTL0 & LOCKLPM5, LOCKLPM5);
        PM5CTL0 &= ~LOCKLPM5;
        PMMCTL0 = PMMPW | SVSHE | PMMSWPOR;
        test_finish(3);
    case 2:
        /* 4: a POR does not lock the pins. Nothing is read here. */
        CHECK_EQUAL(4, PM5CTL0 & LOCKLPM5, 0);
        WDTCTL = 0;
        test_finish(5);
    case 3:
        PMMCTL0 = PMMPW | SVSHE | PMMSWBOR;
        test_finish(6);
    default:
        CHECK_EQUAL(7, life, 4);
        /* 8: a BOR does. 9: PMMIFG has the two of PMM. */
        CHECK_EQUAL(8, PM5CTL0 & LOCKLPM5, LOCKLPM5);
        CHECK_EQUAL(9, PMMIFG, PMMBORIFG | PMMPORIFG);
        CHECK_EQUAL(10, SYSRSTIV, SYSRSTIV__PMMSWBOR);
        CHECK_EQUAL(11, PMMIFG, PMMPORIFG);
        CHECK_EQUAL(12, SYSRSTIV, SYSRSTIV__PMMSWPOR);
        CHECK_EQUAL(13, SYSRSTIV, SYSRSTIV__WDTPW);
        CHECK_EQUAL(14, SYSRSTIV, SYSRSTIV__NONE);
        CHECK_EQUAL(15, PMMIFG, 0);
        PASS();
    }
}
