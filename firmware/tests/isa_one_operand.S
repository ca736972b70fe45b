/* RRA, RRC, SWPB, SXT with registers and memory; RRAM, RRCM, RLAM, RRUM; flags. */
#include "msp430.h"
#include "check.h"

    .text
    .global main
main:
    begin

    /* RRA. 1: keeps the sign, C is the bit lost, V is cleared. */
    mov   #0x8003, r5
    flags_set
    rra   r5
    verify 1, r5, 0xC001, N + C
    /* 2: one becomes zero. */
    mov   #1, r5
    flags_clear
    rra   r5
    verify 2, r5, 0x0000, Z + C
    /* 3: bytes. */
    mov   #0x5580, r5
    flags_set
    rra.b r5
    verify 3, r5, 0x00C0, N
    /* RRC. 4: the carry comes in at the top; V is 0 although a positive value turned negative. */
    mov   #0x0002, r5
    flags_set
    rrc   r5
    verify 4, r5, 0x8001, N
    /* 5: no carry in. */
    mov   #0x0001, r5
    flags_clear
    rrc   r5
    verify 5, r5, 0x0000, Z + C
    /* 6: bytes. */
    mov   #0xFF01, r5
    flags_set
    rrc.b r5
    verify 6, r5, 0x0080, N + C
    /* 7: in memory, a byte. */
    mov   #0x8002, &scratch
    flags_set
    rrc.b &scratch
    verify_word 7, &scratch, 0x8081, N
    /* 8: in memory, a word, by pointer. */
    mov   #scratch, r6
    mov   #0x8001, &scratch
    flags_set
    rra   @r6
    verify_word 8, &scratch, 0xC000, N + C

    /* SWPB leaves the flags alone and clears bits 19:16. 9, 10. */
    mova  #0xF1234, r5
    flags_set
    swpb  r5
    verify 9, r5, 0x03412, EVERY_FLAG
    mov   #0xABCD, &scratch
    flags_clear
    swpb  &scratch
    verify_word 10, &scratch, 0xCDAB, 0

    /* SXT fills bits 19:8 of a register. C is "not zero", V is cleared. 11 .. 13. */
    mov   #0x0080, r5
    flags_set
    sxt   r5
    verify 11, r5, 0xFFF80, N + C
    mova  #0xFFF7F, r5
    flags_set
    sxt   r5
    verify 12, r5, 0x0007F, C
    mova  #0xABC00, r5
    flags_set
    sxt   r5
    verify 13, r5, 0x00000, Z
    /* 14: and bits 15:8 of a word in memory. */
    mov   #0x12F0, &scratch
    flags_set
    sxt   &scratch
    verify_word 14, &scratch, 0xFFF0, N + C

    /* RRAM: 15: by four, C is the last bit out. */
    mov   #0x8018, r5
    flags_set
    rram.w #4, r5
    verify 15, r5, 0xF801, N + C
    /* 16: an address word. */
    mova  #0x80006, r5
    flags_set
    rram.a #2, r5
    verify 16, r5, 0xE0001, N + C
    /* 17: the word form clears bits 19:16 and does not see them. */
    mova  #0xF4444, r5
    flags_clear
    rram.w #2, r5
    verify 17, r5, 0x01111, 0

    /* RRUM: zeros from above. 18, 19. */
    mov   #0xFFFF, r5
    flags_set
    rrum.w #4, r5
    verify 18, r5, 0x0FFF, C
    mova  #0xF0000, r5
    flags_set
    rrum.a #3, r5
    verify 19, r5, 0x1E000, 0

    /* RRCM: through the carry, step by step. 20: 8005 with C = 1: C002 and C = 1, then E001 and C = 0. */
    mov   #0x8005, r5
    flags_set
    rrcm.w #2, r5
    verify 20, r5, 0xE001, N
    /* 21: 00001 by one, an address word, C = 1: 80000, C = 1. */
    mova  #0x00001, r5
    flags_set
    rrcm.a #1, r5
    verify 21, r5, 0x80000, N + C
    /* 22: by four with C = 0: 0000F: 00007 C1, 80003 C1, C0001 C1, E0000 C1. */
    mova  #0x0000F, r5
    flags_clear
    rrcm.a #4, r5
    verify 22, r5, 0xE0000, N + C

    /* RLAM: C is the last bit out; V is left open by the guide, so it is not looked at. 23 .. 25. */
    mov   #0x1001, r5
    flags_clear
    rlam.w #4, r5
    verify 23, r5, 0x0010, C, N + Z + C
    mova  #0x40001, r5
    flags_set
    rlam.a #1, r5
    verify 24, r5, 0x80002, N, N + Z + C
    mova  #0xF8000, r5
    flags_clear
    rlam.w #1, r5
    verify 25, r5, 0x00000, Z + C, N + Z + C

    /* RLA and RLC are ADD and ADDC. 26, 27. */
    mov   #0x4001, r5
    flags_clear
    rla   r5
    verify 26, r5, 0x8002, V + N
    mov   #0x8000, r5
    flags_clear
    setc
    rlc   r5
    verify 27, r5, 0x0001, V + C

    br    #test_passed

    .lcomm scratch, 2
