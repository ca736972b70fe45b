using System.CommandLine;
using FreeML.Sim.Cli.Exec.Uart;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Cli.Exec;

/// <summary><c>exec IMAGE...</c>: runs firmware.</summary>
internal sealed class ExecCommand
{
    private const string Interpreter = "interpreter";
    private const string Jit = "jit";
    private const string Compare = "compare";

    // What is compared is translated early, so that much of it is.
    private const long ComparedSampleCycles = 200;

    // SimTime ends at about 106 days.
    private const string LongestTime = "2400h";

    private readonly Argument<string[]> _images = new("IMAGE") { Description = "Firmware: ELF, TI-TXT or Intel HEX", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string?> _device = CommonOptions.Device();
    private readonly Option<string?> _engine = CommonOptions.Text("--engine", "jit|interpreter|compare", "Engine (default jit where the host is x86-64, else interpreter); compare runs both and shows the first difference");
    private readonly Option<string?> _dumpJit = CommonOptions.Text("--dump-jit", "FILE|-", "Show the host code that the program was translated to");
    private readonly Option<string?> _semihosting = CommonOptions.Text("--semihosting", "none|gnu", "Serve the calls of GNU's simulator");
    private readonly Option<string?> _root = CommonOptions.Text("--semihosting-root", "DIR", "Let the program use the files below a directory");
    private readonly Option<string?> _clock = CommonOptions.Text("--clock", "8MHz", "Clock of the generic device (default 8MHz)");
    private readonly Option<bool> _lfxt = CommonOptions.Flag("--lfxt", "Solder a 32768 Hz crystal to LFXT");
    private readonly Option<string?> _hfxt = CommonOptions.Text("--hfxt", "16MHz", "Solder a crystal of this frequency to HFXT");
    private readonly Option<string?> _maxCycles = CommonOptions.Text("--max-cycles", "N", "Stop after N cycles of the CPU");
    private readonly Option<string?> _until = CommonOptions.Text("--until", "10s", "Stop after this simulated time");
    private readonly Option<string?> _seed = CommonOptions.Text("--seed", "N", "Seed of the noise in fresh RAM (default 0)");
    private readonly Option<string[]> _uart = new("--uart")
    {
        HelpName = "[uca0:]FILE|-|pty|tcp:PORT",
        Description = "Connect a UART (default: the board's) to a file, the standard streams, a pseudo-terminal or loopback TCP",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _uartInput = new("--uart-input")
    {
        HelpName = "[uca0:]FILE",
        Description = "What a UART receives, at its own pace",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _pins = CommonOptions.Text("--pins", "FILE.vcd", "Record what the pins do");
    private readonly Option<string?> _input = CommonOptions.Text("--input", "FILE.csv", "What the board does to the pins: time_s,pin,level, with levels 0, 1, z");
    private readonly Option<string[]> _analog = new("--analog")
    {
        HelpName = "PIN=SOURCE",
        Description = "Connect an analog pin: P1.2=buffer*0.5, supply*0.5, 1.2V, or a CSV of time_s,voltage_V",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly SupplyArguments _supply = new();
    private readonly Option<bool> _json = CommonOptions.Json();

    private ExecCommand()
    {
    }

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        var verb = new ExecCommand();
        Command command = new("exec", "Run firmware images, several on all cores")
        {
            verb._images, verb._device, verb._engine, verb._dumpJit, verb._semihosting, verb._root, verb._clock, verb._lfxt, verb._hfxt, verb._maxCycles, verb._until, verb._seed, verb._json,
            verb._uart, verb._uartInput, verb._pins, verb._input, verb._analog,
        };
        foreach (Option option in verb._supply.All)
        {
            command.Add(option);
        }

        command.SetAction(request => verb.Run(request, terminal));
        return command;
    }

    private int Run(ParseResult arguments, Terminal terminal)
    {
        ExecRequest request = Read(arguments);
        string[] images = arguments.GetRequiredValue(_images);
        if (request.Supply?.RecordDirectory is not null && images.Length > 1)
        {
            throw new InputException("--record", null, $"{images.Length} images", "one, because a recording is of one run");
        }

        if (request.PinsPath is not null && images.Length > 1)
        {
            throw new InputException(_pins.Name, null, $"{images.Length} images", "one, because a recording is of one run");
        }

        bool isJson = arguments.GetValue(_json);
        UartRequest[] uarts = ReadUarts(arguments, request, images);
        RefuseForCompare(request, uarts);
        if (request.TranslationPath is { } path && (images.Length > 1 || (isJson && path == ImageRun.StandardOutput)))
        {
            throw new InputException(
                _dumpJit.Name, null, images.Length > 1 ? $"{images.Length} images" : "- with --json", images.Length > 1 ? "one, because a listing is of one run" : "a file, because standard output has the document");
        }

        List<UartLink> links = [];
        try
        {
            foreach (UartRequest uart in uarts)
            {
                links.Add(UartLink.Open(uart, terminal, handsOutputOn: !isJson));
            }

            return Run(images, request with { Uarts = links }, isJson, hasOutput: uarts.Any(uart => uart.End is UartEnd.Standard), terminal);
        }
        finally
        {
            links.ForEach(link => link.Dispose());
        }
    }

    private static int Run(string[] images, ExecRequest request, bool isJson, bool hasOutput, Terminal terminal)
    {

        // Programs that share files cannot run side by side and give the same results each time.
        int workers = request.Root is null ? Environment.ProcessorCount : 1;
        IResultWriter writer = isJson ? new ExecJson(terminal, request) : new ExecText(terminal, ResultsOf(images, request, hasOutput, terminal), images);
        return Run(images, request, workers, StreamsOf(images, isJson, terminal), writer, terminal);
    }

    /// <summary>Runs images, shows the results in the images' order and tells what they add up to.</summary>
    /// <param name="images">Paths.</param>
    /// <param name="request">How to run them.</param>
    /// <param name="workers">How many at a time.</param>
    /// <param name="streams">What a program reads and writes.</param>
    /// <param name="writer">Where results are shown.</param>
    /// <param name="terminal">Progress and interruption.</param>
    public static int Run(
        IReadOnlyList<string> images, ExecRequest request, int workers, Func<ProgramStreams> streams, IResultWriter writer, Terminal terminal)
    {
        IEnumerable<string> wanted = images.TakeWhile(_ => !terminal.Interrupted.IsCancellationRequested);
        int verdict = ExitCode.Done;
        int shown = 0;
        foreach (ExecResult? result in OrderedWork.Run(wanted, workers, RunOne))
        {
            if (result is not null)
            {
                writer.Write(result);
                verdict = Math.Max(verdict, result.Verdict);
                Progress.Show(terminal, ++shown, images.Count);
            }
        }

        writer.End();
        if (terminal.Interrupted.IsCancellationRequested)
        {
            terminal.Error.WriteLine($"interrupted: {shown} of {images.Count} images were run or begun");
            return ExitCode.Interrupted;
        }

        return verdict;

        // Null for an image that was not begun.
        ExecResult? RunOne(string image) =>
            terminal.Interrupted.IsCancellationRequested ? null : ImageRun.Run(image, request, streams(), terminal.Interrupted);
    }

    // One program talks to the user, unless the result has to hold what it says. Several would talk at the same time.
    private static Func<ProgramStreams> StreamsOf(string[] images, bool isJson, Terminal terminal) => (images.Length, isJson) switch
    {
        (1, true) => () => ProgramStreams.Captured() with { Input = terminal.Input },
        (1, false) => () => new ProgramStreams(terminal.Input, terminal.OutputBytes, terminal.ErrorBytes),
        (_, true) => ProgramStreams.Captured,
        (_, false) => () => ProgramStreams.Discarded,
    };

    // Where standard output is the program's, the line about it goes beside.
    private static TextWriter ResultsOf(string[] images, ExecRequest request, bool hasOutput, Terminal terminal) =>
        images.Length == 1 && (request.HasSemihosting || hasOutput) ? terminal.Error : terminal.Output;

    private UartRequest[] ReadUarts(ParseResult arguments, ExecRequest request, string[] images)
    {
        UartRequest[] uarts =
        [
            .. (arguments.GetValue(_uart) ?? []).Select(text => UartRequest.Parse(_uart.Name, text, request.Device)),
            .. (arguments.GetValue(_uartInput) ?? []).Select(text => UartRequest.ParseInput(_uartInput.Name, text, request.Device)),
        ];
        return uarts switch
        {
            [_, ..] when images.Length > 1 => throw new InputException(_uart.Name, null, $"{images.Length} images", "one, because they would talk at the same time"),
            _ when request.HasSemihosting && uarts.Any(uart => uart.End is UartEnd.Standard) =>
                throw new InputException(_uart.Name, null, "- with --semihosting gnu", "one of them, because both have the standard streams"),
            _ => uarts,
        };
    }

    private ExecRequest Read(ParseResult arguments)
    {
        DeviceDescription device = CommonOptions.ReadDevice(arguments, _device);
        bool hasSemihosting = CommonOptions.ReadChoice(arguments, _semihosting, "none", "gnu") == "gnu";
        SupplyRequest? supply = _supply.Read(arguments, device);
        return new ExecRequest
        {
            Device = device,
            Options = ReadOptions(arguments, device),
            EngineName = arguments.GetValue(_engine) ?? (JitEngine.IsSupported ? Jit : Interpreter),
            Subject = arguments.GetValue(_engine) is Compare ? () => new JitEngine(warmUpCycles: 0, ComparedSampleCycles) : null,
            TranslationPath = ReadDumpJit(arguments),
            HasSemihosting = hasSemihosting,
            Root = ReadRoot(arguments, hasSemihosting),
            MaxCycles = CommonOptions.ReadNumber(arguments, _maxCycles, 1L) ?? long.MaxValue,
            Until = ReadUntil(arguments, supply),
            Supply = supply,
            Inputs = arguments.GetValue(_input) is { } inputs ? BoardInputs.Read(inputs, device) : null,
            PinsPath = ReadPins(arguments, device),
            Analog = AnalogConnections.Read(arguments.GetValue(_analog) ?? [], device),
            Seed = CommonOptions.ReadNumber(arguments, _seed, 0UL) ?? 0,
        };
    }

    // What cannot be had twice, or would be written twice.
    private void RefuseForCompare(ExecRequest request, UartRequest[] uarts)
    {
        string? obstacle = request.Subject is null ? null
            : uarts.Length > 0 ? _uart.Name
            : request.PinsPath is not null ? _pins.Name
            : request.Root is not null ? _root.Name
            : request.Supply?.RecordDirectory is not null ? "--record"
            : null;
        if (obstacle is not null)
        {
            throw new InputException(_engine.Name, null, $"{Compare} with {obstacle}", "it without, because two devices run");
        }
    }

    private string? ReadDumpJit(ParseResult arguments)
    {
        string? path = arguments.GetValue(_dumpJit);
        return path is null ? null
            : arguments.GetValue(_engine) is not Jit ? throw new InputException(_dumpJit.Name, null, $"no {_engine.Name} {Jit}", "it, because no other engine translates")
            : path != ImageRun.StandardOutput && (Path.GetFileName(path).Length == 0 || Directory.Exists(path)) ? throw new InputException(_dumpJit.Name, null, InputException.Quote(path), "the path of a file, or -")
            : path;
    }

    private string? ReadPins(ParseResult arguments, DeviceDescription device)
    {
        string? path = arguments.GetValue(_pins);
        return path is null ? null
            : device.Pins.Count == 0 ? throw new InputException(_pins.Name, null, $"device {device.Name}, which has no pins", "another one")
            : Path.GetFileName(path).Length == 0 || Directory.Exists(path) ? throw new InputException(_pins.Name, null, InputException.Quote(path), "the path of a file")
            : path;
    }

    private SimTime ReadUntil(ParseResult arguments, SupplyRequest? supply) => (arguments.GetValue(_until), supply) switch
    {
        ({ } text, _) => Time(Quantity.Parse(_until.Name, text, Unit.Time, "1ps", LongestTime)),
        (_, null) => SimTime.MaxValue,
        (_, { TraceSeconds: { } seconds }) => SimTime.FromSeconds(seconds),
        _ => throw new InputException(_until.Name, null, "nothing", "a time, because without a trace a run on a supply has no end"),
    };

    private Func<ExecutionEngine>? ReadEngine(ParseResult arguments) => arguments.GetValue(_engine) switch
    {
        Interpreter or Compare => null,
        null when !JitEngine.IsSupported => null,
        null or Jit => () => new JitEngine(),
        { } other => throw new InputException(_engine.Name, null, InputException.Quote(other), $"{Interpreter}, {Jit} or {Compare}"),
    };

    private string? ReadRoot(ParseResult arguments, bool hasSemihosting)
    {
        string? root = arguments.GetValue(_root);
        return root is null ? null
            : !hasSemihosting ? throw new InputException(_root.Name, null, "no --semihosting gnu", "it, because other programs have no files")
            : !Directory.Exists(root) ? throw new InputException(_root.Name, null, $"no directory {InputException.Quote(root)}", "one that holds the program's files")
            : root;
    }

    private DeviceOptions ReadOptions(ParseResult arguments, DeviceDescription device)
    {
        var options = new DeviceOptions();
        ClockRate? hfxt = arguments.GetValue(_hfxt) is { } text ? Frequency(Quantity.Parse(_hfxt.Name, text, Unit.Frequency, "1MHz", "24MHz")) : null;
        bool hasLfxt = arguments.GetValue(_lfxt);
        if (device.Constants is null && (hasLfxt || hfxt is not null))
        {
            throw new InputException(hasLfxt ? _lfxt.Name : _hfxt.Name, null, $"device {device.Name}, which has no crystal pins", "--clock");
        }

        return options with
        {
            Engine = ReadEngine(arguments),
            FixedClock = ReadClock(arguments, device) ?? options.FixedClock,
            HasLfxt = hasLfxt,
            HasHfxt = hfxt is not null,
            HfxtClock = hfxt,
        };
    }

    private static ClockRate Frequency(decimal hertz) => ClockRate.FromRatio((long)decimal.Round(hertz * 1_000_000), 1_000_000);

    private ClockRate? ReadClock(ParseResult arguments, DeviceDescription device)
    {
        string? text = arguments.GetValue(_clock);
        if (text is null)
        {
            return null;
        }

        decimal hertz = Quantity.Parse(_clock.Name, text, Unit.Frequency, "1Hz", "1GHz");
        if (device.Constants is not null)
        {
            throw new InputException(_clock.Name, null, $"device {device.Name}, whose firmware sets the clock", "--device generic");
        }

        return Frequency(hertz);
    }

    private static SimTime Time(decimal seconds) => SimTime.FromPicoseconds((long)decimal.Round(seconds * SimTime.PicosecondsPerSecond));
}
