namespace FreeML.Compiler.Training;

/// <summary>
/// All values of a network for a few samples, and the gradients of those that need one. Used by one thread at a time; everything in it is
/// overwritten by the next use.
/// </summary>
internal sealed class Workspace
{
    private float[] _scratch = [];

    /// <summary>Room for a plan and so many samples.</summary>
    public Workspace(Plan plan, int capacity, bool withGradients)
    {
        Values = [.. plan.Network.Shapes.Select(shape => new float[shape.Count * capacity])];
        Gradients = [.. plan.Network.Shapes.Select((shape, value) => withGradients && plan.NeedsGradient(value) ? new float[shape.Count * capacity] : [])];
    }

    /// <summary>How many samples are in it now.</summary>
    public int Samples { get; private set; }

    /// <summary>The network's input, then each layer's output.</summary>
    public float[][] Values { get; }

    /// <summary>Their gradients; empty where nobody asks.</summary>
    public float[][] Gradients { get; }

    /// <summary>Makes ready for so many samples.</summary>
    public void Begin(int samples)
    {
        Samples = samples;
        foreach (float[] gradient in Gradients)
        {
            gradient.AsSpan().Clear();
        }
    }

    /// <summary>Room for a layer's own use, of unknown content.</summary>
    public Span<float> Scratch(int count)
    {
        if (_scratch.Length < count)
        {
            _scratch = GC.AllocateUninitializedArray<float>(count);
        }

        return _scratch.AsSpan(0, count);
    }
}
