/* The twelve two-operand instructions: results and flags at the edges, words and bytes. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* ADD. 1: largest positive plus one overflows. */
    mov   #0x7FFF, r5
    flags_clear
    add   #1, r5
    verify 1, r5, 0x8000, V + N
    /* 2: FFFF + 1 = 0 with carry. */
    mov   #0xFFFF, r5
    flags_set
    add   #1, r5
    verify 2, r5, 0x0000, Z + C
    /* 3: 8000 + 8000: carry and overflow together. */
    mov   #0x8000, r5
    flags_clear
    add   r5, r5
    verify 3, r5, 0x0000, V + Z + C
    /* 4: bytes: 7F + 1, upper byte of the register is cleared. */
    mov   #0xAB7F, r5
    flags_clear
    add.b #1, r5
    verify 4, r5, 0x0080, V + N
    /* 5: bytes: FF + 01. */
    mov   #0x12FF, r5
    flags_set
    add.b #1, r5
    verify 5, r5, 0x0000, Z + C

    /* ADDC. 6: the carry counts: FFFF + 0 + 1. */
    mov   #0xFFFF, r5
    flags_clear
    setc
    addc  #0, r5
    verify 6, r5, 0x0000, Z + C
    /* 7: 7FFF + 7FFF + 1. */
    mov   #0x7FFF, r5
    flags_clear
    setc
    addc  r5, r5
    verify 7, r5, 0xFFFF, V + N
    /* 8: without carry in. */
    mov   #0x1234, r5
    flags_set
    clrc
    addc  #0x1111, r5
    verify 8, r5, 0x2345, 0

    /* SUB: carry is "no borrow". 9: equal operands. */
    mov   #5, r5
    flags_set
    sub   #5, r5
    verify 9, r5, 0x0000, Z + C
    /* 10: 0 - 1 borrows. */
    mov   #0, r5
    flags_set
    sub   #1, r5
    verify 10, r5, 0xFFFF, N
    /* 11: 8000 - 1 overflows. */
    mov   #0x8000, r5
    flags_clear
    sub   #1, r5
    verify 11, r5, 0x7FFF, V + C
    /* 12: 7FFF - FFFF overflows the other way. */
    mov   #0x7FFF, r5
    flags_clear
    sub   #-1, r5
    verify 12, r5, 0x8000, V + N

    /* SUBC: d + ~s + C. 13: with carry set it is SUB. */
    mov   #0x1000, r5
    flags_clear
    setc
    subc  #0x0001, r5
    verify 13, r5, 0x0FFF, C
    /* 14: with carry clear one less. */
    mov   #0x1000, r5
    flags_set
    clrc
    subc  #0x0001, r5
    verify 14, r5, 0x0FFE, C
    /* 15: 0 - FFFF - 1 = 0 with borrow: 0 + 0 + 0. */
    mov   #0, r5
    flags_set
    clrc
    subc  #-1, r5
    verify 15, r5, 0x0000, Z

    /* CMP writes nothing. 16: less, unsigned. */
    mov   #0x1234, r5
    flags_set
    cmp   #0x1235, r5
    verify 16, r5, 0x1234, N
    /* 17: 8000 against 1. */
    mov   #0x8000, r5
    flags_clear
    cmp   #1, r5
    verify 17, r5, 0x8000, V + C
    /* 18: a byte comparison leaves the upper bits of the register alone. */
    mova  #0xABC55, r5
    flags_set
    cmp.b #0x55, r5
    verify 18, r5, 0xABC55, Z + C

    /* AND: C is "not zero", V is cleared. 19, 20. */
    mov   #0xF0F0, r5
    flags_set
    and   #0x8080, r5
    verify 19, r5, 0x8080, N + C
    mov   #0xF0F0, r5
    flags_set
    and   #0x0F0F, r5
    verify 20, r5, 0x0000, Z
    /* BIT: the same flags, nothing written. 21, 22. */
    mova  #0x9F0F0, r5
    flags_set
    bit   #0x0010, r5
    verify 21, r5, 0x9F0F0, C
    flags_set
    bit   #0x0F0F, r5
    verify 22, r5, 0x9F0F0, Z
    /* XOR: V if both operands were negative. 23 .. 25. */
    mov   #0x8001, r5
    flags_clear
    xor   #0x8000, r5
    verify 23, r5, 0x0001, V + C
    mov   #0x7FFF, r5
    flags_set
    xor   #0x8000, r5
    verify 24, r5, 0xFFFF, N + C
    mov   #0x55AA, r5
    flags_set
    xor   #0x55AA, r5
    verify 25, r5, 0x0000, Z
    /* 26: bytes: 80 ^ FF, both negative. */
    mov   #0x4480, r5
    flags_clear
    xor.b #0xFF, r5
    verify 26, r5, 0x007F, V + C

    /* BIC, BIS, MOV leave all flags alone. 27 .. 32. */
    mov   #0xFFFF, r5
    flags_set
    bic   #0x0FF0, r5
    verify 27, r5, 0xF00F, EVERY_FLAG
    flags_clear
    bis   #0x0FF0, r5
    verify 28, r5, 0xFFFF, 0
    flags_set
    mov   #0, r5
    verify 29, r5, 0x0000, EVERY_FLAG
    /* 30: MOV.B clears bits 19:8. */
    mova  #0xFEDCB, r5
    flags_clear
    mov.b #0x80, r5
    verify 30, r5, 0x00080, 0
    /* 31: MOV.W clears bits 19:16. */
    mova  #0xFEDCB, r5
    mova  #0x12345, r6
    mov   r6, r5
    verify_register 31, r5, 0x02345
    /* 32: BIC.B and BIS.B clear bits 19:8 of a register as well. */
    mova  #0xFEDCB, r5
    bis.b #0x04, r5
    verify_register 32, r5, 0x000CF

    /* Memory: a byte instruction touches one byte. 33, 34. */
    mov   #0x1234, &scratch
    flags_clear
    add.b #0xF0, &scratch
    verify_word 33, &scratch, 0x1224, C
    flags_clear
    add.b #0x70, &scratch + 1
    verify_word 34, &scratch, 0x8224, V + N
    /* 35: memory to memory. */
    mov   #0x0F0F, &scratch + 2
    xor   &scratch + 2, &scratch
    verify_memory 35, &scratch, 0x8D2B

    /* The generated constants. 36 .. 43. */
    clr   r5
    add   #0, r5
    add   #1, r5
    verify_register 36, r5, 1
    add   #2, r5
    verify_register 37, r5, 3
    add   #4, r5
    verify_register 38, r5, 7
    add   #8, r5
    verify_register 39, r5, 15
    add   #-1, r5
    verify_register 40, r5, 14
    mov   #-1, r5
    verify_register 41, r5, 0x0FFFF
    mov.b #-1, r5
    verify_register 42, r5, 0x000FF
    mova  #0xFFFFF, r6
    movx.a #-1, r5
    mov   #43, r14
    cmpa  r6, r5
    jeq   1f
    br    #test_failed
1:
    /* 44: SR as destination takes the result, not the flags of the operation: 0001 + 0002 sets C and Z as bits. */
    mov   #0x0001, SR
    nop
    add   #0x0002, SR
    mov   SR, r5
    verify_register 44, r5, 0x0003

    br    #test_passed

    .lcomm scratch, 4
