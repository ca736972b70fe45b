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

/* Makes `next` the position. Its element is set to 0. */
void position_move(const struct position *next);

/* Points `element` at the position that holds; once at every start. */
void position_start(void);

#endif
