using System.Globalization;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Run;

/// <summary>A part of a scenario whose keys are known: reads their values, each error with its place. A key without a value counts as not given.</summary>
internal sealed class YamlSection
{
    // As many letters may be wrong in a key that is still recognised.
    private const int MostWrongLetters = 3;

    private readonly YamlMap _map;

    /// <summary>A part of a scenario.</summary>
    /// <param name="map">What is written there.</param>
    /// <param name="keys">All keys that it may have.</param>
    /// <exception cref="InputException">It has another one.</exception>
    public YamlSection(YamlMap map, params IReadOnlyList<string> keys)
    {
        _map = map;
        foreach ((YamlText key, _) in map.Entries)
        {
            if (!keys.Contains(key.Text))
            {
                throw key.Place.Error($"key {key.Kind}", Nearest(key.Text, keys) is { } meant ? meant : $"one of {string.Join(", ", keys)}");
            }
        }
    }

    /// <summary>Where it begins.</summary>
    public Place Place => _map.Place;

    /// <summary>Where the value of a key is; where the section begins if it is not given.</summary>
    public Place PlaceOf(string key) => Find(key)?.Place ?? Place;

    /// <summary>The value of a key, if it is given.</summary>
    public YamlNode? Find(string key) => _map.Find(key) is { } node and not YamlText { IsNothing: true } ? node : null;

    /// <summary>A text, if it is given.</summary>
    /// <exception cref="InputException">It is a list or has keys.</exception>
    public string? Text(string key, string expected = "a text") => Find(key) switch
    {
        null => null,
        YamlText { Text: var text } => text,
        var other => throw other.Place.Error(other.Kind, expected),
    };

    /// <summary>A text that must be given.</summary>
    /// <exception cref="InputException">It is not.</exception>
    public string Required(string key, string expected) => Text(key, expected) ?? throw PlaceOf(key).Error($"no {key}", expected);

    /// <summary>One of a few words, if it is given.</summary>
    /// <exception cref="InputException">Another word.</exception>
    public string? Choice(string key, params IReadOnlyList<string> choices) => Text(key, OneOf(choices)) switch
    {
        null => null,
        var text when choices.Contains(text) => text,
        var text => throw PlaceOf(key).Error(InputException.Quote(text), OneOf(choices)),
    };

    /// <summary>A quantity in a range, in its SI unit, if it is given.</summary>
    /// <exception cref="InputException">No such quantity, without a unit, or out of range.</exception>
    public double? Quantity(string key, Unit unit, string least, string most) =>
        Text(key, $"{unit.Name} such as {unit.Example}") is { } text ? Attempt(key, () => (double)Cli.Quantity.Parse(key, text, unit, least, most)) : null;

    /// <summary>A whole number in a range, if it is given.</summary>
    /// <exception cref="InputException">No such number.</exception>
    public long? Number(string key, long least, long most)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}");
        return Text(key, expected) is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most ? number
            : throw PlaceOf(key).Error(InputException.Quote(text), expected);
    }

    /// <summary>A number without a unit in a range, if it is given.</summary>
    /// <exception cref="InputException">No such number.</exception>
    public double? Real(string key, double least, double most)
    {
        string expected = string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}");
        return Text(key, expected) is not { } text ? null
            : double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most ? number
            : throw PlaceOf(key).Error(InputException.Quote(text), expected);
    }

    /// <summary>True or false; false if it is not given.</summary>
    /// <exception cref="InputException">Something else.</exception>
    public bool Flag(string key) => Choice(key, "true", "false") == "true";

    /// <summary>A part with keys, if it is given.</summary>
    /// <exception cref="InputException">It has none, or one that is not known.</exception>
    public YamlSection? Section(string key, params IReadOnlyList<string> keys) => Find(key) switch
    {
        null => null,
        YamlMap map => new YamlSection(map, keys),
        var other => throw other.Place.Error(other.Kind, $"keys with values: {string.Join(", ", keys)}"),
    };

    /// <summary>Does something with the value of a key; what it finds wrong with an input of that name is wrong at this place.</summary>
    /// <exception cref="InputException">It failed.</exception>
    public T Attempt<T>(string key, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (InputException error) when (error.Input == key)
        {
            throw PlaceOf(key).Error(error.Found, error.Expected);
        }
    }

    private static string OneOf(IReadOnlyList<string> choices) => choices.Count == 1 ? choices[0] : $"one of {string.Join(", ", choices)}";

    private static string? Nearest(string key, IReadOnlyList<string> keys) => keys
        .Select(known => (Known: known, Distance: Distance(key, known)))
        .Where(candidate => candidate.Distance <= Math.Min(MostWrongLetters, candidate.Known.Length / 2))
        .OrderBy(candidate => candidate.Distance)
        .Select(candidate => candidate.Known)
        .FirstOrDefault();

    // Letters to put in, take out or change to make one of the other.
    private static int Distance(string one, string other)
    {
        if (Math.Abs(one.Length - other.Length) > MostWrongLetters)
        {
            return int.MaxValue;
        }

        int[] above = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = above[0];
            above[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = above[j];
                above[j] = Math.Min(changed, Math.Min(above[j], above[j - 1]) + 1);
            }
        }

        return above[^1];
    }
}
