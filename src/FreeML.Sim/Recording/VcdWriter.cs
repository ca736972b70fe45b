using System.Globalization;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Recording;

/// <summary>Writes a value change dump (IEEE 1364, section 18): reals and one-bit wires, no date, so that the same run gives the same bytes.</summary>
/// <remarks>Changes must come in order of time; a value that stays the same is not written again.</remarks>
internal sealed class VcdWriter
{
    private readonly TextWriter _output;
    private readonly Dictionary<char, string> _values = [];
    private readonly long _picosecondsPerUnit;
    private long _units;

    /// <summary>Writes the header.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="module">Name of the scope.</param>
    /// <param name="picoseconds">Whether times are given in picoseconds, and not in nanoseconds.</param>
    /// <param name="variables">Code (one printable character), name and whether it is real, of each variable.</param>
    public VcdWriter(TextWriter output, string module, bool picoseconds, params IEnumerable<(char Code, string Name, bool IsReal)> variables)
    {
        _output = output;
        _picosecondsPerUnit = picoseconds ? 1 : SimTime.PicosecondsPerNanosecond;
        output.WriteLine("$version FreeML.Sim $end");
        output.WriteLine(picoseconds ? "$timescale 1 ps $end" : "$timescale 1 ns $end");
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
    public void Set(double seconds, char code, double value) => Set(Units(seconds), code, $"r{RunFiles.Number(value)} {code}");

    /// <summary>A wire changes.</summary>
    public void Set(double seconds, char code, bool value) => Set(Units(seconds), code, $"{(value ? '1' : '0')}{code}");

    /// <summary>A wire changes to 0, 1, z (nobody drives) or x (unknown).</summary>
    public void Set(SimTime time, char code, char value) => Set(Units(time), code, $"{value}{code}");

    /// <summary>Moves on without a change, so that a viewer shows the whole run.</summary>
    public void MoveTo(double seconds) => MoveTo(Units(seconds));

    /// <inheritdoc cref="MoveTo(double)"/>
    public void MoveTo(SimTime time) => MoveTo(Units(time));

    // Saturates after 106 days in picoseconds, after 292 years in nanoseconds.
    private long Units(double seconds) => (long)Math.Round(seconds * (SimTime.PicosecondsPerSecond / _picosecondsPerUnit));

    private long Units(SimTime time) => time.Picoseconds / _picosecondsPerUnit;

    private void MoveTo(long units)
    {
        if (units > _units)
        {
            _units = units;
            _output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#{units}"));
        }
    }

    private void Set(long units, char code, string change)
    {
        if (_values.TryGetValue(code, out string? current) && current == change)
        {
            return;
        }

        MoveTo(units);
        _values[code] = change;
        _output.WriteLine(change);
    }
}
