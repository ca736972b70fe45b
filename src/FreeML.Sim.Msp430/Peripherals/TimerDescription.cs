using System.Globalization;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>A Timer_A or Timer_B of a device: where it is and what its inputs are connected to.</summary>
/// <param name="Name">"TA0"; a name with TB is a Timer_B.</param>
/// <param name="BaseAddress">Address of TAxCTL.</param>
/// <param name="Clock">The wire at TAxCLK; null for ground.</param>
/// <param name="SecondClock">The wire at INCLK.</param>
/// <param name="Inputs">The wires at CCInA and CCInB of each capture/compare block.</param>
public sealed record TimerDescription(string Name, uint BaseAddress, string? Clock, string? SecondClock, IReadOnlyList<(string? A, string? B)> Inputs)
{
    /// <summary>Whether it has compare latches and counter lengths.</summary>
    public bool IsTimerB => Name.StartsWith("TB", StringComparison.Ordinal);

    /// <summary>Reads a table, one timer a line: name, address, clock, second clock, then <c>A/B</c> for each block; <c>-</c> is ground.</summary>
    internal static IReadOnlyList<TimerDescription> ParseTable(string table)
    {
        List<TimerDescription> timers = [];
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            uint address = uint.Parse(columns[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            timers.Add(new TimerDescription(columns[0], address, Wire(columns[2]), Wire(columns[3]), [.. columns[4..].Select(Pair)]));
        }

        return timers.AsReadOnly();

        static (string? A, string? B) Pair(string text) => (Wire(text.Split('/')[0]), Wire(text.Split('/')[1]));

        static string? Wire(string text) => text == "-" ? null : text;
    }
}
