/*
 * Clocks changed under way: turns of a loop between two ticks of VLO tell MCLK's frequency, at every setting in use.
 */
#include "boot.h"

struct setting
{
    uint16_t dco, divider, loop_khz;
};

/* DCO, divider of MCLK, MCLK in kHz. */
static const struct setting settings[] = {
    { DCOFSEL_6, DIVM__8, 1000 },
    { DCOFSEL_6, DIVM__1, 8000 },
    { DCOFSEL_0, DIVM__1, 1000 },
    { DCOFSEL_3, DIVM__2, 2000 },
    { DCOFSEL_2, DIVM__1, 3500 },
    { DCOFSEL_3 | DCORSEL, DIVM__4, 2000 },
    { DCOFSEL_5, DIVM__1, 7000 },
    { DCOFSEL_4 | DCORSEL, DIVM__2, 8000 },
};

static uint16_t turns_in_a_tick(void)
{
    uint16_t turns = 0;
    SFRIFG1 &= ~WDTIFG;
    while (!(SFRIFG1 & WDTIFG))
        ;
    SFRIFG1 &= ~WDTIFG;
    while (!(SFRIFG1 & WDTIFG))
        turns++;
    return turns;
}

int main(void)
{
    hold_watchdog();
    WDTCTL = WDTPW | WDTSSEL__VLO | WDTTMSEL | WDTCNTCL | WDTIS__64;
    uint32_t at_1mhz = turns_in_a_tick();
    /* 1: 6.8 ms of some cycles a turn. */
    CHECK(1, at_1mhz > 300 && at_1mhz < 2000);

    for (uint16_t n = 0; n < sizeof settings / sizeof settings[0]; n++)
    {
        test_index = n;
        CSCTL0_H = CSKEY_H;
        CSCTL3 = DIVA__1 | DIVS__8 | DIVM__8;
        CSCTL1 = settings[n].dco;
        CSCTL3 = DIVA__1 | DIVS__8 | settings[n].divider;
        CSCTL0_H = 0;
        uint32_t expected = at_1mhz * settings[n].loop_khz / 1000, turns = turns_in_a_tick();
        /* 2, 3: as fast as it should be, to a percent. */
        CHECK(2, turns > expected - expected / 100 - 2);
        CHECK(3, turns < expected + expected / 100 + 2);
    }

    /* From the DCO to MODCLK, to VLO and back. */
    CSCTL0_H = CSKEY_H;
    CSCTL1 = DCOFSEL_6;
    CSCTL3 = DIVA__1 | DIVS__1 | DIVM__1;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__MODCLK;
    uint32_t turns = turns_in_a_tick();
    /* 4: between 4 and 5.4 MHz. */
    CHECK(4, turns > 4 * at_1mhz && turns < 5 * at_1mhz + at_1mhz / 2);
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__VLOCLK;
    /* 5: as slow as the ticks: 64 cycles, a few turns. */
    turns = turns_in_a_tick();
    CHECK(5, turns <= 64 / 6);
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    turns = turns_in_a_tick();
    /* 6: back at 8 MHz. */
    CHECK(6, turns > 8 * at_1mhz - at_1mhz / 10 && turns < 8 * at_1mhz + at_1mhz / 10);

    hold_watchdog();
    PASS();
}
