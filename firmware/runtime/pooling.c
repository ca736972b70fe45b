/* Maximum and average pools, map by map. */
#include "box.h"
#include "configuration.h"
#include "operation.h"
#include "position.h"

struct pool
{
    const struct record *record;
    const struct grid *grid;
    uint16_t code;
};

/* All taps inside; an average's multiplier may depend on how many they are. */
static void pool_complete(const void *owner, struct box *made, const struct span *y, const struct span *x)
{
    const struct pool *pool = owner;
    const struct axis *down = &pool->grid->y, *right = &pool->grid->x;
    const struct record *record = pool->record;
    uint16_t tap_step = 2 * (uint16_t)right->dilation;
    made->window = pool->code;
    made->rows = y->taps;
    made->columns = x->taps;
    made->r8 = tap_step;
    made->row_step = 2 * (int32_t)((uint32_t)down->dilation * right->size) - (int32_t)((uint32_t)x->taps * tap_step);
    made->multiplier = record->maps.groups;
    if (record->kind == KIND_AVERAGE_POOL && (record->flags & MULTIPLIER_TABLE))
        made->multiplier = ((const uint16_t *)(network_tables + record->arrays))[(uint16_t)y->taps * x->taps - 1];
}

void pool_run(const struct record *record)
{
    const struct maps *maps = &record->maps;
    struct grid grid;
    struct pool pool = { record, &grid, 0 };
    grid_set(&grid, maps);
    grid.complete = pool_complete;
    grid.owner = &pool;
    uint8_t shift = record->shift;
    box_begin(record);
    if (record->kind == KIND_MAXIMUM_POOL)
    {
        pool.code = shift == 0 ? CODE(largest) : CODE(largest_scaled);
        box_set_scale(shift);
    }
    else
    {
        pool.code = shift < 16 ? CODE(mean_fine) : CODE(mean);
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
        grid_run(&grid, input, output, 0, skipped);
        skipped = 0;
    }
}
