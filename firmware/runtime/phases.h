/* What the runtime is doing, on P3.0 to P3.2, for a logic analyser or the simulator's books. */
#ifndef RUNTIME_PHASES_H
#define RUNTIME_PHASES_H

#define PHASE_STARTS   0 /* starting, or restoring a checkpoint */
#define PHASE_WAITS    1 /* waits for a sample */
#define PHASE_NETWORK  2 /* computes the network */
#define PHASE_EXIT     3 /* computes an exit */
#define PHASE_SAVES    4 /* saves a checkpoint, or sleeps after that until the supply is back */
#define PHASE_MEASURES 5 /* measures the voltage of the buffer */
#define PHASE_REPORTS  6 /* writes a result */

#define PHASE_BITS 7

#ifndef __ASSEMBLER__
#include "msp430.h"

static inline void phase_show(uint8_t phase)
{
    P3OUT = phase;
}
#endif

#endif
