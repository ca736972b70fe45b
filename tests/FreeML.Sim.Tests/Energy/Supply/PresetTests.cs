using System.Text.Json;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Tests.Support;
using static FreeML.Sim.Tests.Energy.Supplies;

namespace FreeML.Sim.Tests.Energy;

public sealed class PresetTests
{
    [Fact]
    public void Every_preset_can_be_made_and_run_with_every_other()
    {
        foreach (string buffer in Presets.Buffers)
        {
            (Capacitor capacitor, BankArray? banks) = Presets.Buffer(buffer);
            foreach (string frontEnd in Presets.FrontEnds)
            {
                foreach (string output in Presets.Outputs)
                {
                    Supply supply = new(new SupplyOptions
                    {
                        Harvester = new PowerHarvester(Constant(TraceQuantity.Power, 2e-3, 5)),
                        FrontEnd = Presets.FrontEnd(frontEnd),
                        Buffer = capacitor,
                        Banks = banks,
                        Output = Presets.Output(output),
                        InitialVolts = 1.7,
                    });
                    supply.Advance(10, 1e-4);
                    Balanced(supply);
                    Assert.True(supply.Book.HarvestedJoules > 0, $"{frontEnd}, {buffer}, {output}");
                }
            }
        }
    }

    [Fact]
    public void Every_number_has_a_unit_a_source_and_a_confidence()
    {
        string[] confidences = ["exact", "read", "fitted", "recalled", "estimated", "assumed"];
        PresetNumber[] numbers = [.. Presets.Numbers()];
        Assert.True(numbers.Length > 100);
        Assert.All(numbers, number => Assert.True(
            number.Unit.Length > 0 && number.Source.Length > 5 && confidences.Contains(number.Confidence) && double.IsFinite(number.Value), number.ToString()));
    }

    [Fact]
    public void REACT_spans_the_capacitance_its_paper_states()
    {
        (Capacitor buffer, BankArray? banks) = Presets.Buffer("REACT");
        Within(1e-3, 18.03e-3, buffer.Farads + banks!.Banks.Sum(bank => bank.Count * bank.Farads));
        Assert.Equal(ReactController, banks.Controller);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Presets.FrontEnd("BQ25571"));
        Assert.Contains("BQ25570", error.Message, StringComparison.Ordinal);
    }

    /// <summary>What the data file says of the fits, held against the curves: the error of the maximum power at every light level.</summary>
    [SharedDataTheory]
    [InlineData("AM1417", "AM1417", 0.24)]
    [InlineData("EXL2-1V50", "EXL2-1V50", 0.26)]
    [InlineData("KXOB25-02-X8F", "KXOB25-02-X8F", 0.08)]
    [InlineData("battery-free-handheld", "Gameboy", 0.15)]
    public void The_cells_maximum_power_is_within_the_stated_error_of_the_measured_curves(string preset, string measured, double error)
    {
        string folder = Path.Combine(SharedData.Data!, "iv-curves-pv-simba");
        PhotovoltaicCell cell = Presets.Cell(preset);
        string[] files = [.. Directory.GetFiles(folder, measured + "_lux*.json").Order(StringComparer.Ordinal)];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            double lux = double.Parse(file[(file.LastIndexOf("lux", StringComparison.Ordinal) + 3)..^5], System.Globalization.CultureInfo.InvariantCulture);
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            double best = document.RootElement.GetProperty("0").EnumerateObject()
                .Max(point => double.Parse(point.Name, System.Globalization.CultureInfo.InvariantCulture) * -point.Value.GetDouble());

            SourceCurve curve = new();
            cell.Under(lux / cell.LuxPerIrradiance).Trace(curve);
            double at = curve.MaximumPowerVolts();
            double modelled = at * curve.AmperesAt(at);
            Assert.True(Math.Abs((modelled / best) - 1) < error, $"{Path.GetFileName(file)}: {modelled:E3} W, measured {best:E3} W");
        }
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class SharedDataTheoryAttribute : TheoryAttribute
    {
        public SharedDataTheoryAttribute()
        {
            if (SharedData.Data is null || !Directory.Exists(Path.Combine(SharedData.Data, "iv-curves-pv-simba")))
            {
                Skip = "found no folder iv-curves-pv-simba (looked in FREEML_DATA, and in 'data' of the shared directory)";
            }
        }
    }
}
