using System.Diagnostics;
using System.Globalization;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Compression;

/// <summary>Ways to write a layer as several.</summary>
public enum RewriteForm
{
    /// <summary><see cref="Separation.Svd"/>.</summary>
    Svd,

    /// <summary><see cref="Separation.LowRankAndSparse"/>.</summary>
    LowRankAndSparse,

    /// <summary><see cref="Separation.Tucker(Convolution, int, int)"/>.</summary>
    Tucker,
}

/// <summary>A layer exchanged for several. With the ranks in it, it can be repeated on the same layer whatever its weights.</summary>
/// <param name="Layer">Index in the network it is applied to.</param>
/// <param name="Form">How.</param>
/// <param name="Rank">Rank; of a convolution that of the output channels.</param>
/// <param name="InputRank">Rank of the input channels; 0 if it is no convolution.</param>
public sealed record Rewrite(int Layer, RewriteForm Form, int Rank, int InputRank = 0)
{
    /// <summary>The layers that take the old one's place.</summary>
    public IReadOnlyList<Layer> Replacements(Network network) => (Form, network.Layers[Layer]) switch
    {
        (RewriteForm.Svd, Dense dense) => Separation.Svd(dense, Rank),
        (RewriteForm.LowRankAndSparse, Dense dense) => Separation.LowRankAndSparse(dense, Rank),
        (RewriteForm.Tucker, Convolution convolution) => Separation.Tucker(convolution, Rank, InputRank),
        _ => throw new UnreachableException($"{Form} of {network.Layers[Layer].Name}"),
    };

    /// <summary>In a few words.</summary>
    public override string ToString() => Form switch
    {
        RewriteForm.Svd => string.Create(CultureInfo.InvariantCulture, $"SVD of rank {Rank}"),
        RewriteForm.LowRankAndSparse => string.Create(CultureInfo.InvariantCulture, $"rank {Rank} and sparse rest"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Tucker of ranks {Rank} and {InputRank}"),
    };
}
