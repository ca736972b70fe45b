/* The four blocks of information memory: words and bytes, first and last address, and across a reset. */
#include "boot.h"

static volatile uint16_t lives __attribute__((persistent)) = 0;

static uint16_t pattern(uint16_t address)
{
    return (uint16_t)(address * 3) ^ 0xA55A;
}

int main(void)
{
    hold_watchdog();
    uint16_t life = ++lives;

    if (life == 1)
    {
        CHECK(1, drain_reset_causes() <= 32);
        for (uint16_t address = INFO_D_START; address < INFO_A_START + INFO_LENGTH; address += 2)
            REGISTER16(address) = pattern(address);
        /* 2: the two bytes of a word can be written apart. */
        REGISTER8(INFO_B_START + 6) = 0x11;
        REGISTER8(INFO_B_START + 7) = 0x22;
        CHECK_EQUAL(2, REGISTER16(INFO_B_START + 6), 0x2211);
        REGISTER16(INFO_B_START + 6) = pattern(INFO_B_START + 6);

        PMMCTL0 = PMMPW | SVSHE | PMMSWBOR;
        __no_operation();
        __no_operation();
        /* E001: the reset did not come. */
        test_finish(TEST_UNEXPECTED + 1);
    }

    /* 3: second life. */
    CHECK_EQUAL(3, life, 2);
    /* 4: every word survived; test_index is the address. */
    for (uint16_t address = INFO_D_START; address < INFO_A_START + INFO_LENGTH; address += 2)
    {
        test_index = address;
        CHECK_EQUAL(4, REGISTER16(address), pattern(address));
    }

    PASS();
}
