using System.Buffers;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Quantization;

/// <summary>What an operation does with the memory that holds all values.</summary>
/// <param name="memory">All values.</param>
/// <param name="saturations">Clamps of each value that were not its function's.</param>
internal delegate void IntegerKernel(Span<short> memory, Span<long> saturations);

/// <summary>Makes operations ready to run. This is the reference: what the firmware computes is this, bit for bit, whatever the order of the sums.</summary>
internal static class IntegerKernels
{
    /// <summary>Makes one operation ready.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="values">All values.</param>
    /// <param name="offsets">Where each value's first element lies.</param>
    public static IntegerKernel Prepare(IntegerOperation operation, IReadOnlyList<IntegerValue> values, ReadOnlySpan<int> offsets)
    {
        Place[] inputs = new Place[operation.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = new Place(offsets[operation.Inputs[i]], values[operation.Inputs[i]].Length);
        }

        Place output = new(offsets[operation.Output], values[operation.Output].Length);
        Clamp clamp = new(values[operation.Output], operation.Output);
        return operation switch
        {
            ConvolutionOperation convolution => Convolution(convolution, inputs[0], output, clamp),
            FullyConnectedOperation connected => FullyConnected(connected, inputs[0], output, clamp),
            MaximumPoolOperation pool => MaximumPool(pool, inputs[0], output, clamp),
            AveragePoolOperation pool => AveragePool(pool, inputs[0], output, clamp),
            AdditionOperation sum => Elements(output, clamp, inputs[0], inputs[1], 1, (a, b) => FixedPoint.Round((a * sum.FirstFactor) + (b * sum.SecondFactor), sum.Shift)),
            MultiplicationOperation product => Elements(output, clamp, inputs[0], inputs[1], product.Run, (a, b) => FixedPoint.Round(a * b, product.Shift)),
            ScaleOperation scale => Elements(output, clamp, inputs[0], inputs[0], 1, (a, _) => FixedPoint.Round(a * (a < 0 ? scale.NegativeFactor : scale.Factor), scale.Shift)),
            SigmoidOperation sigmoid => Elements(output, clamp, inputs[0], inputs[0], 1, (a, _) => TanhTable.Apply(sigmoid, a)),
            CopyOperation copy => Copy(copy, inputs[0], output),
            FillOperation fill => (memory, _) => output.In(memory).Fill(fill.Element),
            _ => throw new UnreachableException(),
        };
    }

    private static IntegerKernel Elements(Place output, Clamp clamp, Place first, Place second, int run, Func<int, int, int> function) => (memory, saturations) =>
    {
        Span<short> a = first.In(memory);
        Span<short> b = second.In(memory);
        Span<short> y = output.In(memory);
        long saturated = 0;
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = clamp.Apply(function(a[i], b[run == 1 ? i : i / run]), ref saturated);
        }

        saturations[clamp.Value] += saturated;
    };

    private static IntegerKernel Copy(CopyOperation copy, Place input, Place output) => (memory, _) =>
    {
        Span<short> from = input.In(memory);
        Span<short> to = output.In(memory);
        for (int outer = 0; outer < copy.Size.Channels; outer++)
        {
            for (int middle = 0; middle < copy.Size.Height; middle++)
            {
                for (int inner = 0; inner < copy.Size.Width; inner++)
                {
                    to[copy.To.At(outer, middle, inner)] = from[copy.From.At(outer, middle, inner)];
                }
            }
        }
    };

    private static IntegerKernel MaximumPool(MaximumPoolOperation pool, Place input, Place output, Clamp clamp) => (memory, saturations) =>
    {
        Span<short> from = input.In(memory);
        Span<short> to = output.In(memory);
        long saturated = 0;
        int position = 0;
        for (int channel = 0; channel < pool.InputSize.Channels; channel++)
        {
            ReadOnlySpan<short> plane = from.Slice(channel * pool.InputSize.Plane, pool.InputSize.Plane);
            for (int y = 0; y < pool.OutputSize.Height; y++)
            {
                Taps rows = Taps.Vertical(pool.Window, y, pool.InputSize.Height);
                for (int x = 0; x < pool.OutputSize.Width; x++)
                {
                    Taps columns = Taps.Horizontal(pool.Window, x, pool.InputSize.Width);
                    int largest = short.MinValue;
                    for (int row = rows.First; row < rows.End; row += rows.Step)
                    {
                        for (int column = columns.First; column < columns.End; column += columns.Step)
                        {
                            largest = Math.Max(largest, plane[(row * pool.InputSize.Width) + column]);
                        }
                    }

                    to[position++] = clamp.Apply(FixedPoint.Round(largest, pool.Shift), ref saturated);
                }
            }
        }

        saturations[clamp.Value] += saturated;
    };

    private static IntegerKernel AveragePool(AveragePoolOperation pool, Place input, Place output, Clamp clamp) => (memory, saturations) =>
    {
        Span<short> from = input.In(memory);
        Span<short> to = output.In(memory);
        long saturated = 0;
        long half = 1L << (pool.Shift - 1);
        int position = 0;
        for (int channel = 0; channel < pool.InputSize.Channels; channel++)
        {
            ReadOnlySpan<short> plane = from.Slice(channel * pool.InputSize.Plane, pool.InputSize.Plane);
            for (int y = 0; y < pool.OutputSize.Height; y++)
            {
                Taps rows = Taps.Vertical(pool.Window, y, pool.InputSize.Height);
                for (int x = 0; x < pool.OutputSize.Width; x++)
                {
                    Taps columns = Taps.Horizontal(pool.Window, x, pool.InputSize.Width);
                    int sum = 0;
                    int count = 0;
                    for (int row = rows.First; row < rows.End; row += rows.Step)
                    {
                        for (int column = columns.First; column < columns.End; column += columns.Step)
                        {
                            sum += plane[(row * pool.InputSize.Width) + column];
                            count++;
                        }
                    }

                    short multiplier = pool.Multipliers[pool.Multipliers.Length == 1 ? 0 : count - 1];
                    to[position++] = clamp.Apply((int)((((long)sum * multiplier) + half) >> pool.Shift), ref saturated);
                }
            }
        }

        saturations[clamp.Value] += saturated;
    };

    private static IntegerKernel FullyConnected(FullyConnectedOperation connected, Place input, Place output, Clamp clamp)
    {
        EncodedWeights weights = connected.Weights;
        short[] matrix = weights.Decode();
        (int[] Columns, short[] Weights)?[] sparse = [.. Enumerable.Range(0, weights.Rows).Select(row => SparseRow(matrix.AsSpan(row * weights.Columns, weights.Columns)))];
        return (memory, saturations) =>
        {
            ReadOnlySpan<short> x = input.In(memory);
            Span<short> y = output.In(memory);
            long saturated = 0;
            for (int row = 0; row < y.Length; row++)
            {
                int sum = connected.Start(row) + (sparse[row] is var (columns, values) ? Gather(x, columns, values) : Dot(x, matrix.AsSpan(row * x.Length, x.Length)));
                y[row] = clamp.Apply(sum >> connected.Shift(row), ref saturated);
            }

            saturations[clamp.Value] += saturated;
        };
    }

    // Below one in eight, looking the elements up is faster than multiplying all of them.
    private static (int[] Columns, short[] Weights)? SparseRow(ReadOnlySpan<short> row)
    {
        int[] columns = new int[row.Length - row.Count((short)0)];
        if (columns.Length * 8 > row.Length)
        {
            return null;
        }

        short[] values = new short[columns.Length];
        int entry = 0;
        for (int column = 0; column < row.Length; column++)
        {
            if (row[column] != 0)
            {
                columns[entry] = column;
                values[entry++] = row[column];
            }
        }

        return (columns, values);
    }

    private static int Gather(ReadOnlySpan<short> x, ReadOnlySpan<int> columns, ReadOnlySpan<short> weights)
    {
        int sum = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            sum += x[columns[i]] * weights[i];
        }

        return sum;
    }

    private static int Dot(ReadOnlySpan<short> x, ReadOnlySpan<short> weights)
    {
        Vector<int> sums = default;
        int i = 0;
        for (; i + Vector<short>.Count <= x.Length; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(x[i..]), out Vector<int> low, out Vector<int> high);
            Vector.Widen(new Vector<short>(weights[i..]), out Vector<int> lowWeights, out Vector<int> highWeights);
            sums += (low * lowWeights) + (high * highWeights);
        }

        int sum = Vector.Sum(sums);
        for (; i < x.Length; i++)
        {
            sum += x[i] * weights[i];
        }

        return sum;
    }

    private static IntegerKernel Convolution(ConvolutionOperation convolution, Place input, Place output, Clamp clamp) =>
        convolution.Window is { StrideHeight: 1, StrideWidth: 1 } ? UnitStride(convolution, input, output, clamp) : Strided(convolution, input, output, clamp);

    // Where windows move by one, a weight goes with one long run of the map with its margins: rows of results are as far apart as rows of that
    // map, and what is computed between their ends is left.
    private static IntegerKernel UnitStride(ConvolutionOperation convolution, Place input, Place output, Clamp clamp)
    {
        (MapSize map, MapSize result, Margins margins) = (convolution.InputSize, convolution.OutputSize, convolution.Window.Margins);
        MapSize wide = new(map.Channels, map.Height + margins.Top + margins.Bottom, map.Width + margins.Left + margins.Right);
        short[] matrix = convolution.Weights.Decode();
        Run[][] filters = [.. Enumerable.Range(0, result.Channels).Select(filter => Run.Of(convolution, matrix, filter, wide))];
        int length = ((result.Height - 1) * wide.Width) + result.Width;
        return (memory, saturations) =>
        {
            int[] rentedMap = ArrayPool<int>.Shared.Rent(wide.Count);
            int[] rentedSums = ArrayPool<int>.Shared.Rent(length);
            Span<int> widened = rentedMap.AsSpan(0, wide.Count);
            Span<int> sums = rentedSums.AsSpan(0, length);
            Widen(input.In(memory), map, margins, wide, widened);
            Span<short> to = output.In(memory);
            long saturated = 0;
            int position = 0;
            for (int filter = 0; filter < filters.Length; filter++)
            {
                sums.Fill(convolution.Start(filter));
                foreach (Run run in filters[filter])
                {
                    run.AddTo(sums, widened);
                }

                int shift = convolution.Shift(filter);
                for (int y = 0; y < result.Height; y++)
                {
                    foreach (int sum in sums.Slice(y * wide.Width, result.Width))
                    {
                        to[position++] = clamp.Apply(sum >> shift, ref saturated);
                    }
                }
            }

            ArrayPool<int>.Shared.Return(rentedMap);
            ArrayPool<int>.Shared.Return(rentedSums);
            saturations[clamp.Value] += saturated;
        };
    }

    private static void Widen(ReadOnlySpan<short> from, MapSize map, Margins margins, MapSize wide, Span<int> to)
    {
        to.Clear();
        for (int row = 0; row < map.Channels * map.Height; row++)
        {
            (int channel, int y) = Math.DivRem(row, map.Height);
            Span<int> target = to.Slice((channel * wide.Plane) + ((y + margins.Top) * wide.Width) + margins.Left, map.Width);
            for (int x = 0; x < target.Length; x++)
            {
                target[x] = from[(row * map.Width) + x];
            }
        }
    }

    private static IntegerKernel Strided(ConvolutionOperation convolution, Place input, Place output, Clamp clamp)
    {
        Tap[][] filters = Filters(convolution);
        int plane = convolution.OutputSize.Plane;
        return (memory, saturations) =>
        {
            ReadOnlySpan<short> from = input.In(memory);
            Span<short> to = output.In(memory);
            int[] rented = ArrayPool<int>.Shared.Rent(plane);
            Span<int> sums = rented.AsSpan(0, plane);
            long saturated = 0;
            for (int filter = 0; filter < filters.Length; filter++)
            {
                sums.Fill(convolution.Start(filter));
                foreach (Tap tap in filters[filter])
                {
                    tap.AddTo(sums, from);
                }

                int shift = convolution.Shift(filter);
                Span<short> results = to.Slice(filter * plane, plane);
                for (int i = 0; i < results.Length; i++)
                {
                    results[i] = clamp.Apply(sums[i] >> shift, ref saturated);
                }
            }

            ArrayPool<int>.Shared.Return(rented);
            saturations[clamp.Value] += saturated;
        };
    }

    private static Tap[][] Filters(ConvolutionOperation convolution)
    {
        short[] weights = convolution.Weights.Decode();
        Window window = convolution.Window;
        MapSize map = convolution.InputSize;
        int columns = convolution.Weights.Columns;
        int channelsOfGroup = map.Channels / convolution.Groups;
        int filtersOfGroup = convolution.OutputSize.Channels / convolution.Groups;
        var filters = new Tap[convolution.Weights.Rows][];
        for (int filter = 0; filter < filters.Length; filter++)
        {
            List<Tap> taps = [];
            int firstChannel = filter / filtersOfGroup * channelsOfGroup;
            for (int column = 0; column < columns; column++)
            {
                short weight = weights[(filter * columns) + column];
                (int rest, int x) = Math.DivRem(column, window.Width);
                (int channel, int y) = Math.DivRem(rest, window.Height);
                if (weight != 0 && Tap.TryCreate(convolution, firstChannel + channel, y, x, weight) is { } tap)
                {
                    taps.Add(tap);
                }
            }

            filters[filter] = [.. taps];
        }

        return filters;
    }

    /// <summary>Where a value lies.</summary>
    private readonly record struct Place(int Offset, int Length)
    {
        public Span<short> In(Span<short> memory) => memory.Slice(Offset, Length);
    }

    /// <summary>The bounds of a value, and whether clamping at them is a saturation.</summary>
    private readonly struct Clamp(IntegerValue value, int index)
    {
        private readonly int _low = value.Low;
        private readonly int _high = value.High;
        private readonly bool _countsLow = value.Low == -value.Limit;
        private readonly bool _countsHigh = value.High == value.Limit;

        public int Value { get; } = index;

        public short Apply(int result, ref long saturated)
        {
            if (result > _high)
            {
                saturated += _countsHigh ? 1 : 0;
                return (short)_high;
            }

            if (result < _low)
            {
                saturated += _countsLow ? 1 : 0;
                return (short)_low;
            }

            return (short)result;
        }
    }

    /// <summary>The rows or columns of a map under a window: those inside the map.</summary>
    private readonly record struct Taps(int First, int End, int Step)
    {
        public static Taps Vertical(Window window, int position, int size) => Of((position * window.StrideHeight) - window.Margins.Top, window.Height, window.DilationHeight, size);

        public static Taps Horizontal(Window window, int position, int size) => Of((position * window.StrideWidth) - window.Margins.Left, window.Width, window.DilationWidth, size);

        private static Taps Of(int first, int count, int step, int size)
        {
            int end = Math.Min(size, first + ((count - 1) * step) + 1);
            return new Taps(first < 0 ? first + ((-first + step - 1) / step * step) : first, end, step);
        }
    }

    /// <summary>Four weights of a filter, and where each one's run of the map with margins begins. Those that are missing are 0.</summary>
    private readonly record struct Run(int Weight0, int Source0, int Weight1, int Source1, int Weight2, int Source2, int Weight3, int Source3)
    {
        public static Run[] Of(ConvolutionOperation convolution, short[] matrix, int filter, MapSize wide)
        {
            Window window = convolution.Window;
            int columns = convolution.Weights.Columns;
            int channelsOfGroup = wide.Channels / convolution.Groups;
            int firstChannel = filter / (convolution.OutputSize.Channels / convolution.Groups) * channelsOfGroup;
            ReadOnlySpan<short> weights = matrix.AsSpan(filter * columns, columns);
            List<(int Weight, int Source)> taps = [];
            for (int column = 0; column < columns; column++)
            {
                (int rest, int x) = Math.DivRem(column, window.Width);
                (int channel, int y) = Math.DivRem(rest, window.Height);
                if (weights[column] != 0)
                {
                    taps.Add((weights[column], ((firstChannel + channel) * wide.Plane) + (y * window.DilationHeight * wide.Width) + (x * window.DilationWidth)));
                }
            }

            while (taps.Count % 4 != 0)
            {
                taps.Add((0, 0));
            }

            return [.. taps.Chunk(4).Select(four => new Run(four[0].Weight, four[0].Source, four[1].Weight, four[1].Source, four[2].Weight, four[2].Source, four[3].Weight, four[3].Source))];
        }

        public void AddTo(Span<int> sums, ReadOnlySpan<int> map)
        {
            ref int first = ref MemoryMarshal.GetReference(map.Slice(Source0, sums.Length));
            ref int second = ref MemoryMarshal.GetReference(map.Slice(Source1, sums.Length));
            ref int third = ref MemoryMarshal.GetReference(map.Slice(Source2, sums.Length));
            ref int fourth = ref MemoryMarshal.GetReference(map.Slice(Source3, sums.Length));
            ref int target = ref MemoryMarshal.GetReference(sums);
            nuint i = 0;
            for (; i + (nuint)Vector<int>.Count <= (nuint)sums.Length; i += (nuint)Vector<int>.Count)
            {
                Vector<int> sum = (Vector.LoadUnsafe(ref first, i) * Weight0) + (Vector.LoadUnsafe(ref second, i) * Weight1)
                    + (Vector.LoadUnsafe(ref third, i) * Weight2) + (Vector.LoadUnsafe(ref fourth, i) * Weight3);
                (Vector.LoadUnsafe(ref target, i) + sum).StoreUnsafe(ref target, i);
            }

            for (; i < (nuint)sums.Length; i++)
            {
                int at = (int)i;
                sums[at] += (Weight0 * map[Source0 + at]) + (Weight1 * map[Source1 + at]) + (Weight2 * map[Source2 + at]) + (Weight3 * map[Source3 + at]);
            }
        }
    }

    /// <summary>One weight of a filter, and the positions that it has a part in.</summary>
    private readonly record struct Tap(int Weight, int Source, int SourceRow, int SourceStep, int Target, int TargetRow, int Rows, int Columns)
    {
        public static Tap? TryCreate(ConvolutionOperation convolution, int channel, int y, int x, int weight)
        {
            (MapSize map, MapSize result, Window window) = (convolution.InputSize, convolution.OutputSize, convolution.Window);
            int firstRow = (y * window.DilationHeight) - window.Margins.Top;
            int firstColumn = (x * window.DilationWidth) - window.Margins.Left;
            (int fromY, int toY) = Positions(firstRow, window.StrideHeight, map.Height, result.Height);
            (int fromX, int toX) = Positions(firstColumn, window.StrideWidth, map.Width, result.Width);
            if (fromY >= toY || fromX >= toX)
            {
                return null;
            }

            int row = firstRow + (fromY * window.StrideHeight);
            int column = firstColumn + (fromX * window.StrideWidth);
            return new Tap(
                weight,
                (channel * map.Plane) + (row * map.Width) + column,
                window.StrideHeight * map.Width,
                window.StrideWidth,
                (fromY * result.Width) + fromX,
                result.Width,
                toY - fromY,
                toX - fromX);
        }

        public void AddTo(Span<int> sums, ReadOnlySpan<short> map)
        {
            for (int row = 0; row < Rows; row++)
            {
                Span<int> target = sums.Slice(Target + (row * TargetRow), Columns);
                ReadOnlySpan<short> source = map.Slice(Source + (row * SourceRow), ((Columns - 1) * SourceStep) + 1);
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] += Weight * source[i * SourceStep];
                }
            }
        }

        // Positions p with 0 <= first + p * stride < size.
        private static (int From, int To) Positions(int first, int stride, int size, int count)
        {
            int from = first >= 0 ? 0 : (-first + stride - 1) / stride;
            int to = first >= size ? 0 : Math.Min(count, ((size - 1 - first) / stride) + 1);
            return (from, to);
        }
    }
}
