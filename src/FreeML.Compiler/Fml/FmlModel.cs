using System.Collections.Immutable;
using FreeML.Compiler.Data;
using FreeML.Compiler.EarlyExit;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Fml;

/// <summary>What a .fml file holds: a compressed network twice, in float and in the device's integers, and where it comes from.</summary>
/// <param name="Network">In float, as it was trained last.</param>
/// <param name="Scaling">From samples as stored to those that the network reads.</param>
/// <param name="Integer">The same for the device.</param>
/// <param name="Classes">Names of the classes; none if not known.</param>
/// <param name="Provenance">Where it comes from.</param>
/// <param name="Heads">Heads of early exits, in float: a shared one, or one for each exit; none if there are no exits.</param>
public sealed record FmlModel(
    Network Network, InputScaling Scaling, IntegerNetwork Integer, ImmutableArray<string> Classes, Provenance Provenance, params ImmutableArray<ExitHead> Heads)
{
    /// <summary>All exits, in the order of <see cref="IntegerNetwork.Exits"/>: the head, and the number of the exit among the head's.</summary>
    public IEnumerable<(ExitHead Head, int Exit)> Exits => Heads
        .SelectMany((head, index) => head.Points.Select((point, exit) => (head, exit, index, point.Value)))
        .OrderBy(exit => exit.Value)
        .ThenBy(exit => exit.index)
        .Select(exit => (exit.head, exit.exit));
}

/// <summary>Where a compressed network comes from, for people. Nothing is computed with it.</summary>
/// <param name="Program">What wrote the file, with its version.</param>
/// <param name="Source">The model that was compressed.</param>
/// <param name="Data">The data it was trained and judged on.</param>
/// <param name="Policy">How the layers to cut were chosen.</param>
/// <param name="BudgetBytes">Bytes asked for, or null.</param>
/// <param name="OriginalAccuracy">Part of the test samples that the original network gets right, or null.</param>
/// <param name="FloatAccuracy">The same of the compressed network in float.</param>
/// <param name="IntegerAccuracy">The same in integers.</param>
public sealed record Provenance(
    string Program,
    string Source = "",
    string Data = "",
    string Policy = "",
    long? BudgetBytes = null,
    double? OriginalAccuracy = null,
    double? FloatAccuracy = null,
    double? IntegerAccuracy = null);
