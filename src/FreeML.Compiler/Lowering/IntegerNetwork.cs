using System.Collections.Immutable;

namespace FreeML.Compiler.Lowering;

/// <summary>A value of the device: int16 elements with a common power of two.</summary>
/// <param name="Name">The layer that gives it.</param>
/// <param name="Length">Elements.</param>
/// <param name="Exponent">An element q means q * 2^-exponent.</param>
/// <param name="Low">Least element.</param>
/// <param name="High">Greatest element.</param>
/// <param name="Limit">Bounds at +-limit come from the number of bits, and clamping there is a saturation; others belong to the function (0 of ReLU).</param>
/// <param name="Parent">The value that this is a part of, or -1.</param>
/// <param name="Start">Its first element within the parent.</param>
/// <param name="Error">Bound of the distance from what the float network computes, where nothing saturates; in the value's own unit.</param>
public sealed record IntegerValue(string Name, int Length, int Exponent, int Low, int High, int Limit, int Parent = -1, int Start = 0, double Error = 0)
{
    /// <summary>Greatest magnitude of an element.</summary>
    public int Magnitude => Math.Max(Math.Abs(Low), Math.Abs(High));

    /// <summary>What one step of an element means.</summary>
    public double Step => Math.ScaleB(1, -Exponent);
}

/// <summary>A place where inference can end early.</summary>
/// <param name="Name">For people.</param>
/// <param name="After">Number of operations that have to be done before.</param>
/// <param name="First">Its first operation in <see cref="IntegerNetwork.ExitOperations"/>; exits may share theirs.</param>
/// <param name="Count">How many.</param>
/// <param name="Logits">The value that the class is read from.</param>
public sealed record IntegerExit(string Name, int After, int First, int Count, int Logits);

/// <summary>
/// A network in the integers of the device: operations in order, each writing one value. Immutable. The class is the first of the largest
/// elements of the output.
/// </summary>
public sealed class IntegerNetwork
{
    /// <summary>A network.</summary>
    /// <param name="name">For people.</param>
    /// <param name="values">All values; the first is the input.</param>
    /// <param name="operations">In order.</param>
    /// <param name="output">The value that holds the result.</param>
    /// <param name="exitOperations">What early exits compute.</param>
    /// <param name="exits">Early exits, in order.</param>
    /// <exception cref="ModelException">They do not fit together.</exception>
    public IntegerNetwork(
        string name, ImmutableArray<IntegerValue> values, ImmutableArray<IntegerOperation> operations, int output, ImmutableArray<IntegerOperation> exitOperations = default, ImmutableArray<IntegerExit> exits = default)
    {
        Name = name;
        Values = values;
        Operations = operations;
        Output = output;
        ExitOperations = exitOperations.IsDefault ? [] : exitOperations;
        Exits = exits.IsDefault ? [] : exits;
        NetworkCheck.Check(this);
    }

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>All values; the first is the input.</summary>
    public ImmutableArray<IntegerValue> Values { get; }

    /// <summary>The operations of a whole inference, in order.</summary>
    public ImmutableArray<IntegerOperation> Operations { get; }

    /// <summary>The value that holds the result.</summary>
    public int Output { get; }

    /// <summary>The operations of early exits.</summary>
    public ImmutableArray<IntegerOperation> ExitOperations { get; }

    /// <summary>Early exits, in order.</summary>
    public ImmutableArray<IntegerExit> Exits { get; }

    /// <summary>Operations of inference and of exits.</summary>
    public IEnumerable<IntegerOperation> AllOperations => Operations.Concat(ExitOperations);

    /// <summary>Multiplications of a whole inference without early exits.</summary>
    public long Macs => Operations.Sum(operation => operation.Macs);

    /// <summary>The operations of an exit.</summary>
    public ReadOnlySpan<IntegerOperation> OperationsOf(IntegerExit exit) => ExitOperations.AsSpan().Slice(exit.First, exit.Count);
}
