/* FRCTL_A's write protection: writes are dropped and flagged, with a system NMI if that is enabled. */
#include "boot.h"

static volatile uint16_t in_fram __attribute__((persistent)) = 0x1111;
static volatile uint16_t nmis, vector;

__attribute__((interrupt(SYSNMI_VECTOR))) void on_system_nmi(void)
{
    nmis++;
    vector = SYSSNIV;
}

int main(void)
{
    hold_watchdog();
    FRCTL0 = FRCTLPW | WPROT;
    in_fram = 0x2222;
    uint16_t kept = in_fram, flags = GCCTL1, silent = nmis;
    GCCTL1 = 0;
    GCCTL0 |= WPIE;
    in_fram = 0x3333;
    __no_operation();
    uint16_t still = in_fram;
    FRCTL0 = FRCTLPW;
    in_fram = 0x4444;
    /* 1, 2: dropped, and flagged; 3: without WPIE nothing else. */
    CHECK_EQUAL(1, kept, 0x1111);
    CHECK_EQUAL(2, flags & WPIFG, WPIFG);
    CHECK_EQUAL(3, silent, 0);
    /* 4, 5, 6: with WPIE an NMI with its number. */
    CHECK_EQUAL(4, still, 0x1111);
    CHECK_EQUAL(5, nmis, 1);
    CHECK_EQUAL(6, vector, SYSSNIV__WPROT);
    /* 7: unprotected it is memory. */
    CHECK_EQUAL(7, in_fram, 0x4444);
    PASS();
}
