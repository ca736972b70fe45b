using System.Text.Json;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Simulation;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The prebuilt firmware, each program on its device: it checks itself, stores the verdict and goes to sleep for good.</summary>
public sealed class SelfCheckingFirmwareTests
{
    private const long MaximumCycles = 100_000_000;
    private const ushort Good = 0x600D;

    // Wants a supply that fails.
    private const string ComparatorWarning = "comparator_warning.elf";

    // Want a network, and a host who asks.
    private const string Runtimes = "runtime_";

    private static readonly string Prebuilt = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt");

    public static TheoryData<string, string> Programs()
    {
        var programs = new TheoryData<string, string>();
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Prebuilt, "manifest.json")));
        foreach (JsonElement image in manifest.RootElement.GetProperty("images").EnumerateArray())
        {
            string file = image.GetProperty("image").GetString()!;
            if (file != ComparatorWarning && !file.StartsWith(Runtimes, StringComparison.Ordinal))
            {
                programs.Add(file, image.GetProperty("device").GetString()!);
            }
        }

        return programs;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_check_holds(string file, string deviceName)
    {
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, file));
        using var device = new Device(DeviceCatalogue.Find(deviceName), seed: 1);
        device.Load(image);

        StopReason stop = device.Run(MaximumCycles);

        Assert.Equal(StopReason.Parked, stop);
        if (image.TryGetSymbol("test_result", out ImageSymbol? result))
        {
            ushort verdict = device.PeekWord(result.Value);
            Assert.True(verdict == Good, $"check {verdict} failed");
        }
        else
        {
            Assert.Equal("demo.elf", file);
        }
    }

    [Fact]
    public void The_comparator_warns_the_program_before_each_brown_out()
    {
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, ComparatorWarning));
        using var device = new Device(DeviceCatalogue.Find("msp430fr5994"), seed: 1);
        device.Load(image);
        device.Analog.Connect(device.FindPin("P1.2")!, new AnalogSource(VoltageMix.Supply * 0.5));
        (double, double)[] bursts = [.. Enumerable.Range(0, 20).SelectMany(n => new (double, double)[] { (n * 0.2, 4e-3), ((n * 0.2) + 0.05, 0) })];
        Supply supply = new(new SupplyOptions
        {
            Harvester = new PowerHarvester(Runs.Power(4.2, bursts)),
            Buffer = new Capacitor { Farads = 10e-6, LimitVolts = 3.6, LeakageOhms = 10e3 },
            Supervisor = new Supervisor(3.0, 1.9),
        });

        RunReport report = Runs.Run(device, supply, new SimulatorOptions { Until = SimTime.FromSeconds(4L) });

        Assert.Equal(StopReason.Parked, report.Stop);
        Assert.Equal(5, report.PowerFailures);
        Assert.True(image.TryGetSymbol("test_result", out ImageSymbol? result));
        Assert.Equal(Good, device.PeekWord(result.Value));
    }

    [Fact]
    public void The_demo_classifies_its_samples_at_16_MHz()
    {
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, "demo.elf"));
        using var device = new Device(DeviceCatalogue.Find("msp430fr5994"));
        device.Load(image);

        device.Run(MaximumCycles);

        Assert.True(image.TryGetSymbol("mailbox", out ImageSymbol? mailbox));
        Assert.Equal(2, device.PeekWord(mailbox.Value + 4));
        Assert.Equal(0x4715, device.PeekWord(mailbox.Value + 124));
        Assert.Equal(8, device.PeekWord(mailbox.Value + 126));
        Assert.Equal(16e6, device.Mclk.Hertz);
        Assert.InRange(device.Cycles, 50_000, 70_000);
        Assert.InRange(device.Ledger.WaitCycles, 1, device.Cycles / 4);
        Assert.Empty(device.Notes);
    }

    // What RAM and registers hold at power-up must not matter to a program that initialises what it uses.
    [Fact]
    public void The_demo_gives_the_same_answer_whatever_RAM_holds_at_power_up()
    {
        FirmwareImage image = ImageReader.Read(Path.Combine(Prebuilt, "demo.elf"));
        var counts = new HashSet<(long Cycles, long Instructions)>();
        for (ulong seed = 0; seed < 5; seed++)
        {
            using var device = new Device(DeviceCatalogue.Find("msp430fr5994"), seed: seed);
            device.Load(image);
            device.Run(MaximumCycles);
            counts.Add((device.Cycles, device.Ledger.Instructions));
        }

        Assert.Single(counts);
    }
}
