/* PUSH, POP, PUSHX, PUSHM, POPM: order in memory, sizes, SP. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin
    mova  SP, r4

    /* PUSH. 1, 2: down by two, value at SP. */
    mov   #0x1234, r5
    push  r5
    mova  r4, r6
    suba  SP, r6
    mov   @SP, r7
    mova  r4, SP
    verify_register 1, r6, 2
    verify_register 2, r7, 0x1234
    /* 3, 4: a byte takes a word of stack too, and leaves the upper byte as it was. */
    mov   #0xAAAA, -2(SP)
    push.b r5
    mova  r4, r6
    suba  SP, r6
    mov   @SP, r7
    mova  r4, SP
    verify_register 3, r6, 2
    verify_register 4, r7, 0xAA34
    /* 5: POP of a word; 6: of a byte moves SP by two. */
    push  #0x5678
    pop   r7
    verify_register 5, r7, 0x5678
    push  #0x9ABC
    pop.b r7
    mova  r4, r6
    suba  SP, r6
    mova  r4, SP
    verify_register 6, r6, 0
    verify_register 7, r7, 0x00BC
    /* 8 .. 11: PUSHX.A: down by four, low word lower. */
    mova  #0xABCDE, r5
    pushx.a r5
    mova  r4, r6
    suba  SP, r6
    mov   @SP, r7
    mov   2(SP), r8
    popx.a r9
    verify_register 8, r6, 4
    verify_register 9, r7, 0xBCDE
    verify_register 10, r8, 0x000A
    verify_register 11, r9, 0xABCDE

    /* PUSHM.W: the highest register first, so the lowest lies lowest. 12 .. 16. */
    mova  #0x55555, r5
    mova  #0x66666, r6
    mova  #0x77777, r7
    flags_set
    pushm.w #3, r7
    mov   SR, r11
    mova  r4, r8
    suba  SP, r8
    mov   0(SP), r9
    mov   4(SP), r10
    verify_register 12, r8, 6
    verify_register 13, r9, 0x5555
    verify_register 14, r10, 0x7777
    and   #EVERY_FLAG, r11
    verify_register 15, r11, EVERY_FLAG
    /* 16 .. 19: POPM.W takes them back and clears bits 19:16. */
    clr   r5
    clr   r6
    clr   r7
    popm.w #3, r7
    mova  r4, r8
    suba  SP, r8
    verify_register 16, r5, 0x05555
    verify_register 17, r6, 0x06666
    verify_register 18, r7, 0x07777
    verify_register 19, r8, 0

    /* PUSHM.A and POPM.A: four bytes each. 20 .. 24. */
    mova  #0x8AAAA, r8
    mova  #0x9BBBB, r9
    pushm.a #2, r9
    mova  r4, r10
    suba  SP, r10
    mov   0(SP), r5
    mov   2(SP), r6
    mov   6(SP), r7
    verify_register 20, r10, 8
    verify_register 21, r5, 0xAAAA
    verify_register 22, r6, 0x0008
    verify_register 23, r7, 0x0009
    clr   r8
    clr   r9
    popm.a #2, r9
    verify_register 24, r8, 0x8AAAA
    verify_register 25, r9, 0x9BBBB

    /* 26: the lowest popped register is the lowest numbered: pushed as r10, r11, r12, popped into r7, r8, r9. */
    mov   #0x1010, r10
    mov   #0x1111, r11
    mov   #0x1212, r12
    pushm.w #3, r12
    popm.w #3, r9
    verify_register 26, r7, 0x1010
    verify_register 27, r8, 0x1111
    verify_register 28, r9, 0x1212

    /* 29, 30: nine registers go and come back. */
    mov   #0x0404, r5
    mov   #0x0F0F, r13
    pushm.a #9, r13
    mov   #0, r5
    mov   #0, r13
    popm.a #9, r13
    verify_register 29, r5, 0x0404
    verify_register 30, r13, 0x0F0F

    /* 31: SP drops bit 0 when written odd. */
    mova  r4, r6
    inc   r6
    mov   r6, SP
    mova  r4, r7
    suba  SP, r7
    mova  r4, SP
    verify_register 31, r7, 0

    /* 32: POP into memory below the stack's top: destination is formed after SP moved. */
    push  #0x7A7A
    push  #0x7B7B
    pop   0(SP)
    pop   r5
    verify_register 32, r5, 0x7B7B

    br    #test_passed
