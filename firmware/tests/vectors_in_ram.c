/* SYSRIVECT: the vector table at the top of RAM, changed under way. */
#include "boot.h"

#define TOP_OF_RAM 0x3C00u

static volatile uint16_t first, second;

__attribute__((interrupt(WDT_VECTOR))) void on_interval(void)
{
    first++;
}

__attribute__((interrupt)) static void on_interval_instead(void)
{
    second++;
}

static void tick(void)
{
    SFRIFG1 |= WDTIFG;
    __enable_interrupt();
    __no_operation();
    __disable_interrupt();
}

int main(void)
{
    WDTCTL = WDTPW | WDTHOLD | WDTTMSEL;
    SFRIE1 |= WDTIE;
    tick();
    CHECK_EQUAL(1, first, 1);

    for (uint16_t address = 0xFF90; address != 0; address += 2)
        *(volatile uint16_t *)(TOP_OF_RAM + address) = *(volatile uint16_t *)address;
    SYSCTL |= SYSRIVECT;
    tick();
    /* 2: the copy serves as well. */
    CHECK_EQUAL(2, first, 2);

    *(volatile uint16_t *)(TOP_OF_RAM + 0xFFF2) = (uint16_t)(uintptr_t)on_interval_instead;
    tick();
    CHECK_EQUAL(3, second, 1);
    CHECK_EQUAL(4, first, 2);
    SYSCTL &= ~SYSRIVECT;
    tick();
    CHECK_EQUAL(5, first, 3);
    PASS();
}
