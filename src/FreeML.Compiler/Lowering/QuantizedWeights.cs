using System.Collections.Immutable;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>The weights of a layer in integers, with exponents at which no sum of products can leave 32 bits.</summary>
internal sealed class QuantizedWeights
{
    private const double Room = int.MaxValue;

    // What rounding a bias can add in the accumulator at most.
    private const double BiasRounding = 1 << FixedPoint.LargestFactorExponent;
    private const int LargestShift = 30;
    private const int ShiftOfEmptyRow = 8;
    private const int LeastExponent = -64;

    private readonly WeightedLayer _layer;
    private readonly int _bits;
    private readonly int _columns;
    private readonly int[] _exponents;
    private readonly short[] _weights;
    private readonly int _inputExponent;

    private QuantizedWeights(WeightedLayer layer, QuantizationOptions options, ValueDraft input, int outputExponent)
    {
        _layer = layer;
        _bits = options.BitsOf(layer.Name);
        _columns = layer.Weights.Count / layer.OutputChannels;
        _inputExponent = input.Exponent;
        _exponents = ChooseExponents(input, outputExponent, options.PerChannel);
        _weights = new short[layer.Weights.Count];
        for (int row = 0; row < _exponents.Length; row++)
        {
            WeightQuantizer.Quantize(Row(row), _bits, _exponents[row], _weights.AsSpan(row * _columns, _columns));
        }

        BiasShift = Enumerable.Range(0, FixedPoint.LargestFactorExponent).FirstOrDefault(Fits, FixedPoint.LargestFactorExponent);
        short[] biases = [.. Enumerable.Range(0, _exponents.Length).Select(row => (short)FixedPoint.Quantize(Bias(row), BiasExponent(row, BiasShift)))];
        Biases = Array.TrueForAll(biases, bias => bias == 0) ? [] : [.. biases];

        bool Fits(int shift) => Enumerable.Range(0, _exponents.Length).All(row => Math.Abs(FixedPoint.Quantize(Bias(row), BiasExponent(row, shift))) <= FixedPoint.Limit);
    }

    /// <summary>One for each row; none if all are 0.</summary>
    public ImmutableArray<short> Biases { get; }

    /// <summary>A bias counts 2^this in the accumulator.</summary>
    public int BiasShift { get; }

    /// <summary>Quantises a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="options">Bits and scales.</param>
    /// <param name="input">The value it reads; its exponent and bounds count.</param>
    /// <param name="outputExponent">Exponent wanted of the result.</param>
    public static QuantizedWeights Of(WeightedLayer layer, QuantizationOptions options, ValueDraft input, int outputExponent) => new(layer, options, input, outputExponent);

    /// <summary>The accumulator's exponent where it is least: the result's cannot be above it.</summary>
    public int FinestOutput(int inputExponent) => _exponents.Min() + inputExponent;

    /// <summary>Right shifts of the accumulators: one for all rows where they are the same.</summary>
    public ImmutableArray<byte> Shifts(int inputExponent, int outputExponent)
    {
        byte[] shifts = [.. _exponents.Select(exponent => (byte)(exponent + inputExponent - outputExponent))];
        return Array.TrueForAll(shifts, shift => shift == shifts[0]) ? [shifts[0]] : [.. shifts];
    }

    /// <summary>As the bytes lie in FRAM: the smallest form, and 8 bits where they are enough.</summary>
    public EncodedWeights Encode()
    {
        bool fitsByte = !_weights.AsSpan().ContainsAnyExceptInRange((short)sbyte.MinValue, (short)sbyte.MaxValue);
        return EncodedWeights.EncodeSmallest(_weights, _exponents.Length, fitsByte ? 8 : 16);
    }

    /// <summary>Bound of the error of a sum: that of the inputs times the true weights, that of the weights times the inputs, that of the bias.</summary>
    public double Error(ValueDraft input)
    {
        double largest = 0;
        for (int row = 0; row < _exponents.Length; row++)
        {
            double error = Math.Abs(Bias(row) - (Biases.IsEmpty ? 0 : Math.ScaleB(Biases[row], -BiasExponent(row, BiasShift))));
            ReadOnlySpan<float> weights = Row(row);
            double step = Math.ScaleB(1, -_exponents[row]);
            for (int column = 0; column < _columns; column++)
            {
                double weight = weights[column];
                error += (Math.Abs(weight) * input.Error) + (Math.Abs(weight - (_weights[(row * _columns) + column] * step)) * input.LargestReal);
            }

            largest = Math.Max(largest, error);
        }

        return largest;
    }

    private ReadOnlySpan<float> Row(int row) => _layer.Weights.Values.AsSpan(row * _columns, _columns);

    private double Bias(int row) => _layer.Bias?.Values[row] ?? 0;

    private int BiasExponent(int row, int shift) => _exponents[row] + _inputExponent - shift;

    private int[] ChooseExponents(ValueDraft input, int outputExponent, bool perChannel)
    {
        int?[] best = [.. Enumerable.Range(0, _layer.OutputChannels).Select(row => WeightQuantizer.BestExponent(Row(row), _bits))];
        int ofEmptyRows = best.Min() ?? outputExponent - input.Exponent + ShiftOfEmptyRow;
        int[] exponents = [.. best.Select((exponent, row) => Fitting(row, exponent ?? ofEmptyRows, input, outputExponent))];
        if (!perChannel)
        {
            Array.Fill(exponents, exponents.Min());
        }

        return exponents;
    }

    private int Fitting(int row, int exponent, ValueDraft input, int outputExponent)
    {
        double up = 0;
        double down = 0;
        int count = 0;
        foreach (float weight in Row(row))
        {
            double atLow = (double)weight * input.Low;
            double atHigh = (double)weight * input.High;
            up += Math.Max(0, Math.Max(atLow, atHigh));
            down -= Math.Min(0, Math.Min(atLow, atHigh));
            count += weight == 0 ? 0 : 1;
        }

        double reach = Math.Max(up, down);
        double rounding = 0.5 * count * Math.Max(Math.Abs(input.Low), Math.Abs(input.High));
        exponent = Math.Min(exponent, outputExponent - input.Exponent + LargestShift);
        while (!Fits())
        {
            exponent = exponent > LeastExponent ? exponent - 1 : throw new ModelException(_layer.Name, $"{count} weights of output {row}, up to {Row(row).ToArray().Max(Math.Abs)}", "sums that fit 32 bits at some scale");
        }

        return exponent;

        bool Fits()
        {
            double bias = Math.ScaleB(Math.Abs(Bias(row)), exponent + input.Exponent);
            double half = Math.ScaleB(1, exponent + input.Exponent - outputExponent - 1);
            return bias <= FixedPoint.Limit * BiasRounding && Math.ScaleB(reach, exponent) + rounding + bias + BiasRounding + half <= Room;
        }
    }
}
