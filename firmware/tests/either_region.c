/*
 * Code and data left to the linker (-mcode-region=either -mdata-region=either): a table too large for RAM must come
 * to lie above 64 KB, and the program does not notice.
 */
#include "boot.h"

#define SIZE 6000

static uint8_t big[SIZE];
static uint16_t small[8] = { 3, 1, 4, 1, 5, 9, 2, 6 };

__attribute__((noinline)) static uint16_t sieve(uint8_t *composite, uint16_t size)
{
    uint16_t primes = 0;
    for (uint16_t i = 2; i < size; i++)
    {
        if (composite[i])
            continue;
        primes++;
        for (uint16_t multiple = i + i; multiple < size; multiple += i)
            composite[multiple] = 1;
    }
    return primes;
}

int main(void)
{
    hold_watchdog();

    /* 1: the table is above 64 KB. */
    CHECK(1, (uint32_t)(__UINTPTR_TYPE__)big > 0xFFFF);
    /* 2: and zero to begin with. */
    for (uint16_t i = 0; i < SIZE; i++)
    {
        test_index = i;
        CHECK_EQUAL(2, big[i], 0);
    }
    /* 3: there are 783 primes below 6000. */
    CHECK_EQUAL(3, sieve(big, SIZE), 783);
    /* 4: initial values. */
    uint16_t sum = 0;
    for (uint16_t i = 0; i < 8; i++)
        sum += small[i];
    CHECK_EQUAL(4, sum, 31);

    PASS();
}
