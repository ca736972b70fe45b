using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Cli.Bench;

/// <summary>How fast a program ran here.</summary>
/// <param name="Run">One of its runs.</param>
/// <param name="Seconds">Host seconds a run takes.</param>
internal sealed record Speed(ExecResult Run, double Seconds)
{
    /// <summary>The clock that the real-time factor refers to, in hertz.</summary>
    public const double RealHertz = 16e6;

    private const double MeasuredSeconds = 0.25;
    private const int Measurements = 3;

    // Making a device takes longer than a short program does.
    private const int MaximumRuns = 50;

    // Not for ever, where a program does not end; one that can exit gets the time to.
    private const long MaximumCycles = 100_000_000;
    private const long MaximumCyclesToExit = 10_000_000_000;

    /// <summary>Million guest instructions a host second.</summary>
    public double Mips => Run.Ledger.Instructions / Seconds / 1e6;

    /// <summary>Times faster than the device at 16 MHz.</summary>
    public double RealTimeFactor => Run.Cycles / Seconds / RealHertz;

    /// <summary>The median of three measurements, after one run that nobody times.</summary>
    public static Speed Median(BenchProgram program, DeviceDescription device, CancellationToken interrupted)
    {
        RunOnce(program, device, interrupted);
        Speed[] speeds = [.. Enumerable.Range(0, Measurements).Select(_ => Measure(program, device, interrupted)).OrderBy(speed => speed.Seconds)];
        return speeds[Measurements / 2];
    }

    /// <summary>One measurement: as many runs as it takes to be sure of the clock.</summary>
    /// <exception cref="OperationCanceledException">The user wants no more.</exception>
    public static Speed Measure(BenchProgram program, DeviceDescription device, CancellationToken interrupted)
    {
        double total = 0;
        int runs = 0;
        ExecResult result;
        do
        {
            result = RunOnce(program, device, interrupted);
            total += result.HostSeconds;
            runs++;
        }
        while (total < MeasuredSeconds && runs < MaximumRuns);
        return new Speed(result, total / runs);
    }

    private static ExecResult RunOnce(BenchProgram program, DeviceDescription device, CancellationToken interrupted)
    {
        bool exits = program.ExitAddress is not null;
        ExecRequest request = new() { Device = device, HasSemihosting = exits, MaxCycles = exits ? MaximumCyclesToExit : MaximumCycles };
        ExecResult result = ImageRun.Run(program.Name, program.Image, request, ProgramStreams.Discarded, interrupted);
        interrupted.ThrowIfCancellationRequested();
        if (result.Ledger.Instructions == 0)
        {
            throw new InputException(program.Name, null, $"a program that stops at once ({result.StopName})", "one that can be timed");
        }

        return result;
    }
}
