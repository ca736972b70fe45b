using System.Collections.Immutable;
using System.Diagnostics;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;

namespace FreeML.Compiler.Lowering;

/// <summary>A network in integers, and where the values of the float network are found in it.</summary>
/// <param name="Network">In integers.</param>
/// <param name="Values">For each value of the float network the index of the device's; -1 where it is computed only within an operation.</param>
public sealed record LoweredNetwork(IntegerNetwork Network, ImmutableArray<int> Values);

/// <summary>Makes the device's operations of a float network and the ranges of its values.</summary>
/// <remarks>
/// First the values: an activation that only bounds belongs to the operation before it, another shape of the same elements is no value of its
/// own, inputs of a concatenation are written where they are wanted. Then the exponents: as fine as the ranges allow, and then coarser until
/// each operation can do its part; every rule only ever lowers one, so this ends. Then the operations, with the bound of each one's error.
/// </remarks>
public sealed class Lowerer
{
    private readonly Network _network;
    private readonly QuantizationOptions _options;
    private readonly ImmutableArray<ValueRange> _ranges;
    private readonly List<ValueDraft> _drafts = [];
    private readonly int[] _draftOf;
    private readonly bool[] _isFused;
    private readonly int[] _readers;
    private readonly List<IntegerOperation> _operations = [];
    private readonly ImmutableArray<RangedHead> _ranged;
    private readonly List<HeadDraft> _heads = [];
    private readonly List<IntegerOperation> _exitOperations = [];
    private readonly List<IntegerExit> _exits = [];
    private bool _changed;
    private bool _emits;

    private Lowerer(Network network, ImmutableArray<ValueRange> ranges, QuantizationOptions options, ImmutableArray<RangedHead> heads)
    {
        _network = network;
        _options = options;
        _ranges = ranges;
        _draftOf = new int[network.Shapes.Length];
        _isFused = new bool[network.Layers.Length];
        _readers = new int[network.Shapes.Length];
        foreach (int value in network.Layers.SelectMany(layer => layer.Inputs).Concat(heads.SelectMany(head => head.Head.Points.Select(point => point.Value))))
        {
            _readers[value]++;
        }

        _ranged = heads;
    }

    /// <summary>Lowers a network.</summary>
    /// <param name="network">As <see cref="Canonical"/> gives it.</param>
    /// <param name="ranges">Of its values, as calibration gives them.</param>
    /// <param name="options">Bits and scales.</param>
    /// <param name="heads">Heads of early exits.</param>
    /// <exception cref="ModelException">A layer that the device cannot do.</exception>
    public static LoweredNetwork Lower(Network network, ImmutableArray<ValueRange> ranges, QuantizationOptions options, params ImmutableArray<RangedHead> heads)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(ranges.Length, network.Shapes.Length);
        return new Lowerer(network, ranges, options, heads).Lower();
    }

    /// <summary>What an exit is called: by where it is, and whether it has a head of its own.</summary>
    public static string ExitName(ExitHead head, int exit) => $"{(head.Points.Length > 1 ? "exit" : "own exit")} at {head.Points[exit].Name}";

    private LoweredNetwork Lower()
    {
        DraftValues();
        ChooseExponents();
        do
        {
            _changed = false;
            Pass();
        }
        while (_changed);
        _emits = true;
        Pass();
        for (int i = 0; i < _isFused.Length; i++)
        {
            if (_isFused[i])
            {
                _draftOf[_network.Layers[i].Inputs[0]] = -1;
            }
        }

        return new LoweredNetwork(new IntegerNetwork(_network.Name, [.. _drafts.Select(draft => draft.Finish())], [.. _operations], _draftOf[^1], [.. _exitOperations], [.. _exits.OrderBy(exit => exit.After)]), [.. _draftOf]);
    }

    private void DraftValues()
    {
        AddDraft("input", 0);
        for (int i = 0; i < _network.Layers.Length; i++)
        {
            Layer layer = _network.Layers[i];
            int input = layer.Inputs.Length == 0 ? 0 : layer.Inputs[0];
            switch (layer)
            {
                case Reshape:
                    _draftOf[i + 1] = _draftOf[input];
                    break;
                case Activation { Kind: ActivationKind.Relu or ActivationKind.Clip } activation when CanFuse(input):
                    _isFused[i] = true;
                    _draftOf[i + 1] = _draftOf[input];
                    SetFunction(_drafts[_draftOf[input]], activation);
                    _drafts[_draftOf[input]].Magnitude = _ranges[i + 1].Magnitude * _options.Headroom;
                    break;
                default:
                    AddDraft(layer.Name, i + 1);
                    DraftGroups(layer, _drafts[^1]);
                    break;
            }
        }

        foreach (RangedHead head in _ranged)
        {
            DraftHead(head);
        }
    }

    private void DraftHead(RangedHead ranged)
    {
        ExitHead head = ranged.Head;
        ValueDraft whole = new("exit inputs", head.Inputs, _drafts.Count) { Limit = QuantizationOptions.ElementLimit(_options.BitsOf(HeadDraft.LayerName)) };
        int index = _drafts.Count;
        _drafts.Add(whole);
        whole.Magnitude = head.Points.Max(point => _ranges[point.Value].Magnitude) * _options.Headroom;
        int start = 0;
        ImmutableArray<int> maps = [.. head.Points.Select(point => AddPart(point.Name + "/exit map", point.Pooled.Count))];
        ImmutableArray<int> bits = [.. head.Points.Take(ExitHead.BitCount(head.Points.Length)).Select(point => AddPart(point.Name + "/exit bit", 1))];
        _heads.Add(new HeadDraft(head, index, maps, bits, _drafts.Count));
        _drafts.Add(new ValueDraft("exit logits", head.Classes, _drafts.Count) { Magnitude = ranged.LogitMagnitude * _options.Headroom });

        int AddPart(string name, int length)
        {
            _drafts.Add(new ValueDraft(name, length, whole.Group) { Limit = whole.Limit, Magnitude = whole.Magnitude, Parent = index, Start = start });
            start += length;
            return _drafts.Count - 1;
        }
    }

    private void AddDraft(string name, int value)
    {
        _draftOf[value] = _drafts.Count;
        _drafts.Add(new ValueDraft(name, _network.Shapes[value].Count, _drafts.Count) { Magnitude = _ranges[value].Magnitude * _options.Headroom });
    }

    private void DraftGroups(Layer layer, ValueDraft output)
    {
        switch (layer)
        {
            case WeightedLayer:
                ValueDraft input = DraftOf(layer, 0);
                input.Limit = Math.Min(input.Limit, QuantizationOptions.ElementLimit(_options.BitsOf(layer.Name)));
                break;
            case Activation { Kind: ActivationKind.Relu or ActivationKind.Clip } activation:
                SetFunction(output, activation);
                break;
            case Pooling { Kind: PoolingKind.Maximum } or Padding or Transposition or Concatenation:
                foreach (int value in layer.Inputs)
                {
                    Unite(_drafts[_draftOf[value]].Group, output.Group);
                }

                break;
        }

        if (layer is Concatenation { Axis: 0 })
        {
            PlaceParts(layer);
        }
    }

    // The parts of a concatenation are written where they are wanted, unless they are wanted elsewhere too.
    private void PlaceParts(Layer layer)
    {
        int whole = _drafts.Count - 1;
        int start = 0;
        foreach (int value in layer.Inputs)
        {
            int draft = _draftOf[value];
            ValueDraft part = _drafts[draft];
            if (draft != 0 && part.Parent < 0 && !_drafts.Exists(other => other.Parent == draft))
            {
                part.Parent = whole;
                part.Start = start;
            }

            start += part.Length;
        }
    }

    private ValueDraft DraftOf(Layer layer, int input) => _drafts[_draftOf[layer.Inputs[input]]];

    private static void SetFunction(ValueDraft draft, Activation activation)
    {
        draft.FunctionLow = activation.Kind is ActivationKind.Relu ? 0 : activation.A;
        draft.FunctionHigh = activation.Kind is ActivationKind.Relu ? double.PositiveInfinity : activation.B;
    }

    // Copies do not clamp, and an operation has one pair of bounds.
    private bool CanFuse(int value) =>
        value > 0 && _readers[value] == 1 && _network.Layers[value - 1] is WeightedLayer or Pooling or Addition or Multiplication;

    private void Unite(int group, int with)
    {
        foreach (ValueDraft draft in _drafts.Where(draft => draft.Group == group))
        {
            draft.Group = with;
        }
    }

    private void ChooseExponents()
    {
        foreach (IGrouping<int, ValueDraft> group in _drafts.GroupBy(draft => draft.Group))
        {
            int limit = group.Min(draft => draft.Limit);
            int exponent = group.Min(draft => FixedPoint.ExponentFor(draft.Magnitude, limit));
            foreach (ValueDraft draft in group)
            {
                draft.Limit = limit;
                draft.Exponent = exponent;
            }
        }

        _drafts[0].SetBounds(-FixedPoint.Limit, FixedPoint.Limit);
        _drafts[0].Error = _drafts[0].Step / 2;
    }

    // One walk over the layers: bounds, then the rule of each operation, and at last the operation itself.
    private void Pass()
    {
        // What a head reads is zeros until the maps are there.
        foreach (HeadDraft head in _emits ? _heads : [])
        {
            Emit(new FillOperation(head.Name, head.Whole, 0), 0);
        }

        FeedHeads(0);
        for (int i = 0; i < _network.Layers.Length; i++)
        {
            if (!_isFused[i] && _network.Layers[i] is not Reshape)
            {
                Pass(i);
                FeedHeads(_draftOf[i + 1]);
            }
        }

        foreach (HeadDraft head in _heads)
        {
            EndHead(head);
        }
    }

    private void Pass(int i)
    {
        Layer layer = _network.Layers[i];
        int output = _draftOf[i + 1];
        SetBounds(layer, _drafts[output]);
        switch (layer)
        {
            case WeightedLayer weighted:
                Weighted(i, weighted, output);
                break;
            case Pooling pooling:
                Pool(i, pooling, output);
                break;
            case Addition:
                Add(layer, output);
                break;
            case Multiplication:
                Multiply(i, layer, output);
                break;
            case Activation { Kind: ActivationKind.Tanh or ActivationKind.Sigmoid } activation:
                Sigmoid(activation, output);
                break;
            case Activation activation:
                Scale(activation, output);
                break;
            case Padding padding:
                Pad(i, padding, output);
                break;
            case Transposition transposition:
                Transpose(i, transposition, output);
                break;
            case Concatenation concatenation:
                Concatenate(i, concatenation, output);
                break;
            default:
                throw new ModelException(layer.Name, $"a layer of kind {layer.GetType().Name}", "one that the device can do");
        }
    }

    private void SetBounds(Layer layer, ValueDraft output)
    {
        ValueDraft[] inputs = [.. layer.Inputs.Select(value => _drafts[_draftOf[value]])];
        int low = inputs.Min(input => input.Low);
        int high = inputs.Max(input => input.High);
        if (layer is Padding padding)
        {
            int element = FixedPoint.Quantize(padding.Value, output.Exponent);
            (low, high) = (Math.Min(low, element), Math.Max(high, element));
        }

        switch (layer)
        {
            case Pooling { Kind: PoolingKind.Maximum } or Padding or Transposition or Concatenation:
                output.SetBounds(low, high);
                break;
            case Pooling:
                output.SetBounds(low >= 0 ? 0 : -FixedPoint.Limit, FixedPoint.Limit);
                break;
            default:
                output.SetBounds(-FixedPoint.Limit, FixedPoint.Limit);
                break;
        }
    }

    // Lowers the exponent of a value, and with it those of its group.
    private void AtMost(ValueDraft draft, int exponent)
    {
        if (draft.Exponent <= exponent)
        {
            return;
        }

        if (_emits)
        {
            throw new UnreachableException("An exponent was still to be lowered.");
        }

        foreach (ValueDraft other in _drafts.Where(other => other.Group == draft.Group))
        {
            other.Exponent = exponent;
        }

        _drafts[0].SetBounds(-FixedPoint.Limit, FixedPoint.Limit);
        _drafts[0].Error = _drafts[0].Step / 2;
        _changed = true;
    }

    private void Emit(IntegerOperation operation, double error)
    {
        _operations.Add(operation);
        _drafts[operation.Output].Error = error;
    }

    private static double Rounding(ValueDraft output, int shift) => shift == 0 ? 0 : output.Step / 2;

    private void Weighted(int index, WeightedLayer layer, int output)
    {
        ValueDraft input = DraftOf(layer, 0);
        ValueDraft result = _drafts[output];
        QuantizedWeights quantized = QuantizedWeights.Of(layer, _options, input, result.Exponent);
        AtMost(result, quantized.FinestOutput(input.Exponent));
        if (!_emits)
        {
            return;
        }

        double error = quantized.Error(input) + (result.Step / 2);
        (EncodedWeights weights, ImmutableArray<short> biases, int biasShift) = (quantized.Encode(), quantized.Biases, quantized.BiasShift);
        ImmutableArray<byte> shifts = quantized.Shifts(input.Exponent, result.Exponent);
        int from = _draftOf[layer.Inputs[0]];
        Emit(
            layer is Convolution convolution
                ? new ConvolutionOperation(
                    layer.Name,
                    [from],
                    output,
                    SparseFilters.Runnable(weights, convolution.Window, MapOf(layer.Inputs[0]), convolution.Groups),
                    biases,
                    biasShift,
                    shifts,
                    MapOf(layer.Inputs[0]),
                    MapOf(index + 1),
                    convolution.Window,
                    convolution.Groups)
                : new FullyConnectedOperation(layer.Name, [from], output, weights, biases, biasShift, shifts),
            error);
    }

    private void Pool(int index, Pooling pooling, int output)
    {
        (ValueDraft input, ValueDraft result) = (DraftOf(pooling, 0), _drafts[output]);
        (MapSize from, MapSize to) = (MapOf(pooling.Inputs[0]), MapOf(index + 1));
        int value = _draftOf[pooling.Inputs[0]];
        if (pooling.Kind is PoolingKind.Maximum)
        {
            if (_emits)
            {
                Emit(new MaximumPoolOperation(pooling.Name, [value], output, from, to, pooling.Window, 0), input.Error);
            }

            return;
        }

        Reciprocals reciprocals = Reciprocals.Of(pooling, from, to, result.Exponent - input.Exponent);
        AtMost(result, input.Exponent + reciprocals.FinestGain);
        if (_emits)
        {
            double error = input.Error + (reciprocals.Error * input.LargestReal) + (result.Step / 2);
            Emit(new AveragePoolOperation(pooling.Name, [value], output, from, to, pooling.Window, reciprocals.Multipliers, reciprocals.Shift), error);
        }
    }

    private void Add(Layer layer, int output)
    {
        (ValueDraft first, ValueDraft second, ValueDraft result) = (DraftOf(layer, 0), DraftOf(layer, 1), _drafts[output]);
        AtMost(first, second.Exponent + FixedPoint.LargestFactorExponent);
        AtMost(second, first.Exponent + FixedPoint.LargestFactorExponent);
        int finest = Math.Max(first.Exponent, second.Exponent);
        AtMost(result, finest);
        if (_emits)
        {
            int shift = finest - result.Exponent;
            Emit(
                new AdditionOperation(layer.Name, [_draftOf[layer.Inputs[0]], _draftOf[layer.Inputs[1]]], output, (short)(1 << (finest - first.Exponent)), (short)(1 << (finest - second.Exponent)), shift),
                first.Error + second.Error + Rounding(result, shift) + BoundRounding(result));
        }
    }

    private void Multiply(int index, Layer layer, int output)
    {
        (ValueDraft first, ValueDraft second, ValueDraft result) = (DraftOf(layer, 0), DraftOf(layer, 1), _drafts[output]);
        AtMost(result, first.Exponent + second.Exponent);
        if (_emits)
        {
            int shift = first.Exponent + second.Exponent - result.Exponent;
            double error = (first.Error * (second.LargestReal + second.Error)) + (second.Error * first.LargestReal) + Rounding(result, shift) + BoundRounding(result);
            int run = _network.Shapes[index + 1].Count / second.Length;
            Emit(new MultiplicationOperation(layer.Name, [_draftOf[layer.Inputs[0]], _draftOf[layer.Inputs[1]]], output, run, shift), error);
        }
    }

    private void Scale(Activation activation, int output)
    {
        (ValueDraft input, ValueDraft result) = (DraftOf(activation, 0), _drafts[output]);
        double slope = activation.Kind is ActivationKind.LeakyRelu ? activation.A : 1;
        int most = Math.Min(FixedPoint.LargestFactorExponent, FixedPoint.ExponentFor(slope, FixedPoint.Limit));
        AtMost(result, input.Exponent + most);
        if (_emits)
        {
            // A slope needs all the bits there are; 1 needs only the power of two.
            int power = slope == 1 ? Math.Max(0, result.Exponent - input.Exponent) : most;
            int shift = power + input.Exponent - result.Exponent;
            short negative = (short)FixedPoint.Quantize(slope, power);
            double slopeError = Math.Abs(Math.ScaleB(negative, -power) - slope) * input.LargestReal;
            Emit(
                new ScaleOperation(activation.Name, [_draftOf[activation.Inputs[0]]], output, (short)(1 << power), negative, shift),
                (Math.Max(1, Math.Abs(slope)) * input.Error) + slopeError + Rounding(result, shift) + BoundRounding(result));
        }
    }

    private void Sigmoid(Activation activation, int output)
    {
        (ValueDraft input, ValueDraft result) = (DraftOf(activation, 0), _drafts[output]);
        AtMost(result, TanhTable.ResultExponent);
        if (_emits)
        {
            bool isLogistic = activation.Kind is ActivationKind.Sigmoid;
            int shift = TanhTable.ResultExponent - result.Exponent;
            double argument = (input.Error * (isLogistic ? 0.5 : 1)) + Math.ScaleB(1, -TanhTable.ArgumentExponent - 1);
            double table = argument + TanhTable.LargestError + (1 - Math.Tanh(8));
            Emit(
                new SigmoidOperation(activation.Name, [_draftOf[activation.Inputs[0]]], output, isLogistic, TanhTable.ArgumentExponent - input.Exponent - (isLogistic ? 1 : 0), shift),
                (isLogistic ? (table / 2) + Math.ScaleB(1, -TanhTable.ResultExponent) : table) + Rounding(result, shift));
        }
    }

    private void Pad(int index, Padding padding, int output)
    {
        ValueDraft result = _drafts[output];
        if (!_emits)
        {
            return;
        }

        (MapSize from, MapSize to) = (MapOf(padding.Inputs[0]), MapOf(index + 1));
        (int top, int left) = (Math.Max(0, padding.Margins.Top), Math.Max(0, padding.Margins.Left));
        (int skippedRows, int skippedColumns) = (Math.Max(0, -padding.Margins.Top), Math.Max(0, -padding.Margins.Left));
        int rows = Math.Min(from.Height - skippedRows, to.Height - top);
        int columns = Math.Min(from.Width - skippedColumns, to.Width - left);
        short element = (short)Math.Clamp(FixedPoint.Quantize(padding.Value, result.Exponent), result.Low, result.High);
        double fillError = Math.Abs((element * result.Step) - padding.Value);
        Emit(new FillOperation(padding.Name, output, element), fillError);
        if (rows > 0 && columns > 0)
        {
            Stride source = new((skippedRows * from.Width) + skippedColumns, from.Plane, from.Width, 1);
            Stride target = new((top * to.Width) + left, to.Plane, to.Width, 1);
            Emit(new CopyOperation(padding.Name, [_draftOf[padding.Inputs[0]]], output, new MapSize(from.Channels, rows, columns), source, target), Math.Max(fillError, DraftOf(padding, 0).Error));
        }
    }

    private void Transpose(int index, Transposition transposition, int output)
    {
        Shape shape = _network.Shapes[transposition.Inputs[0]];
        if (shape.Rank > 3)
        {
            throw new ModelException(transposition.Name, $"a transposition of {shape.Rank} axes", "at most 3");
        }

        if (!_emits)
        {
            return;
        }

        int[] strides = [.. Enumerable.Range(0, shape.Rank).Select(axis => shape.Skip(axis + 1).Aggregate(1, (product, size) => product * size))];
        Shape result = _network.Shapes[index + 1];
        int missing = 3 - shape.Rank;
        int[] sizes = [.. Enumerable.Repeat(1, missing), .. result.AsSpan()];
        int[] from = [.. Enumerable.Repeat(0, missing), .. transposition.Order.Select(axis => strides[axis])];
        Emit(
            new CopyOperation(
                transposition.Name,
                [_draftOf[transposition.Inputs[0]]],
                output,
                new MapSize(sizes[0], sizes[1], sizes[2]),
                new Stride(0, from[0], from[1], from[2]),
                new Stride(0, sizes[1] * sizes[2], sizes[2], 1)),
            DraftOf(transposition, 0).Error);
    }

    private void Concatenate(int index, Concatenation concatenation, int output)
    {
        if (!_emits)
        {
            return;
        }

        Shape shape = _network.Shapes[index + 1];
        int inner = shape.Skip(concatenation.Axis + 1).Aggregate(1, (product, size) => product * size);
        int outer = shape.Take(concatenation.Axis).Aggregate(1, (product, size) => product * size);
        int start = 0;
        foreach (int value in concatenation.Inputs)
        {
            int run = _network.Shapes[value][concatenation.Axis] * inner;
            ValueDraft part = _drafts[_draftOf[value]];
            if (concatenation.Axis != 0 || part.Parent != output || part.Start != start)
            {
                Stride to = new(start, shape[concatenation.Axis] * inner, 0, 1);
                Emit(new CopyOperation(concatenation.Name, [_draftOf[value]], output, new MapSize(outer, 1, run), new Stride(0, run, 0, 1), to), 0);
            }

            start += run;
        }

        _drafts[output].Error = concatenation.Inputs.Max(value => _drafts[_draftOf[value]].Error);
    }

    private void FeedHeads(int draft)
    {
        foreach (HeadDraft head in _emits ? _heads : [])
        {
            foreach ((ExitPoint point, int exit) in head.Head.Points.Select((point, exit) => (point, exit)).Where(pair => _draftOf[pair.point.Value] == draft))
            {
                (ValueDraft from, ValueDraft to) = (_drafts[draft], _drafts[head.Maps[exit]]);
                int shift = from.Exponent - to.Exponent;
                Shape pooled = point.Pooled;
                Emit(new MaximumPoolOperation(to.Name, [draft], head.Maps[exit], MapOf(point.Value), new MapSize(pooled[0], pooled[1], pooled[2]), point.Window, shift), from.Error + Rounding(to, shift));
                if (!head.Bits.IsEmpty)
                {
                    Emit(new FillOperation(_drafts[head.Bits[exit]].Name, head.Bits[exit], (short)head.BitElement(to)), 0);
                }

                _exits.Add(new IntegerExit(ExitName(head.Head, exit), _operations.Count, _heads.IndexOf(head), 1, head.Logits));
            }
        }
    }

    private void EndHead(HeadDraft head)
    {
        (ValueDraft whole, ValueDraft logits) = (_drafts[head.Whole], _drafts[head.Logits]);
        BoundHead(head, whole);
        Dense layer = head.LayerFor(whole);
        logits.SetBounds(-FixedPoint.Limit, FixedPoint.Limit);
        QuantizedWeights quantized = QuantizedWeights.Of(layer, _options, whole, logits.Exponent);
        AtMost(logits, quantized.FinestOutput(whole.Exponent));
        if (_emits)
        {
            whole.Error = head.Maps.Max(map => _drafts[map].Error);
            logits.Error = quantized.Error(whole) + (logits.Step / 2);
            _exitOperations.Add(new FullyConnectedOperation(
                head.Name, [head.Whole], head.Logits, quantized.Encode(), quantized.Biases, quantized.BiasShift, quantized.Shifts(whole.Exponent, logits.Exponent)));
        }
    }

    // The maps of all exits have one scale in the head: the coarsest of theirs, or one coarser still.
    private void BoundHead(HeadDraft head, ValueDraft whole)
    {
        ValueDraft[] points = [.. head.Head.Points.Select(point => _drafts[_draftOf[point.Value]])];
        AtMost(whole, points.Min(point => point.Exponent));
        int low = points.Min(point => FixedPoint.Round(point.Low, point.Exponent - whole.Exponent));
        int high = points.Max(point => FixedPoint.Round(point.High, point.Exponent - whole.Exponent));
        foreach (int value in (ReadOnlySpan<int>)[head.Whole, .. head.Maps, .. head.Bits])
        {
            _drafts[value].SetBounds(Math.Min(0, low), Math.Max(head.BitElement(whole), high));
        }
    }

    // A bound of the function need not fall on a step.
    private static double BoundRounding(ValueDraft draft) =>
        double.IsFinite(draft.FunctionHigh) || (double.IsFinite(draft.FunctionLow) && draft.FunctionLow != 0) ? draft.Step / 2 : 0;

    private MapSize MapOf(int value)
    {
        Shape shape = _network.Shapes[value];
        return new MapSize(shape[0], shape[1], shape[2]);
    }
}
