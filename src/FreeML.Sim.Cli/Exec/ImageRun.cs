using System.Diagnostics;
using FreeML.Sim.Cli.Exec.Uart;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;
using FreeML.Sim.Power;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Exec;

/// <summary>Runs one image on a device of its own.</summary>
internal static class ImageRun
{
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
        using Device device = new(request.Device, request.Options, request.Seed);
        device.Load(image);
        request.Analog?.Attach(device);
        using GnuSemihosting? semihosting = request.HasSemihosting
            ? new GnuSemihosting(streams.Input, streams.Output, streams.Error, request.Root)
            : null;
        semihosting?.Attach(device, image);

        // A program that has the streams to itself keeps them.
        UartConsole console = UartConsole.Attach(device, request.Uarts, request.HasSemihosting ? null : streams.Output as CapturedOutput);
        request.Inputs?.Attach(device);
        using PinRecorder? pins = request.PinsPath is { } path ? new PinRecorder(device, path) : null;
        ExecResult result = request.Supply is { } supply
            ? RunOn(supply, name, device, console, request, streams, interrupted)
            : RunSteadily(name, device, console, request, streams, interrupted);
        pins?.Complete(result.Time);
        return pins is null ? result : result with { Notes = [.. result.Notes, .. pins.Notes] };
    }

    private static ExecResult RunSteadily(string name, Device device, UartConsole console, ExecRequest request, ProgramStreams streams, CancellationToken interrupted)
    {
        long start = Stopwatch.GetTimestamp();
        StopReason? stop = Run(device, request.MaxCycles, request.Until, interrupted);
        double hostSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        console.Finish();
        return Describe(name, device, streams) with { Stop = stop, HostSeconds = hostSeconds };
    }

    private static ExecResult RunOn(
        SupplyRequest supply, string name, Device device, UartConsole console, ExecRequest request, ProgramStreams streams, CancellationToken interrupted)
    {
        using SupplyRun run = new(supply);
        long start = Stopwatch.GetTimestamp();
        RunReport? report = run.Run(device, request, interrupted);
        double hostSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        console.Finish();
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

    private static string[] Refusals(Device device) =>
        device.Engine is JitEngine { IsTranslating: false } ? ["this host gives no memory for translated code, or is no x86-64 with AVX: interpreted"] : [];

    private static string Text(Stream stream) => (stream as CapturedOutput)?.Text ?? "";

    private static IEnumerable<string> Losses(string what, Stream stream) =>
        stream is CapturedOutput { IsTruncated: true } ? [$"{what} truncated after {CapturedOutput.Limit} bytes"] : [];
}
