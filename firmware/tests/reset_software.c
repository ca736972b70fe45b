/*
 * Resets asked for by software: POR, then BOR, through PMMCTL0.
 *
 * First life (power-up): 1 .. 2. Second (POR): 3 .. 7. Third (BOR): 8 .. 12.
 */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;
static volatile uint16_t in_ram __attribute__((noinit));

int main(void)
{
    hold_watchdog();
    switch (++lives)
    {
    case 1:
        /* 1: power-up. */
        CHECK_EQUAL(1, SYSRSTIV, SYSRSTIV__BOR);
        CHECK(2, drain_reset_causes() <= 32);
        PM5CTL0 &= ~LOCKLPM5;
        in_ram = 0xBEEF;
        clock_8mhz();
        PMMCTL0 = PMMPW | SVSHE | PMMSWPOR;
        __no_operation();
        __no_operation();
        /* E001: the POR did not come. */
        test_finish(TEST_UNEXPECTED + 1);
        break;
    case 2:
        /* 3: software POR. */
        CHECK_EQUAL(3, SYSRSTIV, SYSRSTIV__PMMSWPOR);
        /* 4: and nothing else. */
        CHECK_EQUAL(4, SYSRSTIV, SYSRSTIV__NONE);
        /* 5: RAM survives. */
        CHECK_EQUAL(5, in_ram, 0xBEEF);
        /* 6: a POR does not lock the pins. */
        CHECK_EQUAL(6, PM5CTL0 & LOCKLPM5, 0);
        /* 7: clock dividers are back at 8. */
        CHECK_EQUAL(7, CSCTL3, 0x0033);
        PMMCTL0_H = PMMPW_H;
        PMMCTL0_L = SVSHE | PMMSWBOR;
        __no_operation();
        __no_operation();
        /* E002: the BOR did not come. */
        test_finish(TEST_UNEXPECTED + 2);
        break;
    case 3:
        /* 8: software BOR. */
        CHECK_EQUAL(8, SYSRSTIV, SYSRSTIV__PMMSWBOR);
        /* 9: and the list of causes ends. */
        CHECK(9, drain_reset_causes() <= 32);
        /* 10: a BOR locks the pins. */
        CHECK_EQUAL(10, PM5CTL0 & LOCKLPM5, LOCKLPM5);
        /* 11, 12: clocks as after power-up. */
        CHECK_EQUAL(11, CSCTL1, 0x000C);
        CHECK_EQUAL(12, CSCTL3, 0x0033);
        PASS();
        break;
    default:
        /* E0nn: life nn should not have begun. */
        test_finish(TEST_UNEXPECTED + lives);
    }
}
