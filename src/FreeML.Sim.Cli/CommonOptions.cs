using System.CommandLine;
using System.Globalization;
using System.Numerics;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli;

/// <summary>Options that several verbs have, and how their values are read.</summary>
internal static class CommonOptions
{
    /// <summary><c>--json</c>, fresh for each verb.</summary>
    public static Option<bool> Json() => Flag("--json", "Print one JSON document and nothing else");

    /// <summary>An option without a value.</summary>
    public static Option<bool> Flag(string name, string description) => new(name)
    {
        Description = description,

        // Otherwise what follows and reads like a truth value would be taken as one.
        Arity = ArgumentArity.Zero,
    };

    /// <summary>An option with a value, which the verb reads itself.</summary>
    public static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    /// <summary><c>--device</c>.</summary>
    public static Option<string?> Device() =>
        Text("--device", string.Join('|', DeviceCatalogue.All.Select(device => device.Name)), $"Device (default {DeviceCatalogue.Default.Name})");

    /// <summary>The device that an option names; the default device when it was not given.</summary>
    /// <exception cref="InputException">There is no such device.</exception>
    public static DeviceDescription ReadDevice(ParseResult request, Option<string?> option)
    {
        string? name = request.GetValue(option);
        return name is null ? DeviceCatalogue.Default
            : DeviceCatalogue.TryFind(name, out DeviceDescription? device) ? device
            : throw Unknown(option, name);
    }

    /// <summary>One of a few words; the first when the option was not given.</summary>
    /// <exception cref="InputException">Another word.</exception>
    public static string ReadChoice(ParseResult request, Option<string?> option, params ReadOnlySpan<string> choices)
    {
        string? given = request.GetValue(option);
        return given is null ? choices[0] : choices.Contains(given) ? given : throw Unknown(option, given);
    }

    /// <summary>A whole number, or null when the option was not given.</summary>
    /// <exception cref="InputException">No such number, or out of range.</exception>
    public static T? ReadNumber<T>(ParseResult request, Option<string?> option, T least)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        string? given = request.GetValue(option);
        return given is null ? null
            : T.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out T number) && number >= least ? number
            : throw new InputException(
                option.Name, null, InputException.Quote(given), string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {T.MaxValue}"));
    }

    /// <summary>A quantity in a range, in its SI unit, or null when the option was not given.</summary>
    /// <exception cref="InputException">No such quantity, without a unit, or out of range.</exception>
    public static double? ReadQuantity(ParseResult request, Option<string?> option, Unit unit, string least, string most) =>
        request.GetValue(option) is { } text ? (double)Quantity.Parse(option.Name, text, unit, least, most) : null;

    /// <summary>A factor: a finite number of 0 or more, without a unit.</summary>
    /// <exception cref="InputException">Something else.</exception>
    public static double ReadFactor(string option, string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double factor) && double.IsFinite(factor)
            ? factor
            : throw new InputException(option, null, InputException.Quote(text), "a factor of 0 or more, such as 2.5");

    /// <summary>One of a list of names, capitals aside, as the list spells it.</summary>
    /// <exception cref="InputException">Another name.</exception>
    public static string ReadName(string option, string text, params IEnumerable<string> names) =>
        names.FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException(option, null, InputException.Quote(text), $"one of {string.Join(", ", names)}");

    private static InputException Unknown(Option<string?> option, string found) =>
        new(option.Name, null, InputException.Quote(found), $"one of {option.HelpName!.Replace("|", ", ", StringComparison.Ordinal)}");
}
