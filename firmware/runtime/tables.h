/*
 * A network's tables in FRAM, as src/FreeML.Compiler/Lowering/README.md describes them. Little endian, nothing is padded. Offsets of values are in
 * words from the start of the arena, offsets of arrays in bytes from the start of the tables.
 */
#ifndef RUNTIME_TABLES_H
#define RUNTIME_TABLES_H

/* Kinds of operations. */
#define KIND_CONVOLUTION     0
#define KIND_FULLY_CONNECTED 1
#define KIND_MAXIMUM_POOL    2
#define KIND_AVERAGE_POOL    3
#define KIND_ADDITION        4
#define KIND_MULTIPLICATION  5
#define KIND_SCALE           6
#define KIND_SIGMOID         7
#define KIND_COPY            8
#define KIND_FILL            9

/* Flags of operations with weights: the form in bits 0 to 2, and: */
#define FORM_BITS    7
#define FORM_DENSE   0
#define FORM_GAP16   1
#define FORM_GAP8    2
#define FORM_GAP4    3
#define FORM_BITMAP  4
#define WIDE_VALUES  8  /* values of 16 bits */
#define WIDE_COUNTS  16 /* counts of 16 bits */
#define SHIFT_A_ROW  32 /* a shift for each row */
#define HAS_BIASES   64

/* Flag of an average pool: a multiplier for each number of elements inside. */
#define MULTIPLIER_TABLE 1

/* Flag of a sigmoid: logistic, not tanh. */
#define LOGISTIC 1

#ifndef __ASSEMBLER__
#include <stdint.h>

#define TABLES_MAGIC 0x314C4D46 /* "FML1" */
#define TANH_SAMPLES 129

struct header
{
    uint32_t magic;
    uint16_t operations, exit_operations, exits;
    uint16_t has_tanh;
    uint32_t arena_bytes;
    uint16_t input, input_length;
    uint16_t output, output_length;
    int8_t input_exponent, output_exponent;
    uint16_t zero;
};

struct maps
{
    uint16_t channels, height, width;
    uint16_t out_channels, out_height, out_width;
    uint8_t window_height, window_width;
    uint8_t stride_y, stride_x;
    uint8_t top, left;
    uint8_t dilation_y, dilation_x;
    uint16_t groups; /* an average pool's only multiplier */
};

struct copy
{
    uint16_t size[3];  /* outer, middle, inner */
    uint16_t from[4];  /* start, then the distances along these axes */
    uint16_t to[4];
};

struct list
{
    uint16_t length;
    int16_t first, second; /* factors; run; argument's shift; the constant */
};

struct record
{
    uint8_t kind, flags;
    uint16_t first, second, output;
    int16_t low, high;
    union
    {
        struct maps maps; /* kinds 0 to 3; of kind 1 only the channels: columns and rows */
        struct list list; /* kinds 4 to 7 and 9 */
        struct copy copy; /* kind 8 */
    };
    uint8_t shift, bias_shift;
    uint32_t arrays;
    uint32_t gaps;
};

struct exit
{
    uint16_t after, first, count;
    uint16_t logits, length;
    int8_t exponent;
    uint8_t zero;
};

_Static_assert(sizeof(struct header) == 28 && sizeof(struct record) == 44 && sizeof(struct exit) == 12, "the tables' layout");
#endif

#endif
