/* What operations with weights have in common: how sums become outputs, and where arrays lie. */
#include "kernels.h"
#include "configuration.h"

static struct scale scales[SHIFTS] NOINIT;
uint16_t scale_of[SHIFTS] NOINIT;
static const struct record *scaled NOINIT;
static const uint16_t *shift_entries NOINIT;

void scale_begin(const struct record *record, const uint16_t *entries)
{
    scaled = record;
    shift_entries = entries;
    for (uint16_t *of = scale_of; of != scale_of + SHIFTS; of++)
        *of = 0;
}

/* value * 2^shift, or the nearest that 32 bits hold. Each start needs some of these: usual shifts are left to the multiplier. */
static int32_t shifted(int16_t element, uint8_t shift)
{
    if (shift < 15)
        return (int32_t)element * (int16_t)(1u << shift);

    int32_t value = element;
    for (; shift != 0; shift--)
    {
        int32_t twice = (int32_t)((uint32_t)value << 1);
        if ((twice ^ value) < 0)
            return value < 0 ? INT32_MIN : INT32_MAX;
        value = twice;
    }
    return value;
}

static void scale_make(struct scale *scale, uint8_t shift)
{
    int16_t highest = scaled->high, lowest = scaled->low;
    scale->half = shift == 0 ? 0 : (uint32_t)shifted(1, shift - 1);
    scale->highest = highest;
    scale->lowest = lowest;

    /* The largest sum that gives the highest output, the least that gives the lowest. */
    int32_t most = shifted(highest, shift);
    if (most != INT32_MAX && most != INT32_MIN)
        most += shifted(1, shift) - 1;
    int32_t least = lowest == 0 ? 0 : shifted(lowest, shift);
    scale->most = (uint32_t)most;
    scale->least = (uint32_t)least;

    int16_t most_high = (int16_t)(most >> 16), least_high = (int16_t)(least >> 16);
    scale->above = (uint16_t)most == 0xFFFF && most_high != INT16_MAX ? most_high + 1 : most_high;
    scale->below = (uint16_t)least == 0 || least_high == INT16_MAX ? least_high : least_high + 1;

    /* A lowest output that is out of reach is what every sum gives. */
    scale->entry = shift_entries[least == INT32_MAX ? SHIFTS : shift];
}

const struct scale *scale_get(uint8_t shift)
{
    struct scale *scale = &scales[shift];
    if (scale_of[shift] == 0)
    {
        scale_make(scale, shift);
        scale_of[shift] = (uint16_t)(uintptr_t)scale;
    }
    return scale;
}

void arrays_find(struct arrays *arrays, const struct record *record, uint16_t rows, uint32_t columns)
{
    const uint8_t *at = network_tables + record->arrays;
    uint8_t form = record->flags & FORM_BITS;
    arrays->columns = columns;
    arrays->shifts = at;
    if (record->flags & SHIFT_A_ROW)
        at += ((uint32_t)rows + 1) & ~(uint32_t)1;
    arrays->biases = (const int16_t *)at;
    if (record->flags & HAS_BIASES)
        at += 2 * (uint32_t)rows;
    arrays->counts = at;
    if (form == FORM_GAP16 || form == FORM_GAP8 || form == FORM_GAP4)
        at += record->flags & WIDE_COUNTS ? 2 * (uint32_t)rows : ((uint32_t)rows + 1) & ~(uint32_t)1;
    arrays->values = at;
    arrays->gaps = network_tables + record->gaps;
}

/* Bits that are set in a byte. */
#define BITS_2(n) n, n + 1, n + 1, n + 2
#define BITS_4(n) BITS_2(n), BITS_2(n + 1), BITS_2(n + 1), BITS_2(n + 2)
#define BITS_6(n) BITS_4(n), BITS_4(n + 1), BITS_4(n + 1), BITS_4(n + 2)
static const uint8_t bits_of_byte[256] = { BITS_6(0), BITS_6(1), BITS_6(1), BITS_6(2) };

static uint16_t bits_set(const uint8_t *bytes, uint16_t length)
{
    uint16_t bits = 0;
    for (; length >= 4; length -= 4)
    {
        bits += bits_of_byte[*bytes++];
        bits += bits_of_byte[*bytes++];
        bits += bits_of_byte[*bytes++];
        bits += bits_of_byte[*bytes++];
    }
    for (; length != 0; length--)
        bits += bits_of_byte[*bytes++];
    return bits;
}

void arrays_skip(struct arrays *arrays, const struct record *record, uint16_t rows)
{
    uint8_t form = record->flags & FORM_BITS;
    uint32_t entries = 0;
    if (form == FORM_DENSE)
    {
        entries = (uint32_t)rows * arrays->columns;
    }
    else if (form == FORM_BITMAP)
    {
        uint16_t bytes = (uint16_t)((arrays->columns + 7) / 8);
        for (; rows != 0; rows--, arrays->gaps += bytes)
            entries += bits_set(arrays->gaps, bytes);
    }
    else
    {
        for (; rows != 0; rows--)
        {
            uint16_t count = arrays_count(arrays, record->flags);
            arrays->counts += record->flags & WIDE_COUNTS ? 2 : 1;
            arrays->gaps += form == FORM_GAP16 ? 2 * (uint32_t)count : form == FORM_GAP8 ? count : ((uint32_t)count + 1) / 2;
            entries += count;
        }
    }

    arrays->values += record->flags & WIDE_VALUES ? 2 * entries : entries;
}
