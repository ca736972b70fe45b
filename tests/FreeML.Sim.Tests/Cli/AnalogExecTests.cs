namespace FreeML.Sim.Tests.Cli;

/// <summary><c>exec --analog</c>: what the board connects to analog pins.</summary>
public sealed class AnalogExecTests : IDisposable
{
    // Converts A2 against AVCC into r4, again and again until 4 ms have passed, then parks.
    private static readonly ushort[] ConvertA2 =
    [
        .. TinyFirmware.HoldWatchdog,
        0x40B2, 0x0002, 0x0820, // MOV #INCH_2,&ADC12MCTL0
        0x40B2, 0x0200, 0x0802, // MOV #SHP,&ADC12CTL1
        0x40B2, 0x0310, 0x0800, // MOV #SHT0_3+ON,&ADC12CTL0
        0x4035, 0x0050, // MOV #80,r5
        0xD0B2, 0x0003, 0x0800, // again: BIS #ENC+SC,&ADC12CTL0
        0xB392, 0x0802, // wait: BIT #BUSY,&ADC12CTL1
        0x23FD, // JNZ wait
        0x4214, 0x0860, // MOV &ADC12MEM0,r4
        0x8315, // DEC r5
        0x23F6, // JNZ again
        0x3FFF, // JMP $
    ];

    private readonly TinyFirmware _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("P1.2=1.5V", 2048)]
    [InlineData("p1.2=750mV", 1024)]
    [InlineData("P1.2=supply*0.25", 1024)]
    [InlineData("P1.2=buffer*0.5", 2048)]
    [InlineData("P1.2=supply", 4095)]
    [InlineData("P1.3=1.5V", 0)]
    public void The_ADC_finds_what_is_connected(string connection, int code) => Assert.Equal(code, Result(connection));

    [Fact]
    public void A_table_is_straight_lines_between_its_values()
    {
        File.WriteAllText(_files.Path("ramp.csv"), "# a ramp\ntime_s,voltage_V\n0,0.5\n0.001, 1.5\n0.002,1.5\n");

        Assert.Equal(2048, Result("P1.2=" + _files.Path("ramp.csv")));
    }

    [Theory]
    [InlineData("P1.2", "PIN=SOURCE")]
    [InlineData("P2.7=1V", "an analog pin")]
    [InlineData("P9.9=1V", "an analog pin")]
    [InlineData("P1.2=1.5", "a voltage")]
    [InlineData("P1.2=-1V", "a voltage")]
    [InlineData("P1.2=buffer*x", "a factor")]
    [InlineData("P1.2=nowhere.csv", "time_s,voltage_V")]
    public void What_cannot_be_connected_is_said_in_one_line(string connection, string expected)
    {
        Shell.Outcome outcome = Run(connection);

        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("time,volts\n0,1\n", ":1:")]
    [InlineData("time_s,voltage_V\n0,1\n0,2\n", ":3:")]
    [InlineData("time_s,voltage_V\n0,1,2\n", ":2:")]
    [InlineData("time_s,voltage_V\n0,NaN\n", ":2:")]
    [InlineData("time_s,voltage_V\n1e99,1\n", ":2:")]
    [InlineData("time_s,voltage_V\n", "no rows")]
    public void A_bad_table_is_named_with_its_line(string text, string place)
    {
        File.WriteAllText(_files.Path("bad.csv"), text);
        Shell.Outcome outcome = Run("P1.2=" + _files.Path("bad.csv"));

        Assert.Equal(2, outcome.Code);
        Assert.Contains(place, Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private Shell.Outcome Run(string connection) => Shell.Run("exec", "--json", "--analog", connection, "--until", "100ms", _files.Elf("a.elf", ConvertA2));

    private int Result(string connection) => Run(connection).Json[0].GetProperty("registers").GetProperty("r4").GetInt32();
}
