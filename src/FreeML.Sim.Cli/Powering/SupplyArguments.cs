using System.CommandLine;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Powering;

/// <summary>The supply options of <c>exec</c>. With none of them power is continuous.</summary>
internal sealed class SupplyArguments
{
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
    public SupplyRequest? Read(ParseResult request, DeviceDescription device) =>
        All.FirstOrDefault(option => request.GetResult(option) is { Implicit: false }) is { } first
            ? new SupplyReader(new Given(request, All), device).Read(first.Name) with { RecordDirectory = request.GetValue(_record) }
            : null;

    /// <summary>The command line as settings.</summary>
    private sealed class Given(ParseResult request, IReadOnlyList<Option> options) : ISupplySettings
    {
        public string? Find(string name) => OptionOf(name) switch
        {
            Option<string?> text => request.GetValue(text),
            Option<bool> flag => request.GetValue(flag) ? "true" : null,
            var other => throw new ArgumentOutOfRangeException(nameof(name), name, $"{other.Name} is no single text"),
        };

        public IReadOnlyList<string> FindAll(string name) => request.GetValue((Option<string[]>)OptionOf(name)) ?? [];

        public string NameOf(string name) => "--" + name;

        public string PathOf(string text) => text;

        private Option OptionOf(string name) => options.First(option => option.Name == NameOf(name));
    }
}
