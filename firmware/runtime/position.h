/* Moving from position to position so that a power failure at any instruction leaves either the old one or the new one. */
#ifndef RUNTIME_POSITION_H
#define RUNTIME_POSITION_H

#include "mailbox.h"

/*
 * The count of outputs of the running operation that are in FRAM. Whoever stores an output adds to it afterwards, with one write of a word. (The
 * pointer is in RAM and changes with each transition, never within an operation.)
 */
extern uint16_t *element;

static inline struct position *position(void)
{
    return &mailbox.slots[mailbox.current];
}

/*
 * Operations run with interrupts on, in every strategy: handlers need some 60 bytes of stack, and a checkpoint's uses the multiplier as it finds it and
 * leaves it so. An operation may be left for good at any instruction and another begun (a request for an answer at once): it must not count on what
 * its variables in RAM held.
 */

/* Makes `next` the position: its ticks are raised by those since the position before, its element is 0. */
void position_move(const struct position *next);

/* Points `element` at the position that holds; once at every start. */
void position_start(void);

#endif
