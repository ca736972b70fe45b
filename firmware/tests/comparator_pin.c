/* COMP_E compares a pin with steps of the supply's ladder; the pin is this program's own output, so it knows what to expect. */
#include "boot.h"

static volatile uint16_t rises, falls;

__attribute__((interrupt(COMP_E_VECTOR))) void on_comparator(void)
{
    switch (__even_in_range(CEIV, CEIV__CERDYIFG)) {
    case CEIV__CEIFG:
        rises++;
        break;
    case CEIV__CEIIFG:
        falls++;
        break;
    default:
        break;
    }
    __bic_SR_register_on_exit(LPM4_bits);
}

static void drive(uint16_t high)
{
    if (high)
        P1OUT |= BIT2;
    else
        P1OUT &= ~BIT2;
    __delay_cycles(20);
}

int main(void)
{
    hold_watchdog();
    P1OUT = 0;
    P1DIR = BIT2;
    PM5CTL0 &= ~LOCKLPM5;

    /* The pin on the plus side, half of the supply on the minus side. */
    CECTL0 = CEIPEN | CEIPSEL_2;
    CECTL2 = CERSEL | CERS_1 | CEREF0_15 | CEREF1_15;
    CECTL1 = CEPWRMD_1 | CEON;
    __delay_cycles(100);

    CHECK_EQUAL(1, CECTL1 & CEOUT, 0);
    drive(1);
    CHECK_EQUAL(2, CECTL1 & CEOUT, CEOUT);
    CHECK_EQUAL(3, CEINT & (CEIFG | CEIIFG), CEIFG);
    drive(0);
    CHECK_EQUAL(4, CECTL1 & CEOUT, 0);
    CHECK_EQUAL(5, CEINT & (CEIFG | CEIIFG), CEIFG | CEIIFG);

    /* Interrupts for both edges. */
    CEINT = CEIE | CEIIE;
    __enable_interrupt();
    drive(1);
    CHECK_EQUAL(6, rises, 1);
    drive(0);
    CHECK_EQUAL(7, falls, 1);
    __disable_interrupt();

    /* The other edge, and the other polarity. */
    CECTL1 |= CEIES;
    CEINT = 0;
    drive(1);
    CHECK_EQUAL(8, CEINT & (CEIFG | CEIIFG), CEIIFG);
    CECTL1 |= CEOUTPOL;
    __delay_cycles(20);
    CHECK_EQUAL(9, CECTL1 & CEOUT, 0);

    /* The ladder against the shared reference takes its time, and says when it is ready. */
    CECTL1 = 0;
    CEINT = 0;
    CECTL2 = CEREFL_1 | CERSEL | CERS_3;
    CECTL1 = CEPWRMD_1 | CEON;
    while (!(CEINT & CERDYIFG))
        ;
    __delay_cycles(20);
    CHECK_EQUAL(10, CECTL1 & CEOUT, CEOUT);
    CHECK(11, REFCTL0 & REFGENACT);
    CECTL1 = 0;
    CHECK_EQUAL(12, REFCTL0 & REFGENACT, 0);
    PASS();
}
