using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Tests.Devices;

public class BoardInputsTests
{
    private static readonly DeviceDescription Fr5994 = DeviceCatalogue.Default;

    // Set P1.0's flag enable, unlock the pins, sleep in LPM4 with interrupts; the handler stores P1IV at 1C00.
    private static readonly ushort[] WaitsForEdge =
    [
        0x40B2, 0x5A80, 0x015C, // mov #5A80, &WDTCTL
        0x43C2, 0x0130, // mov.b #0, &PM5CTL0
        0x43D2, 0x021A, // mov.b #1, &P1IE
        0x43C2, 0x021C, // mov.b #0, &P1IFG
        0xD032, 0x00F8, // bis #LPM4 + GIE, SR
        0x3FFF, // jmp $
    ];

    private static readonly ushort[] Handler =
    [
        0x4292, 0x020E, 0x1C00, // mov &P1IV, &1C00
        0x1300, // reti
    ];

    [Fact]
    public void Levels_reach_the_pins_at_their_times()
    {
        using Device device = new(Fr5994);
        Read("time_s,pin,level\n0,P1.0,1\n0.001,p1.0,0\n0.001,P2.3,1\n0.002,P1.0,z\n").Attach(device);
        List<string> seen = [];
        foreach (string name in new[] { "P1.0", "P2.3" })
        {
            device.FindPin(name)!.Changed += (level, time) => seen.Add($"{name} {level} {time.TotalSeconds}");
        }

        device.Run(until: SimTime.FromMilliseconds(5));
        Assert.Equal(["P1.0 High 0", "P1.0 Low 0.001", "P2.3 High 0.001", "P1.0 HighImpedance 0.002"], seen);
    }

    [Fact]
    public void A_device_is_not_parked_while_the_board_may_still_wake_it()
    {
        using Device device = new(Fr5994);
        Read("time_s,pin,level\n0,P1.0,0\n2.5,P1.0,1\n").Attach(device);
        Load(device);
        Assert.Equal(StopReason.Parked, device.Run(maxCycles: 1_000_000));
        Assert.InRange(device.Now.TotalSeconds, 2.5, 2.51);
        Assert.Equal(2, device.PeekWord(0x1C00));
    }

    [Fact]
    public void Inputs_go_on_through_a_power_failure()
    {
        using Device device = new(Fr5994);
        Read("time_s,pin,level\n0,P1.0,1\n1,P1.0,0\n").Attach(device);
        device.Run(until: SimTime.FromMilliseconds(1));
        device.LosePower();
        Assert.Equal(PinLevel.High, device.FindPin("P1.0")!.Level);
        device.PowerCycle(SimTime.FromSeconds(2L), ResetCause.BrownOut, SramAfterFailure.Zero, 1.9);
        device.Run(until: SimTime.FromSeconds(2.001));
        Assert.Equal(PinLevel.Low, device.FindPin("P1.0")!.Level);
    }

    [Fact]
    public void Comments_and_blank_lines_are_left_out() =>
        Read("# a button\n\ntime_s,pin,level\n# pressed\n0.5,P5.6,0\n").Attach(new Device(Fr5994));

    [Theory]
    [InlineData("", "x.csv:1: found an empty file, expected the columns time_s, pin and level")]
    [InlineData("time_s,pin\n", "x.csv:1: found 'time_s,pin', expected the columns time_s, pin and level")]
    [InlineData("time,pin,level\n", "x.csv:1: found column 'time', expected the columns time_s, pin and level")]
    [InlineData("time_s,pin,level,level\n", "x.csv:1: found column 'level', expected the columns time_s, pin and level")]
    [InlineData("time_s,pin,level\n0,P1.0\n", "x.csv:2: found 2 cells, expected 3, one for each column")]
    [InlineData("time_s,pin,level\n0,P11.0,1\n", "x.csv:2: found P11.0, expected a pin of msp430fr5994, such as P1.0")]
    [InlineData("time_s,pin,level\n0,P1.0,2\n", "x.csv:2: found '2', expected level 0, 1 or z")]
    [InlineData("time_s,pin,level\n-1,P1.0,1\n", "x.csv:2: found time_s '-1', expected a number from 0 to 9000000")]
    [InlineData("time_s,pin,level\nnan,P1.0,1\n", "x.csv:2: found time_s 'nan', expected a number from 0 to 9000000")]
    [InlineData("time_s,pin,level\n\n2,P1.0,1\n1,P1.0,0\n", "x.csv:4: found time 1 after 2, expected times that do not decrease")]
    [InlineData("time_s,pin,level\n0,P1.0,\n", "x.csv:2: found '', expected level 0, 1 or z")]
    public void Bad_tables_give_one_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Read(text)).Message);

    [Fact]
    public void A_missing_file_gives_one_line() =>
        Assert.Contains("no-such.csv: found", Assert.Throws<InputException>(() => BoardInputs.Read("no-such.csv", Fr5994)).Message, StringComparison.Ordinal);

    private static BoardInputs Read(string text) => BoardInputs.Read("x.csv", new StringReader(text), Fr5994);

    private static void Load(Device device)
    {
        Program(0x4400, WaitsForEdge);
        Program(0x4500, Handler);
        device.PokeWord(0xFFDE, 0x4500);
        device.PokeWord(0xFFFE, 0x4400);
        device.Reset(ResetKind.Bor, ResetCause.BrownOut);

        void Program(uint address, ushort[] words)
        {
            for (uint n = 0; n < words.Length; n++)
            {
                device.PokeWord(address + (2 * n), words[n]);
            }
        }
    }
}
