/*
 * From a sum to an output, in assembly. R15 is the struct scale, the sum is in RESHI:RESLO.
 *
 *   FINISH name    goes to name_stored, which follows it, with the output in R6; R7 is overwritten.
 *   SHIFTS_OF name the code that shifts, and its table name_shifts
 *
 * Most sums take the straight way: 16 cycles, then 2 to 13 to shift. A sum below the bound (half of all under ReLU) takes 14 to 22.
 * A shift is done by single steps to the nearest of three places: 0, 8 (bytes change places) and 16 (the high word).
 */
#include "kernels.h"

    .macro FINISH name
    mov    &RESHI, r7                   /* 3 */
    cmp    SCALE_ABOVE(r15), r7         /* 3 */
    jge    \name\()_above               /* 2 */
\name\()_not_above:
    cmp    SCALE_BELOW(r15), r7         /* 3 */
    jl     \name\()_below               /* 2 */
\name\()_inside:
    mov    &RESLO, r6                   /* 3 */
    br     SCALE_ENTRY(r15)             /* 5 */

\name\()_above:
    cmp    SCALE_MOST_HIGH(r15), r7
    jne    \name\()_highest
    mov    &RESLO, r6
    cmp    r6, SCALE_MOST_LOW(r15)
    jhs    \name\()_not_above
\name\()_highest:
    mov    SCALE_HIGHEST(r15), r6
    jmp    \name\()_stored

\name\()_below:
    cmp    SCALE_LEAST_HIGH(r15), r7    /* 3 */
    jne    \name\()_lowest              /* 2 */
    mov    &RESLO, r6
    cmp    SCALE_LEAST_LOW(r15), r6
    jhs    \name\()_inside
\name\()_lowest:
    mov    SCALE_LOWEST(r15), r6        /* 3 */
\name\()_stored:
    .endm

/* Of R7:R6, by one bit. */
    .macro RIGHT times
    .rept \times
    rra    r7
    rrc    r6
    .endr
    .endm

    .macro LEFT times
    .rept \times
    rla    r6
    rlc    r7
    .endr
    .endm

/* R6 = R7:R6 >> 8, 5 cycles. */
    .macro RIGHT_8
    mov.b  r7, r7
    swpb   r7
    swpb   r6
    mov.b  r6, r6
    bis    r7, r6
    .endm

    .macro SHIFTS_OF name
    .irp shift, 0, 1, 2, 3, 4, 5
\name\()_shift_\shift:
    RIGHT  \shift
    br     #\name\()_stored
    .endr

    .irp shift, 6, 7, 8
\name\()_shift_\shift:
    LEFT   8 - \shift
    RIGHT_8
    br     #\name\()_stored
    .endr

    .irp shift, 9, 10
\name\()_shift_\shift:
    RIGHT  \shift - 8
    RIGHT_8
    br     #\name\()_stored
    .endr

    .irp shift, 11, 12, 13, 14, 15, 16
\name\()_shift_\shift:
    LEFT   16 - \shift
    mov    r7, r6
    br     #\name\()_stored
    .endr

    .irp shift, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
\name\()_shift_\shift:
    mov    r7, r6
    rpt    #\shift - 16 { rrax.w r6
    br     #\name\()_stored
    .endr

    .section .rodata.\name\()_shifts, "a"
    .balign 2
    .global \name\()_shifts
\name\()_shifts:
    .irp shift, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
    .word  \name\()_shift_\shift
    .endr
    .word  \name\()_lowest
    .text
    .endm
