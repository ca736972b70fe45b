/*
 * Outputs in boxes. A box is some rows and columns of one output map at which the same taps of a window are inside the input map: the inner part, where
 * all are, or a single row or column near a border. box.S computes it, with the code at `box_window` for each output.
 */
#ifndef RUNTIME_BOX_H
#define RUNTIME_BOX_H

#include "kernels.h"

/* Bytes at the start of the rows' RAM for boxes that are kept from map to map; others are made anew each time. */
#define KEPT_BOXES 25
#define KEPT_BYTES 1600

#define STRIDED_TAP_BYTES 10
#define LISTED_TAP_BYTES  12

#ifdef __ASSEMBLER__
#define box_width           box + 0
#define box_window          box + 4
#define box_entry           box + 6
#define box_passes          box + 8
#define box_channels        box + 10
#define box_rows            box + 12
#define box_columns         box + 14
#define box_multiplier      box + 16
#define box_input_row       box + 20
#define box_output_row      box + 24
#define box_row_step        box + 28
#define box_channel_step    box + 32
#define box_weights_row     box + 36
#define box_weights_channel box + 40
#define box_r8              box + 44
#define box_r14             box + 48
#else

/* One direction of a map. */
struct axis
{
    uint16_t size, out;
    uint8_t window, stride, margin, dilation;
    uint16_t inner, inner_end; /* outputs of which the whole window is inside */
};

/* Neighbouring outputs with the same taps inside. */
struct span
{
    uint16_t count;
    uint8_t tap, taps; /* those inside */
    int32_t origin;    /* where the first output's first tap is, inside or not */
};

/* A box, but for what differs from map to map. box.S has a copy of the one it computes: it knows the order. */
struct box
{
    uint16_t width, height;   /* outputs; no height: not made so far */
    uint16_t window;          /* code */
    uint16_t entry;           /* where the first pass of a row of taps begins */
    uint16_t passes;
    uint16_t channels, rows, columns; /* of taps inside */
    uint16_t multiplier;
    uint16_t tap;                      /* the first one inside */
    int32_t input_row, output_row;     /* from the end of a row of outputs to the next */
    int32_t row_step, channel_step;    /* from the end of a row of taps to the next, from the end of the last one to the next channel */
    int32_t weights_row, weights_channel;
    int32_t r8, r14;                   /* first values of these registers: what they are for depends on the code */
    int32_t input, output, weights;    /* from the map's first element, and the first weight */
};

_Static_assert(sizeof(struct box) == 64 && sizeof(struct box) * KEPT_BOXES == KEPT_BYTES && offsetof(struct box, window) == 4 && offsetof(struct box, multiplier) == 16
    && offsetof(struct box, input_row) == 20 && offsetof(struct box, weights_channel) == 40 && offsetof(struct box, r14) == 48, "assembly knows these offsets");

extern struct box box;

/* What the outputs of a map are made of. */
struct grid
{
    struct axis y, x;
    uint16_t output_plane;
    int starts_inside;                 /* input addresses are of the first tap inside, not of the window's first */
    void (*complete)(const void *owner, struct box *box, const struct span *y, const struct span *x); /* sets code and steps */
    void (*begin)(const void *owner);  /* before `box` is computed, for each map; or NULL */
    const void *owner;
};

void grid_set(struct grid *grid, const struct maps *maps);

/* Whether any window is cut by a border. */
int grid_has_borders(const struct grid *grid);

/* Computes a map's outputs but for the first ones. */
void grid_run(const struct grid *grid, const int16_t *input, int16_t *output, const uint8_t *weights, uint16_t skipped);

/* Computes `count` outputs in a row with some code; inputs follow each other. */
void box_run_line(const char *window, const int16_t *input, int16_t *output, uint16_t count);

/* The scale of the outputs, and where their sums begin: at half a step of the result. */
void box_set_scale(uint8_t shift);

/* Starts with no scales made. */
void box_begin(const struct record *record);

/* What box.S reads beside that. */
extern const uint8_t *box_weights;                      /* the first one inside */
extern uint32_t box_start;                              /* the sum's first value */
extern uint16_t box_stretches;                          /* of a list */
extern uint16_t box_first_factor, box_second_factor;
extern uint16_t box_run;                                /* elements for each one of the second input */
extern uint32_t box_half;
extern uint16_t box_bits;

/* Code for windows. */
extern const char untapped[], strided_bytes[], strided_words[],
    strided_bytes_taps[], strided_words_taps[], points_bytes[], points_words[], points_bytes_taps[], points_words_taps[],
    listed[], listed_taps[];
extern const char largest[], largest_scaled[], mean[], mean_fine[], added[], multiplied[], scaled[];
extern const uint16_t window_codes[4][8];
extern const char window_bytes_3x3[], window_words_3x3[], window_bytes_5x5[], window_words_5x5[];

#define CODE(label) ((uint16_t)(uintptr_t)(label))
#endif

#endif
