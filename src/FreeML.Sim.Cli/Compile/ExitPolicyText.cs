using System.Globalization;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Compile;

/// <summary>Exit policies as people write them.</summary>
internal static class ExitPolicyText
{
    /// <summary>How they are written.</summary>
    public const string Forms = "never|fixed:K|energy|deadline:200ms|confidence:M";

    private static readonly Dictionary<string, Func<string, string?, ExitPolicy?>> Readers = new(StringComparer.Ordinal)
    {
        ["never"] = (_, value) => value is null ? ExitPolicy.Never : null,
        ["energy"] = (_, value) => value is null ? ExitPolicy.Energy : null,
        ["fixed"] = (_, value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int exit) ? ExitPolicy.Fixed(exit) : null,
        ["deadline"] = (option, value) => value is null ? null : ExitPolicy.Deadline((double)Quantity.Parse(option, value, Unit.Time, "1us", "24h")),
        ["confidence"] = (option, value) => value is null ? null : ExitPolicy.Confidence(CommonOptions.ReadFactor(option, value)),
    };

    /// <summary>Reads a policy.</summary>
    /// <param name="option">Where it comes from, for messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static ExitPolicy Parse(string option, string text)
    {
        string[] parts = text.Split(':', 2);
        return (Readers.TryGetValue(parts[0], out var read) ? read(option, parts.Length > 1 ? parts[1] : null) : null)
            ?? throw new InputException(option, null, InputException.Quote(text), Forms.Replace("|", ", ", StringComparison.Ordinal));
    }

    /// <summary>A policy as <see cref="Parse"/> reads it.</summary>
    public static string Of(ExitPolicy policy) => policy.Kind switch
    {
        ExitPolicyKind.Fixed => string.Create(CultureInfo.InvariantCulture, $"fixed:{policy.Exit}"),
        ExitPolicyKind.Deadline => $"deadline:{SiText.Of(policy.DeadlineSeconds, "s").Replace(" ", "", StringComparison.Ordinal)}",
        ExitPolicyKind.Confidence => string.Create(CultureInfo.InvariantCulture, $"confidence:{policy.Margin}"),
        var kind => kind.ToString().ToLowerInvariant(),
    };
}
