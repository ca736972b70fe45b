/*
 * Registers and RAM, saved when half of the buffer's voltage falls below a level; then sleep, until it is above another one or gone.
 *
 * Two places take turns, and one word says which of them holds: a save that is cut short leaves the older one. What is saved belongs to an operation under
 * way, and is of use as long as the position is the same: an operation reads nothing that it writes, so going back within it does no harm.
 */
#include "checkpoint.h"
#include <stddef.h>
#include "clock.h"
#include "configuration.h"
#include "network.h"
#include "phases.h"
#include "position.h"

/* Variables and stack of the running program, together. */
#define RAM_BYTES 0xC00

struct saved
{
    uint16_t sample, step, exit, exits_passed;
    uint16_t stack;   /* stack pointer, with all registers above it */
    uint16_t rows;    /* bytes of rows */
    uint8_t ram[RAM_BYTES];
    uint8_t row[ROWS_BYTES];
};

static struct saved saved[2] __attribute__((section(".persistent"))) = { { 0 }, { 0 } };

/* 1 or 2: the place that holds; 0: none. */
static volatile uint16_t latest __attribute__((section(".persistent"))) = 0;

extern uint8_t __datastart[], __end[], __stack[];
extern volatile uint16_t may_leave;

/* In checkpoint.S: the stack is copied to where it was, and the registers are taken from it. */
void checkpoint_enter(uint16_t stack, const uint8_t *copy, uint16_t bytes) __attribute__((noreturn));

#define THEN __asm__ volatile ("" : : : "memory")

/* Moves bytes below 64 KB, an even number, a word every other cycle. */
static void move(void *to, const void *from, uint16_t bytes)
{
    if (bytes == 0)
        return;
    DMA0SA = (uint16_t)(uintptr_t)from;
    DMA0DA = (uint16_t)(uintptr_t)to;
    DMA0SZ = bytes / 2;
    THEN;
    DMA0CTL = DMADT_1 | DMASRCINCR_3 | DMADSTINCR_3 | DMAEN;
    DMA0CTL |= DMAREQ;
    __no_operation();
    THEN;
}

static void compare_with(uint16_t level, uint16_t edge)
{
    uint16_t step = level & CEREF0;
    CECTL2 = (level & CEREFL) | CERSEL | CERS_2 | step << 8 | step;
    /* 30 us at 16 MHz: the output has followed when interrupts are asked for. */
    __delay_cycles(480);
    CEINT = edge;
}

static uint8_t is_above(void)
{
    return (CECTL1 & CEOUT) != 0;
}

void checkpoint_watch(void)
{
    uint16_t level = configuration.warning;
    if (level == 0)
        return;
    uint16_t step = level & CEREF0;
    CECTL0 = CEIPEN | CEIPSEL_2;
    CECTL2 = (level & CEREFL) | CERSEL | CERS_2 | step << 8 | step;
    CEINT = CEIIE;
    CECTL1 = CEPWRMD_2 | CEON;
}

void checkpoint_ignore(void)
{
    CEINT = 0;
    CECTL1 = 0;
}

void checkpoint_forget(void)
{
    latest = 0;
}

static uint16_t ram_bytes(void)
{
    return (uint16_t)(uintptr_t)__end - (uint16_t)(uintptr_t)__datastart;
}

static void save(uint16_t stack)
{
    uint16_t variables = ram_bytes(), used = (uint16_t)(uintptr_t)__stack - stack;
    if (variables + used > RAM_BYTES)
        return;
    uint16_t place = latest == 1;
    struct saved *to = &saved[place];
    const struct position *now = position();
    to->sample = now->sample;
    to->step = now->step;
    to->exit = now->exit;
    to->exits_passed = now->exits_passed;
    to->stack = stack;
    to->rows = rows_used;
    move(to->ram, __datastart, variables);
    move(to->ram + variables, (const void *)(uintptr_t)stack, used);
    move(to->row, (const void *)(uintptr_t)ROWS_START, rows_used);
    latest = place + 1;
}

/* Called by on_comparator with interrupts off, when all registers lie on the stack. */
void checkpoint_save(uint16_t stack)
{
    clock_hold();
    clock_settle();
    save(stack);
    uint16_t kept = may_leave;
    may_leave = 0;
    do {
        compare_with(configuration.resume, CEIE);
        while (!is_above()) {
            __low_power_mode_4();
            __disable_interrupt();
            CEINT |= CEIE;
        }
        compare_with(configuration.warning, CEIIE);
    } while (!is_above());
    may_leave = kept;
    clock_go();
}

void checkpoint_restore(void)
{
    if (latest == 0)
        return;
    const struct saved *from = &saved[latest - 1];
    const struct position *now = position();
    if (from->sample != now->sample || from->step != now->step || from->exit != now->exit || from->exits_passed != now->exits_passed)
        return;
    uint16_t variables = ram_bytes();
    move(__datastart, from->ram, variables);
    move((void *)(uintptr_t)ROWS_START, from->row, from->rows);
    checkpoint_enter(from->stack, from->ram + variables, (uint16_t)(uintptr_t)__stack - from->stack);
}
