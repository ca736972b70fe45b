/*
 * A write with the wrong password to -DPROTECTED=... restarts the device by a PUC, and SYSRSTIV says -DCAUSE=...
 * -DVIOLATION=... is the statement which offends; the default is a word write with the key 12.
 *
 * First life: 1 .. 5. Second life: 6 .. 12.
 */
#include "boot.h"

#ifndef VIOLATION
#define VIOLATION (PROTECTED = 0x1200)
#endif

static volatile uint16_t lives __attribute__((persistent)) = 0;
static volatile uint16_t in_ram __attribute__((noinit));

int main(void)
{
    uint16_t watchdog = WDTCTL;
    hold_watchdog();
    uint16_t life = ++lives;

    if (life == 1)
    {
        /* 1: power-up is a brown-out reset. */
        CHECK_EQUAL(1, SYSRSTIV, SYSRSTIV__BOR);
        CHECK(2, drain_reset_causes() <= 32);

        PM5CTL0 &= ~LOCKLPM5;
        in_ram = 0xBEEF;
        clock_8mhz();
        /* 3: the clock was changed, so that the reset has something to undo. */
        CHECK_EQUAL(3, CSCTL3, 0);
        /* 4: the right password passes; 5: and the register accepts it without a reset. */
        WDTCTL = WDTPW | WDTHOLD;
        CHECK_EQUAL(4, WDTCTL & 0xFF80, 0x6980);
        CHECK_EQUAL(5, lives, 1);

        VIOLATION;
        __no_operation();
        __no_operation();
        /* 6: execution went on behind the violation. */
        test_finish(6);
    }

    /* 7: one restart, not more. */
    CHECK_EQUAL(7, life, 2);
    /* 8: the cause is this password. */
    CHECK_EQUAL(8, SYSRSTIV, CAUSE);
    /* 9: and the only one. */
    CHECK_EQUAL(9, SYSRSTIV, SYSRSTIV__NONE);
    /* 10: RAM survives a PUC. */
    CHECK_EQUAL(10, in_ram, 0xBEEF);
    /* 11: the pins stay unlocked: only a brown-out reset locks them. */
    CHECK_EQUAL(11, PM5CTL0 & LOCKLPM5, 0);
    /* 12: clock dividers are back at 8. */
    CHECK_EQUAL(12, CSCTL3, 0x0033);
    /* 13: the watchdog runs again. */
    CHECK_EQUAL(13, watchdog & (0xFF00 | WDTHOLD), 0x6900);

    PASS();
}
