using System.Numerics.Tensors;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>Makes a step: adds up the gradients of a batch's parts, in their order, and moves the parameters.</summary>
internal sealed class ParameterUpdate
{
    private const int PieceElements = 1 << 13;
    private const float SecondDecay = 0.999f;
    private const float Smallest = 1e-8f;

    private readonly TrainingOptions _options;
    private readonly List<Piece> _pieces = [];

    /// <summary>Steps for parameters.</summary>
    /// <param name="plan">Which layers are trained.</param>
    /// <param name="parameters">Changed by each step.</param>
    /// <param name="options">Optimiser and its rates.</param>
    public ParameterUpdate(Plan plan, ParameterSet parameters, TrainingOptions options)
    {
        _options = options;
        Parameters = parameters;
        Moments = [.. Enumerable.Range(0, options.Optimizer == Optimizer.Adam ? 2 : 1).Select(_ => parameters.Zeros())];
        foreach (bool isFirst in (bool[])[true, false])
        {
            for (int layer = 0; layer < parameters.First.Length; layer++)
            {
                int length = plan.IsTrained(layer) ? (isFirst ? parameters.First : parameters.Second)[layer].Length : 0;
                for (int start = 0; start < length; start += PieceElements)
                {
                    _pieces.Add(new Piece(layer, isFirst, start, Math.Min(PieceElements, length - start)));
                }
            }
        }
    }

    /// <summary>The parameters.</summary>
    public ParameterSet Parameters { get; }

    /// <summary>The running means: velocity, or first and second moments.</summary>
    public ParameterSet[] Moments { get; }

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>One step.</summary>
    /// <param name="parts">Gradients of the batch's parts; the first is overwritten.</param>
    /// <param name="learningRate">Learning rate.</param>
    public void Step(ReadOnlyMemory<ParameterSet> parts, double learningRate)
    {
        Steps++;
        Work.For(_pieces.Count, _options.Threads, n => Move(_pieces[n], parts.Span, learningRate));
    }

    private void Move(Piece piece, ReadOnlySpan<ParameterSet> parts, double learningRate)
    {
        Span<float> gradient = piece.Of(parts[0]);
        foreach (ParameterSet part in parts[1..])
        {
            TensorPrimitives.Add(gradient, piece.Of(part), gradient);
        }

        float decay = piece.IsFirst ? (float)_options.WeightDecay : 0;
        if (_options.Optimizer == Optimizer.Adam)
        {
            Adam(piece.Of(Parameters), gradient, piece.Of(Moments[0]), piece.Of(Moments[1]), learningRate, decay);
        }
        else
        {
            Sgd(piece.Of(Parameters), gradient, piece.Of(Moments[0]), (float)learningRate, decay);
        }
    }

    private void Sgd(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> velocity, float rate, float decay)
    {
        float momentum = (float)_options.Momentum;
        for (int n = 0; n < parameters.Length; n++)
        {
            velocity[n] = (momentum * velocity[n]) + (gradient[n] + (decay * parameters[n]));
            parameters[n] -= rate * velocity[n];
        }
    }

    private void Adam(Span<float> parameters, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, double learningRate, float decay)
    {
        float firstDecay = (float)_options.Momentum;
        float rate = (float)learningRate;
        float firstScale = 1 / (1 - Power(firstDecay, Steps));
        float secondScale = 1 / (1 - Power(SecondDecay, Steps));
        for (int n = 0; n < parameters.Length; n++)
        {
            first[n] = (firstDecay * first[n]) + ((1 - firstDecay) * gradient[n]);
            second[n] = (SecondDecay * second[n]) + ((1 - SecondDecay) * gradient[n] * gradient[n]);
            float step = firstScale * first[n] / (MathF.Sqrt(secondScale * second[n]) + Smallest);
            parameters[n] -= rate * (step + (decay * parameters[n]));
        }
    }

    // By squaring: the library's power is not the same on every host.
    private static float Power(double number, long exponent)
    {
        double result = 1;
        for (; exponent > 0; exponent >>= 1, number *= number)
        {
            result = (exponent & 1) != 0 ? result * number : result;
        }

        return (float)result;
    }

    private readonly record struct Piece(int Layer, bool IsFirst, int Start, int Length)
    {
        public Span<float> Of(ParameterSet set) => (IsFirst ? set.First : set.Second)[Layer].AsSpan(Start, Length);
    }
}
