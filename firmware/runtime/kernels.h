/*
 * What kernels in C and assembly share. All variables are in SRAM below 64 KB and are set anew whenever an operation begins or goes on.
 */
#ifndef RUNTIME_KERNELS_H
#define RUNTIME_KERNELS_H

/* Offsets within struct scale. */
#define SCALE_HALF_LOW   0
#define SCALE_HALF_HIGH  2
#define SCALE_ABOVE      4
#define SCALE_BELOW      6
#define SCALE_ENTRY      8
#define SCALE_MOST_LOW   10
#define SCALE_MOST_HIGH  12
#define SCALE_LEAST_LOW  14
#define SCALE_LEAST_HIGH 16
#define SCALE_HIGHEST    18
#define SCALE_LOWEST     20
#define SCALE_BYTES      22

#define SHIFTS 31

/* Entries of a sparse filter, and taps of its window; dense weights have no limit. The compiler keeps to them (Lowering/SparseFilters.cs). */
#define MOST_ENTRIES 624
#define MOST_TAPS    128

/* Products between two commits of a partial sum. */
#define PIECE_PRODUCTS 256

/* Offsets within struct partial. */
#define PARTIAL_ROW    0
#define PARTIAL_LEFT   2
#define PARTIAL_SUM    4
#define PARTIAL_VALUES 8
#define PARTIAL_INPUT  12
#define PARTIAL_GAPS   16
#define PARTIAL_BYTES  20

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>
#include "tables.h"

#define NOINIT __attribute__((section(".noinit")))

/*
 * How a sum becomes an output: shifted right, and clamped. A sum of which the high word is from `below` on and under `above` is shifted at once; only
 * others are compared in full with the sums that give the bounds (`most`, `least`).
 */
struct scale
{
    uint32_t half;            /* what makes the shift round */
    int16_t above, below;
    uint16_t entry;           /* code that shifts */
    uint32_t most, least;
    int16_t highest, lowest;
};

_Static_assert(sizeof(struct scale) == SCALE_BYTES && offsetof(struct scale, entry) == SCALE_ENTRY && offsetof(struct scale, most) == SCALE_MOST_LOW
    && offsetof(struct scale, lowest) == SCALE_LOWEST, "assembly knows these offsets");

/* Addresses of this operation's scales, by shift; 0: not needed so far. */
extern uint16_t scale_of[SHIFTS];

/* Forgets all scales. `entries` is the table of shifting code of the kernels that will use them, by shift; behind it the code that gives the lowest. */
void scale_begin(const struct record *record, const uint16_t *entries);

/* The scale of a shift. */
const struct scale *scale_get(uint8_t shift);

/* Where the arrays of an operation with weights lie. */
struct arrays
{
    const uint8_t *shifts;
    const int16_t *biases; /* or NULL */
    const uint8_t *counts;
    const uint8_t *values;
    const uint8_t *gaps;
    uint32_t columns;
};

void arrays_find(struct arrays *arrays, const struct record *record, uint16_t rows, uint32_t columns);

/* Moves counts, values and gaps on by some rows. */
void arrays_skip(struct arrays *arrays, const struct record *record, uint16_t rows);

/* Entries of the row at `counts`. */
static inline uint16_t arrays_count(const struct arrays *arrays, uint8_t flags)
{
    return flags & WIDE_COUNTS ? *(const uint16_t *)arrays->counts : *arrays->counts;
}

/* The sum of a row up to some place, and the place. */
struct partial
{
    uint16_t row;
    uint16_t left;         /* passes from there on */
    uint32_t sum;
    const uint8_t *values;
    const int16_t *input;
    const uint8_t *gaps;
};

_Static_assert(sizeof(struct partial) == PARTIAL_BYTES && offsetof(struct partial, left) == PARTIAL_LEFT && offsetof(struct partial, sum) == PARTIAL_SUM && offsetof(struct partial, values) == PARTIAL_VALUES
    && offsetof(struct partial, input) == PARTIAL_INPUT && offsetof(struct partial, gaps) == PARTIAL_GAPS, "assembly knows these offsets");

int16_t *arena_at(uint16_t offset);

void convolution_run(const struct record *record);
void connected_run(const struct record *record);
void pool_run(const struct record *record);
void addition_run(const struct record *record);
void multiplication_run(const struct record *record);
void scaling_run(const struct record *record);
void sigmoid_run(const struct record *record);
void copy_run(const struct record *record);
void fill_run(const struct record *record);
#endif

#endif
