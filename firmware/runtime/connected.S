/*
 * Rows of a fully connected layer. connected.c sets the variables and chooses the code for the products of a row:
 *
 *   dense_*    8 3/16 cycles a product
 *   gap16_*, gap8_*    12 3/4 cycles an entry
 *   gap4_*     two entries in 32 cycles
 *   bitmap_*   9 cycles an entry, 18 a byte of bits
 *
 * and about 90 cycles a row. With STRATEGY_FREEML a row is done in pieces of at most 256 products (entries, bits); after each but the last the
 * sum and the place go to that of the two partials in FRAM which does not hold, and then that one does: 60 cycles.
 *
 *   R4 values   R5 elements   R6 passes   R7 passes of later pieces   R8 gaps or bits   R9 counts
 *   R10 output   R11 the first element   R12 gap   R13 shifts   R14 biases   R15 scale
 */
#include "msp430.h"
#include "strategy.h"
#include "finish.h"

    .text

/* The sum begins with rounding half and bias. */
    .macro BEGIN
    mov.b  @r13, r15                    /* 2 */
    mov    &connected_shift_step, r6    /* 3 */
    adda   r6, r13                      /* 1 */
    rla    r15                          /* 1 */
    mov    scale_of(r15), r15           /* 3 */
    mov    @r15, &RESLO                 /* 4 */
    mov    SCALE_HALF_HIGH(r15), &RESHI /* 5 */
    mov    @r14, &MACS                  /* 4 */
    mov    &connected_bias_factor, &OP2 /* 5 */
    mov    &connected_bias_step, r6     /* 3 */
    adda   r6, r14                      /* 1 */
    mova   r11, r5                      /* 1 */
    .endm

/* Of R6 passes only the first piece's stay, the rest is for later. */
    .macro FIRST_PIECE most
#if defined STRATEGY_FREEML
    clr    r7                           /* 1 */
    cmp    #\most + 1, r6               /* 2 */
    jlo    .Lwhole\@                    /* 2 */
    mov    r6, r7
    mov    #\most, r6
    sub    r6, r7
.Lwhole\@:
#endif
    .endm

/* The passes of R6 are done. */
    .macro NEXT_PIECE
#if defined STRATEGY_FREEML
    tst    r7                           /* 1 */
    jz     .Ldone\@                     /* 2 */
    br     #piece_next
.Ldone\@:
#endif
    .endm

/* Starts of rows, by whether there are counts; then R7 is the row's. */
    .global row_uncounted, row_bytes, row_words
row_uncounted:
    BEGIN
    br     &connected_kernel            /* 5 */
row_bytes:
    BEGIN
    mov.b  @r9+, r7                     /* 2 */
    br     &connected_kernel
row_words:
    BEGIN
    mov    @r9+, r7
    br     &connected_kernel

    .macro DENSE name, load
    .global \name, \name\()_loop
\name:
    mov    &connected_passes, r6        /* 3 */
    FIRST_PIECE PIECE_PRODUCTS / 16
    br     &connected_entry             /* 5 */
\name\()_loop:
    .rept 16
    \load  @r4+, &MACS                  /* 4 */
    mov    @r5+, &OP2                   /* 4 */
    .endr
    dec    r6                           /* 1 */
    jnz    \name\()_loop                /* 2 */
    NEXT_PIECE
    br     #row_finish                  /* 3 */
    .endm

    .macro GAPS name, load, load_gap
    .global \name, \name\()_loop
\name:
    mov    r7, r6                       /* 1 */
    add    #3, r6                       /* 2 */
    rrum   #2, r6                       /* 2 */
    jz     3f                           /* 2 */
    and    #3, r7                       /* 2 */
    rla    r7                           /* 1 */
    mov    \name\()_entries(r7), r12    /* 3 */
    FIRST_PIECE PIECE_PRODUCTS / 4
    br     r12                          /* 3 */
\name\()_loop:
    .irp   entry, 0, 3, 2, 1
\name\()_entry_\entry:
    \load  @r4+, &MACS                  /* 4 */
    \load_gap @r8+, r12                 /* 2 */
    adda   r12, r5                      /* 1 */
    adda   r12, r5                      /* 1 */
    mov    @r5+, &OP2                   /* 4 */
    .endr
    dec    r6                           /* 1 */
    jnz    \name\()_loop                /* 2 */
    NEXT_PIECE
3:  br     #row_finish

    .section .rodata.\name\()_entries, "a"
    .balign 2
\name\()_entries:
    .irp   entry, 0, 1, 2, 3
    .word  \name\()_entry_\entry
    .endr
    .text
    .endm

/* Two entries a pass; an odd one follows. */
    .macro GAP4 name, load
    .global \name, \name\()_loop
\name:
    mov    r7, &connected_odd           /* 3 */
    mov    r7, r6                       /* 1 */
    clrc                                /* 1 */
    rrc    r6                           /* 1 */
    jz     2f                           /* 2 */
    FIRST_PIECE PIECE_PRODUCTS / 2
\name\()_loop:
    \load  @r4+, &MACS                  /* 4 */
    mov.b  @r8, r12                     /* 2 */
    and    #15, r12                     /* 2 */
    adda   r12, r5                      /* 1 */
    adda   r12, r5                      /* 1 */
    mov    @r5+, &OP2                   /* 4 */
    \load  @r4+, &MACS                  /* 4 */
    mov.b  @r8+, r12                    /* 2 */
    rrum   #3, r12                      /* 3 */
    bic    #1, r12                      /* 1 */
    adda   r12, r5                      /* 1 */
    mov    @r5+, &OP2                   /* 4 */
    dec    r6                           /* 1 */
    jnz    \name\()_loop                /* 2 */
    NEXT_PIECE
2:  bit    #1, &connected_odd           /* 4 */
    jz     3f                           /* 2 */
    \load  @r4+, &MACS
    mov.b  @r8+, r12
    adda   r12, r5
    adda   r12, r5
    mov    @r5+, &OP2
3:  br     #row_finish
    .endm

/* The products of half a byte, columns from \first on: those of the bits that are set in \bits. */
    .macro HALF load, bits, first
    .irp   bit, 0, 1, 2, 3
    .if (\bits >> \bit) & 1
    \load  @r4+, &MACS                  /* 4 */
    mov    2 * (\first + \bit)(r5), &OP2 /* 5 */
    .endif
    .endr
    .endm

/* Each half of a byte goes to code of its own, by tables of all bytes: nothing is masked. */
    .macro BITMAP name, load
    .global \name, \name\()_loop
\name:
    mov    &connected_passes, r6        /* 3 */
    FIRST_PIECE PIECE_PRODUCTS / 8
    br     #\name\()_loop               /* 3 */

    .irp   bits, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
\name\()_low_\bits:
    HALF   \load, \bits, 0
    br     \name\()_highs(r12)          /* 5 */
    .endr

\name\()_loop:
    mov.b  @r8+, r12                    /* 2 */
    rla    r12                          /* 1 */
    br     \name\()_lows(r12)           /* 5 */
1:  NEXT_PIECE
    br     #row_finish                  /* 3 */

    .irp   bits, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
\name\()_high_\bits:
    HALF   \load, \bits, 4
    adda   #16, r5                      /* 2 */
    dec    r6                           /* 1 */
    jnz    \name\()_loop                /* 2 */
    jmp    1b                           /* 2 */
    .endr

    .section .rodata.\name, "a"
    .balign 2
\name\()_lows:
    .rept  16
    .irp   bits, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    .word  \name\()_low_\bits
    .endr
    .endr
\name\()_highs:
    .irp   bits, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    .rept  16
    .word  \name\()_high_\bits
    .endr
    .endr
    .text
    .endm

    DENSE  dense_bytes, mov.b
    DENSE  dense_words, mov
    GAPS   gap16_bytes, mov.b, mov
    GAPS   gap16_words, mov, mov
    GAPS   gap8_bytes, mov.b, mov.b
    GAPS   gap8_words, mov, mov.b
    GAP4   gap4_bytes, mov.b
    GAP4   gap4_words, mov
    BITMAP bitmap_bytes, mov.b
    BITMAP bitmap_words, mov

row_finish:
    FINISH row
    mov    r6, 0(r10)                   /* 3 */
    adda   #2, r10                      /* 2 */
#if defined STRATEGY_FREEML || defined STRATEGY_TILED
    mov    &element, r7                 /* 3 */
    COUNT_OUTPUT r7, r6
#endif
    dec    &connected_rows              /* 4 */
    jz     1f                           /* 2 */
    br     &connected_row               /* 5 */
1:  popm.a #7, r10
    reta

/* void connected_rows_run(void) */
    .global connected_rows_run
connected_rows_run:
    pushm.a #7, r10
    mova   &connected_values, r4
    mova   &connected_gaps, r8
    mova   &connected_counts, r9
    mova   &connected_output, r10
    mova   &connected_input, r11
    mova   &connected_shifts, r13
    mova   &connected_biases, r14
    br     &connected_start

#if defined STRATEGY_FREEML
/* Keeps sum and place; R12 is free between passes. */
piece_next:
    mov    #partials, r12               /* 2 */
    cmp    r12, &partial_current        /* 4 */
    jne    1f                           /* 2 */
    add    #PARTIAL_BYTES, r12
1:  mov    &element, r6                 /* 3 */
    mov    @r6, PARTIAL_ROW(r12)        /* 4 */
    mov    r7, PARTIAL_LEFT(r12)        /* 3 */
    mov    &RESLO, PARTIAL_SUM(r12)     /* 5 */
    mov    &RESHI, PARTIAL_SUM+2(r12)   /* 5 */
    mova   r4, PARTIAL_VALUES(r12)      /* 4 */
    mova   r5, PARTIAL_INPUT(r12)       /* 4 */
    mova   r8, PARTIAL_GAPS(r12)        /* 4 */
    mov    r12, &partial_current        /* 3 */
piece_begin:
    mov    &connected_piece, r6         /* 3 */
    cmp    r6, r7                       /* 1 */
    jhs    2f                           /* 2 */
    mov    r7, r6
2:  sub    r6, r7                       /* 1 */
    br     &connected_loop              /* 5 */

/* The first row goes on from the partial that holds. */
    .global piece_resume
piece_resume:
    mov    &connected_scale, r15
    mov    &partial_current, r12
    mov    PARTIAL_SUM(r12), &RESLO
    mov    PARTIAL_SUM+2(r12), &RESHI
    mova   PARTIAL_VALUES(r12), r4
    mova   PARTIAL_INPUT(r12), r5
    mova   PARTIAL_GAPS(r12), r8
    mov    PARTIAL_LEFT(r12), r7
    jmp    piece_begin
#endif

    SHIFTS_OF row
