using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>A value while its exponent is still being chosen.</summary>
internal sealed class ValueDraft(string name, int length, int group)
{
    public string Name { get; } = name;

    public int Length { get; } = length;

    /// <summary>Values of one group have one exponent: what goes through a maximum or a copy is not scaled.</summary>
    public int Group { get; set; } = group;

    /// <summary>Greatest magnitude seen in calibration, with headroom.</summary>
    public double Magnitude { get; set; }

    /// <summary>Bounds that belong to the function: 0 of ReLU.</summary>
    public double FunctionLow { get; set; } = double.NegativeInfinity;

    /// <inheritdoc cref="FunctionLow"/>
    public double FunctionHigh { get; set; } = double.PositiveInfinity;

    public int Limit { get; set; } = FixedPoint.Limit;

    public int Exponent { get; set; }

    public int Low { get; set; }

    public int High { get; set; }

    public int Parent { get; set; } = -1;

    public int Start { get; set; }

    public double Error { get; set; }

    /// <summary>What one step of an element means.</summary>
    public double Step => Math.ScaleB(1, -Exponent);

    /// <summary>Greatest magnitude of an element in the value's own unit.</summary>
    public double LargestReal => Math.Max(Math.Abs(Low), Math.Abs(High)) * Step;

    /// <summary>Sets the bounds: those of the bits, of the function, and those that the inputs leave.</summary>
    public void SetBounds(int low, int high)
    {
        Low = Math.Clamp(FixedPoint.Quantize(FunctionLow, Exponent), Math.Max(low, -Limit), Limit);
        High = Math.Max(Low, Math.Clamp(FixedPoint.Quantize(FunctionHigh, Exponent), -Limit, Math.Min(high, Limit)));
    }

    public IntegerValue Finish() => new(Name, Length, Exponent, Low, High, Limit, Parent, Start, Error);
}
