/*
 * A box of outputs (box.h). The code at `box_window` works out one output, from the window's first element at R11; windows of
 *
 *   window_*    dense, up to 8 taps next to each other: 8 cycles a tap, 4 a row of taps, 5 a channel
 *   window_*_3x3, window_*_5x5   the same at once: 8 cycles a tap, 1 a row of taps, 4 a channel
 *   strided_*   dense, any number of taps at any distance: 9 3/8 cycles a tap
 *   points_*    a single row of those, as in a window of one tap: 9 3/16 cycles a tap
 *   listed      a sparse filter, as a list of pairs (weight, distance) in SRAM: 11 3/8 cycles a tap
 *   untapped    none is inside
 *   largest, mean   pools: 10 cycles a tap, 12 a row of taps
 *   added, multiplied, scaled   one element of each input
 *
 * and about 65 cycles an output beside that. Weights of dense filters are read where they lie, a byte is extended by the multiplier.
 *
 *   R4 weights   R5 elements   R6, R7 counters   R8, R9, R14 of the code in use
 *   R10 output   R11 the window's first element   R12 outputs left in the row   R13 address of the count   R15 scale
 */
#include "msp430.h"
#include "strategy.h"
#include "finish.h"
#include "box.h"

    .text

    .macro BEGIN
    mov    &box_start, &RESLO           /* 5 */
    mov    &box_start + 2, &RESHI       /* 5 */
    .endm

/* Not cut: weights follow each other. R8 from the end of a row of taps to the next, R9 from there to the next channel, R14 rows. */
    .macro WINDOW name, load, taps
\name:
    BEGIN
    mova   r11, r5                      /* 1 */
    mova   &box_weights, r4             /* 4 */
    mov    &box_channels, r7            /* 3 */
1:  mov    r14, r6                      /* 1 */
2:
    .rept \taps
    \load  @r4+, &MACS                  /* 4 */
    mov    @r5+, &OP2                   /* 4 */
    .endr
    adda   r8, r5                       /* 1 */
    dec    r6                           /* 1 */
    jnz    2b                           /* 2 */
    adda   r9, r5                       /* 1 */
    dec    r7                           /* 1 */
    jnz    1b                           /* 2 */
    br     #output_finish               /* 3 */
    .endm

/* Not cut, a whole window at once: nothing is counted but channels. R14 the first weight. */
    .macro WINDOW_WHOLE name, load, rows, taps
    .global \name
\name:
    BEGIN
    mova   r11, r5                      /* 1 */
    mova   r14, r4                      /* 1 */
    mov    &box_channels, r7            /* 3 */
1:
    .rept \rows
    .rept \taps
    \load  @r4+, &MACS                  /* 4 */
    mov    @r5+, &OP2                   /* 4 */
    .endr
    adda   r8, r5                       /* 1 */
    .endr
    adda   r9, r5                       /* 1 */
    dec    r7                           /* 1 */
    jnz    1b                           /* 2 */
    br     #output_finish               /* 3 */
    .endm

/* Cut by the map's border: weights outside are passed over. R14 weights from the end of a row of taps to the next. */
    .macro WINDOW_CUT name, load, taps
\name:
    BEGIN
    mova   r11, r5
    mova   &box_weights, r4
    mov    &box_channels, r7
1:  mov    &box_rows, r6                /* 3 */
2:
    .rept \taps
    \load  @r4+, &MACS                  /* 4 */
    mov    @r5+, &OP2                   /* 4 */
    .endr
    adda   r8, r5                       /* 1 */
    adda   r14, r4                      /* 1 */
    dec    r6                           /* 1 */
    jnz    2b                           /* 2 */
    mova   &box_weights_channel, r6     /* 4 */
    adda   r6, r4                       /* 1 */
    adda   r9, r5                       /* 1 */
    dec    r7                           /* 1 */
    jnz    1b                           /* 2 */
    br     #output_finish
    .endm

/* R8 from tap to tap. A row of taps begins within the unrolled eight. */
    .macro STRIDED name, load
\name:
    BEGIN
    mova   r11, r5
    mova   &box_weights, r4
    mov    &box_channels, r7
1:  mov    &box_rows, r14
2:  mov    &box_passes, r6              /* 3 */
    br     &box_entry                   /* 5 */
\name\()_taps:
    .rept 8
    \load  @r4+, &MACS                  /* 4 */
    mov    @r5, &OP2                    /* 4 */
    adda   r8, r5                       /* 1 */
    .endr
    dec    r6                           /* 1 */
    jnz    \name\()_taps                /* 2 */
    mova   &box_row_step, r9
    adda   r9, r5
    mova   &box_weights_row, r9
    adda   r9, r4
    dec    r14
    jnz    2b
    mova   &box_channel_step, r9
    adda   r9, r5
    mova   &box_weights_channel, r9
    adda   r9, r4
    dec    r7
    jnz    1b
    br     #output_finish
    .global \name, \name\()_taps
    .endm

/* A single row of taps. R8 from tap to tap, R9 where it begins within the unrolled sixteen, R14 the first weight. */
    .macro POINTS name, load
\name:
    BEGIN
    mova   r11, r5                      /* 1 */
    mova   r14, r4                      /* 1 */
    mov    &box_passes, r6              /* 3 */
    br     r9                           /* 3 */
\name\()_taps:
    .rept 16
    \load  @r4+, &MACS                  /* 4 */
    mov    @r5, &OP2                    /* 4 */
    adda   r8, r5                       /* 1 */
    .endr
    dec    r6                           /* 1 */
    jnz    \name\()_taps                /* 2 */
    br     #output_finish               /* 3 */
    .global \name, \name\()_taps
    .endm

    .irp taps, 1, 2, 3, 4, 5, 6, 7, 8
    WINDOW     window_bytes_\taps, mov.b, \taps
    WINDOW     window_words_\taps, mov, \taps
    WINDOW_CUT window_cut_bytes_\taps, mov.b, \taps
    WINDOW_CUT window_cut_words_\taps, mov, \taps
    .endr

    WINDOW_WHOLE window_bytes_3x3, mov.b, 3, 3
    WINDOW_WHOLE window_words_3x3, mov, 3, 3
    WINDOW_WHOLE window_bytes_5x5, mov.b, 5, 5
    WINDOW_WHOLE window_words_5x5, mov, 5, 5

    POINTS points_bytes, mov.b
    POINTS points_words, mov
    STRIDED strided_bytes, mov.b
    STRIDED strided_words, mov

/* Stretches of the list: address, passes, where the first pass begins. */
    .global listed, listed_taps
listed:
    BEGIN
    mov    #list_stretches, r14         /* 2 */
    mov    &box_stretches, r7           /* 3 */
1:  mov    @r14+, r4                    /* 2 */
    mov    @r14+, r6                    /* 2 */
    mov    @r14+, pc                    /* 4 */
listed_taps:
    .rept 8
    mov    @r4+, &MACS                  /* 4 */
    mov    @r4+, r5                     /* 2 */
    adda   r11, r5                      /* 1 */
    mov    @r5, &OP2                    /* 4 */
    .endr
    dec    r6                           /* 1 */
    jnz    listed_taps                  /* 2 */
    dec    r7                           /* 1 */
    jnz    1b                           /* 2 */
    jmp    output_finish

/* The largest element; R8 from tap to tap. */
    .macro LARGEST
    mova   r11, r5                      /* 1 */
    mov    &box_rows, r9                /* 3 */
    mov    #-32768, r7                  /* 2 */
1:  mov    &box_columns, r6             /* 3 */
2:  mov    @r5, r14                     /* 2 */
    adda   r8, r5                       /* 1 */
    cmp    r14, r7                      /* 1 */
    jge    3f                           /* 2 */
    mov    r14, r7                      /* 1 */
3:  dec    r6                           /* 1 */
    jnz    2b                           /* 2 */
    mova   &box_row_step, r14           /* 4 */
    adda   r14, r5                      /* 1 */
    dec    r9                           /* 1 */
    jnz    1b                           /* 2 */
    .endm

    .global largest, largest_scaled
largest_scaled:
    LARGEST
    BEGIN
    mov    r7, &MACS
    mov    #1, &OP2
    jmp    output_finish
largest:
    LARGEST
    mov    SCALE_HIGHEST(r15), r6       /* 3 */
    cmp    r6, r7                       /* 1 */
    jge    9f                           /* 2 */
    mov    SCALE_LOWEST(r15), r6        /* 3 */
    cmp    r7, r6                       /* 1 */
    jge    9f                           /* 2 */
    mov    r7, r6                       /* 1 */
9:  br     #output_stored               /* 3 */

/* The sum of the elements, times the multiplier, and half of a step: 48 bits in RES0 to RES2. */
    .macro MEAN
    mova   r11, r5
    mov    &box_rows, r9
    mov    #1, r7
    clr    &RESLO
    clr    &RESHI
1:  mov    &box_columns, r6             /* 3 */
2:  mov    @r5, &MACS                   /* 4 */
    mov    r7, &OP2                     /* 3 */
    adda   r8, r5                       /* 1 */
    dec    r6                           /* 1 */
    jnz    2b                           /* 2 */
    mova   &box_row_step, r14           /* 4 */
    adda   r14, r5                      /* 1 */
    dec    r9                           /* 1 */
    jnz    1b                           /* 2 */
    mov    &RESLO, r6
    mov    &RESHI, r7
    mov    &box_half, &RES0
    mov    &box_half + 2, &RES1
    clr    &RES2
    clr    &RES3
    mov    r6, &MACS32L
    mov    r7, &MACS32H
    mov    &box_multiplier, &OP2
    nop                                 /* RES1 is there 5 cycles after the write, RES2 6; a read takes 3. */
    nop
    .endm

/* A shift from 16 on: its first 16 bits are the low word. */
    .global mean, mean_fine
mean:
    MEAN
    mov    &RES1, r6
    mov    &RES2, r7
    jmp    3f
/* A smaller one is done here. */
mean_fine:
    MEAN
    mov    &RES0, r6
    mov    &RES1, r7
    mov    &RES2, r14
    mov    &box_bits, r9
1:  rra    r14
    rrc    r7
    rrc    r6
    dec    r9
    jnz    1b
3:  mov    r6, &RESLO
    mov    r7, &RESHI
    jmp    output_finish

/* R8: the second input's next element. */
    .global added, multiplied, scaled
added:
    BEGIN
    mov    @r11, &MACS                  /* 4 */
    mov    &box_first_factor, &OP2      /* 5 */
    mov    @r8+, &MACS                  /* 4 */
    mov    &box_second_factor, &OP2     /* 5 */
    jmp    output_finish                /* 2 */
/* R14: elements that are still to be multiplied by it. */
multiplied:
    BEGIN
    mov    @r11, &MACS                  /* 4 */
    mov    @r8, &OP2                    /* 4 */
    dec    r14                          /* 1 */
    jnz    output_finish                /* 2 */
    mov    &box_run, r14
    adda   #2, r8
    jmp    output_finish
scaled:
    BEGIN
    mov    @r11, r6                     /* 2 */
    mov    r6, &MACS                    /* 3 */
    tst    r6                           /* 1 */
    jn     1f                           /* 2 */
    mov    &box_first_factor, &OP2      /* 5 */
    jmp    output_finish                /* 2 */
1:  mov    &box_second_factor, &OP2
    jmp    output_finish

    .global untapped
untapped:
    BEGIN

output_finish:
    FINISH output
    mov    r6, 0(r10)                   /* 3 */
    COUNT_OUTPUT r13, r6
    adda   #2, r10                      /* 2 */
    mov    &box_stride, r6              /* 3 */
    adda   r6, r11                      /* 1 */
    dec    r12                          /* 1 */
    jz     1f                           /* 2 */
    br     &box_window                  /* 5 */
1:  dec    &box_height
    jz     2f
    mov    &box_width, r12
    mova   &box_input_row, r6
    adda   r6, r11
    mova   &box_output_row, r6
    adda   r6, r10
    br     &box_window
2:  popm.a #7, r10
    reta

/* void box_take(const struct box *from): 5 cycles a word */
    .global box_take
box_take:
    .irp word, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    mov    @r12+, &box + 2*\word
    .endr
    reta

/* void box_compute(void) */
    .global box_compute
box_compute:
    pushm.a #7, r10
    mova   &box_input, r11
    mova   &box_output, r10
    mov    &box_first, r12
    mova   &element, r13
    mov    &box_scale, r15
    mova   &box_r8, r8
    mova   &box_channel_step, r9
    mova   &box_r14, r14
    br     &box_window

    SHIFTS_OF output

/* Code for windows by taps in a row, 1 to 8: bytes, words, bytes cut, words cut. */
    .section .rodata.window_codes, "a"
    .balign 2
    .global window_codes
window_codes:
    .irp kind, bytes, words, cut_bytes, cut_words
    .irp taps, 1, 2, 3, 4, 5, 6, 7, 8
    .word  window_\kind\()_\taps
    .endr
    .endr
