using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training;

/// <summary>Parameters to start training from.</summary>
public static class Initialization
{
    /// <summary>The same network with random weights, spread so that values neither grow nor fade over the layers (He), and biases of 0.</summary>
    public static Network Random(Network network, ulong seed)
    {
        ParameterSet parameters = ParameterSet.Of(network);
        for (int layer = 0; layer < network.Layers.Length; layer++)
        {
            if (network.Layers[layer] is WeightedLayer weighted)
            {
                var random = new RandomStream(seed, layer);
                double bound = Math.Sqrt(6.0 * weighted.OutputChannels / weighted.Weights.Count);
                foreach (ref float weight in parameters.First[layer].AsSpan())
                {
                    weight = (float)random.Between(-bound, bound);
                }

                parameters.Second[layer].AsSpan().Clear();
            }
        }

        return parameters.Into(network);
    }
}
