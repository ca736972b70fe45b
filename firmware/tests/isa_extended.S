/* Instructions with an extension word: the address size, memory above 64 KB, both size bits, indices of 20 bits. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* ADDX.A, registers. 1: overflow at bit 19. */
    mova  #0x7FFFF, r5
    mova  #0x00001, r6
    flags_clear
    addx.a r6, r5
    verify 1, r5, 0x80000, V + N
    /* 2: immediate of 20 bits. */
    mova  #0x12345, r5
    flags_set
    addx.a #0xEDCBB, r5
    verify 2, r5, 0x00000, Z + C
    /* 3: SUBX.A. */
    mova  #0x10000, r5
    flags_clear
    subx.a #0x10001, r5
    verify 3, r5, 0xFFFFF, N
    /* 4: ADDCX.A with carry. */
    mova  #0xFFFFE, r5
    flags_clear
    setc
    addcx.a #1, r5
    verify 4, r5, 0x00000, Z + C
    /* 5: SUBCX.A without carry. */
    mova  #0x80000, r5
    flags_clear
    subcx.a #0, r5
    verify 5, r5, 0x7FFFF, V + C
    /* 6: CMPX.A. */
    mova  #0xABCDE, r5
    flags_clear
    cmpx.a #0xABCDE, r5
    verify 6, r5, 0xABCDE, Z + C
    /* 7 .. 11: logic. */
    mova  #0xF0F0F, r5
    flags_set
    andx.a #0x8FFFF, r5
    verify 7, r5, 0x80F0F, N + C
    flags_set
    bitx.a #0x70000, r5
    verify 8, r5, 0x80F0F, Z
    flags_clear
    xorx.a #0x80000, r5
    verify 9, r5, 0x00F0F, V + C
    flags_set
    bisx.a #0xC0000, r5
    verify 10, r5, 0xC0F0F, EVERY_FLAG
    flags_clear
    bicx.a #0x4000F, r5
    verify 11, r5, 0x80F00, 0

    /* The word and byte sizes with an extension word clear the upper bits as the short forms do. 12, 13. */
    mova  #0xFEDCB, r5
    flags_clear
    addx.w #1, r5
    verify 12, r5, 0x0EDCC, N
    mova  #0xFEDCB, r5
    flags_clear
    addx.b #0x35, r5
    verify 13, r5, 0x00000, Z + C

    /* Memory above 64 KB. 14 .. 16: word, byte, address word. */
    movx.w #0x1234, &high
    movx.w &high, r5
    verify_register 14, r5, 0x1234
    addx.b #0xF0, &high + 1
    movx.w &high, r5
    verify_register 15, r5, 0x0234
    movx.a #0xABCDE, &high
    movx.a &high, r5
    verify_register 16, r5, 0xABCDE
    /* 17: read, modify, write of an address word; flags of 20 bits. */
    flags_clear
    addx.a #0x54322, &high
    mov   SR, r7
    movx.a &high, r5
    and   #EVERY_FLAG, r7
    verify_register 17, r5, 0x00000
    verify_register 18, r7, Z + C
    /* 19: symbolic: 20-bit distance from low to high memory. The linker counts it from the first word of the
       instruction, the processor from the word with the index, which comes 6 and 4 bytes later. */
    movx.w #0x5678, high - 6
    movx.w high - 4, r5
    verify_register 19, r5, 0x5678
    /* 20: index of 20 bits on a register that holds 20 bits. */
    mova  #0x00010, r6
    movx.w high - 0x10(r6), r5
    verify_register 20, r5, 0x5678
    /* 21: the sum wraps at 20 bits. */
    mova  #0xFFFFE, r6
    movx.w high + 2(r6), r5
    verify_register 21, r5, 0x5678
    /* 22, 23: indirect with autoincrement: two for a word, four for an address word. */
    mova  #high, r6
    movx.w @r6+, r5
    suba  #high, r6
    verify_register 22, r6, 2
    mova  #high, r6
    movx.a @r6+, r5
    suba  #high, r6
    verify_register 23, r6, 4
    /* 24: one for a byte. */
    mova  #high, r6
    movx.b @r6+, r5
    suba  #high, r6
    verify_register 24, r6, 1
    /* 25: memory to memory, low to high, address words. */
    mov   #0x4321, &low
    mov   #0x0007, &low + 2
    movx.a &low, &high
    movx.a &high, r5
    verify_register 25, r5, 0x74321

    /* One operand. 26: RRAX.A in memory. */
    movx.a #0x80003, &FAR
    flags_set
    single_operand_far 0x1800, 0x1152   /* rrax.a &FAR */
    mov   SR, r7
    and   #EVERY_FLAG, r7
    movx.a &FAR, r5
    verify_register 26, r5, 0xC0001
    verify_register 27, r7, N + C
    /* 28: RRCX.A, register. */
    mova  #0x00002, r5
    flags_set
    rrcx.a r5
    verify 28, r5, 0x80001, N
    /* 29, 30: RRUX puts zero in at the top, whatever the carry. */
    mova  #0x80001, r5
    flags_set
    rrux.a r5
    verify 29, r5, 0x40000, C
    mov   #0x8001, r5
    flags_set
    rrux.w r5
    verify 30, r5, 0x4000, C

    br    #test_passed

    .section .upper.bss, "aw", @nobits
    .balign 2
high:
    .space 8

    .section .bss
    .balign 2
low:
    .space 4
