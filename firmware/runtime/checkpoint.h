/* STRATEGY_CHECKPOINT: registers and RAM are saved when the supply begins to fail. */
#ifndef RUNTIME_CHECKPOINT_H
#define RUNTIME_CHECKPOINT_H

#include <stdint.h>

/* Where operations keep rows: the RAM that the accelerator shares. */
#define ROWS_START 0x2C00
#define ROWS_BYTES 0x1000

/*
 * Bytes from ROWS_START that hold something the running operation still needs: a checkpoint saves as many. Operations may set it (to an even
 * number, before they begin to fill); it is ROWS_BYTES when an operation begins.
 */
extern uint16_t rows_used;

#ifdef STRATEGY_CHECKPOINT

/* The comparator is on while a sample is under work, outside of measurements. */
void checkpoint_watch(void);
void checkpoint_ignore(void);

/* Another sample begins: nothing saved is of any use. */
void checkpoint_forget(void);

/* Goes on where the last checkpoint was taken, if its position still holds; else returns. */
void checkpoint_restore(void);

#else

static inline void checkpoint_watch(void) { }
static inline void checkpoint_ignore(void) { }
static inline void checkpoint_forget(void) { }
static inline void checkpoint_restore(void) { }

#endif

#endif
