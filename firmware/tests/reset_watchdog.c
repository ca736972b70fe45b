/*
 * The watchdog: served it stays quiet, held it stays quiet, forgotten it restarts the device.
 *
 * First life: 1 .. 5. Second life: 6 .. 9.
 */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;
static volatile uint16_t in_ram __attribute__((noinit));

int main(void)
{
    uint16_t watchdog = WDTCTL;
    hold_watchdog();
    uint16_t life = ++lives;

    if (life == 1)
    {
        /* 1: power-up. */
        CHECK_EQUAL(1, SYSRSTIV, SYSRSTIV__BOR);
        CHECK(2, drain_reset_causes() <= 32);
        in_ram = 0xBEEF;

        /* Served every 100 cycles or so for far more than its 512 cycles: no restart (it would show as check 6). */
        for (uint16_t turn = 0; turn < 50; turn++)
        {
            WDTCTL = WDTPW | WDTSSEL__SMCLK | WDTCNTCL | WDTIS__512;
            __delay_cycles(100);
        }
        /* 3: it was running; the counter-clear bit reads 0. */
        CHECK_EQUAL(3, WDTCTL, 0x6900 | WDTSSEL__SMCLK | WDTIS__512);

        /* 4: held in time, it does not count. */
        WDTCTL = WDTPW | WDTHOLD | WDTCNTCL | WDTIS__512;
        __delay_cycles(2000);
        CHECK_EQUAL(4, lives, 1);

        /* Forgotten. */
        lives = 0x0101;
        WDTCTL = WDTPW | WDTSSEL__SMCLK | WDTCNTCL | WDTIS__512;
        __delay_cycles(2000);
        hold_watchdog();
        /* 5: it did not expire. */
        test_finish(5);
    }

    /* 6: the restart came where it should, and once. */
    CHECK_EQUAL(6, life, 0x0102);
    /* 7: the cause is the time-out. */
    CHECK_EQUAL(7, SYSRSTIV, SYSRSTIV__WDTTO);
    /* 8: and the only one. */
    CHECK_EQUAL(8, SYSRSTIV, SYSRSTIV__NONE);
    /* 9: RAM survives. */
    CHECK_EQUAL(9, in_ram, 0xBEEF);
    /* 10: the watchdog runs again. */
    CHECK_EQUAL(10, watchdog & (0xFF00 | WDTHOLD), 0x6900);

    PASS();
}
