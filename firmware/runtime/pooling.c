/* Maximum and average pools, map by map. */
#include "box.h"
#include "configuration.h"
#include "operation.h"
#include "position.h"

struct pool
{
    const struct record *record;
    const struct grid *grid;
};

/* All taps inside are next to each other; an average's multiplier may depend on how many they are. */
static void window_pooled(const void *owner, const struct span *y, const struct span *x)
{
    const struct pool *pool = owner;
    const struct axis *down = &pool->grid->y, *right = &pool->grid->x;
    const struct record *record = pool->record;
    box_rows = y->taps;
    box_columns = x->taps;
    box_r8 = 2 * (uint16_t)right->dilation;
    box_row_step = 2 * (int32_t)((uint32_t)down->dilation * right->size) - (int32_t)((uint32_t)x->taps * (uint16_t)box_r8);
    if (record->kind == KIND_MAXIMUM_POOL)
        return;
    box_multiplier = record->flags & MULTIPLIER_TABLE
        ? ((const uint16_t *)(network_tables + record->arrays))[(uint16_t)y->taps * x->taps - 1]
        : record->maps.groups;
}

void pool_run(const struct record *record)
{
    const struct maps *maps = &record->maps;
    struct grid grid;
    const struct pool pool = { record, &grid };
    grid_set(&grid, maps);
    uint8_t shift = record->shift;
    box_begin(record);
    if (record->kind == KIND_MAXIMUM_POOL)
    {
        box_window = shift == 0 ? CODE(largest) : CODE(largest_scaled);
        box_set_scale(shift);
    }
    else
    {
        box_window = shift < 16 ? CODE(mean_fine) : CODE(mean);
        box_bits = shift;
        box_half = (uint32_t)1 << (shift - 1);
        box_set_scale(shift < 16 ? 0 : shift - 16);
    }

    uint16_t plane = grid.output_plane, map = *element == 0 ? 0 : *element / plane;
    uint16_t skipped = *element - map * plane;
    uint32_t input_plane = (uint32_t)maps->height * maps->width;
    const int16_t *input = arena_at(record->first) + map * input_plane;
    int16_t *output = arena_at(record->output) + (uint32_t)map * plane;
    for (; map < maps->channels; map++, input += input_plane, output += plane)
    {
        grid_run(&grid, input, output, skipped, window_pooled, &pool);
        skipped = 0;
    }
}
