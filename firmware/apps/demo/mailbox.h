/*
 * What the program leaves in FRAM for whoever looks: a debugger on the bench, or the simulator. The struct lies at
 * symbol `mailbox`; words are little endian, and nothing is padded.
 */
#ifndef DEMO_MAILBOX_H
#define DEMO_MAILBOX_H

#include <stdint.h>

#define MAILBOX_MAGIC   0x4D42 /* bytes 'B', 'M' in memory */
#define MAILBOX_VERSION 1

enum { MAILBOX_FRESH = 0, MAILBOX_WORKING = 1, MAILBOX_DONE = 2 };

enum { CLASSES = 6, SAMPLES = 8 };

struct mailbox
{
    uint16_t magic;                      /* +0   MAILBOX_MAGIC */
    uint16_t version;                    /* +2   MAILBOX_VERSION */
    uint16_t state;                      /* +4   MAILBOX_FRESH, _WORKING or _DONE */
    uint16_t boots;                      /* +6   how often the program has started */
    uint16_t classes;                    /* +8   CLASSES */
    uint16_t samples;                    /* +10  SAMPLES */
    uint16_t answer[SAMPLES];            /* +12  number of the class with the highest score */
    int16_t score[SAMPLES][CLASSES];     /* +28  activations after ReLU, saturated to 16 bits */
    uint16_t crc;                        /* +124 CRC16-CCITT (poly 1021, start FFFF) over answer and score, byte by byte */
    uint16_t correct;                    /* +126 answers that are the class the sample was drawn from */
};

extern volatile struct mailbox mailbox;

#endif
