/*
 * Convolution, filter by filter.
 *
 * Dense weights are read where they lie. Those of a sparse filter become a list in SRAM, once a filter: pairs of weight and distance in bytes from the
 * window's first element. Where borders cut windows the list is in the order of the taps, so that those inside make few stretches of it.
 */
#include "box.h"
#include "checkpoint.h"
#include "operation.h"
#include "position.h"

struct entry
{
    int16_t weight;
    uint16_t distance;
};

struct stretch
{
    uint16_t at, passes, first;
};

struct convolution
{
    const struct record *record;
    struct arrays arrays;
    struct grid grid;
    uint16_t channels;    /* of a group */
    uint32_t input_plane; /* bytes */
    uint8_t weight_bytes;
    uint16_t whole;       /* code for its whole window, or 0 */
    int has_borders;
};

/* For box.S. */
struct stretch list_stretches[MOST_TAPS / 2] NOINIT;

/* The list of a sparse filter, and where the entries of each tap end in it; distances of the taps within a channel. */
#define LIST ((struct entry *)(ROWS_START + KEPT_BYTES))
_Static_assert(KEPT_BYTES + MOST_ENTRIES * sizeof(struct entry) <= ROWS_BYTES, "a list fits");
static uint16_t tap_end[MOST_TAPS + 1] NOINIT;
static uint16_t tap_distance[MOST_TAPS] NOINIT;

/* One filter's entries become the list; values and gaps move on to the next filter's. */
static inline __attribute__((always_inline)) void list_walk(struct convolution *c, uint8_t form, uint16_t count, int places)
{
    uint16_t taps = (uint16_t)c->grid.y.window * c->grid.x.window;
    const uint8_t *values = c->arrays.values, *gaps = c->arrays.gaps;
    uint16_t tap = 0, channel = 0, bits = 0;
    int is_wide = c->weight_bytes == 2;
    for (uint16_t i = 0; i < count; i++, tap++)
    {
        uint16_t gap = 0;
        if (form == FORM_GAP16)
        {
            gap = *(const uint16_t *)gaps;
            gaps += 2;
        }
        else if (form == FORM_GAP8)
        {
            gap = *gaps++;
        }
        else if (form == FORM_GAP4)
        {
            gap = i & 1 ? *gaps++ >> 4 : *gaps & 15;
        }
        else
        {
            if ((i & 7) == 0)
                bits = *gaps++;
            else
                bits >>= 1;
        }

        for (tap += gap; tap >= taps; tap -= taps)
            channel += (uint16_t)c->input_plane;
        if (form == FORM_BITMAP && !(bits & 1))
            continue;
        if (!places)
        {
            tap_end[tap + 1]++;
            continue;
        }

        struct entry *entry = &LIST[tap_end[c->has_borders ? tap : 0]++];
        entry->distance = channel + tap_distance[tap];
        if (is_wide)
        {
            entry->weight = *(const int16_t *)values;
            values += 2;
        }
        else
        {
            entry->weight = *(const int8_t *)values++;
        }
    }

    if (places)
    {
        c->arrays.values = values;
        c->arrays.gaps = form == FORM_GAP4 && (count & 1) ? gaps + 1 : gaps;
    }
}

static inline __attribute__((always_inline)) void list_fill_form(struct convolution *c, uint8_t form)
{
    uint16_t count = form == FORM_BITMAP ? c->arrays.columns : arrays_count(&c->arrays, c->record->flags);
    uint16_t taps = (uint16_t)c->grid.y.window * c->grid.x.window;
    tap_end[0] = 0;
    if (c->has_borders)
    {
        for (uint16_t tap = 1; tap <= taps; tap++)
            tap_end[tap] = 0;
        list_walk(c, form, count, 0);
        for (uint16_t tap = 1; tap <= taps; tap++)
            tap_end[tap] += tap_end[tap - 1];
    }

    list_walk(c, form, count, 1);
    if (form != FORM_BITMAP)
        c->arrays.counts += c->record->flags & WIDE_COUNTS ? 2 : 1;
}

/* Afterwards tap_end[n] is the end of tap n's entries; without borders tap_end[0] that of the list. */
static void list_fill(struct convolution *c)
{
    rows_used = ROWS_BYTES;
    switch (c->record->flags & FORM_BITS)
    {
    case FORM_GAP16: list_fill_form(c, FORM_GAP16); break;
    case FORM_GAP8: list_fill_form(c, FORM_GAP8); break;
    case FORM_GAP4: list_fill_form(c, FORM_GAP4); break;
    default: list_fill_form(c, FORM_BITMAP); break;
    }
    uint16_t last = c->has_borders ? (uint16_t)c->grid.y.window * c->grid.x.window - 1 : 0;
    rows_used = KEPT_BYTES + tap_end[last] * sizeof(struct entry);
}

static void stretch_add(uint16_t begin, uint16_t end)
{
    uint16_t count = end - begin;
    if (count == 0)
        return;
    struct stretch *stretch = &list_stretches[box_stretches++];
    stretch->at = CODE(LIST + begin);
    stretch->passes = (count + 7) / 8;
    stretch->first = CODE(listed_taps) + LISTED_TAP_BYTES * (-count & 7);
}

static void listed_complete(const void *owner, struct box *made, const struct span *y, const struct span *x)
{
    const struct convolution *c = owner;
    made->rows = x->taps == 0 ? 0 : y->taps;
    made->columns = x->taps;
    made->tap = (uint16_t)y->tap * c->grid.x.window + x->tap;

    /* Rows of taps that are not cut follow each other. */
    if (made->columns == c->grid.x.window && made->rows != 0)
    {
        made->columns *= made->rows;
        made->rows = 1;
    }
}

/* The stretches of this filter's list that are inside. */
static void listed_begin(const void *owner)
{
    const struct convolution *c = owner;
    box_stretches = 0;
    if (!c->has_borders)
        stretch_add(0, tap_end[0]);
    else
        for (uint16_t row = 0, tap = box.tap; row < box.rows; row++, tap += c->grid.x.window)
            stretch_add(tap == 0 ? 0 : tap_end[tap - 1], tap_end[tap + box.columns - 1]);
    box.window = box_stretches == 0 ? CODE(untapped) : CODE(listed);
}

/* The code for a dense window, and its steps. */
static void dense_complete(const void *owner, struct box *made, const struct span *y, const struct span *x)
{
    const struct convolution *c = owner;
    uint16_t width = c->grid.x.window, height = c->grid.y.window, columns = x->taps, rows = y->taps, channels = c->channels;
    int32_t tap_step = 2 * (int32_t)c->grid.x.dilation;
    int32_t row_step = 2 * (int32_t)((uint32_t)c->grid.y.dilation * c->grid.x.size);
    int32_t channel_step = (int32_t)c->input_plane;
    int is_wide = c->weight_bytes == 2;
    if (columns == 0 || rows == 0)
    {
        made->window = CODE(untapped);
        return;
    }

    made->weights = (int32_t)((uint32_t)y->tap * width + x->tap) * c->weight_bytes;

    /* A direction with one tap is none: the next one becomes the innermost. */
    if (width == 1)
    {
        width = height, columns = rows, tap_step = row_step;
        height = rows = 1;
    }
    if (width == 1)
    {
        width = columns = channels, tap_step = channel_step;
        channels = 1;
    }

    made->channels = channels;
    made->rows = rows;
    made->row_step = row_step - (int32_t)columns * tap_step;
    made->channel_step = channel_step - (int32_t)rows * row_step;
    made->weights_row = (int32_t)(uint16_t)(width - columns) * c->weight_bytes;
    made->weights_channel = (int32_t)((uint32_t)(uint16_t)(height - rows) * width) * c->weight_bytes;
    if (c->whole == (is_wide ? CODE(points_words) : CODE(points_bytes)))
    {
        made->window = c->whole;
        made->r8 = tap_step;
        made->passes = (columns + 15) / 16;
        made->channel_step = (is_wide ? CODE(points_words_taps) : CODE(points_bytes_taps)) + STRIDED_TAP_BYTES * (-columns & 15);
        return;
    }

    if (columns <= 8 && tap_step == 2)
    {
        int is_cut = columns != width || rows != height;
        made->window = window_codes[2 * is_cut + is_wide][columns - 1];
        made->r8 = made->row_step;
        made->r14 = is_cut ? made->weights_row : rows;
        if (!is_cut && rows == columns && c->whole != 0)
            made->window = c->whole;
        return;
    }

    made->r8 = tap_step;
    made->window = is_wide ? CODE(strided_words) : CODE(strided_bytes);
    made->passes = (columns + 7) / 8;
    made->entry = (is_wide ? CODE(strided_words_taps) : CODE(strided_bytes_taps)) + STRIDED_TAP_BYTES * (-columns & 7);
}

/* The code for whole windows has the weights in R14. */
static void dense_begin(const void *owner)
{
    const struct convolution *c = owner;
    if (c->whole != 0 && box.window == c->whole)
        box.r14 = (int32_t)(uintptr_t)box_weights;
}

/* Distances of the taps within a channel. */
static void distances_set(const struct maps *maps)
{
    uint16_t tap = 0;
    for (uint8_t y = 0; y < maps->window_height; y++)
        for (uint8_t x = 0; x < maps->window_width; x++)
            tap_distance[tap++] = 2 * ((uint16_t)y * maps->dilation_y * maps->width + (uint16_t)x * maps->dilation_x);
}

static void filter_start(const struct convolution *c, uint16_t filter)
{
    const struct record *record = c->record;
    box_set_scale(record->flags & SHIFT_A_ROW ? c->arrays.shifts[filter] : record->shift);
    if (record->flags & HAS_BIASES)
        box_start += (uint32_t)(int32_t)c->arrays.biases[filter] << record->bias_shift;
}

static uint16_t whole_code(const struct maps *maps, int is_wide)
{
    if (maps->window_height == 1 && maps->window_width == 1)
        return is_wide ? CODE(points_words) : CODE(points_bytes);
    if (maps->window_height != maps->window_width || maps->dilation_x != 1)
        return 0;
    switch (maps->window_width)
    {
    case 3: return is_wide ? CODE(window_words_3x3) : CODE(window_bytes_3x3);
    case 5: return is_wide ? CODE(window_words_5x5) : CODE(window_bytes_5x5);
    default: return 0;
    }
}

void convolution_run(const struct record *record)
{
    const struct maps *maps = &record->maps;
    struct convolution c;
    int is_sparse = (record->flags & FORM_BITS) != FORM_DENSE, has_groups = maps->groups != 1;
    c.record = record;
    grid_set(&c.grid, maps);
    c.grid.starts_inside = !is_sparse;
    c.grid.owner = &c;
    c.grid.complete = is_sparse ? listed_complete : dense_complete;
    c.grid.begin = is_sparse ? listed_begin : dense_begin;
    c.whole = whole_code(maps, (record->flags & WIDE_VALUES) != 0);
    c.has_borders = grid_has_borders(&c.grid);
    c.channels = has_groups ? maps->channels / maps->groups : maps->channels;
    c.weight_bytes = record->flags & WIDE_VALUES ? 2 : 1;
    c.input_plane = 2 * (uint32_t)maps->height * maps->width;
    if (is_sparse)
        distances_set(maps);

    uint16_t plane = c.grid.output_plane, filter = *element == 0 ? 0 : *element / plane;
    uint16_t skipped = *element - filter * plane;
    uint32_t columns = (uint32_t)c.channels * ((uint16_t)maps->window_height * maps->window_width);
    box_begin(record);
    arrays_find(&c.arrays, record, maps->out_channels, columns);
    arrays_skip(&c.arrays, record, filter);
    const int16_t *input = arena_at(record->first);
    int16_t *output = arena_at(record->output) + (uint32_t)filter * plane;
    uint16_t of_group = has_groups ? maps->out_channels / maps->groups : maps->out_channels, in_group = filter;
    uint32_t group_size = (uint32_t)c.channels * (maps->height * maps->width);
    if (has_groups)
    {
        in_group = filter % of_group;
        input += (filter / of_group) * group_size;
    }

    for (; filter < maps->out_channels; filter++, in_group++, output += plane)
    {
        if (in_group == of_group)
        {
            in_group = 0;
            input += group_size;
        }

        filter_start(&c, filter);
        if (is_sparse)
            list_fill(&c);
        grid_run(&c.grid, input, output, c.arrays.values, skipped);
        skipped = 0;
        if (!is_sparse)
            c.arrays.values += columns * c.weight_bytes;
    }
}
