/*
 * The position machine. Each turn of the loop looks where the position is, does what is next, and moves the position on. Whatever it does before
 * that can be done again.
 */
#include "run.h"
#include "checkpoint.h"
#include "clock.h"
#include "network.h"
#include "operation.h"
#include "phases.h"
#include "policy.h"
#include "position.h"
#include "uart.h"

/* Interrupts that may leave an operation for an exit that was passed (handlers.S): not 0 if there is one. */
volatile uint16_t may_leave;

uint16_t rows_used;

static volatile struct mailbox *const box = &mailbox;

/* The rest of the mailbox is in FRAM before the number that says so. */
#define THEN __asm__ volatile ("" : : : "memory")

static void wait(struct position *next)
{
    checkpoint_ignore();
    clock_hold();
    box->state = STATE_WAITS;
    uint16_t sample;
    for (;;) {
        phase_show(PHASE_WAITS);
        sample = box->sample;
        if (sample != next->sample && sample != 0)
            break;
        /* A pin that fell since the comparison ends the sleep at once: interrupts are off up to here. */
        __low_power_mode_4();
        __disable_interrupt();
    }
    box->state = STATE_WORKS;
    checkpoint_forget();
    checkpoint_watch();
    clock_go();
    clock_lap();
    position_move(&(struct position) { .sample = sample, .exit = EXIT_NONE });
}

static void work(struct position *next, uint8_t phase)
{
    phase_show(phase);
    rows_used = ROWS_BYTES;
    may_leave = policy_passed_exit(next) != EXIT_NONE;
    __enable_interrupt();
    operation_run(network_record(next->step), next->step);
    __disable_interrupt();
    may_leave = 0;
    /* A checkpoint may have brought back what was read before; failures were counted since. */
    *next = *position();
    next->step++;
    position_move(next);
}

static void report(const struct position *now, uint16_t logits, uint16_t length, int8_t exponent)
{
    checkpoint_ignore();
    clock_hold();
    phase_show(PHASE_REPORTS);
    /* It was shown already if power failed before the position could move on. */
    if (box->result != now->sample) {
        const int16_t *address = network_arena + logits;
        uint16_t margin;
        box->answer = operation_answer(address, length, &margin);
        box->exit = now->exit == EXIT_NONE ? network_header()->exits : now->exit;
        box->logits = (uint32_t)(uintptr_t)address;
        box->logits_length = length;
        box->logits_exponent = exponent;
        box->failures = now->failures;
        box->ticks = now->ticks;
        THEN;
        box->result = now->sample;
    }
    if (configuration.flags & FLAG_UART)
        uart_report();
    box->request &= ~REQUEST_ANSWER;
    THEN;
    position_move(&(struct position) { .sample = now->sample, .step = STEP_IDLE, .exit = EXIT_NONE });
}

static void begin_exit(struct position *next, uint16_t exit)
{
    next->exit = exit;
    next->step = network_exit_step(exit);
    position_move(next);
}

static uint8_t is_asked(void)
{
    return box->request & REQUEST_ANSWER;
}

static void at_exit(struct position *next)
{
    uint16_t exit = next->exits_passed;
    enum decision decision = is_asked() ? DECISION_ANSWER : policy_decide(exit, next);
    if (decision != DECISION_LOOK)
        next->exits_passed++;
    if (decision == DECISION_GO_ON)
        position_move(next);
    else
        begin_exit(next, exit);
}

static void in_network(struct position *next)
{
    const struct header *header = network_header();
    if (next->exits_passed < header->exits && network_exit(next->exits_passed)->after <= next->step)
        at_exit(next);
    else if (next->step >= header->operations)
        report(next, header->output, header->output_length, header->output_exponent);
    else {
        uint16_t passed = is_asked() ? policy_passed_exit(next) : EXIT_NONE;
        if (passed != EXIT_NONE)
            begin_exit(next, passed);
        else
            work(next, PHASE_NETWORK);
    }
}

static void in_exit(struct position *next)
{
    const struct exit *exit = network_exit(next->exit);
    if (next->step < network_exit_step(next->exit) + exit->count) {
        work(next, PHASE_EXIT);
        return;
    }
    /* Decided before it was computed, or afterwards. */
    if (next->exits_passed > next->exit) {
        report(next, exit->logits, exit->length, exit->exponent);
        return;
    }
    uint16_t margin;
    operation_answer(network_arena + exit->logits, exit->length, &margin);
    next->exits_passed++;
    if (!is_asked() && !policy_is_certain(next->exit, margin)) {
        next->exit = EXIT_NONE;
        next->step = exit->after;
    }
    position_move(next);
}

void run(void)
{
    may_leave = 0;
    for (;;) {
        struct position next = *position();
        if (next.step == STEP_IDLE)
            wait(&next);
        else if (next.exit == EXIT_NONE)
            in_network(&next);
        else
            in_exit(&next);
    }
}
