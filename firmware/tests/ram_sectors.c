/* RAM that is switched off forgets: at once, or in LPM3. What stays on remembers. */
#include "boot.h"

#define LEA_RAM ((volatile uint16_t *)0x2C00)
#define WORDS 64

__attribute__((interrupt(WDT_VECTOR))) void on_interval(void)
{
    __low_power_mode_off_on_exit();
}

static void fill(void)
{
    for (uint16_t n = 0; n < WORDS; n++)
        LEA_RAM[n] = 0xA000 + n;
}

static uint16_t kept(void)
{
    uint16_t words = 0;
    for (uint16_t n = 0; n < WORDS; n++)
        words += LEA_RAM[n] == 0xA000 + n;
    return words;
}

static volatile uint16_t in_first_sector;

int main(void)
{
    hold_watchdog();
    SFRIFG1 &= ~WDTIFG;
    SFRIE1 |= WDTIE;
    in_first_sector = 0xBEEF;

    fill();
    WDTCTL = WDTPW | WDTSSEL__VLO | WDTTMSEL | WDTCNTCL | WDTIS__64;
    __low_power_mode_3();
    /* 1: by default RAM is retained. */
    CHECK_EQUAL(1, kept(), WORDS);

    /* 2: a byte, or a word without the key, changes nothing. */
    RCCTL0 = RCRS1OFF_1;
    CHECK_EQUAL(2, RCCTL0, 0x6900);

    RCCTL0 = RCKEY | RCRS1OFF_1;
    CHECK_EQUAL(3, RCCTL0, 0x6900 | RCRS1OFF_1);
    CHECK_EQUAL(4, kept(), WORDS);
    __low_power_mode_0();
    /* 5: LPM0 is not deep enough. */
    CHECK_EQUAL(5, kept(), WORDS);
    __low_power_mode_3();
    /* 6: LPM3 is; 7: the other sector is not concerned. */
    CHECK(6, kept() < 8);
    CHECK_EQUAL(7, in_first_sector, 0xBEEF);

    RCCTL0 = RCKEY;
    fill();
    CHECK_EQUAL(8, kept(), WORDS);
    RCCTL0 = RCKEY | RCRS1OFF_2;
    RCCTL0 = RCKEY;
    /* 9: off at once. */
    CHECK(9, kept() < 8);
    hold_watchdog();
    PASS();
}
