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
    for (uint16_t shift = 0; shift < SHIFTS; shift++)
        scale_of[shift] = 0;
}

/* value * 2^shift, or the nearest that 32 bits hold. */
static int32_t shifted(int32_t value, uint8_t shift)
{
    if (value > INT32_MAX >> shift)
        return INT32_MAX;
    if (value < INT32_MIN >> shift)
        return INT32_MIN;
    return (int32_t)((uint32_t)value << shift);
}

static void scale_make(struct scale *scale, uint8_t shift)
{
    scale->half = shift == 0 ? 0 : (uint32_t)1 << (shift - 1);
    scale->highest = scaled->high;
    scale->lowest = scaled->low;

    /* The largest sum that gives the highest output, the least that gives the lowest. */
    int32_t end = shifted((int32_t)scaled->high + 1, shift);
    int32_t most = end == INT32_MAX || end == INT32_MIN ? end : end - 1;
    int32_t least = shifted(scaled->low, shift);
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

/* Bits that are set in some bytes. */
static uint32_t bits_set(const uint8_t *bytes, uint32_t length)
{
    static const uint8_t of_half[16] = { 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4 };
    uint32_t bits = 0;
    for (; length != 0; length--, bytes++)
        bits += of_half[*bytes & 15] + of_half[*bytes >> 4];
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
        uint32_t bytes = (uint32_t)rows * ((arrays->columns + 7) / 8);
        entries = bits_set(arrays->gaps, bytes);
        arrays->gaps += bytes;
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
