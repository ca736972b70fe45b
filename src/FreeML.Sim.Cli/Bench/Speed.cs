using System.Globalization;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Semihosting;

namespace FreeML.Sim.Cli.Bench;

/// <summary>How fast a program ran here, with cycles, FRAM cache and ledger: there is no way to run without.</summary>
/// <param name="Run">One of its runs.</param>
/// <param name="Seconds">Seconds of the host's processors that a run takes, from the program's start, translation included.</param>
internal sealed record Speed(ExecResult Run, double Seconds)
{
    /// <summary>The clock that the real-time factor refers to, in hertz.</summary>
    public const double RealHertz = 16e6;

    private const double MeasuredSeconds = 0.25;

    // Making a device takes longer than a short program does.
    private const int MaximumRuns = 50;

    // Not for ever, where a program does not end; one that can exit gets the time to.
    internal const long MaximumCycles = 100_000_000;
    private const long MaximumCyclesToExit = 10_000_000_000;

    private const int Inferences = 200;

    /// <summary>Million guest instructions a host second.</summary>
    public double Mips => Run.Ledger.Instructions / Seconds / 1e6;

    /// <summary>Times faster than the device at 16 MHz.</summary>
    public double RealTimeFactor => Run.Cycles / Seconds / RealHertz;

    /// <summary>What was done in a run, in words.</summary>
    public string WorkOf(BenchProgram program) =>
        program.Firmware is not null ? string.Create(CultureInfo.InvariantCulture, $"{Inferences} inferences")
        : Run.Stop is StopReason.MaxCycles ? string.Create(CultureInfo.InvariantCulture, $"its first {Run.Cycles} cycles")
        : "to its end";

    /// <summary>One measurement: as many runs as it takes to be sure of the clock.</summary>
    /// <exception cref="OperationCanceledException">The user wants no more.</exception>
    public static Speed Measure(BenchProgram program, DeviceDescription device, BenchEngine engine, CancellationToken interrupted)
    {
        double total = 0;
        int runs = 0;
        ExecResult result;
        do
        {
            result = RunOnce(program, device, engine.Make, interrupted);
            total += result.HostSeconds;
            runs++;
        }
        while (total < MeasuredSeconds && runs < MaximumRuns);
        return new Speed(result, total / runs);
    }

    /// <summary>Runs a program once; the host's seconds of the result are those of its processors.</summary>
    public static ExecResult RunOnce(BenchProgram program, DeviceDescription description, Func<ExecutionEngine>? engine, CancellationToken interrupted)
    {
        if (program.Firmware is { } firmware)
        {
            return Infer(program.Name, firmware, engine, interrupted);
        }

        using Device device = new(description, new DeviceOptions { Engine = engine });
        device.Load(program.Image);
        ProgramStreams streams = ProgramStreams.Discarded;
        using GnuSemihosting? semihosting = program.ExitAddress is null ? null : new GnuSemihosting(streams.Input, streams.Output, streams.Error);
        semihosting?.Attach(device, program.Image);

        double start = CpuClock.OwnSeconds;
        StopReason? stop = ImageRun.Run(device, program.EndsHere ? MaximumCyclesToExit : MaximumCycles, SimTime.MaxValue, interrupted);
        double seconds = CpuClock.OwnSeconds - start;
        interrupted.ThrowIfCancellationRequested();
        ExecResult result = ImageRun.Describe(program.Name, device, streams) with { Stop = stop, HostSeconds = seconds };
        if (result.Ledger.Instructions == 0)
        {
            throw new InputException(program.Name, null, $"a program that stops at once ({result.StopName})", "one that can be timed");
        }

        return result;
    }

    // Some inferences, one after the other, of a sample that is made up: how long they take does not depend on it.
    private static ExecResult Infer(string name, BoundFirmware firmware, Func<ExecutionEngine>? engine, CancellationToken interrupted)
    {
        using InferenceRunner runner = new(firmware, engine: engine);
        short[] sample = [.. Enumerable.Range(0, firmware.Network.Values[0].Length).Select(n => (short)(37 * n % 128))];
        double start = CpuClock.OwnSeconds;
        for (int n = 0; n < Inferences; n++)
        {
            interrupted.ThrowIfCancellationRequested();
            runner.Run(sample);
        }

        double seconds = CpuClock.OwnSeconds - start;
        return ImageRun.Describe(name, runner.Device, ProgramStreams.Discarded) with { Stop = StopReason.Parked, HostSeconds = seconds };
    }
}
