#include "policy.h"
#include "configuration.h"
#include "measure.h"
#include "network.h"

static const struct exit_cost *costs(void)
{
    return (const struct exit_cost *)(uintptr_t)configuration.exits;
}

static enum decision answer_if(uint8_t condition)
{
    return condition ? DECISION_ANSWER : DECISION_GO_ON;
}

enum decision policy_decide(uint16_t exit, const struct position *now)
{
    switch (configuration.policy) {
    case POLICY_FIXED:
        return answer_if(exit == configuration.fixed_exit);
    case POLICY_ENERGY: {
        uint16_t count = measure();
        return answer_if((uint32_t)count * count < costs()[exit].need);
    }
    case POLICY_DEADLINE: {
        uint32_t deadline = configuration.deadline_ticks;
        return answer_if(now->ticks > deadline || costs()[exit].ticks > deadline - now->ticks);
    }
    case POLICY_CONFIDENCE:
        return DECISION_LOOK;
    default:
        return DECISION_GO_ON;
    }
}

uint8_t policy_is_certain(uint16_t exit, uint16_t margin)
{
    int16_t enough = costs()[exit].margin;
    return enough <= 0 || margin >= (uint16_t)enough;
}

/* Part of the arena, in elements; `end` is behind it. */
struct span { uint16_t start, end; };

static struct span box_span(uint16_t start, const uint16_t *size, const uint16_t *along)
{
    uint16_t last = start + along[0];
    for (uint8_t axis = 0; axis < 3; axis++)
        last += (size[axis] - 1) * along[1 + axis];
    return (struct span) { start + along[0], last + 1 };
}

static uint16_t volume(const uint16_t *sizes)
{
    return sizes[0] * sizes[1] * sizes[2];
}

static struct span written(const struct record *record)
{
    if (record->kind == KIND_COPY)
        return box_span(record->output, record->copy.size, record->copy.to);
    uint16_t length = record->kind <= KIND_AVERAGE_POOL ? volume(&record->maps.out_channels) : record->list.length;
    return (struct span) { record->output, record->output + length };
}

static struct span read_first(const struct record *record)
{
    if (record->kind == KIND_COPY)
        return box_span(record->first, record->copy.size, record->copy.from);
    uint16_t length = record->kind <= KIND_AVERAGE_POOL ? volume(&record->maps.channels) : record->kind == KIND_FILL ? 0 : record->list.length;
    return (struct span) { record->first, record->first + length };
}

/* The second input of a multiplication may be shorter than this. */
static struct span read_second(const struct record *record)
{
    uint16_t length = record->kind == KIND_ADDITION || record->kind == KIND_MULTIPLICATION ? record->list.length : 0;
    return (struct span) { record->second, record->second + length };
}

static uint8_t overlap(struct span one, struct span other)
{
    return one.start < other.end && other.start < one.end;
}

static uint8_t spoils(const struct record *operation, const struct exit *exit)
{
    struct span spoilt = written(operation);
    const struct record *record = network_record(network_header()->operations + exit->first);
    for (uint16_t n = exit->count; n != 0; n--, record++)
        if (overlap(spoilt, read_first(record)) || overlap(spoilt, read_second(record)))
            return 1;
    return 0;
}

uint16_t policy_passed_exit(const struct position *now)
{
    if (now->exit != EXIT_NONE || now->exits_passed == 0)
        return EXIT_NONE;
    const struct exit *exit = network_exit(now->exits_passed - 1);
    for (uint16_t step = exit->after; step <= now->step && step < network_header()->operations; step++)
        if (spoils(network_record(step), exit))
            return EXIT_NONE;
    return now->exits_passed - 1;
}
