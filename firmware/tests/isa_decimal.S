/* Decimal addition: digits, carries, sizes. V is left open by the guide and is not looked at. */
#include "msp430.h"
#include "check.h"

#define NZC (N + Z + C)

    .text
    .global main
main:
    begin

    /* 1: 1234 + 4321. */
    mov   #0x1234, r5
    flags_clear
    dadd  #0x4321, r5
    verify 1, r5, 0x5555, 0, NZC
    /* 2: carries ripple: 4999 + 1. */
    mov   #0x4999, r5
    flags_clear
    dadd  #0x0001, r5
    verify 2, r5, 0x5000, 0, NZC
    /* 3: 9999 + 1 = 0, carry. */
    mov   #0x9999, r5
    flags_clear
    dadd  #0x0001, r5
    verify 3, r5, 0x0000, Z + C, NZC
    /* 4: the carry counts: 9998 + 1 + C. */
    mov   #0x9998, r5
    flags_clear
    setc
    dadd  #0x0001, r5
    verify 4, r5, 0x0000, Z + C, NZC
    /* 5: 4567 + 4567 + C = 9135; N is bit 15. */
    mov   #0x4567, r5
    flags_clear
    setc
    dadd  r5, r5
    verify 5, r5, 0x9135, N, NZC
    /* 6: 9999 + 9999 + C = 19999. */
    mov   #0x9999, r5
    flags_clear
    setc
    dadd  r5, r5
    verify 6, r5, 0x9999, N + C, NZC
    /* 7: bytes: 58 + 67 = 125; the upper byte is cleared. */
    mov   #0x7758, r5
    flags_clear
    dadd.b #0x67, r5
    verify 7, r5, 0x0025, C, NZC
    /* 8: address words: 49999 + 50000. */
    mova  #0x49999, r5
    flags_clear
    daddx.a #0x50000, r5
    verify 8, r5, 0x99999, N, NZC
    /* 9: 99999 + 1. */
    mova  #0x99999, r5
    flags_clear
    daddx.a #0x00001, r5
    verify 9, r5, 0x00000, Z + C, NZC
    /* 10: no carry out of the fourth digit into nowhere: it goes to the fifth. */
    mova  #0x09999, r5
    flags_clear
    daddx.a #0x00001, r5
    verify 10, r5, 0x10000, 0, NZC
    /* 11: the word size with an extension word: bits 19:16 are cleared. */
    mova  #0x51234, r5
    flags_clear
    daddx.w #0x0001, r5
    verify 11, r5, 0x01235, 0, NZC
    /* 12, 13: a number of eight digits in memory: 12349999 + 00000001. */
    mov   #0x9999, &number
    mov   #0x1234, &number + 2
    flags_clear
    dadd  #1, &number
    dadc  &number + 2
    verify_memory 12, &number, 0x0000
    verify_memory 13, &number + 2, 0x1235
    /* 14: binary to decimal by doubling: 65535 (20 bits hold five digits). */
    mov   #0xFFFF, r6
    mova  #0, r5
    mov   #16, r7
1:  rla   r6
    daddx.a r5, r5
    dec   r7
    jnz   1b
    verify_register 14, r5, 0x65535

    br    #test_passed

    .lcomm number, 4
