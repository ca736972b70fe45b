#include "box.h"
#include "checkpoint.h"
#include "operation.h"

struct box box NOINIT;
const int16_t *box_input NOINIT;
int16_t *box_output NOINIT;
const uint8_t *box_weights NOINIT;
uint16_t box_first NOINIT, box_height NOINIT; /* outputs in the first row; rows */
uint16_t box_stride NOINIT;
uint16_t box_scale NOINIT;
uint32_t box_start NOINIT;
uint16_t box_stretches NOINIT;
uint16_t box_first_factor NOINIT, box_second_factor NOINIT, box_run NOINIT;
uint32_t box_half NOINIT;
uint16_t box_bits NOINIT;

#define KEPT ((struct box *)ROWS_START)

void box_compute(void);
void box_take(const struct box *from);
extern const uint16_t output_shifts[];

static void axis_set(struct axis *axis, uint16_t size, uint16_t out, uint8_t window, uint8_t stride, uint8_t margin, uint8_t dilation)
{
    *axis = (struct axis){ size, out, window, stride, margin, dilation, 0, 0 };
    int32_t last = (int32_t)size + margin - (int32_t)(window - 1) * dilation - 1;
    axis->inner = margin == 0 ? 0 : ((uint16_t)margin + stride - 1) / stride;
    /* Beyond 16 bits the end may come too early: then some outputs are looked at one by one. */
    uint16_t room = last > UINT16_MAX - 1 ? UINT16_MAX - 1 : (uint16_t)last;
    uint16_t end = last < 0 ? 0 : stride == 1 ? room + 1 : room / stride + 1;
    axis->inner_end = end < out ? end : out;
}

static void span_at(const struct axis *axis, uint16_t at, struct span *span)
{
    span->origin = (int32_t)((uint32_t)at * axis->stride) - axis->margin;
    if (at >= axis->inner && at < axis->inner_end)
    {
        span->count = axis->inner_end - at;
        span->tap = 0;
        span->taps = axis->window;
        return;
    }

    int32_t place = span->origin;
    uint16_t tap = 0;
    for (; tap < axis->window && place < 0; tap++)
        place += axis->dilation;
    uint16_t end = tap;
    for (; end < axis->window && place < (int32_t)axis->size; end++)
        place += axis->dilation;
    span->count = 1;
    span->tap = (uint8_t)tap;
    span->taps = (uint8_t)(end - tap);
}

void grid_set(struct grid *grid, const struct maps *maps)
{
    axis_set(&grid->y, maps->height, maps->out_height, maps->window_height, maps->stride_y, maps->top, maps->dilation_y);
    axis_set(&grid->x, maps->width, maps->out_width, maps->window_width, maps->stride_x, maps->left, maps->dilation_x);
    grid->output_plane = maps->out_height * maps->out_width;
    grid->starts_inside = 1;
    grid->begin = 0;
    box_stride = 2 * (uint16_t)maps->stride_x;
    rows_used = KEPT_BYTES;
    for (struct box *kept = KEPT; kept < KEPT + KEPT_BOXES; kept++)
        kept->height = 0;
}

int grid_has_borders(const struct grid *grid)
{
    return grid->y.inner != 0 || grid->x.inner != 0 || grid->y.inner_end != grid->y.out || grid->x.inner_end != grid->x.out;
}

static void box_make(struct box *made, const struct grid *grid, uint16_t row, uint16_t column, const struct span *y, const struct span *x)
{
    const struct axis *down = &grid->y, *right = &grid->x;
    int32_t place_y = y->origin, place_x = x->origin;
    if (grid->starts_inside)
    {
        place_y += (uint16_t)y->tap * down->dilation;
        place_x += (uint16_t)x->tap * right->dilation;
    }

    made->width = x->count;
    made->height = y->count;
    made->input = 2 * (place_y * (int32_t)right->size + place_x);
    made->output = 2 * (int32_t)((uint32_t)row * right->out + column);
    made->input_row = 2 * ((int32_t)((uint32_t)down->stride * right->size) - (int32_t)((uint32_t)x->count * right->stride));
    made->output_row = 2 * (int32_t)(uint16_t)(right->out - x->count);
    made->weights = 0;
    grid->complete(grid->owner, made, y, x);
}

void grid_run(const struct grid *grid, const int16_t *input, int16_t *output, const uint8_t *weights, uint16_t skipped)
{
    const struct axis *down = &grid->y, *right = &grid->x;
    struct span y, x;
    struct box *kept = KEPT;
    for (uint16_t row = 0, rows = 0; row < down->out; row += rows)
    {
        for (uint16_t column = 0, columns = 0; column < right->out; column += columns, kept += kept < KEPT + KEPT_BOXES)
        {
            int is_kept = kept < KEPT + KEPT_BOXES && kept->height != 0;
            if (!is_kept)
            {
                span_at(down, row, &y);
                span_at(right, column, &x);
            }

            rows = is_kept ? kept->height : y.count;
            columns = is_kept ? kept->width : x.count;
            if (skipped != 0 && skipped >= rows * columns)
            {
                skipped -= rows * columns;
                continue;
            }

            if (is_kept)
            {
                box_take(kept);
            }
            else
            {
                box_make(&box, grid, row, column, &y, &x);
                if (kept < KEPT + KEPT_BOXES)
                    *kept = box;
            }

            box_input = (const int16_t *)((const char *)input + box.input);
            box_output = (int16_t *)((char *)output + box.output);
            box_weights = weights + box.weights;
            box_first = box.width;
            box_height = box.height;
            if (skipped != 0)
            {
                /* Outputs of the box that are there already. */
                uint16_t above = skipped / box.width, before = skipped % box.width;
                box_input += (uint32_t)above * ((uint32_t)down->stride * right->size) + (uint32_t)before * right->stride;
                box_output += (uint32_t)above * right->out + before;
                box_first -= before;
                box_height -= above;
                skipped = 0;
            }

            if (grid->begin != 0)
                grid->begin(grid->owner);
            box_compute();
        }
    }
}

void box_run_line(const char *window, const int16_t *input, int16_t *output, uint16_t count)
{
    if (count == 0)
        return;
    box.window = CODE(window);
    box_input = input;
    box_output = output;
    box_stride = 2;
    box_first = count;
    box_height = 1;
    box_compute();
}

void box_begin(const struct record *record)
{
    scale_begin(record, output_shifts);
}

void box_set_scale(uint8_t shift)
{
    const struct scale *scale = scale_get(shift);
    box_scale = CODE(scale);
    box_start = scale->half;
}
