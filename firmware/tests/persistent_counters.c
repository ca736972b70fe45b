/*
 * Counters in FRAM over eight lives, each ended by a software BOR: they count on, while .data and .bss begin anew.
 * One counter lies in low FRAM, one in high FRAM, one has 32 bits.
 */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;
static volatile uint32_t wide __attribute__((persistent)) = 0x0001FFFE;
static volatile uint16_t starts_at_five = 5;
static volatile uint16_t starts_at_zero;

#define LIVES 8
#define HIGH_COUNTER (HIGH_FRAM_END - 1)

int main(void)
{
    hold_watchdog();

    /* 1: .data is copied at every start. */
    CHECK_EQUAL(1, starts_at_five, 5);
    /* 2: .bss is cleared at every start. */
    CHECK_EQUAL(2, starts_at_zero, 0);
    starts_at_five = 99;
    starts_at_zero = 99;

    if (lives == 0)
        __data20_write_short(HIGH_COUNTER, 0);
    lives++;
    wide++;
    __data20_write_short(HIGH_COUNTER, __data20_read_short(HIGH_COUNTER) + 1);

    /* 3: the counters agree. */
    CHECK_EQUAL(3, __data20_read_short(HIGH_COUNTER), lives);
    /* 4: also over a carry into the upper word. */
    CHECK_EQUAL(4, wide, 0x0001FFFEul + lives);

    /* 5: the reason of this start: power-up first, our own request later. */
    CHECK_EQUAL(5, SYSRSTIV, lives == 1 ? SYSRSTIV__BOR : SYSRSTIV__PMMSWBOR);
    CHECK(6, drain_reset_causes() <= 32);

    if (lives < LIVES)
    {
        PMMCTL0 = PMMPW | SVSHE | PMMSWBOR;
        __no_operation();
        __no_operation();
        /* E0nn: the reset that ends life nn did not come. */
        test_finish(TEST_UNEXPECTED + lives);
    }

    /* 7: eight lives in all. */
    CHECK_EQUAL(7, lives, LIVES);
    PASS();
}
