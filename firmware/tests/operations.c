/*
 * Runs operations of a network's tables, from power failure to power failure, and parks. Whoever runs the image writes tables, maps and `task` first.
 */
#include "boot.h"
#include "operation.h"
#include "configuration.h"
#include "position.h"
#include "checkpoint.h"

#define PERSISTENT __attribute__((section(".persistent")))

/* Addresses of tables, maps and tiles; the records from `first` to before `end`. */
struct { uint32_t tables, arena, tiles; uint16_t first, end; } task PERSISTENT = { 0 };

/* Records that are done; outputs of the next one. One of two holds. */
struct { uint16_t steps, element; } places[2] PERSISTENT = { { 0 } };
uint16_t place PERSISTENT = 0;

/* The class of the last value and its margin, once all is done. */
uint16_t answer PERSISTENT = 0xFFFF, answer_margin PERSISTENT = 0;

const uint8_t *network_tables;
int16_t *network_arena;
const uint16_t *network_tiles;
uint16_t *element;
uint16_t rows_used;

int main(void)
{
    hold_watchdog();
    if (task.tables == 0)
        PASS();
    network_tables = (const uint8_t *)(uintptr_t)task.tables;
    network_arena = (int16_t *)(uintptr_t)task.arena;
    network_tiles = (const uint16_t *)(uintptr_t)task.tiles;
    const struct header *header = (const struct header *)network_tables;
    const struct record *records = (const struct record *)(header + 1);
    for (;;)
    {
        uint16_t step = task.first + places[place].steps;
        if (step >= task.end)
            break;
        element = &places[place].element;
        operation_run(&records[step], step);
        operation_forget();
        uint16_t next = place ^ 1;
        places[next].steps = places[place].steps + 1;
        places[next].element = 0;
        *(volatile uint16_t *)&place = next;
    }

    uint16_t margin;
    uint16_t class = operation_answer(&network_arena[header->output], header->output_length, &margin);
    answer_margin = margin;
    answer = class;
    return 0;
}
