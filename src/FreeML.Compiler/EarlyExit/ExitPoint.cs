using System.Collections.Immutable;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.EarlyExit;

/// <summary>A place in a network where inference may end: a map, and the window that makes it small for the exit head.</summary>
/// <param name="Name">Of the layer that gives the map.</param>
/// <param name="Value">The map's number among the network's values.</param>
/// <param name="Map">Its shape.</param>
/// <param name="Window">Of the maximum pooling between map and head.</param>
public sealed record ExitPoint(string Name, int Value, Shape Map, Window Window)
{
    /// <summary>Shape of what the head reads.</summary>
    public Shape Pooled
    {
        get
        {
            (int height, int width) = Window.Positions(Map[1], Map[2]);
            return [Map[0], height, width];
        }
    }

    /// <summary>
    /// The ends of the convolutional blocks: maps that hold all that later layers read, before the next convolution or the end of the maps,
    /// with a convolution across channels since the one before.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <returns>Numbers of values.</returns>
    public static IReadOnlyList<int> FindValues(Network network)
    {
        var found = new List<int>();
        bool hasConvolution = false;
        for (int value = 1; value < network.Shapes.Length; value++)
        {
            hasConvolution |= network.Layers[value - 1] is Convolution { IsDepthwise: false };
            bool endsBlock = value == network.Layers.Length || network.Layers[value] is Convolution or Padding or Reshape or Transposition or Dense ||
                (network.Layers[value] is Pooling pooling && (pooling.Window.Height, pooling.Window.Width) == (network.Shapes[value][1], network.Shapes[value][2]));
            if (hasConvolution && endsBlock && network.Shapes[value].Rank == 3 && IsAllThatIsRead(network, value))
            {
                found.Add(value);
                hasConvolution = false;
            }
        }

        return found;
    }

    /// <summary>Exit points at some values.</summary>
    /// <param name="network">The network.</param>
    /// <param name="values">Numbers of maps, in order.</param>
    /// <param name="sizes">Rows and columns that the head reads of each map; the last holds for all that follow. A map has no more than it has.</param>
    /// <exception cref="ModelException">A value is not a map, or they are not in order.</exception>
    public static ImmutableArray<ExitPoint> At(Network network, IReadOnlyList<int> values, params IReadOnlyList<(int Rows, int Columns)> sizes)
    {
        Check(network, values);
        return [.. values.Select((value, exit) =>
        {
            (int rows, int columns) = sizes[Math.Min(exit, sizes.Count - 1)];
            return new ExitPoint(NameOf(network, value), value, network.Shapes[value], Onto(network.Shapes[value], rows, columns));
        })];
    }

    /// <summary>Exit points at some values with one and the same window, as separate exits have them.</summary>
    /// <exception cref="ModelException">A value is not a map, or they are not in order.</exception>
    public static ImmutableArray<ExitPoint> WithWindow(Network network, IReadOnlyList<int> values, int size)
    {
        Check(network, values);
        return [.. values.Select(value =>
        {
            Shape map = network.Shapes[value];
            (int height, int width) = (Math.Min(size, map[1]), Math.Min(size, map[2]));
            return new ExitPoint(NameOf(network, value), value, map, new Window(height, width, height, width, default));
        })];
    }

    private static string NameOf(Network network, int value) => value == 0 ? "input" : network.Layers[value - 1].Name;

    private static void Check(Network network, IReadOnlyList<int> values)
    {
        if (values.Count == 0)
        {
            throw new ModelException(network.Name, "no map to end at", "a convolution");
        }

        for (int n = 0; n < values.Count; n++)
        {
            if (values[n] < 1 || values[n] >= network.Shapes.Length || network.Shapes[values[n]].Rank != 3 || (n > 0 && values[n] <= values[n - 1]))
            {
                throw new ModelException(network.Name, $"exit at value {values[n]}", "maps of the network, in order");
            }
        }
    }

    // Windows as far apart as they can be, which together see the whole map.
    private static Window Onto(Shape map, int rows, int columns)
    {
        rows = Math.Min(rows, map[1]);
        columns = Math.Min(columns, map[2]);
        int down = map[1] / rows;
        int right = map[2] / columns;
        return new Window(map[1] - ((rows - 1) * down), map[2] - ((columns - 1) * right), down, right, default);
    }

    private static bool IsAllThatIsRead(Network network, int value)
    {
        for (int layer = value; layer < network.Layers.Length; layer++)
        {
            if (network.Layers[layer].Inputs.Any(input => input < value))
            {
                return false;
            }
        }

        return true;
    }
}
