using FreeML.Sim.Cli.Traces;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Powering;

/// <summary>What a user said about a supply, wherever that was: on the command line, or in a scenario. Names are the options' without dashes.</summary>
internal interface ISupplySettings
{
    /// <summary>The value of a setting, or null; of a flag that is set: <c>true</c>.</summary>
    string? Find(string name);

    /// <summary>The values of a setting that may be given several times.</summary>
    IReadOnlyList<string> FindAll(string name);

    /// <summary>What to call a setting in a message.</summary>
    string NameOf(string name);

    /// <summary>Where a file is that the user named.</summary>
    string PathOf(string text);
}

/// <summary>Makes a supply of what the user said.</summary>
/// <param name="settings">What the user said.</param>
/// <param name="device">Whose prices count.</param>
internal sealed class SupplyReader(ISupplySettings settings, DeviceDescription device)
{
    private const string Direct = "direct";
    private const string Volts = "100V";

    // Units of the coefficients of a power model; those without one are factors.
    private static readonly Unit[] PriceUnits = [Unit.Charge, Unit.Current, Unit.Time, Unit.Frequency, Unit.Voltage];

    /// <summary>All settings, by name; the last ones may be given several times.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "trace", "trace-column", "trace-scale", "trace-loop", "harvester", "source-resistance", "measured-across", "compliance", "front-end", "output", "buffer", "capacitor",
        "capacitor-esr", "capacitor-leakage", "capacitor-limit", "initial", "turn-on", "turn-off", "warning", "sram-after-failure", "slice-cap", "price",
    ];

    /// <summary>Reads the settings.</summary>
    /// <param name="first">What to name if there is no source of energy at all.</param>
    /// <exception cref="InputException">They make no supply.</exception>
    public SupplyRequest Read(string first)
    {
        PowerModel prices = PowerModel.For(device.Name).With(ReadPrices());
        (Capacitor buffer, BankArray? banks, string bufferName) = ReadBuffer();
        double initialVolts = ReadVolts("initial") ?? 0;
        string? traceName = settings.Find("trace");
        if (traceName is null && initialVolts == 0)
        {
            throw new InputException(first, null, "no source of energy", $"{settings.NameOf("trace")} with a trace to harvest, or {settings.NameOf("initial")} with a charge to run on");
        }

        RequireAtMost("initial", initialVolts, "capacitor-limit", buffer.LimitVolts);
        double turnOnVolts = ReadVolts("turn-on") ?? 3.0;
        double turnOffVolts = ReadVolts("turn-off") ?? Math.Min(1.9, turnOnVolts);
        RequireAtMost("turn-on", turnOnVolts, "capacitor-limit", buffer.LimitVolts);
        RequireAtMost("turn-off", turnOffVolts, "turn-on", turnOnVolts);
        double? warningVolts = ReadVolts("warning");
        RequireAtMost("turn-off", turnOffVolts, "warning", warningVolts ?? turnOffVolts);

        TraceSource? trace = traceName is null ? null : ReadTrace(traceName);
        (string Name, Harvester? Harvester) harvester = trace is null ? ("none", null) : ReadHarvester(trace.Trace);
        string frontEnd = CommonOptions.ReadName(settings.NameOf("front-end"), settings.Find("front-end") ?? Direct, [Direct, .. Presets.FrontEnds]);
        (string outputName, OutputStage output) = ReadOutput();
        double sliceCapSeconds = ReadQuantity("slice-cap", Unit.Time, "1us", "1s") ?? 1e-3;
        string sram = CommonOptions.ReadName(settings.NameOf("sram-after-failure"), settings.Find("sram-after-failure") ?? "noise", "noise", "zero", "decay");
        return new SupplyRequest
        {
            Options = new SupplyOptions
            {
                Harvester = harvester.Harvester,
                FrontEnd = frontEnd == Direct ? new DirectFrontEnd() : Presets.FrontEnd(frontEnd),
                Buffer = buffer,
                Banks = banks,
                Output = output,
                Supervisor = new Supervisor(turnOnVolts, turnOffVolts, warningVolts),
                InitialVolts = initialVolts,
            },
            Prices = prices,
            TraceSeconds = trace?.Trace.DurationSeconds,
            Sram = Enum.Parse<SramAfterFailure>(sram, ignoreCase: true),
            SliceCapSeconds = sliceCapSeconds,
            Choices =
            [
                ("trace", traceName ?? "none"), ("harvester", harvester.Name), ("frontEnd", frontEnd), ("buffer", bufferName),
                ("limit", SiText.Of(buffer.LimitVolts, "V")), ("output", outputName), ("turnOn", SiText.Of(turnOnVolts, "V")), ("turnOff", SiText.Of(turnOffVolts, "V")),
                ("warning", warningVolts is { } level ? SiText.Of(level, "V") : "none"),
                ("initial", SiText.Of(initialVolts, "V")), ("sramAfterFailure", sram),
                .. settings.FindAll("price").Select(price => ("price", price)),
            ],
            Notes = [.. trace?.Description.Skip(trace.Report is null ? 1 : 0) ?? [], .. Assumptions(harvester.Harvester, banks)],
        };
    }

    private static IEnumerable<string> Assumptions(Harvester? harvester, BankArray? banks)
    {
        if (harvester is ResistiveHarvester { ResistanceOhms: HarvesterKinds.DefaultSourceOhms })
        {
            yield return "the source resistance of 30 kOhm is an assumption: no recording of a voltage has it";
        }

        if (banks is { Controller: null })
        {
            yield return "the buffer's banks wait for firmware to switch them, for which there is no line yet: only its capacitor works";
        }
    }

    private TraceSource ReadTrace(string name)
    {
        TraceSource source = TraceSource.Read(settings.PathOf(name), new TraceReadOptions { Column = settings.Find("trace-column") });
        string option = settings.NameOf("trace-scale");
        return settings.Find("trace-scale") is { } text
            ? source with { Trace = TraceSource.Attempt(option, text, () => source.Trace.Scale(CommonOptions.ReadFactor(option, text))) }
            : source;
    }

    private (string Name, Harvester Harvester) ReadHarvester(Trace trace) => HarvesterKinds.Make(
        settings.NameOf("harvester"),
        settings.Find("harvester"),
        trace,
        new HarvesterParameters(
            settings.Find("trace-loop") == "true" ? TraceEnd.Loop : TraceEnd.Dark,
            ReadQuantity("source-resistance", Unit.Resistance, "1mOhm", "1GOhm"),
            ReadQuantity("measured-across", Unit.Resistance, "1mOhm", "1GOhm"),
            ReadQuantity("compliance", Unit.Voltage, "1mV", Volts) ?? 5));

    private (Capacitor Buffer, BankArray? Banks, string Name) ReadBuffer()
    {
        string? name = settings.Find("buffer") is { } text ? CommonOptions.ReadName(settings.NameOf("buffer"), text, Presets.Buffers) : null;
        (Capacitor capacitor, BankArray? banks) = name is null ? (new Capacitor { Farads = 100e-6, LimitVolts = 3.6 }, null) : Presets.Buffer(name);
        Capacitor changed = capacitor with
        {
            Farads = ReadQuantity("capacitor", Unit.Capacitance, "1nF", "1000F") ?? capacitor.Farads,
            LimitVolts = ReadQuantity("capacitor-limit", Unit.Voltage, "10mV", Volts) ?? capacitor.LimitVolts,
            EsrOhms = ReadQuantity("capacitor-esr", Unit.Resistance, "0Ohm", "1MOhm") ?? capacitor.EsrOhms,
        };
        if (settings.Find("capacitor-leakage") is { } leakage)
        {
            string option = settings.NameOf("capacitor-leakage");
            changed = Quantity.TryParse(leakage, Unit.Current, out _, out _)
                ? changed with { LeakageAmps = (double)Quantity.Parse(option, leakage, Unit.Current, "0A", "1A"), LeakageOhms = double.PositiveInfinity }
                : changed with { LeakageAmps = 0, LeakageOhms = (double)Quantity.Parse(option, leakage, Leakage, "1Ohm", "1TOhm") };
        }

        string size = SiText.Of(changed.Farads, "F");
        return (changed, banks, name is null ? size : changed == capacitor ? name : $"{name} with {size}, changed");
    }

    // A leakage may also be a current; this is for the message when it is neither.
    private static Unit Leakage { get; } = Unit.Resistance with { Name = "a current such as 1uA or a resistance", Example = "10MOhm" };

    private (string Name, OutputStage Output) ReadOutput()
    {
        string option = settings.NameOf("output");
        string[] parts = (settings.Find("output") ?? Direct).Split(':', 2);
        string name = CommonOptions.ReadName(option, parts[0], Presets.Outputs);
        if (parts.Length == 1)
        {
            return (name, Presets.Output(name));
        }

        double volts = (double)Quantity.Parse(option, parts[1], Unit.Voltage, "0.5V", "10V");
        return name == Direct
            ? throw new InputException(option, null, "a voltage for direct", "none, because the chip then sits on the buffer")
            : ($"{name}:{parts[1]}", Presets.Output(name, volts));
    }

    private Dictionary<string, double> ReadPrices()
    {
        Dictionary<string, double> prices = new(StringComparer.Ordinal);
        IReadOnlyList<Coefficient> known = PowerModel.For(device.Name).Coefficients;
        string option = settings.NameOf("price");
        foreach (string text in settings.FindAll("price"))
        {
            string[] parts = text.Split('=', 2);
            Coefficient coefficient = parts.Length == 2
                ? known.FirstOrDefault(candidate => candidate.Name == parts[0])
                    ?? throw new InputException(option, null, $"no price {InputException.Quote(parts[0])}", $"one that info {device.Name} lists")
                : throw new InputException(option, null, InputException.Quote(text), "NAME=VALUE such as active.cycle=50pC");
            string place = $"{option} {coefficient.Name}";
            prices[coefficient.Name] = Array.Find(PriceUnits, unit => unit.Symbol == coefficient.Unit) is { } unit
                ? (double)Quantity.Parse(place, parts[1], unit)
                : CommonOptions.ReadFactor(place, parts[1]);
            if (prices[coefficient.Name] < 0)
            {
                throw new InputException(place, null, parts[1], "a price of 0 or more");
            }
        }

        return prices;
    }

    private double? ReadVolts(string name) => ReadQuantity(name, Unit.Voltage, "0V", Volts);

    private double? ReadQuantity(string name, Unit unit, string least, string most) =>
        settings.Find(name) is { } text ? (double)Quantity.Parse(settings.NameOf(name), text, unit, least, most) : null;

    private void RequireAtMost(string name, double volts, string limit, double limitVolts)
    {
        if (volts > limitVolts)
        {
            throw new InputException(settings.NameOf(name), null, SiText.Of(volts, "V"), $"at most {settings.NameOf(limit)}, {SiText.Of(limitVolts, "V")}");
        }
    }
}
