/*
 * Instructions cannot be fetched from the peripherals' address range: a jump there is a PUC with its own cause.
 *
 * First life: 1 .. 3. Second life: 4 .. 6.
 */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;

int main(void)
{
    hold_watchdog();
    uint16_t life = ++lives;

    if (life == 1)
    {
        /* 1: power-up. */
        CHECK_EQUAL(1, SYSRSTIV, SYSRSTIV__BOR);
        CHECK(2, drain_reset_causes() <= 32);
        /* No register lives at 0F00, so there is no doubt about what a fetch finds there. */
        __asm__ volatile ("br #0x0F00");
        /* 3: the jump was ignored. */
        test_finish(3);
    }

    /* 4: one restart. */
    CHECK_EQUAL(4, life, 2);
    /* 5: the cause is the fetch. */
    CHECK_EQUAL(5, SYSRSTIV, SYSRSTIV__PERF);
    /* 6: and the only one. */
    CHECK_EQUAL(6, SYSRSTIV, SYSRSTIV__NONE);

    PASS();
}
