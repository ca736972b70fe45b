using System.Globalization;

namespace FreeML.Sim.Recording;

/// <summary>Writes a value change dump (IEEE 1364, section 18): reals and one-bit wires, timescale 1 ns, no date, so that the same run gives the same bytes.</summary>
/// <remarks>Changes must come in order of time; a value that stays the same is not written again.</remarks>
internal sealed class VcdWriter
{
    private const double NanosecondsPerSecond = 1e9;

    private readonly TextWriter _output;
    private readonly Dictionary<char, string> _values = [];
    private long _nanoseconds;

    /// <summary>Writes the header.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="module">Name of the scope.</param>
    /// <param name="variables">Code (one printable character), name and whether it is real, of each variable.</param>
    public VcdWriter(TextWriter output, string module, params IEnumerable<(char Code, string Name, bool IsReal)> variables)
    {
        _output = output;
        output.WriteLine("$version FreeML.Sim $end");
        output.WriteLine("$timescale 1 ns $end");
        output.WriteLine($"$scope module {module} $end");
        foreach ((char code, string name, bool isReal) in variables)
        {
            output.WriteLine(isReal ? $"$var real 64 {code} {name} $end" : $"$var wire 1 {code} {name} $end");
        }

        output.WriteLine("$upscope $end");
        output.WriteLine("$enddefinitions $end");
        output.WriteLine("#0");
    }

    /// <summary>A real variable changes.</summary>
    public void Set(double seconds, char code, double value) => Set(seconds, code, $"r{RunFiles.Number(value)} {code}");

    /// <summary>A wire changes.</summary>
    public void Set(double seconds, char code, bool value) => Set(seconds, code, $"{(value ? '1' : '0')}{code}");

    /// <summary>Moves on without a change, so that a viewer shows the whole run.</summary>
    public void MoveTo(double seconds)
    {
        // Saturates after 292 years.
        long nanoseconds = Math.Max(_nanoseconds, (long)Math.Round(seconds * NanosecondsPerSecond));
        if (nanoseconds != _nanoseconds)
        {
            _nanoseconds = nanoseconds;
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#{nanoseconds}"));
        }
    }

    private void Set(double seconds, char code, string change)
    {
        if (_values.TryGetValue(code, out string? current) && current == change)
        {
            return;
        }

        MoveTo(seconds);
        _values[code] = change;
        _output.WriteLine(change);
    }
}
