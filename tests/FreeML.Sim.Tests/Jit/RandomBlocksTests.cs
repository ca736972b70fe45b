using System.Globalization;
using FreeML.Sim.Msp430.Jit;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// Random blocks with interrupts, short budgets and power failures do the same on both engines. <c>FREEML_FUZZ=800</c> runs that many cases instead of
/// a few. <c>FREEML_SEED=N</c> runs one case alone. <c>study random N</c> of the benchmarks runs as many cases as it takes for N instructions.
/// </summary>
public sealed class RandomBlocksTests(ITestOutputHelper output)
{
    private const int Cases = 40;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    [Fact]
    public void Random_blocks_do_the_same_on_both_engines()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        int only = Number("FREEML_SEED", -1);
        int first = only >= 0 ? only : Number("FREEML_FIRST", 0);
        int cases = only >= 0 ? 1 : Number("FREEML_FUZZ", Cases);
        var failures = new List<string>();
        for (int seed = first; seed < first + cases && failures.Count < 5; seed++)
        {
            if (RandomBlocks.Try(seed) is { } failure)
            {
                failures.Add(failure);
            }
        }

        output.WriteLine($"seeds {first} to {first + cases - 1}: {RandomBlocks.Instructions} instructions, {RandomBlocks.Executed} of them as translated code, {RandomBlocks.Translated} translated, {RandomBlocks.Interrupts} interrupts, {RandomBlocks.PowerFailures} power failures");
        Assert.True(failures.Count == 0, string.Join("\n", failures));
        Assert.True(only >= 0 || (RandomBlocks.Executed > RandomBlocks.Instructions / 5 && RandomBlocks.Interrupts > cases && RandomBlocks.PowerFailures > cases / 2));
    }
}
