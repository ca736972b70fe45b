/* When to answer early. */
#ifndef RUNTIME_POLICY_H
#define RUNTIME_POLICY_H

#include "mailbox.h"

enum decision { DECISION_GO_ON, DECISION_ANSWER, DECISION_LOOK /* compute the exit and see how sure it is */ };

/* What to do at an exit that is reached. */
enum decision policy_decide(uint16_t exit, const struct position *now);

/* Whether the answer of a computed exit will do. */
uint8_t policy_is_certain(uint16_t exit, uint16_t margin);

/*
 * The exit that can answer while the network is at operation `step`: the last one that was passed, if nothing it reads has been written over since,
 * or may have been by this operation; EXIT_NONE.
 */
uint16_t policy_passed_exit(const struct position *now);

#endif
