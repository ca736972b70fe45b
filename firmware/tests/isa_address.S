/* MOVA, ADDA, SUBA, CMPA in every form: 20-bit arithmetic, address words in memory. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* MOVA leaves the flags alone. 1, 2: immediate and register. */
    flags_set
    mova  #0xABCDE, r5
    verify 1, r5, 0xABCDE, EVERY_FLAG
    flags_clear
    mova  r5, r6
    verify 2, r6, 0xABCDE, 0

    /* 3 .. 5: an address word in memory is two words, the low one first; the upper twelve bits are written 0. */
    mov   #0xFFFF, &low
    mov   #0xFFFF, &low + 2
    mova  r5, &low
    verify_memory 3, &low, 0xBCDE
    verify_memory 4, &low + 2, 0x000A
    mova  &low, r7
    verify_register 5, r7, 0xABCDE
    /* 6: reading ignores the upper twelve bits. */
    mov   #0xFFF3, &low + 2
    mova  &low, r7
    verify_register 6, r7, 0x3BCDE
    /* 7, 8: indirect, and with autoincrement by four. */
    mova  #low, r8
    mova  @r8, r7
    verify_register 7, r7, 0x3BCDE
    mova  @r8+, r7
    mova  #low + 4, r9
    mov   #8, r14
    cmpa  r9, r8
    jeq   1f
    br    #test_failed
1:
    /* 9, 10: indexed, both ways, index negative. */
    mova  -4(r8), r7
    verify_register 9, r7, 0x3BCDE
    mova  #0x54321, r7
    mova  r7, 0(r8)
    mova  &low + 4, r9
    verify_register 10, r9, 0x54321
    /* 11, 12: memory above 64 KB: the upper address bits are in the instruction. */
    mova  r7, &high
    clr   r9
    mova  &high, r9
    verify_register 11, r9, 0x54321
    mova  #high, r8
    clr   r9
    mova  0(r8), r9
    verify_register 12, r9, 0x54321

    /* ADDA. 13: 7FFFF + 1 overflows. */
    mova  #0x7FFFF, r5
    flags_clear
    adda  #1, r5
    verify 13, r5, 0x80000, V + N
    /* 14: FFFFF + 1 = 0 with carry. */
    mova  #0xFFFFF, r5
    mova  #1, r6
    flags_clear
    adda  r6, r5
    verify 14, r5, 0x00000, Z + C
    /* 15: no carry at bit 15. */
    mova  #0x0FFFF, r5
    flags_set
    adda  #2, r5
    verify 15, r5, 0x10001, 0

    /* SUBA. 16: 10000 - 1. */
    mova  #0x10000, r5
    flags_set
    suba  #1, r5
    verify 16, r5, 0x0FFFF, C
    /* 17: 80000 - 1 overflows. */
    mova  #0x80000, r5
    mova  #1, r6
    flags_clear
    suba  r6, r5
    verify 17, r5, 0x7FFFF, V + C
    /* 18: 0 - FFFFF borrows. */
    mova  #0, r5
    flags_set
    suba  #0xFFFFF, r5
    verify 18, r5, 0x00001, 0

    /* CMPA writes nothing. 19 .. 21. */
    mova  #0x12345, r5
    flags_clear
    cmpa  #0x12345, r5
    verify 19, r5, 0x12345, Z + C
    mova  #0x02345, r6
    flags_clear
    cmpa  r6, r5
    verify 20, r5, 0x12345, C
    flags_set
    cmpa  r5, r6
    verify 21, r6, 0x02345, N

    /* 22: BRA to high memory and back; it does not touch the flags. */
    flags_set
    bra   #there
back:
    verify 22, r5, 0x22222, EVERY_FLAG

    br    #test_passed

    .section .upper.text, "ax", @progbits
there:
    mova  #0x22222, r5
    bra   #back

    .section .upper.bss, "aw", @nobits
    .balign 2
high:
    .space 4

    .section .bss
    .balign 2
low:
    .space 8
