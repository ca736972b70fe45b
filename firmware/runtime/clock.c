#include "clock.h"
#include "configuration.h"
#include "msp430.h"

/* Every 64th cycle of SMCLK counts; TICK_HERTZ is 1 MHz / 64. */
#define TIMER (TASSEL__SMCLK | ID__8 | TAIE)

/* Overflows of the timer; on_overflow in handlers.S adds to it while operations run. */
volatile uint16_t clock_overflows;

static uint32_t lap;

static uint16_t divider(uint16_t megahertz)
{
    return megahertz == 16 ? DIVS__16 : megahertz == 8 ? DIVS__8 : DIVS__1;
}

static void set_dividers(uint16_t dividers)
{
    CSCTL0_H = CSKEY_H;
    CSCTL3 = DIVA__1 | dividers;
    CSCTL0_H = 0;
}

void clock_start(uint16_t megahertz)
{
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    if (megahertz == 16) {
        /* The FRAM's wait state first; MCLK is divided by 4 while the oscillator settles, because it may overshoot. */
        FRCTL0 = FRCTLPW | NWAITS_1;
        FRCTL0_H = 0;
        CSCTL3 = DIVA__1 | DIVS__16 | DIVM__4;
        CSCTL1 = DCOFSEL_4 | DCORSEL;
        __delay_cycles(60);
    } else
        CSCTL1 = megahertz == 8 ? DCOFSEL_6 : DCOFSEL_0;
    set_dividers(divider(megahertz));
    TA0EX0 = TAIDEX_7;
    TA0CTL = TIMER | TACLR;
    clock_go();
}

void clock_fast(void)
{
    set_dividers(DIVS__1);
}

void clock_slow(void)
{
    set_dividers(divider(configuration.megahertz));
}

void clock_hold(void)
{
    TA0CTL &= ~MC;
}

void clock_go(void)
{
    TA0CTL |= MC__CONTINUOUS;
}

void clock_settle(void)
{
    if (TA0CTL & TAIFG) {
        TA0CTL &= ~TAIFG;
        clock_overflows++;
    }
}

uint32_t clock_lap(void)
{
    /* An overflow between the two readings is seen by the third. */
    clock_settle();
    uint16_t low = TA0R;
    if (TA0CTL & TAIFG) {
        clock_settle();
        low = TA0R;
    }
    uint32_t now = low | (uint32_t)clock_overflows << 16, passed = now - lap;
    lap = now;
    return passed;
}
