/* Deep and mutual recursion, arguments in registers and on the stack, structures by value, calls through pointers. */
#include "boot.h"

static uint16_t ackermann(uint16_t m, uint16_t n)
{
    if (m == 0)
        return n + 1;
    return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static uint16_t is_odd(uint16_t n);

__attribute__((noinline)) static uint16_t is_even(uint16_t n)
{
    return n == 0 ? 1 : is_odd(n - 1);
}

__attribute__((noinline)) static uint16_t is_odd(uint16_t n)
{
    return n == 0 ? 0 : is_even(n - 1);
}

/* Four arguments go in registers, the others on the stack; the 32-bit ones take two. */
__attribute__((noinline)) static uint32_t weigh(uint16_t a, uint32_t b, uint16_t c, uint32_t d, uint16_t e, uint64_t f)
{
    return a + 2 * b + 3 * (uint32_t)c + 4 * d + 5 * (uint32_t)e + 6 * (uint32_t)f;
}

struct triple { uint16_t x, y, z; };

__attribute__((noinline)) static struct triple rotate(struct triple t)
{
    struct triple r = { t.y, t.z, t.x };
    return r;
}

static uint16_t add(uint16_t a, uint16_t b) { return a + b; }
static uint16_t subtract(uint16_t a, uint16_t b) { return a - b; }
static uint16_t exclusive_or(uint16_t a, uint16_t b) { return a ^ b; }
static uint16_t (*const operations[])(uint16_t, uint16_t) = { add, subtract, exclusive_or };

static void quicksort(uint16_t *first, uint16_t *last)
{
    if (first >= last)
        return;
    uint16_t pivot = *last, *store = first;
    for (uint16_t *p = first; p < last; p++)
        if (*p < pivot)
        {
            uint16_t swap = *p;
            *p = *store;
            *store++ = swap;
        }
    *last = *store;
    *store = pivot;
    if (store > first)
        quicksort(first, store - 1);
    quicksort(store + 1, last);
}

int main(void)
{
    hold_watchdog();

    /* 1: depth and number of calls. */
    CHECK_EQUAL(1, ackermann(2, 6), 15);
    /* 2, 3: mutual recursion, 40 deep. */
    CHECK_EQUAL(2, is_even(40), 1);
    CHECK_EQUAL(3, is_even(41), 0);
    /* 4: 1 + 2x100000 + 3x2 + 4x200000 + 5x3 + 6x7 = 1000064. */
    CHECK_EQUAL(4, weigh(1, 100000, 2, 200000, 3, 7), 1000064);
    /* 5 .. 7: a structure by value and back. */
    struct triple t = rotate(rotate((struct triple){ 11, 22, 33 }));
    CHECK_EQUAL(5, t.x, 33);
    CHECK_EQUAL(6, t.y, 11);
    CHECK_EQUAL(7, t.z, 22);
    /* 8: through a table of functions: ((0 + 1000) - 1) ^ 2, ... */
    uint16_t value = 0;
    for (uint16_t i = 0; i < 9; i++)
    {
        volatile uint16_t which = i % 3;
        value = operations[which](value, which == 0 ? 1000 : which);
    }
    CHECK_EQUAL(8, value, 2999);

    /* 9: a sort; every element in place, counted by test_index. */
    static uint16_t numbers[24];
    uint16_t x = 12345;
    uint32_t sum = 0, sorted_sum = 0;
    for (uint16_t i = 0; i < 24; i++)
    {
        x = x * 25173 + 13849;
        numbers[i] = x;
        sum += x;
    }
    quicksort(numbers, numbers + 23);
    for (uint16_t i = 0; i < 24; i++)
    {
        test_index = i;
        CHECK(9, i == 0 || numbers[i - 1] <= numbers[i]);
        sorted_sum += numbers[i];
    }
    /* 10: and none lost. */
    CHECK_EQUAL(10, sorted_sum, sum);

    PASS();
}
