using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Models;

public class ShapeTests
{
    [Fact]
    public void Spreading_a_shape_gives_its_axes_and_nothing_more()
    {
        Shape shape = [2, 3, 4];
        int[] sizes = [.. shape];
        Assert.Equal([2, 3, 4], sizes);
    }

    [Fact]
    public void Concatenation_of_maps_adds_channels() =>
        Assert.Equal([5, 4, 4], new Concatenation("c", [0, 1], 0).OutputShape([[2, 4, 4], [3, 4, 4]]));
}
