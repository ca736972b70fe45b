/*
 * Interrupts. They come only while an operation runs, or while the CPU sleeps.
 */
#include "mailbox.h"
#include "msp430.h"

    .text

/*
 * The button, or the host: wakes whoever sleeps. If an answer is asked for at once, and an exit that was passed can give it, the operation under way is
 * left for good: the stack is emptied and the position machine begins anew, as after a power failure, but with RAM as it is.
 */
    .global on_port5
    .type on_port5, @function
on_port5:
    bic.b #BIT6, &P5IFG
    tst   &may_leave
    jz    1f
    bit   #REQUEST_ANSWER, &mailbox + MAILBOX_REQUEST
    jz    1f
    mova  #__stack, SP
    bra   #run
1:  bic   #LPM4_bits, 0(SP)
    reti
    .size on_port5, . - on_port5

/* On-time has gone over 16 bits. */
    .global on_overflow
    .type on_overflow, @function
on_overflow:
    bic   #TAIFG, &TA0CTL
    inc   &clock_overflows
    reti
    .size on_overflow, . - on_overflow

    .macro VECTOR number, handler
    .section __interrupt_vector_\number, "a", @progbits
    .word \handler
    .endm

#define VECTOR_OF(number, handler) VECTOR number, handler

    VECTOR_OF(PORT5_VECTOR, on_port5)
    VECTOR_OF(TIMER0_A1_VECTOR, on_overflow)
#ifdef STRATEGY_CHECKPOINT
    VECTOR_OF(COMP_E_VECTOR, on_comparator)
#endif
