/*
 * From reset to main. The watchdog is left alone (it runs after reset, and gives 32 ms): main decides.
 *
 *   reset -> stack, .data, .bss (and their .upper twins in the large model) -> main -> parked
 *
 * The compiler marks what an object needs by references to __crt0_* symbols; here everything is always done, so
 * all of them are plain labels.
 */
#include "msp430.h"

#ifdef __MSP430X_LARGE__
#define MOVP  mova
#define CMPP  cmpa
#define CALLP calla
#define BRP   bra
#else
#define MOVP  mov
#define CMPP  cmp
#define CALLP call
#define BRP   br
#endif

    .section .crt_0000start, "ax", @progbits
    .global _start
    .type _start, @function
_start:
    mov   #__stack, SP

    .global __crt0_movedata
__crt0_movedata:
    mov   #__romdatastart, r14
    mov   #__datastart, r12
    jmp   2f
1:  mov   @r14+, 0(r12)
    incd  r12
2:  cmp   #__dataend, r12
    jlo   1b

    .global __crt0_init_bss
__crt0_init_bss:
    mov   #__bssstart, r12
    jmp   2f
1:  clr   0(r12)
    incd  r12
2:  cmp   #__bssend, r12
    jlo   1b

#ifdef __MSP430X_LARGE__
    .global __crt0_move_highdata
__crt0_move_highdata:
    mova  #__romhighdatastart, r14
    mova  #__high_datastart, r12
    jmp   2f
1:  movx.w @r14+, 0(r12)
    adda  #2, r12
2:  cmpa  #__high_dataend, r12
    jlo   1b

    .global __crt0_init_highbss
__crt0_init_highbss:
    mova  #__high_bssstart, r12
    jmp   2f
1:  movx.w #0, 0(r12)
    adda  #2, r12
2:  cmpa  #__high_bssend, r12
    jlo   1b
#endif

    .global __crt0_call_main
__crt0_call_main:
    clr   r12
    clr   r13
    CALLP #main

    /* Also where code comes that has nothing left to do: LPM4 with interrupts off, for good. */
    .global __crt0_call_exit
    .global exit_to_parked
    .global parked
__crt0_call_exit:
exit_to_parked:
    dint
    nop
parked:
    bis   #LPM4_bits, SR
    nop
    jmp   parked
    .size _start, . - _start

    .section .resetvec, "a", @progbits
    .word _start
