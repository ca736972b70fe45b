/* Fully connected layers: connected.S does the rows from the one at which `*element` stands. */
#include "kernels.h"
#include "operation.h"
#include "strategy.h"

/* What connected.S reads. */
const uint8_t *connected_values NOINIT, *connected_gaps NOINIT, *connected_counts NOINIT, *connected_shifts NOINIT;
const int16_t *connected_input NOINIT, *connected_biases NOINIT;
int16_t *connected_output NOINIT;
uint16_t connected_rows NOINIT;
uint16_t connected_shift_step NOINIT, connected_bias_step NOINIT, connected_bias_factor NOINIT;
uint16_t connected_start NOINIT, connected_row NOINIT, connected_kernel NOINIT, connected_entry NOINIT;
uint16_t connected_passes NOINIT, connected_odd NOINIT;

void connected_rows_run(void);
extern const uint16_t row_shifts[];
extern const char row_uncounted[], row_bytes[], row_words[];
extern const char dense_bytes[], dense_words[], gap16_bytes[], gap16_words[], gap8_bytes[], gap8_words[], gap4_bytes[], gap4_words[], bitmap_bytes[], bitmap_words[];
extern const char dense_bytes_loop[], dense_words_loop[], gap16_bytes_loop[], gap16_words_loop[], gap8_bytes_loop[], gap8_words_loop[], gap4_bytes_loop[],
    gap4_words_loop[], bitmap_bytes_loop[], bitmap_words_loop[];

#define CODE(label) ((uint16_t)(uintptr_t)(label))
#define DENSE_TAP_BYTES 8

/* By form: code for values of 8 and 16 bits, its loop, products of one pass. */
static const struct
{
    const char *code[2], *loop[2];
    uint8_t products;
} kernels[] = {
    [FORM_DENSE] = { { dense_bytes, dense_words }, { dense_bytes_loop, dense_words_loop }, 16 },
    [FORM_GAP16] = { { gap16_bytes, gap16_words }, { gap16_bytes_loop, gap16_words_loop }, 4 },
    [FORM_GAP8] = { { gap8_bytes, gap8_words }, { gap8_bytes_loop, gap8_words_loop }, 4 },
    [FORM_GAP4] = { { gap4_bytes, gap4_words }, { gap4_bytes_loop, gap4_words_loop }, 2 },
    [FORM_BITMAP] = { { bitmap_bytes, bitmap_words }, { bitmap_bytes_loop, bitmap_words_loop }, 8 },
};

static const int16_t no_bias = 0;

#if defined STRATEGY_FREEML
/* Of the two partials one holds: `partial_current` is its address, or 0. */
struct partial partials[2] __attribute__((section(".persistent")));
uint16_t partial_current __attribute__((section(".persistent"))) = 0;
uint16_t connected_piece NOINIT, connected_loop NOINIT, connected_scale NOINIT;
extern const char piece_resume[];

void operation_forget(void)
{
    partial_current = 0;
}

/* Makes the first row go on within the row, if there is a partial of it. */
static void resume(struct arrays *arrays, const struct record *record, uint16_t row, uint8_t products, const char *loop)
{
    connected_piece = PIECE_PRODUCTS / products;
    connected_loop = CODE(loop);
    const struct partial *partial = (const struct partial *)(uintptr_t)partial_current;
    if (partial == 0 || partial->row != row)
        return;
    connected_start = CODE(piece_resume);
    connected_scale = scale_of[*connected_shifts];
    connected_odd = arrays_count(arrays, record->flags);
    connected_shifts += connected_shift_step;
    connected_biases += connected_bias_step / 2;
    if (connected_row == CODE(row_bytes))
        connected_counts++;
    else if (connected_row == CODE(row_words))
        connected_counts += 2;
}
#else
void operation_forget(void)
{
}
#endif

void connected_run(const struct record *record)
{
    uint16_t columns = record->maps.channels, rows = record->maps.out_channels, row = *element;
    if (row >= rows)
        return;

    struct arrays arrays;
    uint8_t flags = record->flags, form = flags & FORM_BITS, is_wide = (flags & WIDE_VALUES) != 0;
    arrays_find(&arrays, record, rows, columns);
    arrays_skip(&arrays, record, row);
    scale_begin(record, row_shifts);
    connected_shift_step = connected_bias_step = 0;
    connected_shifts = &record->shift;
    connected_biases = &no_bias;
    connected_bias_factor = (uint16_t)1 << record->bias_shift;
    if (flags & SHIFT_A_ROW)
    {
        connected_shift_step = 1;
        connected_shifts = arrays.shifts + row;
        for (uint16_t i = 0; i < rows - row; i++)
            if (scale_of[connected_shifts[i]] == 0)
                scale_get(connected_shifts[i]);
    }
    else
    {
        scale_get(record->shift);
    }

    if (flags & HAS_BIASES)
    {
        connected_bias_step = 2;
        connected_biases = arrays.biases + row;
    }

    uint8_t products = kernels[form].products;
    connected_kernel = CODE(kernels[form].code[is_wide]);
    connected_passes = ((uint32_t)columns + products - 1) / products;
    connected_entry = CODE(kernels[form].loop[is_wide]) + DENSE_TAP_BYTES * (-columns & 15);
    connected_row = form == FORM_DENSE || form == FORM_BITMAP ? CODE(row_uncounted) : flags & WIDE_COUNTS ? CODE(row_words) : CODE(row_bytes);
    connected_start = connected_row;
    connected_values = arrays.values;
    connected_gaps = arrays.gaps;
    connected_counts = arrays.counts;
    connected_input = arena_at(record->first);
    connected_output = arena_at(record->output) + row;
    connected_rows = rows - row;
#if defined STRATEGY_FREEML
    resume(&arrays, record, row, products, kernels[form].loop[is_wide]);
#endif
    connected_rows_run();
}
