using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Cli.Bench;

/// <summary>An engine's speed on a program and a device: the median of the rounds.</summary>
internal sealed record EngineSpeed(DeviceDescription Device, BenchEngine Engine, Speed Speed);

/// <summary>What the translator left to the interpreter, once the program was warm.</summary>
/// <param name="Device">The device.</param>
/// <param name="Instructions">Instructions of the run.</param>
/// <param name="ByMnemonic">Instructions left, by mnemonic, most first.</param>
internal sealed record LeftToHandlers(DeviceDescription Device, long Instructions, IReadOnlyList<KeyValuePair<string, long>> ByMnemonic)
{
    /// <summary>Their share of all instructions.</summary>
    public double Share => ByMnemonic.Sum(row => row.Value) / (double)Instructions;
}

/// <summary>
/// All that is measured about a program. Engines and other simulators take turns, one measurement each in a round, so that a host that is
/// busy or hot is so for all; of each series the median counts, and ratios are medians of the ratios of each round.
/// </summary>
/// <param name="Program">The program.</param>
/// <param name="Engines">Speeds; none of a short program.</param>
/// <param name="Comparisons">Against others, if the program ends in a way that they would notice.</param>
/// <param name="Left">What the translator left; nothing of a short program.</param>
/// <param name="StartUps">What a process of its own takes: of short programs, of those that are compared, and of a user's.</param>
internal sealed record Measurement(
    BenchProgram Program, IReadOnlyList<EngineSpeed> Engines, IReadOnlyList<Comparison> Comparisons, IReadOnlyList<LeftToHandlers> Left, IReadOnlyList<StartUp> StartUps)
{
    /// <summary>How often each thing is measured.</summary>
    public const int Rounds = 3;

    /// <summary>Measures a program.</summary>
    /// <exception cref="OperationCanceledException">The user wants no more.</exception>
    public static Measurement Of(BenchProgram program, IReadOnlyList<OtherSimulator> others, CancellationToken interrupted)
    {
        (DeviceDescription Device, BenchEngine Engine)[] pairs = [.. program.Devices.SelectMany(device => BenchEngine.All.Select(engine => (device, engine)))];

        // Runs that nobody times: the host's own compiler, and whether the program has an end that others would find.
        ExecResult[] first = [.. pairs.Select(pair => Speed.RunOnce(program, pair.Device, pair.Engine.Make, interrupted))];
        bool isComparable = program.ExitAddress is not null && first[0].Stop is StopReason.Exited;
        OtherSimulator[] compared = isComparable ? [.. others] : [];
        string? self = program.IsShort || isComparable || program.IsGiven ? StartUp.Program : null;

        Speed[][] own = [.. pairs.Select(_ => new Speed[Rounds])];
        double?[][] other = [.. compared.Select(_ => new double?[Rounds])];
        (double Cpu, double Wall)?[][] starts = [.. pairs.Select(_ => new (double, double)?[Rounds])];
        using ElfOnDisk? elf = compared.Length > 0 || self is not null ? new ElfOnDisk(program.Image) : null;
        for (int round = 0; round < Rounds; round++)
        {
            for (int n = 0; n < pairs.Length && !program.IsShort; n++)
            {
                own[n][round] = Speed.Measure(program, pairs[n].Device, pairs[n].Engine, interrupted);
            }

            for (int n = 0; n < compared.Length; n++)
            {
                // One that could not do it once does not get to try for minutes again.
                bool isHopeless = round > 0 && other[n][round - 1] is null;
                other[n][round] = isHopeless ? null : compared[n].Time(elf!.Path, program.ExitAddress!.Value, first[0].ExitCode!.Value, interrupted);
            }

            for (int n = 0; n < pairs.Length && self is not null; n++)
            {
                starts[n][round] = StartUp.Time(self, elf!.Path, program.ExitAddress is not null, pairs[n].Device, pairs[n].Engine, interrupted);
            }
        }

        return new Measurement(
            program,
            program.IsShort ? [] : [.. pairs.Select((pair, n) => new EngineSpeed(pair.Device, pair.Engine, own[n].OrderBy(speed => speed.Seconds).ElementAt(Rounds / 2)))],
            program.IsShort ? [] : [.. Compare(program, pairs, own, compared, other)],
            JitEngine.IsSupported && !program.IsShort ? [.. program.Devices.Select(device => LeftOn(program, device, interrupted))] : [],
            [.. pairs.Zip(starts).Where(pair => pair.Second.All(start => start is not null)).Select(pair => StartOf(pair.First, pair.Second))]);
    }

    private static StartUp StartOf((DeviceDescription Device, BenchEngine Engine) pair, (double Cpu, double Wall)?[] starts) => new(
        pair.Device, pair.Engine, Comparison.Median(starts.Select(start => start!.Value.Cpu)), Comparison.Median(starts.Select(start => start!.Value.Wall)));

    private static IEnumerable<Comparison> Compare(
        BenchProgram program, (DeviceDescription Device, BenchEngine Engine)[] pairs, Speed[][] own, OtherSimulator[] compared, double?[][] other)
    {
        for (int simulator = 0; simulator < compared.Length; simulator++)
        {
            for (int n = 0; n < pairs.Length; n++)
            {
                yield return Comparison.Of(program, pairs[n].Device, pairs[n].Engine, compared[simulator], own[n], other[simulator]);
            }
        }
    }

    private static LeftToHandlers LeftOn(BenchProgram program, DeviceDescription device, CancellationToken interrupted)
    {
        using var log = new TranslationLog();
        ExecResult run = Speed.RunOnce(program, device, () => new JitEngine { Log = log }, interrupted);
        return new LeftToHandlers(device, run.Ledger.Instructions, [.. log.Interpreted.OrderByDescending(row => row.Value).ThenBy(row => row.Key, StringComparer.Ordinal)]);
    }

    // A program as a file for the others, gone afterwards.
    private sealed class ElfOnDisk : IDisposable
    {
        public ElfOnDisk(Msp430.Loading.FirmwareImage image) => File.WriteAllBytes(Path, ElfFile.Bytes(image));

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Application.Name}-{Guid.NewGuid():N}.elf");

        public void Dispose() => File.Delete(Path);
    }
}
