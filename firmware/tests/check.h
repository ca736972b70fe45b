/*
 * How a test reports. It stores its verdict in FRAM at test_result and ends in LPM4 with interrupts off:
 *
 *   0x600D  every check held
 *   0xFFFF  the program has not finished (yet)
 *   n       check n failed; the sources say what check n is. 0xE0nn: reset number nn came unexpectedly
 *
 * A failed comparison also leaves test_actual, test_expected and, in checks that walk through a table, test_index.
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#define TEST_PASSED     0x600D
#define TEST_UNFINISHED 0xFFFF
#define TEST_UNEXPECTED 0xE000

#ifdef __ASSEMBLER__

/* An assembly test is a function main which ends with test_passed or comes to test_failed with the number in r14. */
    .extern test_result
    .extern parked

#define EVERY_FLAG (V + N + Z + C)

/* Ends the test as failed unless the flags and the 20-bit content of a register are these. Uses r14 and r15. */
.macro verify number, register, content, flags, mask=0x0107
    mov   SR, r15
    mov   #\number, r14
    cmpa  #\content, \register
    jeq   1001f
    br    #test_failed
1001:
    and   #\mask, r15
    cmp   #\flags, r15
    jeq   1002f
    br    #test_failed
1002:
.endm

/* The same for a word in memory. */
.macro verify_word number, address, content, flags, mask=0x0107
    mov   SR, r15
    mov   #\number, r14
    cmp   #\content, \address
    jeq   1001f
    br    #test_failed
1001:
    and   #\mask, r15
    cmp   #\flags, r15
    jeq   1002f
    br    #test_failed
1002:
.endm

/* The same without a look at the flags. */
.macro verify_register number, register, content
    mov   #\number, r14
    cmpa  #\content, \register
    jeq   1001f
    br    #test_failed
1001:
.endm

.macro verify_memory number, address, content
    mov   #\number, r14
    cmp   #\content, \address
    jeq   1001f
    br    #test_failed
1001:
.endm

/* Clears or sets the four flags, and nothing else. */
.macro flags_clear
    bic   #EVERY_FLAG, SR
.endm
.macro flags_set
    bis   #EVERY_FLAG, SR
.endm

/*
 * A single-operand instruction on the word or address word at FAR, a place in high FRAM where no image puts
 * anything. Given are the two opcode words without the address. Written out, because the GNU assembler puts bits
 * 19:16 of this operand's address where a source operand has them (10:7) and the user's guide wants them in 3:0.
 */
#define FAR 0x20000
.macro single_operand_far extension, opcode
    .word \extension + (FAR >> 16), \opcode, FAR & 0xFFFF
.endm

/* Stops the watchdog; every assembly test begins with it. */
.macro begin
    mov   #WDTPW + WDTHOLD, &WDTCTL
    bic   #LOCKLPM5, &PM5CTL0
.endm

#else

#include <stdint.h>

extern volatile uint16_t test_result;
extern volatile uint16_t test_index;
extern volatile uint32_t test_actual;
extern volatile uint32_t test_expected;

void test_finish(uint16_t result) __attribute__((noreturn));
void test_compare(uint16_t number, uint32_t actual, uint32_t expected);

#define CHECK(number, condition) do { if (!(condition)) test_finish(number); } while (0)
#define CHECK_EQUAL(number, actual, expected) test_compare((number), (actual), (expected))
#define PASS() test_finish(TEST_PASSED)

#endif

#endif
