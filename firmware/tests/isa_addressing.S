/* Addressing modes at their corners: wrapping at 64 KB, order of evaluation, odd addresses, PC-relative operands. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* 1: an index on a register below 64 KB wraps inside the lower 64 KB: FFFE + (low + 2). */
    mov   #0x1234, &low
    mov   #0xFFFE, r6
    mov   low + 2(r6), r5
    verify_register 1, r5, 0x1234
    /* 2: a negative index does, too: 0002 - 4 is FFFE, the reset vector. */
    mov   &0xFFFE, r7
    mov   #0x0002, r6
    mov   -4(r6), r5
    mov   #2, r14
    cmp   r7, r5
    jeq   1f
    br    #test_failed
1:  /* 3: on a register above 64 KB the sum has 20 bits: 10000 - 2 is FFFE. */
    mova  #0x10000, r6
    mov   -2(r6), r5
    mov   #3, r14
    cmp   r7, r5
    jeq   1f
    br    #test_failed
1:  /* 4: and upwards: from below high memory plus a positive index. */
    movx.w #0x4567, &high
    mova  #high - 0x40, r6
    mov   0x40(r6), r5
    verify_register 4, r5, 0x4567
    /* 5: indirect uses all 20 bits without an extension word. */
    mova  #high, r6
    mov   @r6, r5
    verify_register 5, r5, 0x4567
    /* 6, 7: a short instruction may write there, too. */
    mov   #0x7654, 0(r6)
    mov   @r6+, r5
    verify_register 6, r5, 0x7654
    suba  #high, r6
    verify_register 7, r6, 2

    /* 8 .. 10: the source register is incremented before the destination's address is formed. */
    mov   #0x1111, &low
    mov   #0x2222, &low + 2
    mov   #low, r6
    add   @r6+, -2(r6)
    verify_memory 8, &low, 0x2222
    verify_memory 9, &low + 2, 0x2222
    mov   #10, r14
    cmp   #low + 2, r6
    jeq   1f
    br    #test_failed
1:  /* 11: source and destination register the same: the register ends with the value moved. */
    mov   #low, r6
    mov   @r6+, r6
    verify_register 11, r6, 0x2222

    /* 12, 13: a word at an odd address is the word of the even one. */
    mov   #0xA55A, &low
    mov   #low + 1, r6
    mov   @r6, r5
    verify_register 12, r5, 0xA55A
    mov   #0x1122, 0(r6)
    verify_memory 13, &low, 0x1122
    /* 14, 15: bytes at odd addresses are bytes. */
    mov.b @r6, r5
    verify_register 14, r5, 0x11
    mov.b #0x33, 0(r6)
    verify_memory 15, &low, 0x3322

    /* 16, 17: symbolic operands, both sides. */
    mov   #0x0F0F, low
    mov   low, low + 2
    verify_memory 16, &low + 2, 0x0F0F
    xor   low, low + 2
    verify_memory 17, &low + 2, 0x0000

    /* 18: autoincrement by one for bytes, by two for words. */
    mov   #low, r6
    mov.b @r6+, r5
    mov.b @r6+, r5
    mov   @r6+, r5
    mov   #18, r14
    cmp   #low + 4, r6
    jeq   1f
    br    #test_failed
1:  /* 19: a table of eight words summed with @Rn+. */
    mov   #table, r6
    mov   #8, r7
    clr   r5
1:  add   @r6+, r5
    dec   r7
    jnz   1b
    verify_register 19, r5, 0x8888

    br    #test_passed

    .section .rodata
    .balign 2
table:
    .word 0x0001, 0x0010, 0x0100, 0x1000, 0x0007, 0x0070, 0x0700, 0x7000

    .section .upper.bss, "aw", @nobits
    .balign 2
    .space 0x80 /* so that high - 0x40 is above 64 KB, too */
high:
    .space 4

    .section .bss
    .balign 2
low:
    .space 4
