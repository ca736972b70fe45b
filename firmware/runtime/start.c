/* From reset to the position machine. */
#include "checkpoint.h"
#include "clock.h"
#include "network.h"
#include "phases.h"
#include "policy.h"
#include "position.h"
#include "run.h"

const uint8_t *network_tables;
int16_t *network_arena;
const uint16_t *network_tiles;

/* First cause of the last reset, as SYSRSTIV has it, for a debugger. */
uint16_t reset_cause __attribute__((section(".persistent"))) = 0;

/* The upper half of the boots to be, while the lower one is about to go over. */
static uint16_t carried __attribute__((section(".persistent"))) = 0;

/*
 * Adds 1 to the 32 bits of `boots`, which one write cannot do. The upper half comes first, and is kept until the lower one has followed: a failure in
 * between finds it and does the same again.
 */
static void count_boot(void)
{
    volatile uint16_t *half = (volatile uint16_t *)&mailbox.boots;
    volatile uint16_t *kept = &carried;
    if (half[0] == 0xFFFF) {
        if (*kept == 0)
            *kept = half[1] + 1;
        half[1] = *kept;
        half[0] = 0;
    } else {
        *kept = 0;
        half[0]++;
    }
}

static void read_reset_causes(void)
{
    reset_cause = SYSRSTIV;
    while (SYSRSTIV != SYSRSTIV__NONE)
        ;
}

/* All pins are outputs at 0 but these: P1.2 is analog; P2.1 receives on a LaunchPad, where another chip drives it; P5.6 is a button. */
static void set_pins(void)
{
    PAOUT = BIT1 << 8;
    PAREN = BIT1 << 8;
    PADIR = (uint16_t)~(BIT2 | BIT1 << 8);
    PBOUT = 0;
    PBDIR = 0xFFFF;
    PCOUT = BIT6;
    PCREN = BIT6;
    PCDIR = (uint16_t)~BIT6;
    PDOUT = 0;
    PDDIR = 0xFFFF;
    PJOUT = 0;
    PJDIR = 0xFFFF;
    P1SEL0 = BIT2;
    P1SEL1 = BIT2;
    if (configuration.flags & FLAG_UART)
        P2SEL1 = BIT0 | BIT1;
    P5IES = BIT6;
    PM5CTL0 &= ~LOCKLPM5;
    P5IFG = 0;
    P5IE = BIT6;
}

static enum mailbox_error find_error(void)
{
    const volatile struct configuration *c = &configuration;
    if (c->magic != CONFIGURATION_MAGIC || c->version != CONFIGURATION_VERSION)
        return ERROR_CONFIGURATION;
    if (c->tables == 0 || c->arena == 0)
        return ERROR_NOT_BOUND;
    if (c->megahertz != 1 && c->megahertz != 8 && c->megahertz != 16)
        return ERROR_CLOCK;
    if (network_header()->magic != TABLES_MAGIC)
        return ERROR_TABLES;
    if (c->policy > POLICY_CONFIDENCE || (c->policy >= POLICY_ENERGY && c->exits == 0 && network_header()->exits != 0))
        return ERROR_POLICY;
    if (c->sense != SENSE_SUPPLY && c->sense != SENSE_P1_2)
        return ERROR_SENSE;
#ifdef STRATEGY_TILED
    if (c->tiles == 0)
        return ERROR_TILES;
#endif
    return ERROR_NONE;
}

static void find_network(void)
{
    network_tables = (const uint8_t *)(uintptr_t)configuration.tables;
    network_arena = (int16_t *)(uintptr_t)configuration.arena;
    network_tiles = (const uint16_t *)(uintptr_t)configuration.tiles;
}

static void describe_input(void)
{
    const struct header *header = network_header();
    mailbox.input = (uint32_t)(uintptr_t)(network_arena + header->input);
    mailbox.input_length = header->input_length;
    mailbox.input_exponent = header->input_exponent;
}

static void count_failure(struct position *now)
{
    if (now->failures != 0xFFFF)
        now->failures++;
}

/* A sample is under work. */
static void resume(struct position *now)
{
    count_failure(now);
#ifdef STRATEGY_RESTART
    if (mailbox.result != now->sample)
        position_move(&(struct position) { .sample = now->sample, .exit = EXIT_NONE, .failures = now->failures, .ticks = now->ticks });
#else
    checkpoint_watch();
    if (!(mailbox.request & REQUEST_ANSWER) || policy_passed_exit(now) == EXIT_NONE)
        checkpoint_restore();
#endif
}

int main(void)
{
    WDTCTL = WDTPW | WDTHOLD;
    set_pins();
    read_reset_causes();
    count_boot();
    find_network();
    enum mailbox_error error = find_error();
    mailbox.error = error;
    if (error != ERROR_NONE) {
        mailbox.state = STATE_STOPPED;
        return 0;
    }
    clock_start(configuration.megahertz);
    describe_input();
    position_start();
    if (position()->step != STEP_IDLE)
        resume(position());
    run();
}
