using System.Globalization;
using FreeML.Sim.Tests.Jit;

namespace FreeML.Sim.Benchmarks;

/// <summary>
/// Random blocks on both engines until so many instructions have been executed: with interrupts, budgets of 1, 2, 3 and more cycles, and power failures. What
/// fails is made small and shown; <c>study random 1 SEED</c> runs one case again.
/// </summary>
internal static class RandomStudy
{
    private const int Faults = 5;
    private const int Reports = 10;

    /// <summary>Runs cases from a seed on.</summary>
    /// <param name="instructions">Instructions that the reference executes at least.</param>
    /// <param name="seed">Seed of the first case; the next has the next one.</param>
    public static void Run(long instructions, int seed)
    {
        int cases = 0;
        int faults = 0;
        long told = 0;
        while (RandomBlocks.Instructions < instructions && faults < Faults)
        {
            if (RandomBlocks.Try(seed + cases) is { } fault)
            {
                faults++;
                Console.WriteLine(fault);
            }

            cases++;
            if (RandomBlocks.Instructions * Reports / instructions > told)
            {
                told = RandomBlocks.Instructions * Reports / instructions;
                Console.Error.WriteLine(Invariant($"{cases} cases, {RandomBlocks.Instructions} instructions, {faults} that differ"));
            }
        }

        Console.WriteLine(Invariant($"seeds {seed} to {seed + cases - 1}: {RandomBlocks.Instructions} instructions, {RandomBlocks.Executed} of them as translated code, {RandomBlocks.Translated} translated"));
        Console.WriteLine(Invariant($"{RandomBlocks.Interrupts} interrupts, {RandomBlocks.PowerFailures} power failures"));
        string budgets = string.Join(", ", Enumerable.Range(1, RandomBlocks.ShortBudgets).Select(length => Invariant($"{RandomBlocks.Budgets[length]} of {length}")));
        Console.WriteLine(Invariant($"budgets in cycles: {budgets}, {RandomBlocks.Budgets[0]} of more"));
        Console.WriteLine(Invariant($"{faults} of {cases} cases differ"));
        Environment.ExitCode = faults > 0 ? 1 : 0;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
