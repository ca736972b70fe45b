using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// The timers of each device and what their inputs are connected to, as the signal connection tables of the data sheets have them (SLASE54D
/// tables 9-13 to 9-18, SLAS704G tables 6-13 to 6-17, SLAS789D tables 6-12 to 6-17): name, address, TAxCLK, INCLK, and CCInA/CCInB of each block.
/// </summary>
/// <remarks>The capacitive touch inputs of TA2 and TA3 and the ESI's of the FR6989's TA3 have no model and are ground.</remarks>
internal static class TimerTable
{
    private const string Common = """
        TA0 0340 TA0CLK TA0CLK TA0.CCI0A/TA0.CCI0B TA0.CCI1A/COUT TA0.CCI2A/ACLK
        TA1 0380 TA1CLK TA1CLK TA1.CCI0A/TA1.CCI0B TA1.CCI1A/COUT TA1.CCI2A/ACLK
        TB0 03C0 TB0CLK TB0CLK TB0.CCI0A/TB0.CCI0B TB0.CCI1A/COUT TB0.CCI2A/ACLK TB0.CCI3A/TB0.CCI3B TB0.CCI4A/TB0.CCI4B TB0.CCI5A/TB0.CCI5B TB0.CCI6A/TB0.CCI6B
        TA2 0400 COUT - TA3.0/ACLK -/COUT

        """;

    public static IReadOnlyList<TimerDescription> Fr5969 { get; } = TimerDescription.ParseTable(Common + "TA3 0440 COUT - TA2.0/ACLK -/COUT");

    public static IReadOnlyList<TimerDescription> Fr5994 { get; } = TimerDescription.ParseTable(Common + """
        TA3 0440 COUT - TA2.0/ACLK -/COUT
        TA4 07C0 TA4CLK TA4CLK TA4.CCI0A/TA4.CCI0B TA4.CCI1A/TA4.CCI1B
        """);

    public static IReadOnlyList<TimerDescription> Fr6989 { get; } = TimerDescription.ParseTable(Common + "TA3 0440 COUT - TA2.0/ACLK -/COUT -/- -/- -/-");
}
