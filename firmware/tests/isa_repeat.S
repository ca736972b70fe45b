/* Repeated instructions: RPT with a number and with a register, shifts, additions, decimal counting. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* 1: eight shifts to the left; V from the last: 4000 doubled. */
    mov   #0x0080, r5
    flags_clear
    rpt   #8
    rlax.w r5
    verify 1, r5, 0x8000, V + N
    /* 2: sixteen, the most: only zeros are left, the last bit out was bit 0. */
    mov   #0x0001, r5
    flags_clear
    rpt   #16
    rlax.w r5
    verify 2, r5, 0x0000, V + Z + C
    /* 3: RRAX, five times. */
    mov   #0x8010, r5
    flags_set
    rpt   #5
    rrax.w r5
    verify 3, r5, 0xFC00, N + C
    /* 4: RRUX of an address word, twelve times. */
    mova  #0xABCDE, r5
    flags_set
    rpt   #12
    rrux.a r5
    verify 4, r5, 0x000AB, C
    /* 5: RRCX uses the carry of each step for the next: 00003 three times with C = 1:
       80001 C1, C0000 C1, E0000 C0. */
    mova  #0x00003, r5
    flags_set
    rpt   #3
    rrcx.a r5
    verify 5, r5, 0xE0000, N
    /* 6: multiplication by ten: ten additions. */
    mova  #0x01234, r6
    mova  #0, r5
    flags_set
    rpt   #10
    addx.a r6, r5
    verify 6, r5, 0x0B608, 0
    /* 7: a word addition, flags of the last step: 7000 + 9 x 2000 modulo 10000 = 9000. */
    mov   #0x7000, r5
    mov   #0x2000, r6
    flags_clear
    rpt   #9
    addx.w r6, r5
    verify 7, r5, 0x9000, V + N
    /* 8: the count in a register: bits 3:0 hold it less one. */
    mov   #6, r7
    mov   #0x0001, r5
    flags_clear
    rpt   r7
    rlax.w r5
    verify 8, r5, 0x0080, 0
    /* 9: only bits 3:0 count: FFF0 is one execution. */
    mov   #0xFFF0, r7
    mov   #0x0001, r5
    flags_set
    rpt   r7
    rlax.w r5
    verify 9, r5, 0x0002, 0
    /* 10: the count is read once: here the counted register is the shifted one (0003 shifted left four times). */
    mov   #0x0003, r5
    flags_set
    rpt   r5
    rlax.w r5
    verify 10, r5, 0x0030, 0
    /* 11: decimal addition, twelve times 0009 = 0108; V of DADD is not looked at. */
    mov   #0, r5
    mov   #0x0009, r6
    flags_clear
    rpt   #12
    daddx.w r6, r5
    verify 11, r5, 0x0108, 0, N + Z + C
    /* 12: exclusive or an even number of times changes nothing; C is "not zero". */
    mov   #0x1234, r5
    mov   #0x00FF, r6
    flags_set
    rpt   #4
    xorx.w r6, r5
    verify 12, r5, 0x1234, C
    /* 13: bytes. */
    mov   #0xFF01, r5
    flags_clear
    rpt   #7
    rlax.b r5
    verify 13, r5, 0x0080, V + N
    /* 14: SXTX and SWPBX can be repeated; twice swapped is as before. */
    mova  #0x51234, r5
    flags_set
    rpt   #2
    swpbx.a r5
    verify 14, r5, 0x51234, EVERY_FLAG
    /* 15: a repeated PUSHX stores as many copies; the stack is put right afterwards. */
    mova  SP, r8
    mov   #0xBEEF, r5
    rpt   #3
    pushx.w r5
    mova  r8, r9
    suba  SP, r9
    pop   r10
    pop   r11
    pop   r12
    verify_register 15, r9, 6
    verify_register 16, r10, 0xBEEF
    verify_register 17, r11, 0xBEEF
    verify_register 18, r12, 0xBEEF

    br    #test_passed
