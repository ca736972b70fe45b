using System.CommandLine;
using FreeML.Sim.Cli.Traces;
using FreeML.Sim.Energy;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Powering;

/// <summary>The supply options of <c>exec</c>. With none of them power is continuous.</summary>
internal sealed class SupplyArguments
{
    private const string Direct = "direct";
    private const string Volts = "100V";

    // Units of the coefficients of a power model; those without one are factors.
    private static readonly Unit[] PriceUnits = [Unit.Charge, Unit.Current, Unit.Time, Unit.Frequency, Unit.Voltage];

    private readonly Option<string?> _trace = CommonOptions.Text("--trace", "FILE|NAME", "Harvest this trace: a file, or one that comes with the program");
    private readonly Option<string?> _column = CommonOptions.Text("--trace-column", "NAME", "Column to read where the trace has several");
    private readonly Option<string?> _scale = CommonOptions.Text("--trace-scale", "X", "Multiply the trace");
    private readonly Option<bool> _loop = CommonOptions.Flag("--trace-loop", "Begin the trace anew at its end (otherwise it is dark then)");
    private readonly Option<string?> _harvester = CommonOptions.Text("--harvester", HarvesterKinds.Names, "How the trace becomes a source (default by what it is of)");
    private readonly Option<string?> _source = CommonOptions.Text("--source-resistance", "30kOhm", "Resistance behind a voltage (default 30kOhm)");
    private readonly Option<string?> _across = CommonOptions.Text("--measured-across", "30kOhm", "Load across which a voltage was recorded (default: it is the open-circuit voltage)");
    private readonly Option<string?> _compliance = CommonOptions.Text("--compliance", "5V", "Voltage up to which a current is given (default 5V)");
    private readonly Option<string?> _frontEnd = CommonOptions.Text("--front-end", "direct|bq25504|bq25570|p2110b|...", "Between harvester and buffer (default direct)");
    private readonly Option<string?> _output = CommonOptions.Text("--output", "direct|bq25570:2.2V|...", "Between buffer and chip, with its voltage (default direct)");
    private readonly Option<string?> _buffer = CommonOptions.Text("--buffer", "react|static-10mF|...", "A buffer by name (default: a capacitor of --capacitor)");
    private readonly Option<string?> _capacitor = CommonOptions.Text("--capacitor", "100uF", "Capacitance of the buffer (default 100uF)");
    private readonly Option<string?> _esr = CommonOptions.Text("--capacitor-esr", "50mOhm", "Its series resistance (default 0)");
    private readonly Option<string?> _leakage = CommonOptions.Text("--capacitor-leakage", "1uA|10MOhm", "Its leakage (default none)");
    private readonly Option<string?> _limit = CommonOptions.Text("--capacitor-limit", "3.6V", "Voltage above which harvest is thrown away (default 3.6V)");
    private readonly Option<string?> _initial = CommonOptions.Text("--initial", "0V", "Its voltage at the start (default 0V)");
    private readonly Option<string?> _turnOn = CommonOptions.Text("--turn-on", "3.0V", "Buffer voltage at which the chip is switched on (default 3.0V)");
    private readonly Option<string?> _turnOff = CommonOptions.Text("--turn-off", "1.9V", "Buffer voltage at which it is switched off (default 1.9V)");
    private readonly Option<string?> _warning = CommonOptions.Text("--warning", "2.2V", "Buffer voltage below which the board warns the firmware (default never)");
    private readonly Option<string?> _sram = CommonOptions.Text("--sram-after-failure", "noise|zero|decay", "What RAM holds after a power failure (default noise)");
    private readonly Option<string?> _sliceCap = CommonOptions.Text("--slice-cap", "1ms", "Longest time for which the voltage counts as constant in prices (default 1ms)");
    private readonly Option<string[]> _prices = new("--price") { HelpName = "NAME=VALUE", Description = "Another price than the device's (see info DEVICE); may be repeated", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _record = CommonOptions.Text("--record", "DIR", "Record voltages, power cycles and events of the run, with a figure");

    /// <summary>All of them, in the order of help.</summary>
    public IReadOnlyList<Option> All =>
    [
        _trace, _column, _scale, _loop, _harvester, _source, _across, _compliance, _frontEnd, _output, _buffer, _capacitor, _esr, _leakage, _limit, _initial,
        _turnOn, _turnOff, _warning, _sram, _sliceCap, _prices, _record,
    ];

    /// <summary>Reads them; null when none was given.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="device">Whose prices count.</param>
    /// <exception cref="InputException">They make no supply.</exception>
    public SupplyRequest? Read(ParseResult request, DeviceDescription device)
    {
        if (All.FirstOrDefault(option => request.GetResult(option) is { Implicit: false }) is not { } first)
        {
            return null;
        }

        PowerModel prices = PowerModel.For(device.Name).With(ReadPrices(request, device));
        (Capacitor buffer, BankArray? banks, string bufferName) = ReadBuffer(request);
        double initialVolts = ReadVolts(request, _initial, 0);
        string? traceName = request.GetValue(_trace);
        if (traceName is null && initialVolts == 0)
        {
            throw new InputException(first.Name, null, "no source of energy", "--trace with a trace to harvest, or --initial with a charge to run on");
        }

        RequireAtMost(_initial, initialVolts, _limit, buffer.LimitVolts);
        double turnOnVolts = ReadVolts(request, _turnOn, 3.0);
        double turnOffVolts = ReadVolts(request, _turnOff, Math.Min(1.9, turnOnVolts));
        RequireAtMost(_turnOn, turnOnVolts, _limit, buffer.LimitVolts);
        RequireAtMost(_turnOff, turnOffVolts, _turnOn, turnOnVolts);
        double? warningVolts = CommonOptions.ReadQuantity(request, _warning, Unit.Voltage, "0V", Volts);
        RequireAtMost(_turnOff, turnOffVolts, _warning, warningVolts ?? turnOffVolts);

        TraceSource? trace = traceName is null ? null : ReadTrace(request, traceName);
        (string Name, Harvester? Harvester) harvester = trace is null ? ("none", null) : ReadHarvester(request, trace.Trace);
        string frontEnd = CommonOptions.ReadName(_frontEnd.Name, request.GetValue(_frontEnd) ?? Direct, [Direct, .. Presets.FrontEnds]);
        (string outputName, OutputStage output) = ReadOutput(request);
        double sliceCapSeconds = CommonOptions.ReadQuantity(request, _sliceCap, Unit.Time, "1us", "1s") ?? 1e-3;
        string sram = CommonOptions.ReadChoice(request, _sram, "noise", "zero", "decay");
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
            RecordDirectory = request.GetValue(_record),
            Choices =
            [
                ("trace", traceName ?? "none"), ("harvester", harvester.Name), ("frontEnd", frontEnd), ("buffer", bufferName),
                ("limit", SiText.Of(buffer.LimitVolts, "V")), ("output", outputName), ("turnOn", SiText.Of(turnOnVolts, "V")), ("turnOff", SiText.Of(turnOffVolts, "V")),
                ("warning", warningVolts is { } level ? SiText.Of(level, "V") : "none"),
                ("initial", SiText.Of(initialVolts, "V")), ("sramAfterFailure", sram),
                .. (request.GetValue(_prices) ?? []).Select(price => ("price", price)),
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

    private TraceSource ReadTrace(ParseResult request, string name)
    {
        TraceSource source = TraceSource.Read(name, new TraceReadOptions { Column = request.GetValue(_column) });
        return request.GetValue(_scale) is { } text
            ? source with { Trace = TraceSource.Attempt(_scale.Name, text, () => source.Trace.Scale(CommonOptions.ReadFactor(_scale.Name, text))) }
            : source;
    }

    private (string Name, Harvester Harvester) ReadHarvester(ParseResult request, Trace trace) => HarvesterKinds.Make(
        _harvester.Name,
        request.GetValue(_harvester),
        trace,
        new HarvesterParameters(
            request.GetValue(_loop) ? TraceEnd.Loop : TraceEnd.Dark,
            CommonOptions.ReadQuantity(request, _source, Unit.Resistance, "1mOhm", "1GOhm"),
            CommonOptions.ReadQuantity(request, _across, Unit.Resistance, "1mOhm", "1GOhm"),
            CommonOptions.ReadQuantity(request, _compliance, Unit.Voltage, "1mV", Volts) ?? 5));

    private (Capacitor Buffer, BankArray? Banks, string Name) ReadBuffer(ParseResult request)
    {
        string? name = request.GetValue(_buffer) is { } text ? CommonOptions.ReadName(_buffer.Name, text, Presets.Buffers) : null;
        (Capacitor capacitor, BankArray? banks) = name is null ? (new Capacitor { Farads = 100e-6, LimitVolts = 3.6 }, null) : Presets.Buffer(name);
        Capacitor changed = capacitor with
        {
            Farads = CommonOptions.ReadQuantity(request, _capacitor, Unit.Capacitance, "1nF", "1000F") ?? capacitor.Farads,
            LimitVolts = CommonOptions.ReadQuantity(request, _limit, Unit.Voltage, "10mV", Volts) ?? capacitor.LimitVolts,
            EsrOhms = CommonOptions.ReadQuantity(request, _esr, Unit.Resistance, "0Ohm", "1MOhm") ?? capacitor.EsrOhms,
        };
        if (request.GetValue(_leakage) is { } leakage)
        {
            changed = Quantity.TryParse(leakage, Unit.Current, out _, out _)
                ? changed with { LeakageAmps = (double)Quantity.Parse(_leakage.Name, leakage, Unit.Current, "0A", "1A"), LeakageOhms = double.PositiveInfinity }
                : changed with { LeakageAmps = 0, LeakageOhms = (double)Quantity.Parse(_leakage.Name, leakage, Leakage, "1Ohm", "1TOhm") };
        }

        string size = SiText.Of(changed.Farads, "F");
        return (changed, banks, name is null ? size : changed == capacitor ? name : $"{name} with {size}, changed");
    }

    // A leakage may also be a current; this is for the message when it is neither.
    private static Unit Leakage { get; } = Unit.Resistance with { Name = "a current such as 1uA or a resistance", Example = "10MOhm" };

    private (string Name, OutputStage Output) ReadOutput(ParseResult request)
    {
        string[] parts = (request.GetValue(_output) ?? Direct).Split(':', 2);
        string name = CommonOptions.ReadName(_output.Name, parts[0], Presets.Outputs);
        if (parts.Length == 1)
        {
            return (name, Presets.Output(name));
        }

        double volts = (double)Quantity.Parse(_output.Name, parts[1], Unit.Voltage, "0.5V", "10V");
        return name == Direct
            ? throw new InputException(_output.Name, null, "a voltage for direct", "none, because the chip then sits on the buffer")
            : ($"{name}:{parts[1]}", Presets.Output(name, volts));
    }

    private Dictionary<string, double> ReadPrices(ParseResult request, DeviceDescription device)
    {
        Dictionary<string, double> prices = new(StringComparer.Ordinal);
        IReadOnlyList<Coefficient> known = PowerModel.For(device.Name).Coefficients;
        foreach (string text in request.GetValue(_prices) ?? [])
        {
            string[] parts = text.Split('=', 2);
            Coefficient coefficient = parts.Length == 2
                ? known.FirstOrDefault(candidate => candidate.Name == parts[0])
                    ?? throw new InputException(_prices.Name, null, $"no price {InputException.Quote(parts[0])}", $"one that info {device.Name} lists")
                : throw new InputException(_prices.Name, null, InputException.Quote(text), "NAME=VALUE such as active.cycle=50pC");
            string place = $"{_prices.Name} {coefficient.Name}";
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

    private static double ReadVolts(ParseResult request, Option<string?> option, double otherwise) =>
        CommonOptions.ReadQuantity(request, option, Unit.Voltage, "0V", Volts) ?? otherwise;

    private static void RequireAtMost(Option option, double volts, Option limit, double limitVolts)
    {
        if (volts > limitVolts)
        {
            throw new InputException(option.Name, null, SiText.Of(volts, "V"), $"at most {limit.Name}, {SiText.Of(limitVolts, "V")}");
        }
    }
}
