#include "position.h"
#include <stddef.h>
#include "clock.h"
#include "operation.h"

struct mailbox mailbox __attribute__((section(".persistent"))) =
{
    .magic = MAILBOX_MAGIC,
    .version = MAILBOX_VERSION,
    .state = STATE_FRESH,
    .slots = { { .step = STEP_IDLE, .exit = EXIT_NONE }, { .step = STEP_IDLE, .exit = EXIT_NONE } },
};

_Static_assert(offsetof(struct mailbox, request) == MAILBOX_REQUEST, "assembly knows where the request is");
_Static_assert(sizeof(struct mailbox) == 78 && sizeof(struct position) == 16, "nothing is padded");

uint16_t *element;

/* What is stored before this line is in FRAM before what is stored behind it. */
#define THEN __asm__ volatile ("" : : : "memory")

void position_move(const struct position *next)
{
    struct position *other = &mailbox.slots[mailbox.current ^ 1];
    *other = *next;
    other->ticks += clock_lap();
    other->element = 0;
    THEN;
    operation_forget();
    THEN;
    mailbox.current ^= 1;
    THEN;
    position_start();
}

void position_start(void)
{
    element = &position()->element;
}
