using FreeML.Compiler.Compression;

namespace FreeML.Sim.Cli.Compress;

/// <summary>What <c>compress</c> is to do.</summary>
internal sealed record CompressRequest
{
    private const double DefaultBudgetBytes = 30_000;
    private const int FinalFactor = 8;

    /// <summary>A budget as it was asked for, or the usual one if nothing was.</summary>
    public static DeviceBudget BudgetOf(double? bytes, double? joules, double? seconds) => new(bytes ?? ((joules ?? seconds) is null ? DefaultBudgetBytes : null), joules, seconds);

    /// <summary>How to train unless more is said.</summary>
    public static CompressionOptions TrainingOf(bool isPaper, int? epochs, ulong? seed)
    {
        CompressionOptions training = isPaper ? CompressionOptions.Published : new CompressionOptions();
        int each = epochs ?? training.Epochs;
        return training with { Epochs = each, FinalEpochs = (int)Math.Min((long)FinalFactor * each, int.MaxValue), Seed = seed ?? training.Seed };
    }

    /// <summary>The network's file, or name.</summary>
    public required string Model { get; init; }

    /// <summary>Directory or file with samples.</summary>
    public required string Data { get; init; }

    /// <summary>Where the network goes.</summary>
    public required string Output { get; init; }

    /// <summary>Where to get to. A paper policy knows bytes only.</summary>
    public required DeviceBudget Budget { get; init; }

    /// <summary>Whether to go as published.</summary>
    public bool IsPaper { get; init; }

    /// <summary>How to train.</summary>
    public required CompressionOptions Training { get; init; }

    /// <summary>How the network can end early.</summary>
    public ExitKind Exits { get; init; }

    /// <summary>Name of the input scaling; null to find it.</summary>
    public string? Scaling { get; init; }

    /// <summary>Where tables and the figure go; null for nowhere.</summary>
    public string? RecordDirectory { get; init; }
}
