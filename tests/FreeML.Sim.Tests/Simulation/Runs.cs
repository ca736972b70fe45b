using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Tests.Simulation;

/// <summary>Small programs on small supplies.</summary>
internal static class Runs
{
    public const uint Code = 0x4400;

    /// <summary>A 16-bit counter in FRAM.</summary>
    public const uint FramCounter = 0x5000;

    /// <summary>A counter in RAM.</summary>
    public const uint RamCounter = 0x1C00;

    /// <summary>
    /// Counts in FRAM and in RAM for ever, at 16 MHz: watchdog held, one wait state, DCO at 16 MHz undivided.
    /// The FRAM counter is one word: a count is committed or not, there is nothing between.
    /// </summary>
    public static ushort[] Counting =>
    [
        0x40B2, 0x5A80, 0x015C, // MOV #WDTPW+WDTHOLD,&WDTCTL
        0x40B2, 0xA510, 0x0140, // MOV #FRCTLPW+NWAITS_1,&FRCTL0
        0x40F2, 0x00A5, 0x0161, // MOV.B #CSKEY,&CSCTL0_H
        0x40B2, 0x0048, 0x0162, // MOV #DCORSEL+DCOFSEL_4,&CSCTL1
        0x4382, 0x0166, // CLR &CSCTL3
        0x5392, 0x1C00, // loop: INC &RamCounter
        0x5392, 0x5000, // INC &FramCounter
        0x3FFB, // JMP loop
    ];

    /// <summary>A device that runs these words after reset; the counters in FRAM are 0.</summary>
    public static Device Device(params ushort[] words)
    {
        var device = new Device(DeviceCatalogue.Find("msp430fr5994"));
        for (int n = 0; n < words.Length; n++)
        {
            device.PokeWord(Code + (uint)(2 * n), words[n]);
        }

        device.PokeWord(0xFFFE, (ushort)Code);
        for (uint address = FramCounter; address < FramCounter + 64; address += 2)
        {
            device.PokeWord(address, 0);
        }

        return device;
    }

    /// <summary>A power source that changes as given: seconds and watts, each until the next.</summary>
    public static Trace Power(double durationSeconds, params (double Seconds, double Watts)[] samples) =>
        new("test", TraceQuantity.Power, [.. samples.Select(sample => sample.Seconds)], durationSeconds, [.. samples.Select(sample => sample.Watts)]);

    /// <summary>A supply from a harvester.</summary>
    public static Supply Supply(Harvester harvester, double farads = 10e-6, double turnOnVolts = 3.0, double turnOffVolts = 1.9, double initialVolts = 0) => new(new SupplyOptions
    {
        Harvester = harvester,
        Buffer = new Capacitor { Farads = farads, LimitVolts = 3.6 },
        Supervisor = new Supervisor(turnOnVolts, turnOffVolts),
        InitialVolts = initialVolts,
    });

    /// <summary>Runs a device on a supply at the FR5994's prices.</summary>
    public static RunReport Run(Device device, Supply supply, SimulatorOptions options, IRunRecorder? recorder = null) =>
        new Simulator(device, supply, PowerModel.For("msp430fr5994"), options, recorder).Run();

    /// <summary>The counter in FRAM.</summary>
    public static ushort Count(Device device) => device.PeekWord(FramCounter);
}
