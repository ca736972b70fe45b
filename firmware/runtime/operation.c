/* One operation of the tables. */
#include "operation.h"
#include "configuration.h"
#include "kernels.h"
#include "strategy.h"

#if defined STRATEGY_TILED
uint16_t tile_size NOINIT, tile_left NOINIT;
#endif

int16_t *arena_at(uint16_t offset)
{
    return network_arena + offset;
}

static void (*const run[])(const struct record *) = {
    [KIND_CONVOLUTION] = convolution_run,
    [KIND_FULLY_CONNECTED] = connected_run,
    [KIND_MAXIMUM_POOL] = pool_run,
    [KIND_AVERAGE_POOL] = pool_run,
    [KIND_ADDITION] = addition_run,
    [KIND_MULTIPLICATION] = multiplication_run,
    [KIND_SCALE] = scaling_run,
    [KIND_SIGMOID] = sigmoid_run,
    [KIND_COPY] = copy_run,
    [KIND_FILL] = fill_run,
};

void operation_run(const struct record *record, uint16_t index)
{
#if defined STRATEGY_TILED
    /* 0 outputs: never counted, the operation is one tile. */
    tile_size = network_tiles == 0 ? 0 : network_tiles[index];
    tile_left = tile_size;
#endif
    (void)index;
    if (record->kind < sizeof run / sizeof *run)
        run[record->kind](record);
#if defined STRATEGY_TILED
    __asm__ volatile ("" : : : "memory");
    *(volatile uint16_t *)element += tile_size - tile_left;
#endif
}

uint16_t operation_answer(const int16_t *logits, uint16_t n, uint16_t *margin)
{
    uint16_t answer = 0;
    int16_t second = INT16_MIN;
    for (uint16_t i = 1; i < n; i++)
    {
        if (logits[i] > logits[answer])
        {
            second = logits[answer];
            answer = i;
        }
        else if (logits[i] > second)
        {
            second = logits[i];
        }
    }

    *margin = n > 1 ? (uint16_t)logits[answer] - (uint16_t)second : UINT16_MAX;
    return answer;
}
