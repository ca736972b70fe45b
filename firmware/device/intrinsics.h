/* What C cannot say about this processor. The compiler itself knows __delay_cycles and the ..._on_exit pair. */
#ifndef DEVICE_INTRINSICS_H
#define DEVICE_INTRINSICS_H

#include <stdint.h>

/* A NOP on either side of a change of GIE or CPUOFF: the processor takes one more instruction before it obeys. */
#define __bis_SR_register(bits) __asm__ volatile ("nop\n\tbis.w %0, SR\n\tnop" : : "ri" ((uint16_t)(bits)) : "memory")
#define __bic_SR_register(bits) __asm__ volatile ("nop\n\tbic.w %0, SR\n\tnop" : : "ri" ((uint16_t)(bits)) : "memory")
#define __get_SR_register() __extension__ ({ uint16_t sr_; __asm__ volatile ("mov.w SR, %0" : "=r" (sr_)); sr_; })

#define __no_operation() __asm__ volatile ("nop")
#define __enable_interrupt()  __asm__ volatile ("nop\n\teint\n\tnop" : : : "memory")
#define __disable_interrupt() __asm__ volatile ("dint\n\tnop" : : : "memory")

/* GIE as it is, to be put back later. */
#define __get_interrupt_state() (__get_SR_register() & GIE)
#define __set_interrupt_state(state) do { if ((state) & GIE) __enable_interrupt(); else __disable_interrupt(); } while (0)

#define __get_SP_register() __extension__ ({ uint16_t sp_; __asm__ volatile ("mov.w SP, %0" : "=r" (sp_)); sp_; })
#define __set_SP_register(value) __asm__ volatile ("mov.w %0, SP" : : "ri" ((uint16_t)(value)) : "memory")

#define __low_power_mode_0() __bis_SR_register(LPM0_bits | GIE)
#define __low_power_mode_1() __bis_SR_register(LPM1_bits | GIE)
#define __low_power_mode_2() __bis_SR_register(LPM2_bits | GIE)
#define __low_power_mode_3() __bis_SR_register(LPM3_bits | GIE)
#define __low_power_mode_4() __bis_SR_register(LPM4_bits | GIE)
#define __low_power_mode_off_on_exit() __bic_SR_register_on_exit(LPM4_bits)

#define LPM0 __bis_SR_register(LPM0_bits)
#define LPM1 __bis_SR_register(LPM1_bits)
#define LPM2 __bis_SR_register(LPM2_bits)
#define LPM3 __bis_SR_register(LPM3_bits)
#define LPM4 __bis_SR_register(LPM4_bits)
#define LPM0_EXIT __bic_SR_register_on_exit(LPM0_bits)
#define LPM1_EXIT __bic_SR_register_on_exit(LPM1_bits)
#define LPM2_EXIT __bic_SR_register_on_exit(LPM2_bits)
#define LPM3_EXIT __bic_SR_register_on_exit(LPM3_bits)
#define LPM4_EXIT __bic_SR_register_on_exit(LPM4_bits)

/* A hint to compilers that make a jump table of it; this one finds out by itself. */
#define __even_in_range(value, last) (value)
#define __never_executed() __builtin_unreachable()
#define __swap_bytes(value) __builtin_bswap16(value)

/* How a handler and a variable that start-up code leaves alone are marked. */
#define __interrupt __attribute__((interrupt))
#define __interrupt_vec(vector) __attribute__((interrupt(vector)))
#define __no_init __attribute__((noinit))

static inline uint16_t __bcd_add_short(uint16_t a, uint16_t b)
{
    __asm__ ("clrc\n\tdadd.w %1, %0" : "+r" (a) : "r" (b));
    return a;
}

static inline uint32_t __bcd_add_long(uint32_t a, uint32_t b)
{
    uint16_t low = (uint16_t)a, high = (uint16_t)(a >> 16);
    __asm__ ("clrc\n\tdadd.w %2, %0\n\tdadd.w %3, %1" : "+&r" (low), "+&r" (high) : "r" ((uint16_t)b), "r" ((uint16_t)(b >> 16)));
    return low | (uint32_t)high << 16;
}

/* Older spellings. */
#define _no_operation() __no_operation()
#define _enable_interrupts() __enable_interrupt()
#define _disable_interrupts() __disable_interrupt()
#define _enable_interrupt() __enable_interrupt()
#define _disable_interrupt() __disable_interrupt()
#define _get_interrupt_state() __get_interrupt_state()
#define _set_interrupt_state(state) __set_interrupt_state(state)
#define _bis_SR_register(bits) __bis_SR_register(bits)
#define _bic_SR_register(bits) __bic_SR_register(bits)
#define _bis_SR_register_on_exit(bits) __bis_SR_register_on_exit(bits)
#define _bic_SR_register_on_exit(bits) __bic_SR_register_on_exit(bits)
#define _get_SR_register() __get_SR_register()
#define _get_SP_register() __get_SP_register()
#define _set_SP_register(value) __set_SP_register(value)
#define _swap_bytes(value) __swap_bytes(value)
#define _even_in_range(value, last) __even_in_range(value, last)
#define _never_executed() __never_executed()
#define _low_power_mode_0() __low_power_mode_0()
#define _low_power_mode_1() __low_power_mode_1()
#define _low_power_mode_2() __low_power_mode_2()
#define _low_power_mode_3() __low_power_mode_3()
#define _low_power_mode_4() __low_power_mode_4()
#define _low_power_mode_off_on_exit() __low_power_mode_off_on_exit()
#define __nop() __no_operation()
#define __eint() __enable_interrupt()
#define __dint() __disable_interrupt()
#define _NOP() __no_operation()
#define _EINT() __enable_interrupt()
#define _DINT() __disable_interrupt()
#define _BIS_SR(bits) __bis_SR_register(bits)
#define _BIC_SR(bits) __bic_SR_register(bits)
#define _BIS_SR_IRQ(bits) __bis_SR_register_on_exit(bits)
#define _BIC_SR_IRQ(bits) __bic_SR_register_on_exit(bits)
#define _SWAP_BYTES(value) __swap_bytes(value)

/*
 * Access by a 20-bit address held in 32 bits, usable from the small model as well. An interrupt handler of the
 * small model saves 16 bits of a register only, so keep interrupts off around these when handlers exist.
 */
static inline uint16_t __data20_read_short(uint32_t address)
{
    uint16_t value;
    __asm__ volatile ("movx.a %1, %0\n\tmovx.w @%0, %0" : "=r" (value) : "m" (address) : "memory");
    return value;
}

static inline uint8_t __data20_read_char(uint32_t address)
{
    uint8_t value;
    __asm__ volatile ("movx.a %1, %0\n\tmovx.b @%0, %0" : "=r" (value) : "m" (address) : "memory");
    return value;
}

static inline uint32_t __data20_read_long(uint32_t address)
{
    return __data20_read_short(address) | (uint32_t)__data20_read_short(address + 2) << 16;
}

static inline void __data20_write_short(uint32_t address, uint16_t value)
{
    uint16_t pointer;
    __asm__ volatile ("movx.a %1, %0\n\tmovx.w %2, 0(%0)" : "=&r" (pointer) : "m" (address), "r" (value) : "memory");
}

static inline void __data20_write_char(uint32_t address, uint8_t value)
{
    uint16_t pointer;
    __asm__ volatile ("movx.a %1, %0\n\tmovx.b %2, 0(%0)" : "=&r" (pointer) : "m" (address), "r" (value) : "memory");
}

static inline void __data20_write_long(uint32_t address, uint32_t value)
{
    __data20_write_short(address, (uint16_t)value);
    __data20_write_short(address + 2, (uint16_t)(value >> 16));
}

/* Stores the 20-bit value as one address-word (two words in memory) in the lower 64 KB, as DMAxSA and DMAxDA want it. */
static inline void __data16_write_addr(uint16_t address, uint32_t value)
{
    uint16_t scratch;
    __asm__ volatile ("movx.a %1, %0\n\tmovx.a %0, 0(%2)" : "=&r" (scratch) : "m" (value), "r" (address) : "memory");
}

static inline uint32_t __data16_read_addr(uint16_t address)
{
    return *(volatile uint16_t *)(uintptr_t)address | (uint32_t)(*(volatile uint16_t *)(uintptr_t)(address + 2) & 0x000F) << 16;
}

#endif
