#ifndef RUNTIME_UART_H
#define RUNTIME_UART_H

/* Prints the mailbox's result: sample 12 class 7 exit 1 boots 3. The boots are the lives it took, one more than failures. */
void uart_report(void);

#endif
