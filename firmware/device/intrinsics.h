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

#define __low_power_mode_0() __bis_SR_register(LPM0_bits | GIE)
#define __low_power_mode_3() __bis_SR_register(LPM3_bits | GIE)
#define __low_power_mode_4() __bis_SR_register(LPM4_bits | GIE)
#define __low_power_mode_off_on_exit() __bic_SR_register_on_exit(LPM4_bits)

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
