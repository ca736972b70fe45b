/*
 * All that the CPU and the multiplier know goes to the stack, from there to FRAM (checkpoint.c), and later back, in this life or another:
 *
 *   R15 ... R4 (20 bits), P3OUT, MPY32CTL0, RES3 ... RES0, operand 1 high, low, operand 2 high, low, TA0R     <- SP
 */
#include "msp430.h"
#include "phases.h"

    .text

    .global on_comparator
    .type on_comparator, @function
on_comparator:
    bit   #CEIIE, &CEINT
    jz    woken
    bic   #CEIIFG, &CEINT
    /* Above the level again: that was a short dip, or the reference settling. */
    bit   #CEOUT, &CECTL1
    jnz   1f

    pushm.a #12, r15
    mov.b &P3OUT, r12
    push  r12
    mov.b #PHASE_SAVES, &P3OUT
    push  &MPY32CTL0
    /* Results are to be read as they are stored. */
    bic   #MPYFRAC + MPYSAT, &MPY32CTL0
    push  &RES3
    push  &RES2
    push  &RES1
    push  &RES0
    push  &MPY32H
    push  &MPY32L
    push  &OP2H
    push  &OP2L
    bic   #MC, &TA0CTL
    push  &TA0R
    mov   SP, r12
    calla #checkpoint_save

restored:
    bic   #MC, &TA0CTL
    pop   &TA0R
    bis   #MC__CONTINUOUS, &TA0CTL
    pop   r12
    mov   r12, &OP2L
    pop   &OP2H                 /* multiplies in vain: the result is written over */
    pop   &MPY32L
    pop   &MPY32H
    pop   &RES0
    pop   &RES1
    pop   &RES2
    pop   &RES3
    mov   r12, &OP2L            /* if the program had got so far, operand 2's upper half is now expected */
    pop   &MPY32CTL0            /* mode and widths: operand 1 counts as written to the register that the program wrote */
    pop   r12
    mov.b r12, &P3OUT
    popm.a #12, r15
1:  reti

woken:
    clr   &CEINT
    bic   #LPM4_bits, 0(SP)
    reti
    .size on_comparator, . - on_comparator

/* R12: stack pointer, R13: what was there, R14: bytes. Nothing below that stack pointer is needed any more. */
    .global checkpoint_enter
    .type checkpoint_enter, @function
checkpoint_enter:
    mov   r12, SP
1:  tst   r14
    jz    restored
    mov   @r13+, 0(r12)
    incd  r12
    decd  r14
    jmp   1b
    .size checkpoint_enter, . - checkpoint_enter
