/* The operations of a network's tables. */
#ifndef RUNTIME_OPERATION_H
#define RUNTIME_OPERATION_H

#include "tables.h"

/*
 * Runs an operation from output `*element` on to its end. Outputs that are in FRAM are counted in `*element` as the strategy says; what is done is
 * never done again but from the last count on, and may be done again any number of times. Returns without an effect if all outputs are there.
 */
void operation_run(const struct record *record, uint16_t index);

/* Forgets what is kept of an output half done: to be called before the position moves to another operation. */
void operation_forget(void);

/* The class: the first of the largest of `n` elements. `margin` is the distance to the second largest, 65535 of a single element. */
uint16_t operation_answer(const int16_t *logits, uint16_t n, uint16_t *margin);

#endif
