/*
 * Warned before the supply fails, in the manner of Hibernus: a comparator watches half of the supply on P1.2 (C2) against 1.2 V. Its
 * interrupt saves what is in RAM; the next life goes on from there. Needs a supply that comes and goes, with that divider.
 */
#include "boot.h"

#define LIVES 5

#define SAVED 0x5A7E

static uint16_t __attribute__((persistent)) lives = 0, saved_at = 0, state = 0, warnings = 0;
static volatile uint16_t count;

__attribute__((interrupt(COMP_E_VECTOR))) void on_warning(void)
{
    CEINT = 0;
    saved_at = count;
    state = SAVED;
    warnings++;
    __bic_SR_register_on_exit(LPM4_bits);
}

int main(void)
{
    hold_watchdog();
    uint16_t life = lives + 1;
    lives = life;
    test_index = life;
    if (life > 1) {
        /* 1: the warning came in time for the count to be saved; 2: once in each life. */
        CHECK_EQUAL(1, state, SAVED);
        CHECK_EQUAL(2, warnings, life - 1);
    }
    state = 0;
    if (life > LIVES)
        PASS();
    count = saved_at;

    CECTL0 = CEIPEN | CEIPSEL_2;
    CECTL2 = CEREFL_1 | CERSEL | CERS_3;
    CECTL1 = CEPWRMD_1 | CEON;
    while (!(CEINT & CERDYIFG))
        ;
    __delay_cycles(20);
    CEINT = CEIIE;

    /* Every other life sleeps until the warning, the others count. */
    if (life & 1)
        __bis_SR_register(LPM4_bits | GIE);
    __enable_interrupt();
    for (;;)
        count++;
}
