/*
 * A crystal that is not there: the fault is a user NMI, whatever GIE says; ACLK goes on with LFMODCLK; the flag stays as
 * long as the crystal is wanted.
 */
#include "boot.h"

static volatile uint16_t nmis, vector, stubborn;

__attribute__((interrupt(UNMI_VECTOR))) void on_user_nmi(void)
{
    nmis++;
    vector = SYSUNIV;
    stubborn = SFRIFG1 & OFIFG;
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL5 &= ~(LFXTOFFG | HFXTOFFG);
    CSCTL0_H = 0;
    SFRIFG1 &= ~OFIFG;
}

int main(void)
{
    hold_watchdog();
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL5 &= ~(LFXTOFFG | HFXTOFFG);
    SFRIFG1 &= ~OFIFG;
    /* 1: without a need for the crystal the flag can be cleared. */
    CHECK_EQUAL(1, SFRIFG1 & OFIFG, 0);
    SFRIE1 |= OFIE;
    CHECK_EQUAL(2, nmis, 0);
    CSCTL2 = SELA__LFXTCLK | SELS__DCOCLK | SELM__DCOCLK;
    __no_operation();
    __no_operation();
    /* 3: one NMI; 4: its number; 5: the flag was set again at once, for the crystal was still wanted. */
    CHECK_EQUAL(3, nmis, 1);
    CHECK_EQUAL(4, vector, SYSUNIV__OFIFG);
    CHECK_EQUAL(5, stubborn, OFIFG);
    /* 6: the handler has ended it. */
    CHECK_EQUAL(6, SFRIFG1 & OFIFG, 0);
    SFRIE1 &= ~OFIE;

    /* 7: LFMODCLK stands in: the watchdog's interval on ACLK takes 64 cycles of some 37.5 kHz. */
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__LFXTCLK | SELS__DCOCLK | SELM__DCOCLK;
    WDTCTL = WDTPW | WDTSSEL__ACLK | WDTTMSEL | WDTCNTCL | WDTIS__64;
    SFRIFG1 &= ~WDTIFG;
    __delay_cycles(1400);
    CHECK_EQUAL(7, SFRIFG1 & WDTIFG, 0);
    __delay_cycles(1000);
    CHECK_EQUAL(8, SFRIFG1 & WDTIFG, WDTIFG);
    hold_watchdog();
    PASS();
}
