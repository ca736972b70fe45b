using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>
/// What must hold of a network that goes to a device: everything lies inside its value, nothing is read before it is written, no window
/// misses its map, no accumulator can overflow. Networks from files are checked by the same rules as our own.
/// </summary>
internal static class NetworkCheck
{
    private const int MostElements = 1 << 20;
    private const int MostOperations = 4096;
    private const long MostMacs = 10_000_000_000;

    /// <summary>Checks a network.</summary>
    /// <exception cref="ModelException">Something does not hold.</exception>
    public static void Check(IntegerNetwork network)
    {
        CheckValues(network);
        CheckOrder(network);
        foreach (IntegerOperation operation in network.AllOperations)
        {
            CheckSizes(network, operation);
        }

        Expect(network.AllOperations.Sum(Work) <= MostMacs, network.Name, "more than 10,000,000,000 multiplications", "a network for a microcontroller");
    }

    /// <summary>Checks that a pooling window never lies beside its map.</summary>
    /// <exception cref="ModelException">It does.</exception>
    public static void CheckTouches(string name, Window window, Shape input, Shape output) => Expect(
        Touches(output[1], window.StrideHeight, window.Margins.Top, window.Height, window.DilationHeight, input[1])
            && Touches(output[2], window.StrideWidth, window.Margins.Left, window.Width, window.DilationWidth, input[2]),
        name,
        $"window {window}",
        "one that always has a part of the map under it");

    private static void CheckValues(IntegerNetwork network)
    {
        ImmutableArray<IntegerValue> values = network.Values;
        int operations = network.Operations.Length + network.ExitOperations.Length;
        Expect(values.Length is >= 1 and <= MostOperations * 2 && operations <= MostOperations, network.Name, $"{values.Length} values and {operations} operations", $"1 to {MostOperations} operations");
        long elements = 0;
        foreach (IntegerValue value in values)
        {
            Expect(value.Length is >= 1 and <= MostElements, value.Name, $"{value.Length} elements", $"1 to {MostElements}");
            Expect(Math.Abs((long)value.Exponent) <= 2 * FixedPoint.LargestExponent, value.Name, $"exponent {value.Exponent}", $"at most {2 * FixedPoint.LargestExponent} in magnitude");
            Expect(
                value.Limit is >= 1 and <= FixedPoint.Limit && value.Low >= -value.Limit && value.High <= value.Limit && value.Low <= value.High,
                value.Name,
                $"bounds {value.Low} to {value.High} of limit {value.Limit}",
                $"bounds in order, within a limit of at most {FixedPoint.Limit}");
            Expect(
                value.Parent == -1 || (value.Parent >= 0 && value.Parent < values.Length && values[value.Parent].Parent == -1 && value.Start >= 0 && value.Start <= values[value.Parent].Length - value.Length),
                value.Name,
                $"{value.Length} elements from {value.Start} of value {value.Parent}",
                "a part that lies within a whole");
            elements += value.Length;
        }

        Expect(elements <= 8 * MostElements, network.Name, $"{elements} elements", $"at most {8 * MostElements}");
    }

    private static void CheckOrder(IntegerNetwork network)
    {
        bool[] written = new bool[network.Values.Length];
        written[0] = true;
        Expect(network.Values[0].Parent < 0, network.Values[0].Name, "an input that is part of another value", "a value of its own");
        int exit = 0;
        for (int done = 0; ; done++)
        {
            for (; exit < network.Exits.Length && network.Exits[exit].After == done; exit++)
            {
                IntegerExit taken = network.Exits[exit];
                Expect(
                    taken.First >= 0 && taken.Count >= 0 && taken.First <= network.ExitOperations.Length - taken.Count, taken.Name, $"operations {taken.First} to {(long)taken.First + taken.Count}", $"some of {network.ExitOperations.Length}");
                foreach (IntegerOperation operation in network.OperationsOf(taken))
                {
                    CheckOne(operation);
                }

                ExpectWritten(taken.Name, taken.Logits);
            }

            if (done == network.Operations.Length)
            {
                break;
            }

            CheckOne(network.Operations[done]);
        }

        Expect(exit == network.Exits.Length, network.Name, $"an exit after {(exit < network.Exits.Length ? network.Exits[exit].After : 0)} operations", "exits in the order of the operations");
        ExpectWritten(network.Name, network.Output);

        void CheckOne(IntegerOperation operation)
        {
            foreach (int input in operation.Inputs)
            {
                ExpectWritten(operation.Name, input);
            }

            Expect(operation.Output > 0 && operation.Output < written.Length, operation.Name, $"output {operation.Output}", $"a value from 1 to {written.Length - 1}");
            int whole = Root(operation.Output);
            Expect(whole != 0 && !operation.Inputs.Any(input => Overlap(input, operation.Output)), operation.Name, $"output {operation.Output} over an input", "an output apart from the inputs");
            written[operation.Output] = true;
            written[whole] = true;
        }

        void ExpectWritten(string name, int value)
        {
            Expect(value >= 0 && value < written.Length, name, $"value {value}", $"a value from 0 to {written.Length - 1}");
            Expect(written[value] || (network.Values[value].Parent >= 0 && written[network.Values[value].Parent]), name, $"value {value}, which nothing has written", "a value computed before it");
        }

        int Root(int value) => network.Values[value].Parent is >= 0 and var parent ? parent : value;

        bool Overlap(int a, int b)
        {
            (IntegerValue first, IntegerValue second) = (network.Values[a], network.Values[b]);
            return Root(a) == Root(b) && first.Start < second.Start + second.Length && second.Start < first.Start + first.Length;
        }
    }

    private static void CheckSizes(IntegerNetwork network, IntegerOperation operation)
    {
        IntegerValue output = network.Values[operation.Output];
        IntegerValue[] inputs = [.. operation.Inputs.Select(input => network.Values[input])];
        int expected = operation switch { FillOperation => 0, AdditionOperation or MultiplicationOperation => 2, _ => 1 };
        Expect(inputs.Length == expected, operation.Name, $"{inputs.Length} inputs", $"{expected}");
        switch (operation)
        {
            case ConvolutionOperation convolution:
                CheckMaps(operation, convolution.InputSize, convolution.OutputSize, convolution.Window, inputs[0], output);
                (int groups, EncodedWeights filters) = (convolution.Groups, convolution.Weights);
                bool divides = groups >= 1 && convolution.InputSize.Channels % groups == 0 && convolution.OutputSize.Channels % groups == 0;
                Expect(
                    divides && filters.Rows == convolution.OutputSize.Channels && filters.Columns == (long)convolution.InputSize.Channels / groups * convolution.Window.Height * convolution.Window.Width,
                    operation.Name,
                    $"{filters.Rows}x{filters.Columns} weights in {groups} groups",
                    "a row for each channel written, a column for each tap");
                Expect(
                    SparseFilters.CanRun(filters, convolution.Window, convolution.InputSize, groups),
                    operation.Name,
                    $"sparse filters of {filters.MostEntriesOfRow()} entries, {convolution.Window.Height * convolution.Window.Width} taps and a reach of {SparseFilters.Reach(convolution.Window, convolution.InputSize, groups)} bytes",
                    $"at most {SparseFilters.MostEntries}, {SparseFilters.MostTaps} and {SparseFilters.MostBytes}, or dense ones");
                CheckWeighted(convolution, inputs[0]);
                break;
            case FullyConnectedOperation connected:
                ExpectLength(operation, inputs[0], connected.Weights.Columns);
                ExpectLength(operation, output, connected.Weights.Rows);
                CheckWeighted(connected, inputs[0]);
                break;
            case MaximumPoolOperation pool:
                CheckMaps(operation, pool.InputSize, pool.OutputSize, pool.Window, inputs[0], output);
                CheckPool(operation, pool.InputSize, pool.OutputSize, pool.Window);
                ExpectShift(operation, pool.Shift, 0, 15);
                break;
            case AveragePoolOperation pool:
                CheckMaps(operation, pool.InputSize, pool.OutputSize, pool.Window, inputs[0], output);
                CheckPool(operation, pool.InputSize, pool.OutputSize, pool.Window);
                ExpectShift(operation, pool.Shift, 1, 31);
                int taps = pool.Window.Height * pool.Window.Width;
                Expect(pool.Multipliers.Length == 1 || pool.Multipliers.Length == taps, operation.Name, $"{pool.Multipliers.Length} multipliers", $"1 or {taps}");
                ExpectNoOverflow(operation, (long)taps * inputs[0].Magnitude, 0);
                ExpectNoOverflow(operation, ((long)taps * inputs[0].Magnitude * pool.Multipliers.Max(multiplier => Math.Abs((int)multiplier))) >> pool.Shift, 0);
                break;
            case AdditionOperation addition:
                ExpectLength(operation, inputs[0], output.Length);
                ExpectLength(operation, inputs[1], output.Length);
                ExpectShift(operation, addition.Shift, 0, 30);
                ExpectNoOverflow(operation, ((long)inputs[0].Magnitude * Math.Abs((int)addition.FirstFactor)) + ((long)inputs[1].Magnitude * Math.Abs((int)addition.SecondFactor)), addition.Shift);
                break;
            case MultiplicationOperation multiplication:
                ExpectLength(operation, inputs[0], output.Length);
                Expect(multiplication.Run >= 1 && output.Length % multiplication.Run == 0, operation.Name, $"runs of {multiplication.Run}", $"a divisor of {output.Length}");
                ExpectLength(operation, inputs[1], output.Length / multiplication.Run);
                ExpectShift(operation, multiplication.Shift, 0, 30);
                ExpectNoOverflow(operation, (long)inputs[0].Magnitude * inputs[1].Magnitude, multiplication.Shift);
                break;
            case ScaleOperation scale:
                ExpectLength(operation, inputs[0], output.Length);
                ExpectShift(operation, scale.Shift, 0, 30);
                ExpectNoOverflow(operation, (long)inputs[0].Magnitude * Math.Max(Math.Abs((int)scale.Factor), Math.Abs((int)scale.NegativeFactor)), scale.Shift);
                break;
            case SigmoidOperation sigmoid:
                ExpectLength(operation, inputs[0], output.Length);
                ExpectShift(operation, sigmoid.Shift, 0, 15);
                ExpectShift(operation, sigmoid.ArgumentShift, -30, 30);
                break;
            case CopyOperation copy:
                Expect(IsMap(copy.Size) && Reaches(copy.From, copy.Size, inputs[0].Length) && Reaches(copy.To, copy.Size, output.Length), operation.Name, "a copy beyond a value", "one within both values");
                Expect(inputs[0].Low >= output.Low && inputs[0].High <= output.High, operation.Name, "a copy out of bounds", "bounds as wide as those of the input");
                break;
            case FillOperation fill:
                Expect(fill.Element >= output.Low && fill.Element <= output.High, operation.Name, $"element {fill.Element}", $"one from {output.Low} to {output.High}");
                break;
        }
    }

    private static void CheckWeighted(WeightedOperation operation, IntegerValue input)
    {
        int rows = operation.Weights.Rows;
        Expect(operation.Shifts.Length == 1 || operation.Shifts.Length == rows, operation.Name, $"{operation.Shifts.Length} shifts", $"1 or {rows}");
        Expect(operation.Biases.Length == 0 || operation.Biases.Length == rows, operation.Name, $"{operation.Biases.Length} biases", $"0 or {rows}");
        ExpectShift(operation, operation.BiasShift, 0, FixedPoint.LargestFactorExponent);
        foreach (byte shift in operation.Shifts)
        {
            ExpectShift(operation, shift, 0, 30);
        }

        short[] weights = operation.Weights.Decode();
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<short> filter = weights.AsSpan(row * operation.Weights.Columns, operation.Weights.Columns);
            Expect(!filter.Contains(short.MinValue), operation.Name, "a weight of -32768", "weights from -32767");
            ExpectNoOverflow(operation, Reach(filter, input) + Math.Abs((long)operation.Start(row)), 0);
        }
    }

    /// <summary>Largest magnitude that a sum of products can have on the way, in whatever order they are added.</summary>
    private static long Reach(ReadOnlySpan<short> weights, IntegerValue input)
    {
        long up = 0;
        long down = 0;
        foreach (short weight in weights)
        {
            long atLow = (long)weight * input.Low;
            long atHigh = (long)weight * input.High;
            up += Math.Max(0, Math.Max(atLow, atHigh));
            down -= Math.Min(0, Math.Min(atLow, atHigh));
        }

        return Math.Max(up, down);
    }

    private static void CheckMaps(IntegerOperation operation, MapSize input, MapSize output, Window window, IntegerValue inputValue, IntegerValue outputValue)
    {
        Expect(IsMap(input) && IsMap(output), operation.Name, $"maps {input} and {output}", $"sizes from 1 to 65535, at most {MostElements} elements");
        Margins margins = window.Margins;
        int[] fromOne = [window.Height, window.Width, window.StrideHeight, window.StrideWidth, window.DilationHeight, window.DilationWidth];
        int[] fromZero = [margins.Top, margins.Left, margins.Bottom, margins.Right];
        Expect(fromOne.All(size => size is >= 1 and <= 255) && fromZero.All(size => size is >= 0 and <= 255), operation.Name, $"window {window}", "sizes that fit a byte");
        Expect(window.Positions(input.Height, input.Width) == (output.Height, output.Width), operation.Name, $"a map of {output.Height}x{output.Width}", "as many positions as the window has");
        ExpectLength(operation, inputValue, input.Count);
        ExpectLength(operation, outputValue, output.Count);
    }

    private static void CheckPool(IntegerOperation operation, MapSize input, MapSize output, Window window)
    {
        Expect(input.Channels == output.Channels, operation.Name, $"{output.Channels} channels", $"{input.Channels}");
        CheckTouches(operation.Name, window, [input.Channels, input.Height, input.Width], [output.Channels, output.Height, output.Width]);
    }

    private static bool Touches(int positions, int stride, int margin, int taps, int dilation, int size) =>
        Enumerable.Range(0, positions).All(position => Enumerable.Range(0, taps).Any(tap => (position * stride) - margin + (tap * dilation) is var at && at >= 0 && at < size));

    private static bool IsMap(MapSize size) =>
        size is { Channels: >= 1 and <= ushort.MaxValue, Height: >= 1 and <= ushort.MaxValue, Width: >= 1 and <= ushort.MaxValue } && (long)size.Channels * size.Height * size.Width <= MostElements;

    private static bool Reaches(Stride stride, MapSize size, int length)
    {
        int[] numbers = [stride.Start, stride.Outer, stride.Middle, stride.Inner];
        return numbers.All(number => number >= 0 && number <= length)
            && stride.Start + ((size.Channels - 1L) * stride.Outer) + ((size.Height - 1L) * stride.Middle) + ((size.Width - 1L) * stride.Inner) < length;
    }

    private static long Work(IntegerOperation operation) => operation switch
    {
        MaximumPoolOperation pool => (long)pool.OutputSize.Count * pool.Window.Height * pool.Window.Width,
        AveragePoolOperation pool => (long)pool.OutputSize.Count * pool.Window.Height * pool.Window.Width,
        _ => operation.Macs,
    };

    private static void ExpectLength(IntegerOperation operation, IntegerValue value, long length) =>
        Expect(value.Length == length, operation.Name, $"value {value.Name} of {value.Length} elements", $"{length}");

    private static void ExpectShift(IntegerOperation operation, int shift, int least, int most) =>
        Expect(shift >= least && shift <= most, operation.Name, $"a shift of {shift} bits", $"{least} to {most}: scales that are not too far apart");

    private static void ExpectNoOverflow(IntegerOperation operation, long reach, int shift) =>
        Expect(reach + (shift == 0 ? 0 : 1L << (shift - 1)) <= int.MaxValue, operation.Name, $"sums up to {reach}", "sums that fit 32 bits");

    private static void Expect(bool holds, string source, string found, string expected)
    {
        if (!holds)
        {
            throw new ModelException(source, found, expected);
        }
    }
}
