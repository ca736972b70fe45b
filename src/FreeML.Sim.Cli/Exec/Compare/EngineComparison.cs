using System.Diagnostics;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Exec.Compare;

/// <summary>
/// Runs an image on two devices that differ in nothing but their engine, in lock-step, and finds the first difference. Both run the same
/// slices, at whose ends everything is compared. In the first slice that ends differently the difference is looked for by halving: both are
/// run anew to the beginning of the slice, and from there as far as they still agree. Engines differ in what they do between the ends of
/// slices, so slices before it stay as they were.
/// </summary>
internal sealed class EngineComparison
{
    private const long SliceCycles = 1_000_000;
    private const int ListedBefore = 12;
    private const int ListedAfter = 3;
    private static readonly SimTime SliceTime = SimTime.FromSeconds(1L);

    private readonly FirmwareImage _image;
    private readonly ExecRequest _request;
    private readonly Func<ExecutionEngine> _subject;
    private readonly ReplayedInput _input;
    private readonly CancellationToken _interrupted;

    private EngineComparison(FirmwareImage image, ExecRequest request, Func<ExecutionEngine> subject, Stream input, CancellationToken interrupted)
    {
        _image = image;
        _request = request;
        _subject = subject;
        _input = new ReplayedInput(input);
        _interrupted = interrupted;
    }

    /// <summary>Runs an image on both engines.</summary>
    /// <param name="name">The image, as the user named it.</param>
    /// <param name="image">The image.</param>
    /// <param name="request">How to run it; its engine is not used.</param>
    /// <param name="subject">Makes the engine that is to be compared with the interpreter.</param>
    /// <param name="streams">What the program reads and writes; it writes once.</param>
    /// <param name="interrupted">The user wants no more.</param>
    /// <returns>The run on the interpreter, and where the other differs.</returns>
    /// <exception cref="InputException">The image has bytes where the device has no memory.</exception>
    public static ExecResult Run(
        string name, FirmwareImage image, ExecRequest request, Func<ExecutionEngine> subject, ProgramStreams streams, CancellationToken interrupted)
    {
        var comparison = new EngineComparison(image, request, subject, streams.Input, interrupted);
        return request.Supply is { } supply ? comparison.RunOn(supply, name, streams) : comparison.RunSteadily(name, streams);
    }

    private ExecResult RunSteadily(string name, ProgramStreams streams)
    {
        using Pair pair = NewPair(streams);
        long start = Stopwatch.GetTimestamp();
        StopReason? stop = null;
        Divergence? divergence = null;
        long slices = 0;
        for (; !_interrupted.IsCancellationRequested; slices++)
        {
            long from = pair.Reference.Cycles;
            (stop, StopReason other, bool isOver) = RunSlice(pair);
            if (stop != other || !DeviceState.AreEqual(pair.Reference, pair.Subject))
            {
                long length = Math.Max(pair.Reference.Cycles, pair.Subject.Cycles) - from;
                divergence = Locate(() => Replay(slices), length, pair);
                break;
            }

            if (isOver)
            {
                break;
            }

            stop = null;
        }

        pair.First.Console.Finish();
        return Result(name, pair, streams, divergence, slices + 1) with { Stop = stop, HostSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds };
    }

    private (StopReason Reference, StopReason Subject, bool IsOver) RunSlice(Pair pair)
    {
        long cycles = Math.Min(_request.MaxCycles, pair.Reference.Cycles + SliceCycles);
        SimTime time = SimTime.Min(_request.Until, pair.Reference.Now + SliceTime);
        StopReason reference = pair.Reference.Run(cycles, time);
        StopReason subject = pair.Subject.Run(cycles, time);
        bool isOnlySlice = (reference is StopReason.MaxCycles && cycles < _request.MaxCycles) || (reference is StopReason.Until && time < _request.Until);
        return (reference, subject, !isOnlySlice);
    }

    // Both run to the beginning of a slice again. What the program writes it has written already.
    private Pair Replay(long slices)
    {
        Pair pair = NewPair(ProgramStreams.Discarded);
        for (long slice = 0; slice < slices; slice++)
        {
            RunSlice(pair);
        }

        return pair;
    }

    // On a supply the simulator makes the slices. The reference goes first and leaves a number for each; the other is held against them.
    private ExecResult RunOn(SupplyRequest supply, string name, ProgramStreams streams)
    {
        using Pair pair = NewPair(streams);
        long start = Stopwatch.GetTimestamp();
        var expected = new Trail(pair.Reference, null);
        RunReport? report = Simulate(supply, pair.Reference, expected);
        var found = new Trail(pair.Subject, expected);
        RunReport? other = report is null ? null : Simulate(supply, pair.Subject, found);
        Divergence? divergence = null;
        if (found.DiffersAt is { } sample)
        {
            long length = Math.Max(1, expected.CyclesAt(sample) - (sample == 0 ? 0 : expected.CyclesAt(sample - 1)));
            divergence = Locate(() => ReplayOn(supply, sample), length, null);
        }
        else if (report is not null && other is not null)
        {
            IReadOnlyList<StateRow> rows = [.. DeviceState.Rows(pair.Reference, pair.Subject), .. Joules(report, other)];
            divergence = rows.Any(row => row.Differs)
                ? new Divergence(pair.Reference.Engine.Name, pair.Subject.Engine.Name, 0, pair.Reference.Cycles, rows, Listing([], pair.Reference))
                : null;
        }

        pair.First.Console.Finish();
        ExecResult result = Result(name, pair, streams, divergence, expected.Samples);
        return result with
        {
            Stop = report is null || (other is null && divergence is null) ? null : report.Stop,
            HostSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            Supply = report,
            Notes = [.. supply.Notes, .. result.Notes],
            Time = report is null ? pair.Reference.Now : SimTime.FromSeconds(report.Seconds),
        };
    }

    private Pair ReplayOn(SupplyRequest supply, int samples)
    {
        Pair pair = NewPair(ProgramStreams.Discarded);
        if (samples > 0)
        {
            Simulate(supply, pair.Reference, new Trail(pair.Reference, null) { LastSample = samples - 1 });
            Simulate(supply, pair.Subject, new Trail(pair.Subject, null) { LastSample = samples - 1 });
        }

        return pair;
    }

    // Null if it was left before its end.
    private RunReport? Simulate(SupplyRequest supply, Device device, Trail trail)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(_interrupted);
        trail.IsDone = end.Cancel;
        try
        {
            return SupplyRun.Simulator(supply, device, _request, trail).Run(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return null;
        }
    }

    private static IEnumerable<StateRow> Joules(RunReport reference, RunReport subject)
    {
        yield return Row("power failures", report => report.PowerFailures);
        yield return Row("consumed_J", report => report.Book.ConsumedJoules);
        yield return Row("stored_J", report => report.Book.StoredJoules);
        yield return Row("activities_J", report => report.Energy.Total);

        StateRow Row(string name, Func<RunReport, double> of) => new(
            name, of(reference).ToString("R", System.Globalization.CultureInfo.InvariantCulture), of(subject).ToString("R", System.Globalization.CultureInfo.InvariantCulture));
    }

    // The shortest run from where both agree that ends differently. If none does (only a supply's slices can differ so), what was seen first.
    private Divergence Locate(Func<Pair> replay, long length, Pair? seen)
    {
        long agreed = 0;
        long differing = length;
        while (differing - agreed > 1 && !_interrupted.IsCancellationRequested)
        {
            long middle = agreed + ((differing - agreed) / 2);
            using Pair probe = replay();
            if (RunBoth(probe, middle))
            {
                agreed = middle;
            }
            else
            {
                differing = middle;
            }
        }

        using Pair pair = replay();
        long from = pair.Reference.Cycles;
        bool isEqual = RunBoth(pair, differing);
        Pair shown = isEqual && seen is not null ? seen : pair;
        using Pair traced = replay();
        return new Divergence(
            shown.Reference.Engine.Name,
            shown.Subject.Engine.Name,
            from + agreed,
            from + differing,
            DeviceState.Rows(shown.Reference, shown.Subject),
            Listing(Trace(traced.Reference, from + differing), shown.Reference));
    }

    private static bool RunBoth(Pair pair, long cycles)
    {
        long limit = pair.Reference.Cycles + cycles;
        SimTime time = pair.Reference.Now + SliceTime;
        return pair.Reference.Run(limit, time) == pair.Subject.Run(limit, time) && DeviceState.AreEqual(pair.Reference, pair.Subject);
    }

    // Where the reference was, step by step, of late.
    private static Queue<uint> Trace(Device reference, long limit)
    {
        Queue<uint> addresses = new();
        SimTime end = reference.Now + SliceTime;
        while (reference.Cycles < limit && reference.Now < end)
        {
            addresses.Enqueue(reference.ProgramCounter);
            if (addresses.Count > ListedBefore)
            {
                addresses.Dequeue();
            }

            if (reference.Run(reference.Cycles + 1, end) is not (StopReason.MaxCycles or StopReason.Until))
            {
                break;
            }
        }

        return addresses;
    }

    private static DivergenceLine[] Listing(IEnumerable<uint> before, Device reference)
    {
        List<DivergenceLine> lines = [.. before.Select(address => new DivergenceLine(address, Instruction(reference, address).Text, IsNext: false))];
        uint next = reference.ProgramCounter;
        for (int n = 0; n < ListedAfter; n++)
        {
            ListingLine line = Instruction(reference, next);
            lines.Add(new DivergenceLine(next, line.Text, IsNext: true));
            next = (next + (uint)line.Bytes.Length) & 0xF_FFFF;
        }

        return [.. lines];
    }

    private static ListingLine Instruction(Device device, uint address)
    {
        byte[] words = new byte[Math.Min(2 * Decoder.MaximumWords, (1 << 20) - (int)address)];
        device.Peek(address, words);
        return Msp430.Isa.Listing.Lines(words, address, showZeros: true).First();
    }

    private Pair NewPair(ProgramStreams streams) => new(
        new ConnectedDevice(_image, _request, streams with { Input = _input.FromStart() }, static () => new InterpreterEngine()),
        new ConnectedDevice(_image, _request, ProgramStreams.Discarded with { Input = _input.FromStart() }, _subject));

    private static ExecResult Result(string name, Pair pair, ProgramStreams streams, Divergence? divergence, long comparisons)
    {
        ExecResult result = ImageRun.Describe(name, pair.Reference, streams) with { Divergence = divergence };
        string[] agreement = divergence is null ? [$"{pair.Reference.Engine.Name} and {pair.Subject.Engine.Name} agree at each of {comparisons} comparisons"] : [];
        return result with { Notes = [.. result.Notes, .. ImageRun.Refusals(pair.Subject), .. agreement] };
    }

    private sealed record Pair(ConnectedDevice First, ConnectedDevice Second) : IDisposable
    {
        public Device Reference => First.Device;

        public Device Subject => Second.Device;

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }

    // A number for the state at the end of each slice; of the whole memory at each power failure. With the one of another run at hand it
    // stops where they part.
    private sealed class Trail(Device device, Trail? expected) : IRunRecorder
    {
        private readonly List<(long Cycles, long Digest)> _samples = [];

        public Action IsDone { private get; set; } = static () => { };

        public int LastSample { private get; init; } = int.MaxValue;

        public int? DiffersAt { get; private set; }

        public int Samples => _samples.Count;

        public long CyclesAt(int sample) => _samples[sample].Cycles;

        public void Sample(in SupplySample sample) => Add(DeviceState.Digest(device) ^ BitConverter.DoubleToInt64Bits(sample.BufferVolts));

        public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
        {
            if (what is RunEvent.PowerFailure)
            {
                Add(DeviceState.MemoryDigest(device));
            }
        }

        private void Add(long digest)
        {
            int index = _samples.Count;
            _samples.Add((device.Cycles, digest));
            if (expected is not null && DiffersAt is null && (index >= expected._samples.Count || expected._samples[index] != _samples[index]))
            {
                DiffersAt = Math.Min(index, expected._samples.Count - 1);
                IsDone();
            }

            if (index >= LastSample)
            {
                IsDone();
            }
        }
    }
}
