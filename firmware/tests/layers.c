/*
 * Layers as firmware computes them on the multiplier, at MHZ = 8 or 16: a dense one whose inner product is unrolled
 * eight times, or (SPARSE) one that keeps of each row only the weights that are not zero, with the place of the input
 * in front of each. Weights in FRAM, inputs and outputs in RAM. The first pass is checked against sums made of
 * shifts and additions; layer_passes says how many there are, so that the same image serves to measure speed.
 */
#include "boot.h"

enum { INPUTS = 64, OUTPUTS = 32, KEPT = INPUTS / 4, SHIFT = 12 };

volatile uint16_t layer_passes __attribute__((section(".persistent"))) = 4;

/* A dense row has a weight for each input; a sparse one pairs of an input's offset in bytes and its weight. */
#ifdef SPARSE
enum { ROW = 2 * KEPT };
#else
enum { ROW = INPUTS };
#endif

static int16_t weights[OUTPUTS][ROW] __attribute__((section(".persistent"))) = { { 1 } };
int16_t inputs[INPUTS];
static int16_t outputs[OUTPUTS];

static uint16_t state = 1;

/* 13 bits with a sign, from a linear congruence. */
static int16_t next(void)
{
    state = (uint16_t)((state << 2) + state + 12345);
    return (int16_t)state >> 3;
}

#define TWICE(text) text text
#define FOUR(text) TWICE(TWICE(text))
#define EIGHT(text) TWICE(FOUR(text))

/* The multiplier's 32-bit accumulator takes the sum of products. */
static int32_t inner_product(const int16_t *row)
{
    RESLO = 0;
    RESHI = 0;
#ifdef SPARSE
    uint16_t left = KEPT / 4, offset;
    __asm__ volatile (
        "1:\n\t"
        FOUR("mov.w @%0+, %2\n\tmov.w @%0+, &0x04C6\n\tmov.w inputs(%2), &0x04C8\n\t")
        "dec.w %1\n\tjnz 1b"
        : "+r" (row), "+r" (left), "=&r" (offset) : : "memory", "cc");
#else
    uint16_t left = INPUTS / 8;
    const int16_t *input = inputs;
    __asm__ volatile (
        "1:\n\t"
        EIGHT("mov.w @%0+, &0x04C6\n\tmov.w @%2+, &0x04C8\n\t")
        "dec.w %1\n\tjnz 1b"
        : "+r" (row), "+r" (left), "+r" (input) : : "memory", "cc");
#endif
    uint16_t low = RESLO;
    return (int32_t)(low | (uint32_t)RESHI << 16);
}

static void run_layer(void)
{
    for (uint16_t row = 0; row < OUTPUTS; row++)
    {
        int16_t sum = (int16_t)(inner_product(weights[row]) >> SHIFT);
        outputs[row] = sum < 0 ? 0 : sum;
    }
}

static int32_t product(int16_t a, int16_t b)
{
    int32_t sum = 0, term = a;
    for (uint16_t factor = (uint16_t)b; factor != 0; factor >>= 1, term = (int32_t)((uint32_t)term << 1))
        if (factor & 1)
            sum += term;
    return b < 0 ? sum - (int32_t)((uint32_t)(int32_t)a << 16) : sum;
}

static int16_t expected(const int16_t *row)
{
    int32_t sum = 0;
#ifdef SPARSE
    for (uint16_t n = 0; n < KEPT; n++, row += 2)
        sum += product(row[1], inputs[(uint16_t)row[0] / 2]);
#else
    for (uint16_t n = 0; n < INPUTS; n++)
        sum += product(row[n], inputs[n]);
#endif
    int16_t shifted = (int16_t)(sum >> SHIFT);
    return shifted < 0 ? 0 : shifted;
}

int main(void)
{
    hold_watchdog();
#if MHZ == 16
    clock_16mhz();
#else
    clock_8mhz();
#endif
    for (uint16_t n = 0; n < INPUTS; n++)
        inputs[n] = next();
    for (uint16_t row = 0; row < OUTPUTS; row++)
        for (uint16_t n = 0; n < ROW; n++)
        {
#ifdef SPARSE
            /* One of every four inputs, another one in each row. */
            if (n % 2 == 0)
            {
                weights[row][n] = (int16_t)(2 * (2 * n + ((row + n) & 3)));
                continue;
            }
#endif
            weights[row][n] = next();
        }

    for (uint16_t pass = layer_passes; pass != 0; pass--)
        run_layer();

    /* 1: every output; 2: they are not all the same. */
    uint16_t positive = 0;
    for (uint16_t row = 0; row < OUTPUTS; row++)
    {
        test_index = row;
        CHECK_EQUAL(1, (uint16_t)outputs[row], (uint16_t)expected(weights[row]));
        positive += outputs[row] > 0;
    }
    CHECK(2, positive > OUTPUTS / 8 && positive < OUTPUTS);

    PASS();
}
