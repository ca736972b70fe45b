/*
 * Where the runtime and the world meet: a struct in FRAM at symbol `mailbox`, for a debugger on the bench or the simulator. Words are
 * little endian; nothing is padded.
 *
 * The host puts a sample's elements at `input`, then its number into `sample` (another one than before), and pulls P5.6 low for a moment if the
 * device sleeps. When `result` is that number, answer and logits belong to it; they stay until the next sample's number is written.
 */
#ifndef RUNTIME_MAILBOX_H
#define RUNTIME_MAILBOX_H

#define MAILBOX_MAGIC   0x4D46 /* bytes 'F', 'M' in memory */
#define MAILBOX_VERSION 1

/* Offsets that assembly needs; configuration.c holds them against the struct. */
#define MAILBOX_REQUEST 10

/* Bits of `request`. */
#define REQUEST_ANSWER 1

#ifndef __ASSEMBLER__
#include <stdint.h>

enum mailbox_state { STATE_FRESH = 0, STATE_WAITS = 1, STATE_WORKS = 2, STATE_STOPPED = 3 };

/* Why the runtime stopped (`error` with STATE_STOPPED). */
enum mailbox_error
{
    ERROR_NONE = 0,
    ERROR_NOT_BOUND = 1,     /* no network: configuration.tables or .arena is 0 */
    ERROR_CONFIGURATION = 2, /* configuration has not the magic number or version of this runtime */
    ERROR_CLOCK = 3,         /* megahertz is not 1, 8 or 16 */
    ERROR_TABLES = 4,        /* what lies at configuration.tables does not begin as a network does */
    ERROR_POLICY = 5,        /* no such exit policy, or it needs configuration.exits and there are none */
    ERROR_SENSE = 6,         /* sense is neither 31 nor 2 */
    ERROR_TILES = 7,         /* STRATEGY_TILED without configuration.tiles */
};

/* Not computing an exit; nothing to do until the next sample. */
#define EXIT_NONE 0xFFFF
#define STEP_IDLE 0xFFFF

/*
 * Where the runtime is. One of two slots holds; a transition writes the whole other one and flips `current`. Within an operation only `element` grows.
 */
struct position
{
    uint16_t sample;       /* the one under work; with STEP_IDLE the one that was answered last */
    uint16_t step;         /* index of the operation's record: the network's, then the exits'; STEP_IDLE */
    uint16_t exit;         /* the exit that is computed; EXIT_NONE while it is the network */
    uint16_t element;      /* outputs of this operation that are in FRAM */
    uint16_t exits_passed; /* exits that were decided on */
    uint16_t failures;     /* starts within this sample */
    uint32_t ticks;        /* on-time of this sample up to this position */
};

struct mailbox
{
    uint16_t magic;          /* +0  MAILBOX_MAGIC */
    uint16_t version;        /* +2  MAILBOX_VERSION */
    uint16_t state;          /* +4  enum mailbox_state */
    uint16_t error;          /* +6  enum mailbox_error */
    uint16_t sample;         /* +8  written by the host, last: number of the sample that lies at `input`, 1 to 65535, then 1 again */
    uint16_t request;        /* +10 written by the host: REQUEST_ANSWER; cleared by the runtime with the result */
    uint16_t result;         /* +12 written by the runtime, last: number of the sample that was answered */
    uint16_t answer;         /* +14 the class */
    uint16_t exit;           /* +16 which exit answered; the number of exits: the whole network */
    uint16_t logits_length;  /* +18 */
    uint32_t logits;         /* +20 address of the logits (int16) */
    uint32_t input;          /* +24 address where the host puts the sample (int16 elements) */
    uint16_t input_length;   /* +28 elements */
    int8_t input_exponent;   /* +30 an element q means q * 2^-exponent */
    int8_t logits_exponent;  /* +31 */
    uint32_t boots;          /* +32 starts since the image was loaded */
    uint16_t failures;       /* +36 starts within the sample that was answered */
    uint16_t measured;       /* +38 last ADC count of the buffer, of 2.0 V / 4096 at half of its voltage */
    uint32_t ticks;          /* +40 on-time that the answered sample took, of 1/TICK_HERTZ s; what came after the last transition before a failure is not in it */
    uint16_t current;        /* +44 the slot that holds, 0 or 1 */
    struct position slots[2]; /* +46, +62 */
};

extern struct mailbox mailbox;
#endif

#endif
