/* CALL, CALLA, RET, RETA, RETI and computed jumps: what lies on the stack, 16 and 20 bits. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin
    mova  SP, r4

    /* CALL. 1 .. 3: two bytes with the address behind the instruction. */
    call  #look_at_word
after_call:
    verify_register 1, r5, 2
    verify_register 2, r6, after_call
    mova  r4, r7
    suba  SP, r7
    verify_register 3, r7, 0
    /* 4 .. 7: by register, indirect, indirect with increment, and absolute. */
    mov   #set_marker, r8
    clr   r10
    call  r8
    verify_register 4, r10, 0x600D
    mov   #target, r8
    clr   r10
    call  @r8
    verify_register 5, r10, 0x600D
    clr   r10
    call  @r8+
    verify_register 6, r10, 0x600D
    mov   #7, r14
    cmp   #target + 2, r8
    jeq   1f
    br    #test_failed
1:  clr   r10
    call  &target
    verify_register 8, r10, 0x600D
    /* 9: indexed. */
    mov   #target - 6, r8
    clr   r10
    call  6(r8)
    verify_register 9, r10, 0x600D

    /* CALLA. 10 .. 13: four bytes, the low word lower. */
    calla #look_at_address
after_calla:
    verify_register 10, r5, 4
    verify_register 11, r6, after_calla
    verify_register 12, r7, 0
    mova  r4, r7
    suba  SP, r7
    verify_register 13, r7, 0
    /* 14: from above 64 KB the upper word counts. */
    calla #high_caller
    verify_register 14, r7, 1
    mov   #15, r14
    mova  #high_after, r8
    cmp   r8, r6
    jeq   1f
    br    #test_failed
1:  /* 16 .. 21: every form of CALLA. */
    mova  #high_marker, r8
    clr   r10
    calla r8
    verify_register 16, r10, 0x600D
    mova  #high_target, r8
    clr   r10
    calla @r8
    verify_register 17, r10, 0x600D
    clr   r10
    calla @r8+
    verify_register 18, r10, 0x600D
    suba  #high_target, r8
    verify_register 19, r8, 4
    mova  #high_target + 4, r8
    clr   r10
    calla -4(r8)
    verify_register 20, r10, 0x600D
    clr   r10
    calla &high_target
    verify_register 21, r10, 0x600D
    /* Symbolic: the linker counts from the opcode, the processor from the index word behind it. */
    clr   r10
    calla high_target - 2
    verify_register 22, r10, 0x600D

    /* RETI. 23, 24: SR and a 20-bit address from two words: 15:12 of the first are bits 19:16 of PC. */
    mova  #high_return, r8
    pushx.a r8
    pop   r9
    pop   r11
    rpt   #12
    rlax.w r11
    bis   #EVERY_FLAG, r11
    clr   r10
    flags_clear
    push  r9
    push  r11
    reti
come_back:
    mov   SR, r7
    and   #EVERY_FLAG, r7
    verify_register 23, r10, 0x600D
    verify_register 24, r7, EVERY_FLAG
    mova  r4, r8
    suba  SP, r8
    verify_register 25, r8, 0

    /* 26: a jump by adding to PC: the operand is the address of the next instruction. */
    mov   #4, r5
    clr   r10
    add   r5, PC
    jmp   1f
    jmp   1f
    jmp   2f
1:  mov   #1, r10
2:  verify_register 26, r10, 0

    /* 27: PC keeps bit 0 clear. */
    mov   #odd_landing + 1, r5
    clr   r10
    br    r5
    nop
odd_landing:
    mov   #2, r10
    verify_register 27, r10, 2

    /* 28 .. 33: the conditional jumps, by bits: r10 collects which were taken with all flags clear, then with all set. */
    clr   r10
    flags_clear
    jne   1f
    bis   #0x0001, r10
1:  jnc   1f
    bis   #0x0002, r10
1:  jge   1f
    bis   #0x0004, r10
1:  jeq   1f
    bis   #0x0010, r10
1:  jc    1f
    bis   #0x0020, r10
1:  jl    1f
    bis   #0x0040, r10
1:  jn    1f
    bis   #0x0080, r10
1:  verify_register 28, r10, 0x00F0
    clr   r10
    flags_set
    jne   1f
    bis   #0x0001, r10
1:  jnc   1f
    bis   #0x0002, r10
1:  jeq   1f
    bis   #0x0010, r10
1:  jc    1f
    bis   #0x0020, r10
1:  jn    1f
    bis   #0x0080, r10
1:  verify_register 29, r10, 0x0003
    /* 30, 31: N against V. */
    clr   r10
    flags_clear
    setn
    jl    1f
    bis   #0x0001, r10
1:  jge   1f
    bis   #0x0002, r10
1:  verify_register 30, r10, 0x0002
    clr   r10
    flags_set
    jge   1f
    bis   #0x0001, r10
1:  jl    1f
    bis   #0x0002, r10
1:  verify_register 31, r10, 0x0002

    br    #test_passed

/* How deep the stack is in here (r5), and the word on it. */
look_at_word:
    mova  r4, r5
    suba  SP, r5
    mov   @SP, r6
    ret

look_at_address:
    mova  r4, r5
    suba  SP, r5
    mov   0(SP), r6
    mov   2(SP), r7
    reta

set_marker:
    mov   #0x600D, r10
    ret

    .section .rodata
    .balign 2
target:
    .word set_marker

    .section .upper.text, "ax", @progbits
high_caller:
    calla #look_at_address
high_after:
    reta

high_marker:
    mov   #0x600D, r10
    reta

high_return:
    mov   #0x600D, r10
    bra   #come_back

    .section .upper.rodata, "a", @progbits
    .balign 2
high_target:
    .long high_marker
