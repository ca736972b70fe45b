/*
 * MCLK above 8 MHz without a wait state. FRCTL_A (FR5994): the flag, 15 wait states and no writes until software has
 * mended it, and a system NMI if that is enabled. FRCTL (FR5969, FR6989): a PUC.
 */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;
static volatile uint16_t in_fram __attribute__((persistent)) = 0x1111;

#ifdef __MSP430FR5994__

static volatile uint16_t nmis, vector, in_handler;

__attribute__((interrupt(SYSNMI_VECTOR))) void on_system_nmi(void)
{
    nmis++;
    in_handler = GCCTL1 & ACCTEIFG;
    vector = SYSSNIV;
}

#endif

static void too_fast(void)
{
    CSCTL0_H = CSKEY_H;
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__1;
    CSCTL1 = DCOFSEL_4 | DCORSEL;
    __delay_cycles(20);
}

int main(void)
{
    hold_watchdog();
    uint16_t life = ++lives;

#ifdef __MSP430FR5994__
    /* 1: nothing resets this device. */
    CHECK_EQUAL(1, life, 1);
    too_fast();
    in_fram = 0x2222;
    /* 2: the flag; 3: 15 wait states; 4: the write was dropped. */
    uint16_t flags = GCCTL1, control = FRCTL0, kept = in_fram;
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__8;
    FRCTL0 = FRCTLPW | NWAITS_1;
    GCCTL1 = ~ACCTEIFG;
    CHECK_EQUAL(2, flags & ACCTEIFG, ACCTEIFG);
    CHECK_EQUAL(3, control, 0x9600 | NWAITS_15);
    CHECK_EQUAL(4, kept, 0x1111);
    in_fram = 0x3333;
    /* 5: once mended, writes take place again. */
    CHECK_EQUAL(5, in_fram, 0x3333);
    /* 6: with the wait state 16 MHz are no fault. */
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__1;
    CHECK_EQUAL(6, GCCTL1 & ACCTEIFG, 0);

    /* The same with the NMI. */
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__8;
    GCCTL0 |= ACCTEIE;
    FRCTL0 = FRCTLPW | NWAITS_0;
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__1;
    __no_operation();
    CSCTL3 = DIVA__1 | DIVS__8 | DIVM__8;
    FRCTL0 = FRCTLPW | NWAITS_1;
    CHECK_EQUAL(7, nmis, 1);
    CHECK_EQUAL(8, vector, SYSSNIV__ACCTEIFG);
    CHECK_EQUAL(9, in_handler, ACCTEIFG);
    /* 10: reading the vector cleared the flag. */
    CHECK_EQUAL(10, GCCTL1 & ACCTEIFG, 0);
    CSCTL0_H = 0;
#else
    if (life == 1)
    {
        CHECK(1, drain_reset_causes() <= 32);
        too_fast();
        test_finish(2);
    }
    /* 3: the second life; 4: the clock is slow again; 5: a cause was reported. */
    CHECK_EQUAL(3, life, 2);
    CHECK_EQUAL(4, CSCTL3, 0x0033);
    CHECK(5, SYSRSTIV != SYSRSTIV__NONE);
    CHECK_EQUAL(6, SYSRSTIV, SYSRSTIV__NONE);
#endif
    PASS();
}
