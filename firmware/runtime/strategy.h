/*
 * What an operation does after each output, by the strategy the image is built for:
 *
 *   STRATEGY_FREEML      counts it; long rows of a fully connected layer also keep their partial sum (connected.S)
 *   STRATEGY_TILED       counts it when a tile is full
 *   STRATEGY_CHECKPOINT  nothing
 *   STRATEGY_RESTART     nothing
 *
 * An output is counted after it was stored, by one write of a word: a power failure in between computes it again.
 */
#ifndef RUNTIME_STRATEGY_H
#define RUNTIME_STRATEGY_H

#if defined STRATEGY_FREEML + defined STRATEGY_TILED + defined STRATEGY_CHECKPOINT + defined STRATEGY_RESTART != 1
#error One of STRATEGY_FREEML, STRATEGY_TILED, STRATEGY_CHECKPOINT, STRATEGY_RESTART is to be defined.
#endif

#ifdef __ASSEMBLER__

/* After an output was stored. Register \at has the address of the count; \spare is overwritten. */
    .macro COUNT_OUTPUT at, spare
#if defined STRATEGY_FREEML
    inc    0(\at)                /* 4 */
#elif defined STRATEGY_TILED
    dec    &tile_left            /* 4 */
    jnz    .Lcounted\@           /* 2 */
    mov    &tile_size, \spare
    mov    \spare, &tile_left
    add    \spare, 0(\at)
.Lcounted\@:
#endif
    .endm

#else
#include <stdint.h>
#include "position.h"

/* Outputs of a tile, and how many are still to be stored before the next count. */
extern uint16_t tile_size, tile_left;

static inline void count_output(void)
{
    __asm__ volatile ("" : : : "memory");
#if defined STRATEGY_FREEML
    ++*(volatile uint16_t *)element;
#elif defined STRATEGY_TILED
    if (--tile_left == 0)
    {
        tile_left = tile_size;
        *(volatile uint16_t *)element += tile_size;
    }
#endif
}
#endif

#endif
