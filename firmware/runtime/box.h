/*
 * Outputs in boxes. A box is some rows and columns of one output map at which the same taps of a window are inside the input map: the inner part, where
 * all are, or a single row or column near a border. box.S computes it, with the code at `box_window` for each output.
 */
#ifndef RUNTIME_BOX_H
#define RUNTIME_BOX_H

#include "kernels.h"

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

/* What the outputs of a network's map are made of. */
struct grid
{
    struct axis y, x;
    uint16_t output_plane;
    int starts_inside; /* input addresses are of the first tap inside, not of the window's first */
};

void grid_set(struct grid *grid, const struct maps *maps);

/* Whether any window is cut by a border. */
int grid_has_borders(const struct grid *grid);

/* Computes a map's outputs but for the first ones; `window` chooses the code of a box. */
void grid_run(const struct grid *grid, const int16_t *input, int16_t *output, uint16_t skipped,
    void (*window)(const void *owner, const struct span *y, const struct span *x), const void *owner);

/* Computes `count` outputs in a row; inputs follow each other. */
void box_run_line(const int16_t *input, int16_t *output, uint16_t count);

/* The scale of the outputs, and where their sums begin: at half a step of the result. */
void box_set_scale(uint8_t shift);

/* Starts with no scales made. */
void box_begin(const struct record *record);

/* What box.S reads. */
extern uint32_t box_start;                   /* the sum's first value */
extern uint16_t box_window;                  /* code */
extern const uint8_t *box_weights;           /* the first one inside */
extern uint16_t box_channels, box_rows, box_columns, box_passes, box_stretches;
extern uint16_t box_entry;                   /* where the first pass begins */
extern int32_t box_row_step, box_channel_step;
extern uint32_t box_weights_row, box_weights_channel;
extern uint32_t box_r8;                      /* first values of R8 and R14: what they are for depends on the code */
extern uint16_t box_r14;
extern uint16_t box_first_factor, box_second_factor, box_run;
extern uint32_t box_half;
extern uint16_t box_multiplier, box_bits;

/* Code for box_window, and for the end of a maximum pool's. */
extern const char untapped[], strided_bytes[], strided_words[], strided_bytes_taps[], strided_words_taps[], listed[], listed_taps[];
extern const char largest[], largest_scaled[], mean[], mean_fine[], added[], multiplied[], scaled[];
extern const uint16_t window_codes[4][8];

#define CODE(label)       ((uint16_t)(uintptr_t)(label))
#define STRIDED_TAP_BYTES 10
#define LISTED_TAP_BYTES  12

#endif
