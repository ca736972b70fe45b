#ifndef RUNTIME_RUN_H
#define RUNTIME_RUN_H

/* From the position that holds, for ever: operations, exits, results, samples. The stack is empty when it begins. */
void run(void) __attribute__((noreturn));

#endif
