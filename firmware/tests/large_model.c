/*
 * Large model with code and data above 64 KB (-mcode-region=upper -mdata-region=upper): 20-bit pointers to code and
 * data, CALLA through tables, arithmetic on pointers across the border, initial values of .upper sections.
 */
#include "boot.h"

typedef uint32_t (*operation)(uint32_t);

static uint16_t upper_data[4] = { 0x1111, 0x2222, 0x3333, 0x4444 };
static uint16_t upper_zero[64];
static uint16_t lower_data __attribute__((lower)) = 0x5A5A;
static const char words[] = "high constants";

__attribute__((noinline)) static uint32_t twice(uint32_t x) { return x + x; }
__attribute__((noinline)) static uint32_t successor(uint32_t x) { return x + 1; }
__attribute__((noinline, lower)) static uint32_t halve(uint32_t x) { return x >> 1; }

static operation volatile table[] = { twice, successor, halve };

struct node { struct node *next; uint16_t value; };

static struct node nodes[8];

__attribute__((noinline)) static uint16_t depth(uint16_t n)
{
    volatile uint16_t local = n;
    return n == 0 ? 0 : (uint16_t)(depth(n - 1) + (local == n));
}

static uint32_t address_of(const volatile void *pointer)
{
    return (uint32_t)(__UINTPTR_TYPE__)pointer;
}

int main(void)
{
    hold_watchdog();

    /* 1 .. 4: things are where this test wants them. */
    CHECK(1, address_of((void *)(__UINTPTR_TYPE__)twice) > 0xFFFF);
    CHECK(2, address_of(upper_data) > 0xFFFF && address_of(upper_zero) > 0xFFFF && address_of(words) > 0xFFFF);
    CHECK(3, address_of(&lower_data) <= 0xFFFF);
    CHECK(4, address_of((void *)(__UINTPTR_TYPE__)halve) <= 0xFFFF);
    /* 5: pointers take four bytes. */
    CHECK_EQUAL(5, sizeof(void *), 4);

    /* 6, 7: initial values above 64 KB, and zeros. */
    CHECK(6, upper_data[0] == 0x1111 && upper_data[3] == 0x4444 && lower_data == 0x5A5A);
    for (uint16_t i = 0; i < 64; i++)
    {
        test_index = i;
        CHECK_EQUAL(7, upper_zero[i], 0);
    }

    /* 8: through the table: ((2 x 5) + 1) / 2, ten rounds of it from 5 stay at 5. */
    uint32_t value = 5;
    for (uint16_t round = 0; round < 10; round++)
        for (uint16_t i = 0; i < 3; i++)
            value = table[i](value);
    CHECK_EQUAL(8, value, 5);
    /* 9: recursion with 20-bit return addresses. */
    CHECK_EQUAL(9, depth(40), 40);

    /* 10: a list linked through 20-bit pointers. */
    for (uint16_t i = 0; i < 8; i++)
    {
        nodes[i].next = i == 7 ? 0 : &nodes[i + 1];
        nodes[i].value = 1 << i;
    }
    uint16_t sum = 0;
    for (struct node *n = nodes; n != 0; n = n->next)
        sum += n->value;
    CHECK_EQUAL(10, sum, 0xFF);

    /* 11, 12: a pointer walks over the border at 64 KB: one word below it is the reset vector's word at FFFE. */
    volatile uint16_t *p = (volatile uint16_t *)0x10000;
    CHECK_EQUAL(11, address_of(p - 1), 0xFFFE);
    CHECK(12, p[-1] != 0xFFFF && p[-1] >= FRAM_START);
    /* 13: differences of pointers on both sides. */
    CHECK_EQUAL(13, (uint32_t)(upper_zero + 64 - upper_zero), 64);

    /* 14: words of bytes above 64 KB. */
    uint16_t letters = 0;
    for (const char *c = words; *c != 0; c++)
        letters += *c != ' ';
    CHECK_EQUAL(14, letters, 13);

    /* 15: writing and reading back, indexed. */
    for (uint16_t i = 0; i < 64; i++)
        upper_zero[i] = i * 257;
    uint16_t fold = 0;
    for (uint16_t i = 64; i-- != 0;)
        fold ^= upper_zero[i] + i;
    uint16_t again = 0;
    for (uint16_t i = 0; i < 64; i++)
        again ^= (uint16_t)(i * 258);
    CHECK_EQUAL(15, fold, again);

    PASS();
}
