using System.Text.Json;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Energy;

/// <summary>One number of a preset, with where it comes from.</summary>
/// <param name="Preset">The preset's name.</param>
/// <param name="Name">The number's name, as in the data file.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit; 1 for none.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Confidence">How far to trust it: exact, read (in a source), fitted, recalled, estimated or assumed.</param>
public sealed record PresetNumber(string Preset, string Name, double Value, string Unit, string Source, string Confidence);

/// <summary>
/// Parts by name, from the data files in <c>Presets</c>: each number stands there with unit, source and confidence. What is returned is an ordinary
/// description, so any number can be replaced (<c>with</c>).
/// </summary>
public static class Presets
{
    private static readonly Lazy<JsonElement> FrontEndFile = new(() => Read("front-ends"));
    private static readonly Lazy<JsonElement> OutputFile = new(() => Read("outputs"));
    private static readonly Lazy<JsonElement> StorageFile = new(() => Read("storage"));
    private static readonly Lazy<JsonElement> CellFile = new(() => Read("cells"));

    /// <summary>Names of front ends.</summary>
    public static IReadOnlyList<string> FrontEnds => Names(FrontEndFile);

    /// <summary>Names of output stages.</summary>
    public static IReadOnlyList<string> Outputs => Names(OutputFile);

    /// <summary>Names of buffers.</summary>
    public static IReadOnlyList<string> Buffers => Names(StorageFile);

    /// <summary>Names of photovoltaic cells.</summary>
    public static IReadOnlyList<string> Cells => Names(CellFile);

    /// <summary>Every number of every preset that has a source of its own.</summary>
    public static IEnumerable<PresetNumber> Numbers() =>
        new[] { FrontEndFile, OutputFile, StorageFile, CellFile }.SelectMany(file => file.Value.EnumerateObject().SelectMany(preset => Numbers(preset.Name, "", preset.Value)));

    /// <summary>A front end.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists those there are.</exception>
    public static FrontEnd FrontEnd(string name)
    {
        JsonElement preset = Find(FrontEndFile, name);
        return preset.GetProperty("kind").GetString() == "diode"
            ? new DirectFrontEnd(Number(preset, "forward_voltage"))
            : new BoostFrontEnd(BoostCharger(name));
    }

    /// <summary>The parameters of a boost charger.</summary>
    /// <exception cref="ArgumentException">There is none of this name.</exception>
    public static BoostChargerOptions BoostCharger(string name)
    {
        JsonElement preset = Find(FrontEndFile, name);
        Check.That(preset.GetProperty("kind").GetString() == "boost", $"front end '{name}' is not a boost charger");
        return new BoostChargerOptions
        {
            Name = name,
            Efficiency = Table(preset),
            ColdStartVolts = Number(preset, "cold_start_voltage"),
            ColdStartWatts = Number(preset, "cold_start_power"),
            ColdStartEfficiency = Number(preset, "cold_start_efficiency"),
            MainConverterVolts = Number(preset, "main_converter_voltage"),
            MinimumInputVolts = Number(preset, "minimum_input_voltage"),
            MinimumInputWatts = Number(preset, "minimum_input_power"),
            MpptFraction = Number(preset, "mppt_fraction"),
            QuiescentAmps = Number(preset, "quiescent_current"),
            NominalInputVolts = Number(preset, "nominal_input_voltage"),
        };
    }

    /// <summary>An output stage.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="outputVolts">Its output voltage; null for the preset's.</param>
    /// <exception cref="ArgumentException">There is none of this name; the message lists those there are.</exception>
    public static OutputStage Output(string name, double? outputVolts = null)
    {
        JsonElement preset = Find(OutputFile, name);
        return preset.GetProperty("kind").GetString() switch
        {
            "direct" => new DirectOutput(),
            "linear" => new LinearOutput(outputVolts ?? Number(preset, "output_voltage"), Number(preset, "dropout"), Number(preset, "quiescent_current")),
            _ => new SwitchingOutput(new SwitchingOutputOptions
            {
                Name = name,
                OutputVolts = outputVolts ?? Number(preset, "output_voltage"),
                DropoutVolts = Number(preset, "dropout"),
                MinimumInputVolts = Number(preset, "minimum_input_voltage"),
                QuiescentAmps = Number(preset, "quiescent_current"),
                Efficiency = Table(preset),
            }),
        };
    }

    /// <summary>A buffer: the capacitor that is always connected, and the banks beside it, if it has any.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists those there are.</exception>
    public static (Capacitor Buffer, BankArray? Banks) Buffer(string name)
    {
        JsonElement preset = Find(StorageFile, name);
        Capacitor capacitor = new()
        {
            Farads = Number(preset, "capacitance"),
            LimitVolts = Number(preset, "limit_voltage"),
            EsrOhms = Number(preset, "esr"),
            LeakageAmps = Number(preset, "leakage_current"),
            LeakageOhms = Number(preset, "leakage_resistance", double.PositiveInfinity),
            SlowFarads = Number(preset, "slow_capacitance", 0),
            SlowOhms = Number(preset, "slow_resistance", 0),
            Derating = preset.TryGetProperty("derating", out JsonElement derating) ? [.. List(derating, "volts").Zip(List(derating, "factor"))] : [],
        };
        return (capacitor, preset.TryGetProperty("banks", out JsonElement banks) ? Banks(banks) : null);
    }

    /// <summary>A photovoltaic cell.</summary>
    /// <exception cref="ArgumentException">There is none of this name; the message lists those there are.</exception>
    public static PhotovoltaicCell Cell(string name)
    {
        JsonElement preset = Find(CellFile, name);
        return new PhotovoltaicCell(
            name,
            Number(preset, "current_per_irradiance"),
            Number(preset, "saturation_current"),
            Number(preset, "diode_voltage"),
            Number(preset, "series_resistance"),
            Number(preset, "shunt_conductance"),
            Number(preset, "photo_shunt"),
            Number(preset, "lux_per_irradiance"));
    }

    private static BankArray Banks(JsonElement banks) => new(
        [.. banks.GetProperty("members").EnumerateArray().Select(bank => new Bank(bank.GetProperty("count").GetInt32(), Number(bank, "capacitance"), Number(bank, "leakage_resistance")))],
        banks.GetProperty("isolated").GetBoolean(),
        banks.TryGetProperty("controller", out JsonElement control)
            ? new BankController(
                Number(control, "low_voltage"), Number(control, "high_voltage"), Number(control, "minimum_voltage"), Number(control, "tick"), (int)Number(control, "cool_down_ticks"))
            : null);

    private static EfficiencyTable Table(JsonElement preset)
    {
        JsonElement table = preset.GetProperty("efficiency");
        return new EfficiencyTable(List(table, "loads"), List(table, "volts"), List(table, "efficiency"));
    }

    private static double[] List(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static double Number(JsonElement preset, string name) => preset.GetProperty(name).GetProperty("value").GetDouble();

    private static double Number(JsonElement preset, string name, double otherwise) => preset.TryGetProperty(name, out _) ? Number(preset, name) : otherwise;

    private static IReadOnlyList<string> Names(Lazy<JsonElement> file) => [.. file.Value.EnumerateObject().Select(preset => preset.Name)];

    private static JsonElement Find(Lazy<JsonElement> file, string name) =>
        file.Value.TryGetProperty(name, out JsonElement preset) ? preset : throw new ArgumentException($"found '{name}', expected one of {string.Join(", ", Names(file))}");

    private static JsonElement Read(string file)
    {
        using Stream stream = typeof(Presets).Assembly.GetManifestResourceStream($"Presets/{file}.json")!;
        return JsonSerializer.Deserialize<JsonElement>(stream);
    }

    private static IEnumerable<PresetNumber> Numbers(string preset, string path, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("value", out JsonElement value))
        {
            yield return new PresetNumber(preset, path, value.GetDouble(), Text("unit"), Text("source"), Text("confidence"));
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (PresetNumber number in element.EnumerateObject().SelectMany(part => Numbers(preset, path.Length == 0 ? part.Name : $"{path}.{part.Name}", part.Value)))
            {
                yield return number;
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (PresetNumber number in element.EnumerateArray().SelectMany((part, n) => Numbers(preset, $"{path}[{n}]", part)))
            {
                yield return number;
            }
        }

        string Text(string name) => element.GetProperty(name).GetString() ?? "";
    }
}
