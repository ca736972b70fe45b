using System.CommandLine;
using System.Globalization;
using FreeML.Compiler.Fml;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Cli.Compile;

/// <summary><c>compile MODEL.fml</c>: makes firmware of a compressed network, without a compiler; or sources for one.</summary>
internal sealed class CompileCommand
{
    private static readonly string StrategyNames = string.Join('|', RuntimeImages.Names);

    private readonly Argument<string> _model = new("MODEL") { Description = "A compressed network (.fml)" };
    private readonly Option<string?> _output = OutputFile.Option("FW.elf|FW.txt|FW.hex", "The image to write: ELF, TI-TXT or Intel HEX, by its ending");
    private readonly Option<string[]?> _emit = new("--emit") { HelpName = "c DIR", Description = "Leave C sources and a Makefile in a directory", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _strategy = CommonOptions.Text("--strategy", StrategyNames, "How power failures are got through (default freeml)");
    private readonly Option<string?> _clock = CommonOptions.Text("--clock", "1MHz|8MHz|16MHz", "Clock of the CPU (default 8MHz)");
    private readonly Option<string?> _policy = CommonOptions.Text("--exit-policy", ExitPolicyText.Forms, "When inference ends early (default never)");
    private readonly Option<string?> _capacitor = CommonOptions.Text("--capacitor", "1mF", "The buffer that tiles, costs of exits and levels are made for (default 1mF)");
    private readonly Option<string?> _turnOn = CommonOptions.Text("--turn-on", "3V", "Its voltage at which the device is switched on (default 3V)");
    private readonly Option<string?> _turnOff = CommonOptions.Text("--turn-off", "1.9V", "Its voltage at which the device is switched off (default 1.9V)");
    private readonly Option<string?> _sense = CommonOptions.Text("--sense", "supply|P1.2", "Where the ADC finds the buffer's voltage: the chip's supply, or half of the buffer on P1.2 (default supply)");
    private readonly Option<bool> _uart = CommonOptions.Flag("--uart", "Tell each result on UCA0");
    private readonly Option<bool> _report = CommonOptions.Flag("--report", "Tell what each operation takes, beside the same without support of power failures");
    private readonly Option<bool> _json = CommonOptions.Json();

    private CompileCommand()
    {
    }

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new CompileCommand();
        Command command = new("compile", "Make firmware of a compressed network")
        {
            verb._model, verb._output, verb._emit, verb._strategy, verb._clock, verb._policy, verb._capacitor, verb._turnOn, verb._turnOff, verb._sense, verb._uart, verb._report, verb._json,
        };
        command.SetAction(request => verb.Run(request, terminal));
        return command;
    }

    private int Run(ParseResult request, Terminal terminal)
    {
        CompileRequest what = Read(request);
        FmlModel model = FmlReader.Read(what.Model);
        CompileResult result = CompileResult.Of(what, FirmwareCompiler.Compile(model, what.Options, what.Buffer));
        result.Save();
        if (request.GetValue(_json))
        {
            Json.WriteObject(terminal, result.WriteJson);
        }
        else
        {
            result.WriteText(terminal.Output);
        }

        return ExitCode.Done;
    }

    private CompileRequest Read(ParseResult request)
    {
        string? output = request.GetValue(_output) is null ? null : FirmwareFile.Checked(OutputFile.Path(request, _output));
        string? sources = ReadEmit(request);
        bool reports = request.GetValue(_report);
        if ((output ?? sources) is null && !reports)
        {
            throw new InputException("compile", null, "nothing to make", "-o FW.elf, --emit c DIR or --report");
        }

        FirmwareOptions options = new()
        {
            Strategy = RuntimeImages.StrategyOf(CommonOptions.ReadChoice(request, _strategy, RuntimeImages.Names)),
            Megahertz = ReadClock(request),
            Policy = request.GetValue(_policy) is { } policy ? ExitPolicyText.Parse(_policy.Name, policy) : ExitPolicy.Never,
            Sense = CommonOptions.ReadChoice(request, _sense, "supply", "P1.2") == "supply" ? SenseInput.HalfSupply : SenseInput.HalfOnP12,
            Uart = request.GetValue(_uart),
        };
        return new CompileRequest(request.GetRequiredValue(_model), output, sources, reports, options, ReadBuffer(request));
    }

    private string? ReadEmit(ParseResult request) => request.GetValue(_emit) switch
    {
        null or [] => null,
        ["c", { Length: > 0 } directory] => directory,
        [var language, ..] => throw new InputException(_emit.Name, null, InputException.Quote(language), "c DIR"),
    };

    private int ReadClock(ParseResult request) => CommonOptions.ReadQuantity(request, _clock, Unit.Frequency, "1MHz", "16MHz") switch
    {
        null => 8,
        { } hertz when hertz is 1e6 or 8e6 or 16e6 => (int)(hertz / 1e6),
        _ => throw new InputException(_clock.Name, null, request.GetValue(_clock)!, "1MHz, 8MHz or 16MHz"),
    };

    private EnergyBuffer ReadBuffer(ParseResult request)
    {
        EnergyBuffer usual = FirmwareCompiler.UsualBuffer;
        EnergyBuffer buffer = new(
            CommonOptions.ReadQuantity(request, _capacitor, Unit.Capacitance, "1nF", "1000F") ?? usual.Farads,
            CommonOptions.ReadQuantity(request, _turnOn, Unit.Voltage, "1.8V", "3.6V") ?? usual.TurnOnVolts,
            CommonOptions.ReadQuantity(request, _turnOff, Unit.Voltage, "1.8V", "3.6V") ?? usual.TurnOffVolts);
        return buffer.TurnOffVolts < buffer.TurnOnVolts
            ? buffer
            : throw new InputException(_turnOff.Name, null, SiText.Of(buffer.TurnOffVolts, "V"), string.Create(CultureInfo.InvariantCulture, $"less than {_turnOn.Name}, {SiText.Of(buffer.TurnOnVolts, "V")}"));
    }
}
