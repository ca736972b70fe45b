/*
 * The watchdog timer in interval mode interrupts: entry and return, SR and PC on the stack (main lies above 64 KB
 * in the large-model build of this file), and waking from LPM0 by editing the stacked SR.
 */
#include "boot.h"

static volatile uint16_t ticks;
static volatile uint16_t sr_in_handler;

__attribute__((interrupt(WDT_VECTOR))) void on_interval(void)
{
    sr_in_handler = __get_SR_register();
    ticks++;
    __low_power_mode_off_on_exit();
}

int main(void)
{
    hold_watchdog();
    SFRIFG1 &= ~WDTIFG;
    SFRIE1 |= WDTIE;
    WDTCTL = WDTPW | WDTSSEL__SMCLK | WDTTMSEL | WDTCNTCL | WDTIS__8192;

    /* 1: nothing happens while GIE is clear; 8192 cycles of SMCLK = MCLK have not passed here anyway. */
    CHECK_EQUAL(1, ticks, 0);

    /* Three times asleep, three times woken. */
    for (uint16_t turn = 1; turn <= 3; turn++)
    {
        test_index = turn;
        __low_power_mode_0();
        /* 2: woken by exactly one interrupt. */
        CHECK_EQUAL(2, ticks, turn);
        /* 3: the handler ran with GIE and CPUOFF clear; its flags are those of nobody. */
        CHECK_EQUAL(3, sr_in_handler & (GIE | CPUOFF | OSCOFF | SCG1), 0);
        /* 4: GIE is back after RETI, CPUOFF is not. */
        CHECK_EQUAL(4, __get_SR_register() & (GIE | CPUOFF), GIE);
    }

    /* 5: the flag is cleared by serving. */
    CHECK_EQUAL(5, SFRIFG1 & WDTIFG, 0);

    /* An interrupt in the middle of computing, unnoticed by the computation. */
    uint16_t before = ticks, sum = 0;
    for (uint16_t i = 0; i < 3000; i++)
        sum = (uint16_t)((sum << 1 | sum >> 15) + i);
    __disable_interrupt();
    /* 6: at least one came. */
    CHECK(6, ticks > before);
    /* 7: the loop gave what it gives undisturbed. */
    uint16_t again = 0;
    for (uint16_t i = 0; i < 3000; i++)
        again = (uint16_t)((again << 1 | again >> 15) + i);
    CHECK_EQUAL(7, sum, again);

    hold_watchdog();
    PASS();
}
