#include "box.h"
#include "operation.h"

const int16_t *box_input NOINIT;
int16_t *box_output NOINIT;
const uint8_t *box_weights NOINIT;
uint32_t box_start NOINIT;
uint16_t box_scale NOINIT;
uint16_t box_window NOINIT, box_entry NOINIT;
uint16_t box_channels NOINIT, box_rows NOINIT, box_columns NOINIT, box_passes NOINIT, box_stretches NOINIT;
uint32_t box_r8 NOINIT;
uint16_t box_r14 NOINIT;
int32_t box_row_step NOINIT, box_channel_step NOINIT;
uint32_t box_weights_row NOINIT, box_weights_channel NOINIT;
uint16_t box_first NOINIT, box_width NOINIT, box_height NOINIT; /* outputs in the first row, in others; rows */
uint16_t box_stride NOINIT;
int32_t box_input_row NOINIT, box_output_row NOINIT;            /* from the end of a row to the next */
uint16_t box_first_factor NOINIT, box_second_factor NOINIT, box_run NOINIT;
uint32_t box_half NOINIT;
uint16_t box_multiplier NOINIT, box_bits NOINIT;

void box_compute(void);
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
}

int grid_has_borders(const struct grid *grid)
{
    return grid->y.inner != 0 || grid->x.inner != 0 || grid->y.inner_end != grid->y.out || grid->x.inner_end != grid->x.out;
}

void grid_run(const struct grid *grid, const int16_t *input, int16_t *output, uint16_t skipped,
    void (*window)(const void *owner, const struct span *y, const struct span *x), const void *owner)
{
    const struct axis *down = &grid->y, *right = &grid->x;
    struct span y, x;
    box_stride = 2 * (uint16_t)right->stride;
    int32_t row_bytes = 2 * (int32_t)((uint32_t)down->stride * right->size);
    for (uint16_t row = 0; row < down->out; row += y.count)
    {
        span_at(down, row, &y);
        for (uint16_t column = 0; column < right->out; column += x.count)
        {
            span_at(right, column, &x);
            uint16_t area = y.count * x.count;
            if (skipped >= area)
            {
                skipped -= area;
                continue;
            }

            /* Outputs of the box that are there already. */
            uint16_t rows = skipped == 0 ? 0 : skipped / x.count;
            uint16_t columns = skipped == 0 ? 0 : skipped % x.count;
            skipped = 0;
            window(owner, &y, &x);
            int32_t place_y = y.origin + (int32_t)((uint32_t)rows * down->stride), place_x = x.origin + (int32_t)((uint32_t)columns * right->stride);
            if (grid->starts_inside)
            {
                place_y += (uint16_t)y.tap * down->dilation;
                place_x += (uint16_t)x.tap * right->dilation;
            }

            box_input = input + (place_y * (int32_t)right->size + place_x);
            box_output = output + ((uint32_t)(uint16_t)(row + rows) * right->out + column + columns);
            box_first = x.count - columns;
            box_width = x.count;
            box_height = y.count - rows;
            box_input_row = row_bytes - 2 * (int32_t)((uint32_t)x.count * right->stride);
            box_output_row = 2 * (int32_t)(uint16_t)(right->out - x.count);
            box_compute();
        }
    }
}

void box_run_line(const int16_t *input, int16_t *output, uint16_t count)
{
    if (count == 0)
        return;
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
