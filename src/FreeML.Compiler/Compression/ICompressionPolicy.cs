using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>What to cut, and when it is enough. The rest of the loop is <see cref="Compressor"/>'s.</summary>
public interface ICompressionPolicy
{
    /// <summary>Where the loop starts: perhaps with layers separated.</summary>
    CompressionState Begin(Network network);

    /// <summary>Whether the budget is kept.</summary>
    bool IsMet(CompressionState state);

    /// <summary>The next cut, noted in the steps.</summary>
    /// <exception cref="ModelException">Nothing is left to cut.</exception>
    CompressionState Cut(CompressionState state);

    /// <summary>What the accuracy after training tells about the cut before it.</summary>
    CompressionState Judge(CompressionState state, double accuracy);
}
