/* Operations that take one element of each input. */
#include "box.h"
#include "configuration.h"
#include "operation.h"
#include "position.h"
#include "strategy.h"

/* From the element that comes next on. */
static void line_run(const struct record *record, const char *window)
{
    uint16_t done = *element;
    box_begin(record);
    box_set_scale(record->shift);
    box_first_factor = (uint16_t)record->list.first;
    box_second_factor = (uint16_t)record->list.second;
    box_run_line(window, arena_at(record->first) + done, arena_at(record->output) + done, record->list.length - done);
}

void addition_run(const struct record *record)
{
    box.r8 = (int32_t)(uintptr_t)(arena_at(record->second) + *element);
    line_run(record, added);
}

void multiplication_run(const struct record *record)
{
    uint16_t done = *element, run = (uint16_t)record->list.first;
    uint16_t factor = run == 1 ? done : done / run;
    box_run = run;
    box.r14 = run - (done - factor * run);
    box.r8 = (int32_t)(uintptr_t)(arena_at(record->second) + factor);
    line_run(record, multiplied);
}

void scaling_run(const struct record *record)
{
    line_run(record, scaled);
}

static int16_t clamped(int16_t value, const struct record *record)
{
    return value < record->low ? record->low : value > record->high ? record->high : value;
}

/* value / 2^shift to the nearest, a half goes up. */
static int16_t rounded(int16_t value, uint8_t shift)
{
    return shift == 0 ? value : (int16_t)(((int32_t)value + ((int32_t)1 << (shift - 1))) >> shift);
}

/* The magnitude of the table's argument, 12 fractional bits. */
static uint16_t argument(uint16_t magnitude, int16_t shift)
{
    if (shift < 0)
        return shift < -15 ? 0 : (uint16_t)rounded((int16_t)magnitude, (uint8_t)-shift);
    return magnitude != 0 && (shift > 14 || magnitude > (uint16_t)(INT16_MAX >> shift)) ? INT16_MAX : magnitude << shift;
}

void sigmoid_run(const struct record *record)
{
    const int16_t *table = (const int16_t *)(network_tables + record->arrays);
    uint16_t done = *element;
    const int16_t *input = arena_at(record->first) + done;
    int16_t *output = arena_at(record->output) + done;
    for (uint16_t left = record->list.length - done; left != 0; left--)
    {
        int16_t a = *input++;
        uint16_t m = argument(a < 0 ? (uint16_t)-a : (uint16_t)a, record->list.first);
        const int16_t *sample = table + (m >> 8);
        uint16_t rise = (uint16_t)sample[1] - (uint16_t)sample[0];
        uint16_t t = (uint16_t)sample[0] + (uint16_t)(((uint32_t)rise * (m & 255) + 128) >> 8);
        uint16_t y = a < 0 ? -t : t;
        if (record->flags & LOGISTIC)
            y = (uint16_t)(y + 32768) >> 1;
        *output++ = clamped(rounded((int16_t)y, record->shift), record);
        count_output();
    }
}

void copy_run(const struct record *record)
{
    const struct copy *copy = &record->copy;
    uint16_t inner = copy->size[2], middle = copy->size[1];
    uint16_t rest = *element, row = rest == 0 ? 0 : rest / inner;
    uint16_t x = rest - row * inner, y = row == 0 ? 0 : row % middle, z = row == 0 ? 0 : row / middle;
    for (; z < copy->size[0]; z++)
    {
        for (; y < middle; y++)
        {
            const int16_t *from = arena_at(record->first) + copy->from[0] + (uint32_t)z * copy->from[1] + (uint32_t)y * copy->from[2] + (uint32_t)x * copy->from[3];
            int16_t *to = arena_at(record->output) + copy->to[0] + (uint32_t)z * copy->to[1] + (uint32_t)y * copy->to[2] + (uint32_t)x * copy->to[3];
            for (; x < inner; x++, from += copy->from[3], to += copy->to[3])
            {
                *to = *from;
                count_output();
            }
            x = 0;
        }
        y = 0;
    }
}

void fill_run(const struct record *record)
{
    uint16_t done = *element;
    int16_t *output = arena_at(record->output) + done, constant = record->list.first;
    for (uint16_t left = record->list.length - done; left != 0; left--)
    {
        *output++ = constant;
        count_output();
    }
}
