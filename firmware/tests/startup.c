/*
 * The first thing every program does, at 1, 8 or 16 MHz (-DMHZ=...), and what the registers say of it.
 *
 *  1 .. 3   variables: .data copied, .bss cleared, .persistent as loaded
 *  4 .. 8   after power-up: causes of the reset, lock of the pins, watchdog running
 *  9 .. 16  clock and FRAM controller as reset left them
 *  17 ..    after our own settings
 */
#include "boot.h"

static volatile uint16_t initialised[3] = { 0x1234, 0xABCD, 0x55AA };
static volatile uint16_t cleared[3];
static volatile uint16_t kept __attribute__((persistent)) = 0xC0DE;

/* A sum any mistake in copying instructions or data at the new speed would spoil. */
static uint16_t fletcher(const uint8_t *bytes, uint16_t length)
{
    uint16_t a = 0, b = 0;
    while (length-- != 0)
    {
        a += *bytes++;
        if (a >= 255)
            a -= 255;
        b += a;
        if (b >= 255)
            b -= 255;
    }
    return (uint16_t)(b << 8) | a;
}

static const uint8_t text[] = "abcdefgh";

int main(void)
{
    uint16_t watchdog = WDTCTL;
    hold_watchdog();

    /* 1: .data came from FRAM. */
    CHECK(1, initialised[0] == 0x1234 && initialised[1] == 0xABCD && initialised[2] == 0x55AA);
    /* 2: .bss is zero. */
    CHECK(2, cleared[0] == 0 && cleared[1] == 0 && cleared[2] == 0);
    /* 3: .persistent holds what the image says. */
    CHECK_EQUAL(3, kept, 0xC0DE);

    /* 4: the first cause of a power-up is the brown-out reset. */
    CHECK_EQUAL(4, SYSRSTIV, SYSRSTIV__BOR);
    /* 5: the list of causes ends. */
    CHECK(5, drain_reset_causes() <= 32);
    /* 6: and stays empty. */
    CHECK_EQUAL(6, SYSRSTIV, SYSRSTIV__NONE);
    /* 7: the pins are locked after a power-up. */
    CHECK_EQUAL(7, PM5CTL0 & LOCKLPM5, LOCKLPM5);
    /* 8: the watchdog was running, its upper byte reads 69. */
    CHECK_EQUAL(8, watchdog & (0xFF00 | WDTHOLD), 0x6900);

    /* 9: CSCTL0 reads 96 above, whatever its key. */
    CHECK_EQUAL(9, CSCTL0_H, 0x96);
    /* 10 .. 12: 8 MHz DCO, divided by 8, for MCLK and SMCLK. */
    CHECK_EQUAL(10, CSCTL1, 0x000C);
    CHECK_EQUAL(11, CSCTL2, 0x0033);
    CHECK_EQUAL(12, CSCTL3, 0x0033);
    /* 13: no wait states, upper byte 96. */
    CHECK_EQUAL(13, FRCTL0, 0x9600);
    /* 14: the array is powered. */
    CHECK_EQUAL(14, GCCTL0 & FRPWR, FRPWR);
    /* 15: supply supervisor on; upper byte 96. */
    CHECK_EQUAL(15, PMMCTL0 & (0xFF00 | SVSHE), 0x9600 | SVSHE);
    /* 16: memory protection off. */
    CHECK_EQUAL(16, MPUCTL0, 0x9600);

    /* 17: a held watchdog says so. */
    CHECK_EQUAL(17, WDTCTL & (0xFF00 | WDTHOLD), 0x6900 | WDTHOLD);
    PM5CTL0 &= ~LOCKLPM5;
    /* 18: the pins are free. */
    CHECK_EQUAL(18, PM5CTL0 & LOCKLPM5, 0);

#if MHZ == 8
    clock_8mhz();
    /* 19 .. 21: 8 MHz undivided. */
    CHECK_EQUAL(19, CSCTL1, DCOFSEL_6);
    CHECK_EQUAL(20, CSCTL2, 0x0133);
    CHECK_EQUAL(21, CSCTL3, 0x0000);
#elif MHZ == 16
    clock_16mhz();
    /* 22 .. 24: 16 MHz undivided. */
    CHECK_EQUAL(22, CSCTL1, DCOFSEL_4 | DCORSEL);
    CHECK_EQUAL(23, CSCTL2, 0x0133);
    CHECK_EQUAL(24, CSCTL3, 0x0000);
    /* 25: one wait state. */
    CHECK_EQUAL(25, FRCTL0, 0x9610);
    /* 26: closing the FRAM controller by a byte changes nothing else. */
    FRCTL0_H = 0;
    CHECK_EQUAL(26, FRCTL0, 0x9610);
    /* 27: fast enough access raised no flag. */
    CHECK_EQUAL(27, GCCTL1 & ACCTEIFG, 0);
#endif
    /* 28: CSCTL0 reads 96 after closing, too. */
    CHECK_EQUAL(28, CSCTL0_H, 0x96);

    /* 29: the program computes rightly at this speed. */
    CHECK_EQUAL(29, fletcher(text, sizeof text - 1), 0x0627);

    /* 30: and is able to write FRAM. */
    kept = 0x0DDF;
    CHECK_EQUAL(30, kept, 0x0DDF);

    PASS();
}
