/*
 * Interrupts in interrupts: the order of priorities, a handler that lets others in, one that does not, and a program
 * that goes on undisturbed. P1IFG and WDTIFG are set by software; the watchdog's vector has the higher priority.
 */
#include "boot.h"

static volatile char trace[16];
static volatile uint16_t length;
static volatile uint16_t lets_in;

static void note(char what)
{
    if (length < sizeof trace)
        trace[length++] = what;
}

__attribute__((interrupt(WDT_VECTOR))) void on_watchdog(void)
{
    note('W');
    if (lets_in & 2)
    {
        lets_in &= ~2;
        SFRIFG1 |= WDTIFG;
    }
    note('w');
}

__attribute__((interrupt(PORT1_VECTOR))) void on_port(void)
{
    note('P');
    P1IFG = 0;
    SFRIFG1 |= WDTIFG;
    if (lets_in & 1)
    {
        __enable_interrupt();
        __no_operation();
        __disable_interrupt();
    }
    note('p');
}

static void expect(uint16_t number, const char *expected)
{
    uint16_t n = 0;
    for (; expected[n] != 0; n++)
    {
        test_index = n;
        CHECK_EQUAL(number, trace[n], expected[n]);
    }
    CHECK_EQUAL(number, length, n);
    length = 0;
}

int main(void)
{
    /* An interval timer that does not run: its flag interrupts when software sets it. */
    WDTCTL = WDTPW | WDTHOLD | WDTTMSEL;
    SFRIFG1 &= ~WDTIFG;
    SFRIE1 |= WDTIE;
    P1IE = BIT0;

    /* 1: a handler that does not set GIE is not interrupted. */
    P1IFG = BIT0;
    __enable_interrupt();
    __no_operation();
    __no_operation();
    __disable_interrupt();
    expect(1, "PpWw");

    /* 2: one that does, is. */
    lets_in = 1;
    P1IFG = BIT0;
    __enable_interrupt();
    __no_operation();
    __no_operation();
    __disable_interrupt();
    expect(2, "PWwp");

    /* 3: of two that wait the higher priority comes first. */
    lets_in = 0;
    P1IFG = BIT0;
    SFRIFG1 |= WDTIFG;
    __enable_interrupt();
    __no_operation();
    __no_operation();
    __no_operation();
    __disable_interrupt();
    expect(3, "WwPpWw");

    /* 4: one that asks again in its handler comes again after it. */
    lets_in = 2;
    SFRIFG1 |= WDTIFG;
    __enable_interrupt();
    __no_operation();
    __no_operation();
    __disable_interrupt();
    expect(4, "WwWw");

    /* 5: with GIE clear nothing comes. */
    P1IFG = BIT0;
    __no_operation();
    __no_operation();
    expect(5, "");
    P1IFG = 0;
    PASS();
}
