/* SXTX and SWPBX, whose size bits are unlike those of all others. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* SXTX: bit 7 to bits 19:8 of a register, in both sizes. 1 .. 4. */
    mova  #0x12380, r5
    flags_set
    sxtx.a r5
    verify 1, r5, 0xFFF80, N + C
    mova  #0xABC7F, r5
    flags_set
    sxtx.a r5
    verify 2, r5, 0x0007F, C
    mova  #0x12380, r5
    flags_set
    sxtx.w r5
    verify 3, r5, 0xFFF80, N + C
    mova  #0xABC00, r5
    flags_set
    sxtx.a r5
    verify 4, r5, 0x00000, Z
    /* 5 .. 7: in memory the word form writes 15:8; the address form 19:8, and 0 above. */
    mov   #0x1281, &low
    mov   #0x5555, &low + 2
    flags_set
    sxtx.w &low
    verify_word 5, &low, 0xFF81, N + C
    verify_memory 6, &low + 2, 0x5555
    mov   #0x1281, &low
    mov   #0x0005, &low + 2
    flags_set
    sxtx.a &low
    verify_word 7, &low, 0xFF81, N + C
    verify_memory 8, &low + 2, 0x000F

    /* SWPBX.A exchanges 15:8 with 7:0 and keeps 19:16; SWPBX.W clears them. Flags stay. 9 .. 11. */
    mova  #0x51234, r5
    flags_set
    swpbx.a r5
    verify 9, r5, 0x53412, EVERY_FLAG
    mova  #0x51234, r5
    flags_clear
    swpbx.w r5
    verify 10, r5, 0x03412, 0
    /* 11, 12: in memory. */
    mov   #0xABCD, &low
    mov   #0x0007, &low + 2
    swpbx.a &low
    verify_memory 11, &low, 0xCDAB
    verify_memory 12, &low + 2, 0x0007
    /* 13: above 64 KB. */
    movx.w #0x00FE, &FAR
    flags_clear
    single_operand_far 0x1840, 0x1192   /* sxtx.w &FAR */
    mov   SR, r7
    movx.w &FAR, r5
    and   #EVERY_FLAG, r7
    verify_register 13, r5, 0x0FFFE
    verify_register 14, r7, N + C

    br    #test_passed

    .section .bss
    .balign 2
low:
    .space 4
