/*
 * What is set when an image is bound to a network: the struct at symbol `configuration`. Addresses are of 20 bits.
 */
#ifndef RUNTIME_CONFIGURATION_H
#define RUNTIME_CONFIGURATION_H

#include <stdint.h>

#define CONFIGURATION_MAGIC   0x434C4D46 /* bytes 'F', 'M', 'L', 'C' in memory */
#define CONFIGURATION_VERSION 1

/* Ticks a second of on-time, at every clock: SMCLK is 1 MHz, the timer takes every 64th cycle. */
#define TICK_HERTZ 15625

enum exit_policy { POLICY_NEVER = 0, POLICY_FIXED = 1, POLICY_ENERGY = 2, POLICY_DEADLINE = 3, POLICY_CONFIDENCE = 4 };

#define SENSE_SUPPLY 31 /* half of the supply, inside the chip */
#define SENSE_P1_2   2  /* half of the buffer, from a divider at P1.2 */

#define FLAG_UART 1 /* a line on UCA0 (P2.0) for each result: 115200 8N1 at 8 and 16 MHz, 9600 at 1 MHz */

/*
 * Levels of the comparator, as CECTL2 has them: CEREF0 (bits 0 to 4) is the step of the ladder, CEREFL (bits 13 and 14) the reference, 1 to 3 for
 * 1.2, 2.0 and 2.5 V; the other bits are 0. It compares half of the buffer's voltage with reference * (step + 1) / 32. The reference needs
 * a supply 0.2 V above it.
 */
struct configuration
{
    uint32_t magic;          /* +0  */
    uint16_t version;        /* +4  */
    uint16_t megahertz;      /* +6  1, 8 or 16 */
    uint32_t tables;         /* +8  the network's tables; 0 in an image that was not bound */
    uint32_t arena;          /* +12 its maps */
    uint32_t exits;          /* +16 struct exit_cost for each exit, or 0 */
    uint32_t tiles;          /* +20 uint16_t for each record: outputs a commit (tiled), or 0 */
    uint16_t policy;         /* +24 enum exit_policy */
    uint16_t fixed_exit;     /* +26 POLICY_FIXED: which */
    uint32_t deadline_ticks; /* +28 POLICY_DEADLINE: on-time since the sample was taken */
    uint16_t sense;          /* +32 SENSE_SUPPLY or SENSE_P1_2 */
    uint16_t flags;          /* +34 */
    uint16_t warning;        /* +36 checkpoint: level below which it saves; 0: never */
    uint16_t resume;         /* +38 checkpoint: level above which it goes on */
};

struct exit_cost
{
    uint32_t need;   /* go on to the next answer only if the square of the ADC's count is at least this */
    uint32_t ticks;  /* on-time of going on to the next answer */
    int16_t margin;  /* difference of the two largest logits from which on the answer counts as certain */
    uint16_t zero;
};

/* Volatile: what the compiler sees is not what a bound image holds. */
extern const volatile struct configuration configuration;

/* Set from it at every start, for the operations. */
extern const uint8_t *network_tables;
extern int16_t *network_arena;
extern const uint16_t *network_tiles;

#endif
