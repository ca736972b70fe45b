#ifndef RUNTIME_MEASURE_H
#define RUNTIME_MEASURE_H

#include <stdint.h>

/* Half of the buffer's voltage as counts of 2.0 V / 4096; also left in the mailbox. */
uint16_t measure(void);

#endif
