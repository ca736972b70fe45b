using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Energy;

/// <summary>The energy book on every recording there is, by whatever harvester fits it.</summary>
public sealed class SharedTraceBookTests(ITestOutputHelper output)
{
    [DataFact("rf-wisp-mementos")]
    public void The_book_balances_on_every_recorded_trace()
    {
        int traces = 0;
        foreach (string path in Directory.GetFiles(SharedData.Data!, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!IsTraceFolder(path) || Read(path) is not { } trace)
            {
                continue;
            }

            if (Path.GetFileName(path) == "surface.csv")
            {
                trace = trace.Scale(1e-3); // its currents fit milliamperes; the file names no unit
            }

            traces++;
            EnergyBook book = Run(trace);
            output.WriteLine($"{Path.GetRelativePath(SharedData.Data!, path)}: {trace.Quantity}, {book.HarvestedJoules:E2} J, error {book.BalanceErrorJoules:E1} J");
            Assert.True(book.HarvestedJoules > 0, path);
            Assert.True(Math.Abs(book.BalanceErrorJoules) <= 1e-9 * book.HarvestedJoules, $"{path}: {book}");
        }

        Assert.True(traces >= 50, $"{traces} traces");
    }

    private static bool IsTraceFolder(string path) =>
        Path.GetFileName(Path.GetDirectoryName(path))! is var folder
        && (folder.StartsWith("rf-", StringComparison.Ordinal) || folder.StartsWith("solar-", StringComparison.Ordinal) || folder.StartsWith("iv-", StringComparison.Ordinal) || folder.StartsWith("capvoltage-", StringComparison.Ordinal));

    private static Trace? Read(string path)
    {
        try
        {
            return TraceReader.ReadFile(path).Trace;
        }
        catch (TraceFormatException)
        {
            return null; // licences, tables of converters
        }
    }

    private static EnergyBook Run(Trace trace)
    {
        Harvester harvester = trace.Quantity switch
        {
            TraceQuantity.Voltage => new ResistiveHarvester(trace, 10e3, TraceEnd.Loop),
            TraceQuantity.Irradiance => new PowerHarvester(trace.CellPower(1e-4, 0.1), TraceEnd.Loop),
            TraceQuantity.IvSurface => new IvSurfaceHarvester(trace, TraceEnd.Loop),
            TraceQuantity.SingleDiode => new PhotovoltaicHarvester(trace, TraceEnd.Loop),
            TraceQuantity.Current => new CurrentHarvester(trace, 5, TraceEnd.Loop),
            _ => new PowerHarvester(trace, TraceEnd.Loop),
        };
        var supply = new Supply(new SupplyOptions
        {
            Harvester = harvester,
            Buffer = new Capacitor { Farads = 100e-6, LimitVolts = 3.6, EsrOhms = 0.1, LeakageOhms = 1e6 },
            InitialVolts = 1,
        });

        // A day of sun, an hour of anything else.
        (double most, double stride) = trace.Quantity is TraceQuantity.Irradiance ? (86_400, 10.0) : (3600, 0.5);

        // On at 3 V, off at 1.9 V, with a load that is now light, now heavy.
        bool isOn = false;
        for (int round = 0; supply.TimeSeconds < most && round < 20_000; round++)
        {
            double amps = isOn ? (round % 3 == 0 ? 2e-3 : 1e-4) : 0;
            CrossingResult result = supply.AdvanceUntil(amps, isOn ? null : 3.0, isOn ? 1.9 : null, stride);
            isOn = result.Reason switch
            {
                Crossing.Rising => true,
                Crossing.Falling => false,
                _ => isOn,
            };
        }

        return supply.Book;
    }
}
