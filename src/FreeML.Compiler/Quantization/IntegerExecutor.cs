using FreeML.Compiler.Lowering;

namespace FreeML.Compiler.Quantization;

/// <summary>
/// Runs a network as the device does, bit for bit. Safe to share between threads; each has its own <see cref="IntegerMemory"/>.
/// </summary>
public sealed class IntegerExecutor
{
    private readonly IntegerKernel[] _kernels;
    private readonly IntegerKernel[] _exitKernels;
    private readonly int[] _offsets;
    private readonly int _elements;

    /// <summary>Runs a network with all values side by side, so that each can be looked at afterwards.</summary>
    public IntegerExecutor(IntegerNetwork network)
        : this(network, SideBySide(network, out int elements), elements)
    {
    }

    /// <summary>Runs a network in the memory that was planned for the device, where values overwrite those that are no longer needed.</summary>
    public IntegerExecutor(IntegerNetwork network, ArenaPlan plan)
        : this(network, [.. plan.Offsets.Select(offset => offset / 2)], plan.Bytes / 2)
    {
    }

    private IntegerExecutor(IntegerNetwork network, int[] offsets, int elements)
    {
        Network = network;
        _offsets = offsets;
        _elements = elements;
        _kernels = [.. network.Operations.Select(operation => IntegerKernels.Prepare(operation, network.Values, offsets))];
        _exitKernels = [.. network.ExitOperations.Select(operation => IntegerKernels.Prepare(operation, network.Values, offsets))];
    }

    /// <summary>The network.</summary>
    public IntegerNetwork Network { get; }

    /// <summary>Memory for one inference at a time.</summary>
    public IntegerMemory CreateMemory() => new(Network, _offsets, _elements);

    /// <summary>Quantises a sample into the input value: nearest integer, a half goes up; what does not fit is clamped and counted.</summary>
    /// <param name="sample">What the float network would read.</param>
    /// <param name="memory">Memory.</param>
    public void SetInput(ReadOnlySpan<float> sample, IntegerMemory memory)
    {
        memory.Counts[0] += Quantize(Network.Values[0], sample, memory.Elements(0));
    }

    /// <summary>Quantises a sample into the elements of a network's input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="sample">What the float network would read.</param>
    /// <param name="elements">Where the elements go.</param>
    /// <returns>How many were clamped.</returns>
    public static int Quantize(IntegerValue input, ReadOnlySpan<float> sample, Span<short> elements)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sample.Length, input.Length);
        int clamped = 0;
        for (int i = 0; i < sample.Length; i++)
        {
            int element = FixedPoint.Quantize(sample[i], input.Exponent);
            elements[i] = (short)Math.Clamp(element, input.Low, input.High);
            clamped += elements[i] == element ? 0 : 1;
        }

        return clamped;
    }

    /// <summary>Runs one sample through the whole network, and all exits on the way.</summary>
    /// <param name="sample">What the float network would read.</param>
    /// <param name="memory">Memory, which keeps the values.</param>
    /// <returns>The class.</returns>
    public int Run(ReadOnlySpan<float> sample, IntegerMemory memory)
    {
        SetInput(sample, memory);
        int exit = 0;
        for (int done = 0; ; done++)
        {
            for (; exit < Network.Exits.Length && Network.Exits[exit].After == done; exit++)
            {
                RunExit(exit, memory);
            }

            if (done == _kernels.Length)
            {
                return memory.Class(Network.Output);
            }

            _kernels[done](memory.All, memory.Counts);
        }
    }

    private void RunExit(int exit, IntegerMemory memory)
    {
        IntegerExit what = Network.Exits[exit];
        for (int i = what.First; i < what.First + what.Count; i++)
        {
            _exitKernels[i](memory.All, memory.Counts);
        }

        memory.ExitClasses[exit] = memory.Class(what.Logits);
        memory.Elements(what.Logits).CopyTo(memory.ExitLogits[exit]);
    }

    private static int[] SideBySide(IntegerNetwork network, out int elements)
    {
        int[] offsets = new int[network.Values.Length];
        elements = 0;
        for (int i = 0; i < offsets.Length; i++)
        {
            if (network.Values[i].Parent < 0)
            {
                offsets[i] = elements;
                elements += network.Values[i].Length;
            }
        }

        for (int i = 0; i < offsets.Length; i++)
        {
            if (network.Values[i] is { Parent: >= 0 } part)
            {
                offsets[i] = offsets[part.Parent] + part.Start;
            }
        }

        return offsets;
    }
}

/// <summary>The values of one inference.</summary>
public sealed class IntegerMemory
{
    private readonly IntegerNetwork _network;
    private readonly int[] _offsets;
    private readonly short[] _memory;

    internal IntegerMemory(IntegerNetwork network, int[] offsets, int elements)
    {
        _network = network;
        _offsets = offsets;
        _memory = new short[elements];
        Counts = new long[network.Values.Length];
        ExitClasses = new int[network.Exits.Length];
        ExitLogits = [.. network.Exits.Select(exit => new short[network.Values[exit.Logits].Length])];
    }

    /// <summary>How often an element of each value was clamped where it should not have been, over all runs in this memory.</summary>
    public IReadOnlyList<long> Saturations => Counts;

    /// <summary>The class at each exit.</summary>
    public int[] ExitClasses { get; }

    /// <summary>The logits at each exit: a head that exits share writes one value again and again.</summary>
    public short[][] ExitLogits { get; }

    internal long[] Counts { get; }

    internal Span<short> All => _memory;

    /// <summary>The elements of a value.</summary>
    public Span<short> Elements(int value) => _memory.AsSpan(_offsets[value], _network.Values[value].Length);

    /// <summary>A value in its own unit.</summary>
    public double[] Reals(int value)
    {
        double step = _network.Values[value].Step;
        Span<short> elements = Elements(value);
        double[] reals = new double[elements.Length];
        for (int i = 0; i < reals.Length; i++)
        {
            reals[i] = elements[i] * step;
        }

        return reals;
    }

    /// <summary>The first of the largest elements.</summary>
    public int Class(int value)
    {
        Span<short> elements = Elements(value);
        int largest = 0;
        for (int i = 1; i < elements.Length; i++)
        {
            largest = elements[i] > elements[largest] ? i : largest;
        }

        return largest;
    }
}
