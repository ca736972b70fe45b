
namespace FreeML.Sim.Firmware;

/// <summary>How the runtime decides to take an early exit. The numbers are those of the runtime's configuration.</summary>
public enum ExitPolicyKind
{
    /// <summary>The whole network, always.</summary>
    Never = 0,

    /// <summary>Always the same exit.</summary>
    Fixed = 1,

    /// <summary>The last exit that the stored energy is enough for.</summary>
    Energy = 2,

    /// <summary>The last exit that can be reached in time.</summary>
    Deadline = 3,

    /// <summary>The first exit whose answer is certain.</summary>
    Confidence = 4,
}

/// <summary>When inference ends early.</summary>
/// <param name="Kind">How that is decided.</param>
/// <param name="Exit">Of <see cref="ExitPolicyKind.Fixed"/>: which exit, from 0.</param>
/// <param name="DeadlineSeconds">Of <see cref="ExitPolicyKind.Deadline"/>: on-time since the sample was taken, in seconds.</param>
/// <param name="Margin">Of <see cref="ExitPolicyKind.Confidence"/>: distance of the two largest logits, in the network's own unit.</param>
public sealed record ExitPolicy(ExitPolicyKind Kind, int Exit = 0, double DeadlineSeconds = 0, double Margin = 0)
{
    /// <summary>The whole network, always.</summary>
    public static ExitPolicy Never { get; } = new(ExitPolicyKind.Never);

    /// <summary>By stored energy.</summary>
    public static ExitPolicy Energy { get; } = new(ExitPolicyKind.Energy);

    /// <summary>Always this exit; the number of exits means the whole network.</summary>
    public static ExitPolicy Fixed(int exit) => new(ExitPolicyKind.Fixed, Exit: exit);

    /// <summary>By on-time.</summary>
    public static ExitPolicy Deadline(double seconds) => new(ExitPolicyKind.Deadline, DeadlineSeconds: seconds);

    /// <summary>By the distance of the two largest logits.</summary>
    public static ExitPolicy Confidence(double margin) => new(ExitPolicyKind.Confidence, Margin: margin);
}
