using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Tests.Lowering;

public class SparseFiltersTests
{
    private static readonly Window Small = new(3, 3, 1, 1, default);
    private static readonly MapSize Map = new(70, 4, 4);

    [Theory]
    [InlineData(WeightForm.Gap16)]
    [InlineData(WeightForm.Gap8)]
    [InlineData(WeightForm.Gap4)]
    [InlineData(WeightForm.Bitmap)]
    public void Filters_with_more_entries_than_a_list_holds_become_dense(WeightForm form)
    {
        // Two filters of 630 weights; the second has one entry too many.
        short[] weights = [.. Enumerable.Range(0, 1260).Select(i => (short)(i is >= 630 and < 630 + SparseFilters.MostEntries ? 1 : 0))];
        EncodedWeights fitting = EncodedWeights.Encode(weights, 2, 8, form);
        Assert.Same(fitting, SparseFilters.Runnable(fitting, Small, Map, 1));

        weights[630 + SparseFilters.MostEntries] = 1;
        EncodedWeights tooMany = SparseFilters.Runnable(EncodedWeights.Encode(weights, 2, 8, form), Small, Map, 1);
        Assert.Equal(WeightForm.Dense, tooMany.Form);
        Assert.Equal(weights, tooMany.Decode());
    }

    [Fact]
    public void Windows_and_maps_beyond_the_lists_distances_want_dense_filters()
    {
        EncodedWeights sparse = EncodedWeights.Encode(new short[1000], 1, 8, WeightForm.Gap8);
        Assert.True(SparseFilters.CanRun(sparse, new Window(8, 16, 1, 1, default), Map, 1));
        Assert.False(SparseFilters.CanRun(sparse, new Window(8, 17, 1, 1, default), Map, 1));
        Assert.True(SparseFilters.CanRun(sparse, Small, new MapSize(4, 128, 256), 4));
        Assert.False(SparseFilters.CanRun(sparse, Small, new MapSize(4, 128, 256), 2));
        Assert.True(SparseFilters.CanRun(EncodedWeights.Encode(new short[1000], 1, 8, WeightForm.Dense), Small, new MapSize(2, 128, 256), 1));
    }
}
