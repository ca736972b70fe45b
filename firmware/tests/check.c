#include "msp430.h"
#include "check.h"

volatile uint16_t test_result __attribute__((section(".persistent"))) = TEST_UNFINISHED;
volatile uint16_t test_index __attribute__((section(".persistent"))) = 0;
volatile uint32_t test_actual __attribute__((section(".persistent"))) = 0;
volatile uint32_t test_expected __attribute__((section(".persistent"))) = 0;

void exit_to_parked(void) __attribute__((noreturn));

void test_finish(uint16_t result)
{
    test_result = result;
    exit_to_parked();
}

void test_compare(uint16_t number, uint32_t actual, uint32_t expected)
{
    if (actual == expected)
        return;
    test_actual = actual;
    test_expected = expected;
    test_finish(number);
}
