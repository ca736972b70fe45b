namespace FreeML.Compiler.Onnx;

/// <summary>
/// Bounds what a file can make its reader do: every number that is unpacked, computed or copied is taken from one budget, so that a small
/// file cannot ask for much memory or time.
/// </summary>
internal sealed class Budget(string source)
{
    /// <summary>Numbers in all; a network this large would not fit a small device a hundred times over.</summary>
    public const long Limit = 1L << 26;

    private long _left = Limit;

    /// <summary>Refuses a feature map that is too large before arithmetic with its sizes could overflow.</summary>
    /// <exception cref="ModelException">It is.</exception>
    public void Check(ReadOnlySpan<int> sizes)
    {
        if (OnnxValue.CountOf(sizes) > Limit)
        {
            throw TooMuch("numbers in feature maps");
        }
    }

    /// <summary>Takes from the budget.</summary>
    /// <exception cref="ModelException">It is used up.</exception>
    public void Take(long count, string what)
    {
        if (count > _left)
        {
            throw TooMuch(what);
        }

        _left -= count;
    }

    private ModelException TooMuch(string what) => new(source, $"more than {Limit} {what}", "a network for a small device");
}
