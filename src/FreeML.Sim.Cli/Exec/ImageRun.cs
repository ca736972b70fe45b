using System.Diagnostics;
using FreeML.Sim.Cli.Exec.Compare;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Exec;

/// <summary>Runs one image on a device of its own.</summary>
internal static class ImageRun
{
    /// <summary>As a path: standard output.</summary>
    public const string StandardOutput = "-";

    // What is shown is translated early: also of short programs there is something to see.
    private const long ShownSampleCycles = 200;

    // How long an interrupt by the user may go unseen: some tenths of a second of the host's time at worst. A sleeping device gets on
    // without cycles, hence the limit in time.
    private const long SliceCycles = 20_000_000;
    private static readonly SimTime SliceTime = SimTime.FromSeconds(10L);

    /// <summary>Reads and runs an image; what is wrong with it is part of the result.</summary>
    public static ExecResult Run(string path, ExecRequest request, ProgramStreams streams, CancellationToken interrupted)
    {
        try
        {
            return Run(path, ImageReader.Read(path), request, streams, interrupted);
        }
        catch (InputException error)
        {
            return new ExecResult { Image = path, Error = error };
        }
    }

    /// <summary>Runs an image.</summary>
    /// <exception cref="InputException">It has bytes where the device has no memory.</exception>
    public static ExecResult Run(string name, FirmwareImage image, ExecRequest request, ProgramStreams streams, CancellationToken interrupted)
    {
        if (request.Subject is { } subject)
        {
            return EngineComparison.Run(name, image, request, subject, streams, interrupted);
        }

        using TranslationLog? log = request.TranslationPath is null ? null : new TranslationLog();
        using ConnectedDevice connected = new(image, request, streams, log is null ? null : () => new JitEngine(warmUpCycles: 0, ShownSampleCycles) { Log = log });
        using PinRecorder? pins = request.PinsPath is { } path ? new PinRecorder(connected.Device, path) : null;
        ExecResult result = request.Supply is { } supply
            ? RunOn(supply, name, connected, request, streams, interrupted)
            : RunSteadily(name, connected, request, streams, interrupted);
        pins?.Complete(result.Time);
        return result with
        {
            Notes = pins is null ? result.Notes : [.. result.Notes, .. pins.Notes],
            Translation = log is null ? null : ShowTranslation(log, image, request.TranslationPath!),
        };
    }

    // To its file, or as text.
    private static string? ShowTranslation(TranslationLog log, FirmwareImage image, string path)
    {
        Dictionary<uint, string> names = ImageListing.Names(image);
        if (path != StandardOutput)
        {
            OutputFile.Write(path, writer => TranslationListing.Write(log, writer, names.GetValueOrDefault));
            return null;
        }

        using StringWriter text = new(System.Globalization.CultureInfo.InvariantCulture) { NewLine = "\n" };
        TranslationListing.Write(log, text, names.GetValueOrDefault);
        return text.ToString();
    }

    private static ExecResult RunSteadily(string name, ConnectedDevice connected, ExecRequest request, ProgramStreams streams, CancellationToken interrupted)
    {
        Device device = connected.Device;
        long start = Stopwatch.GetTimestamp();
        StopReason? stop = Run(device, request.MaxCycles, request.Until, interrupted);
        double hostSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        connected.Console.Finish();
        return Describe(name, device, streams) with { Stop = stop, HostSeconds = hostSeconds };
    }

    private static ExecResult RunOn(
        SupplyRequest supply, string name, ConnectedDevice connected, ExecRequest request, ProgramStreams streams, CancellationToken interrupted)
    {
        Device device = connected.Device;
        using SupplyRun run = new(supply);
        long start = Stopwatch.GetTimestamp();
        RunReport? report = run.Run(device, request, interrupted);
        double hostSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        connected.Console.Finish();
        ExecResult result = Describe(name, device, streams);
        result = result with
        {
            Stop = report?.Stop,
            HostSeconds = hostSeconds,
            Supply = report,
            Notes = [.. supply.Notes, .. result.Notes],

            // While the device is off its own clock stands.
            Time = report is null ? device.Now : SimTime.FromSeconds(report.Seconds),
        };
        if (report is not null)
        {
            run.Complete(result, request);
        }

        return result;
    }

    /// <summary>Runs a device to a limit, or to its end. Null if the user interrupted it.</summary>
    public static StopReason? Run(Device device, long maxCycles, SimTime until, CancellationToken interrupted)
    {
        while (!interrupted.IsCancellationRequested)
        {
            long cycles = Math.Min(maxCycles, device.Cycles + SliceCycles);
            SimTime time = SimTime.Min(until, device.Now + SliceTime);
            StopReason stop = device.Run(cycles, time);
            bool isOnlySlice = (stop is StopReason.MaxCycles && cycles < maxCycles) || (stop is StopReason.Until && time < until);
            if (!isOnlySlice)
            {
                return stop;
            }
        }

        return null;
    }

    /// <summary>The state of a device as a result without its stop.</summary>
    public static ExecResult Describe(string name, Device device, ProgramStreams streams) => new()
    {
        Image = name,

        // What a shell sees of a process: programs return an int, and some of them a checksum.
        ExitCode = device.ExitCode & 0xFF,
        Cycles = device.Cycles,
        Time = device.Now,
        Output = Text(streams.Output),
        ErrorOutput = Text(streams.Error),
        Ledger = device.Ledger,
        Modules = PerModule.Of(device),
        Notes = [.. device.Notes, .. Refusals(device), .. Losses("output", streams.Output), .. Losses("error output", streams.Error)],
        Registers = [.. Enumerable.Range(0, 16).Select(device.GetRegister)],
    };

    /// <summary>What the user should know of an engine that cannot do what it is for.</summary>
    public static string[] Refusals(Device device) =>
        device.Engine is JitEngine { IsTranslating: false } ? ["this host gives no memory for translated code, or is no x86-64 with AVX: interpreted"] : [];

    private static string Text(Stream stream) => (stream as CapturedOutput)?.Text ?? "";

    private static IEnumerable<string> Losses(string what, Stream stream) =>
        stream is CapturedOutput { IsTruncated: true } ? [$"{what} truncated after {CapturedOutput.Limit} bytes"] : [];
}
