using FreeML.Compiler.Training;

namespace FreeML.Compiler.Compression;

/// <summary>
/// Iterative hard thresholding: after each step the smallest weights of each layer become 0 again, as its density says. There is no mask, so a
/// weight that has grown comes back for one that has not.
/// </summary>
/// <param name="densities">For each layer.</param>
public sealed class DensityConstraint(IReadOnlyList<double> densities) : IWeightConstraint
{
    /// <inheritdoc/>
    public void Apply(int layer, Span<float> weights) => HardThreshold.Apply(weights, densities[layer]);
}
