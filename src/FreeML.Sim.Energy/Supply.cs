using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Energy;

/// <summary>
/// A power supply: harvester, front end, energy buffer, output stage, load. It knows volts and joules, and nothing of a processor.
/// </summary>
/// <remarks>
/// <para>Between two samples of the trace, and within a band of buffer voltage in which no element changes its law, the sum of all elements
/// is one <see cref="Law"/>. A call of <see cref="Advance"/> spreads the load's charge evenly over its time and takes it in pieces that end where the
/// law changes. Within a piece: the exact exponential where the law has no constant power; else steps of the implicit midpoint rule
/// (<see cref="Midpoint"/>), of which each changes the voltage by at most <see cref="StepShare"/>.</para>
/// <para>The sizes of all steps follow from the state and the arguments alone, so the same calls give the same bits on any host. Cutting one call into two
/// gives results that agree to a few parts in 1e7 of the change, not to the bit: those who need the same bits make the same calls.</para>
/// <para>Everything an amount of charge or energy does is entered in the <see cref="Book"/> by the same rule that moves the voltage, so it balances to rounding.</para>
/// <para>Not for use from several threads at once.</para>
/// </remarks>
public sealed partial class Supply
{
    /// <summary>Most that a step of the midpoint rule changes the stored energy by, as a share of it.</summary>
    public const double StepShare = 1e-3;

    // The current of a conductance may decay by this much in a step of the midpoint rule (an error of its cube over 12), unless what is left to decay
    // is below the other, as a share of the stored energy.
    private const double DecayShare = 0.01;
    private const double Negligible = 1e-9;

    // Below this, the midpoint rule for a plain conductance is within 1e-7 of the exponential.
    private const double SmallDecay = 1e-3;

    // Below this voltage, shares of the stored energy are taken of the energy at this voltage: from zero they would never arrive.
    private const double FloorVolts = 0.01;

    // Of the charge that the buffer holds above a voltage. Where a load counts as evenly spread, the way of the voltage is not quite that of its parts.
    private const double LoadedShare = 0.95;

    // Share of the voltage by which a balance of source and load counts as reached. With a slow branch the balance itself moves on.
    private const double AtRest = 1e-6;
    private const double AtRestWithSlowBranch = 1e-3;

    private readonly SupplyOptions _options;
    private readonly SupplyState _state;
    private readonly SupplyState _scratch;
    private readonly CapacitorBands _bands;
    private readonly Capacitor _buffer;
    private readonly BankArray? _banks;
    private readonly OutputStage _output;
    private readonly double _leakSiemens;
    private readonly double _initialJoules;

    private readonly SourceCurve _source = new();
    private readonly HarvestProfile _profile = new();
    private int _profileSample = -2;

    /// <summary>A supply at time 0.</summary>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public Supply(SupplyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _buffer = options.Buffer;
        _buffer.Validate();
        _banks = options.Banks;
        _banks?.Validate();
        Check.That(_banks is null || (_buffer.Derating.Count == 0 && _buffer.SlowFarads == 0), "beside switched banks the last level can have neither derating nor a slow branch");
        _output = options.Output;
        _leakSiemens = 1 / _buffer.LeakageOhms;
        _bands = new CapacitorBands(_buffer, _banks?.Controller is BankController control ? [control.MinimumVolts, control.LowVolts, control.HighVolts] : []);

        int banks = _banks?.Banks.Count ?? 0;
        _state = new SupplyState(banks) { Volts = Check.Within(options.InitialVolts, 0, _buffer.LimitVolts) };
        _scratch = new SupplyState(banks);
        _state.SlowVolts = _state.Volts;
        StartSegment(_state, options.Harvester is null ? -1 : 0);
        _initialJoules = StoredJoules(_state);
    }

    /// <summary>Time since the start.</summary>
    /// <remarks>The sum of all slices in twice a double's precision, rounded once.</remarks>
    public double TimeSeconds => _state.TimeHigh + _state.TimeLow;

    /// <summary>Open-circuit voltage of the buffer.</summary>
    public double BufferVolts => _state.Volts;

    /// <summary>Voltage at the chip: after series resistance and output stage, with the currents of the last slice.</summary>
    public double OutputVolts => OutputEnabled ? _output.OutputVolts(Math.Max(0, _state.Volts + _state.NodeLiftVolts)) : 0;

    /// <summary>
    /// Whether the output stage works. While it does not, it draws nothing, <see cref="OutputVolts"/> is 0, and load currents come from the buffer itself
    /// (a supervisor's own, for example).
    /// </summary>
    public bool OutputEnabled { get; set; } = true;

    /// <summary>What it is made of.</summary>
    public SupplyOptions Options => _options;

    /// <summary>Taken from the harvester so far; see <see cref="Book"/>.</summary>
    public double HarvestedJoules => _state.Harvested;

    /// <summary>Received by the load so far; see <see cref="Book"/>.</summary>
    public double ConsumedJoules => _state.Consumed;

    /// <summary>Energies so far.</summary>
    public EnergyBook Book => new()
    {
        HarvestedJoules = _state.Harvested,
        ConsumedJoules = _state.Consumed,
        LeakedJoules = _state.Leaked,
        ClippedJoules = _state.Clipped,
        ConverterLossJoules = _state.ConverterLoss,
        EsrLossJoules = _state.EsrLoss,
        SwitchingLossJoules = _state.SwitchingLoss,
        InitialJoules = _initialJoules,
        StoredJoules = StoredJoules(_state),
    };

    /// <summary>Time until which the harvester does not change; infinite after the end of its trace.</summary>
    public double SegmentEndSeconds => _state.SegmentEnd;

    /// <summary>Power the front end takes from the harvester now, at the present voltage; for recordings.</summary>
    public double HarvestWatts
    {
        get
        {
            Describe(_state);
            HarvestBand band = _profile.At(_state.Volts, upper: true);
            return (band.Delivered + band.Lost).At(_state.Volts);
        }
    }

    /// <summary>Capacitance that is one with the buffer now: differential at the present voltage, joined banks included.</summary>
    public double Farads
    {
        get
        {
            _bands.At(_state.Volts, true, out _, out _, out double farads);
            return farads + JoinedFarads(_state);
        }
    }

    /// <summary>Pieces integrated so far: a measure of the work, by which tests hold the cost of long nights to the number of segments.</summary>
    internal long Pieces { get; private set; }

    /// <summary>Advances by <paramref name="seconds"/>, over which the load takes <paramref name="loadCoulombs"/> at the output, evenly spread.</summary>
    /// <remarks>May cross ends of segments. A load that the output stage cannot feed (voltage too low) gets less; the book says what it got.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Time or charge is negative or not finite, or there is charge and no time.</exception>
    public void Advance(double seconds, double loadCoulombs) => Run(_state, seconds, LoadAmps(seconds, loadCoulombs), double.PositiveInfinity, -1);

    /// <summary>What <see cref="BufferVolts"/> would be after <see cref="Advance"/> with the same arguments, to the bit; nothing changes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">As for <see cref="Advance"/>.</exception>
    public double Peek(double seconds, double loadCoulombs)
    {
        _scratch.CopyFrom(_state);
        long pieces = Pieces;
        Run(_scratch, seconds, LoadAmps(seconds, loadCoulombs), double.PositiveInfinity, -1);
        Pieces = pieces;
        return _scratch.Volts;
    }

    /// <summary>
    /// Seconds for which the buffer certainly stays below <paramref name="bufferVolts"/>, <paramref name="maxSeconds"/> at most: no load makes it rise faster
    /// than none. 0 if it is there already.
    /// </summary>
    public double SafeSecondsBelow(double bufferVolts, double maxSeconds)
    {
        // A nanovolt is left for rounding.
        double ceiling = bufferVolts - 1e-9;
        _scratch.CopyFrom(_state);
        long pieces = Pieces;
        Run(_scratch, maxSeconds, 0, ceiling, -1);
        Pieces = pieces;
        return _scratch.Volts >= ceiling ? (_scratch.TimeHigh - _state.TimeHigh + (_scratch.TimeLow - _state.TimeLow)) * (1 - 1e-6) : maxSeconds;
    }

    /// <summary>
    /// Advances with a constant load current until the buffer's voltage has risen to <paramref name="risingVolts"/> or fallen to <paramref name="fallingVolts"/>,
    /// or <paramref name="maxSeconds"/> have passed. The time of a crossing follows in closed form from the step that meets it.
    /// </summary>
    /// <returns>Why and when it stopped; at once if the voltage is already there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    public CrossingResult AdvanceUntil(double loadAmps, double? risingVolts, double? fallingVolts, double maxSeconds)
    {
        Check.NotNegative(loadAmps);
        Check.NotNegative(maxSeconds);
        double rising = risingVolts ?? double.PositiveInfinity;
        double falling = fallingVolts ?? -1;
        (double high, double low) = (_state.TimeHigh, _state.TimeLow);
        Run(_state, maxSeconds, loadAmps, rising, falling);
        return new CrossingResult(
            _state.Volts >= rising ? Crossing.Rising : _state.Volts <= falling ? Crossing.Falling : Crossing.Elapsed,
            _state.TimeHigh - high + (_state.TimeLow - low));
    }

    /// <summary>
    /// Seconds for which <see cref="OutputVolts"/> certainly stays above <paramref name="volts"/> while the load draws at most <paramref name="maxLoadAmps"/>: as
    /// if nothing were harvested, and leakage and load at their worst all the way. 0 if that cannot be promised.
    /// </summary>
    public double SafeSeconds(double volts, double maxLoadAmps) => SafeSecondsAbove(_output.NodeVoltsFor(volts), maxLoadAmps);

    /// <summary>As <see cref="SafeSeconds"/>, for a threshold on the buffer side of the output stage.</summary>
    public double SafeSecondsAbove(double bufferVolts, double maxLoadAmps)
    {
        // A nanovolt is left for rounding.
        double floor = bufferVolts + 1e-9;
        double now = _state.Volts;
        if (!(floor < now) || !OutputEnabled)
        {
            return 0;
        }

        // At the floor the series resistance takes its share of the voltage; the current it takes depends a little on the floor.
        double amps = _output.MostAmps(floor, now, maxLoadAmps);
        double leak = LossAmps(floor, now);
        floor += (amps + leak) * _buffer.EsrOhms;
        if (!(floor < now))
        {
            return 0;
        }

        double seconds = _bands.Coulombs(floor, now) / (amps + leak) * (1 - 1e-6);
        if (_banks is { Isolated: false, Controller: BankController control })
        {
            // On plain switches an action may lower the voltage at once: no promise goes past the next tick.
            seconds = Math.Min(seconds, Math.Max(0, (NextTick(_state, control) * control.TickSeconds) - TimeSeconds - 1e-9));
        }

        return seconds;
    }

    /// <summary>
    /// What more may be loaded, after a load of <paramref name="coulombs"/> in <paramref name="seconds"/>, so that the buffer certainly stays above a voltage: as
    /// long as no more is added, in whatever time, <see cref="Peek"/> gives more. Nothing of what is harvested from then on is counted on.
    /// </summary>
    /// <param name="seconds">Of the load so far.</param>
    /// <param name="coulombs">Of the load so far.</param>
    /// <param name="bufferVolts">The voltage.</param>
    /// <param name="maxLoadAmps">Most that the load draws from now on.</param>
    /// <returns>Charge, and a current that is to be taken from it all the time besides the load's; no charge where nothing can be promised.</returns>
    public (double Coulombs, double BesidesAmps) SafeLoadAfter(double seconds, double coulombs, double bufferVolts, double maxLoadAmps)
    {
        if (!OutputEnabled || (seconds <= 0 && coulombs > 0))
        {
            return default;
        }

        if (!_output.PassesCharge || _banks is not null)
        {
            // By time: whatever the load draws up to its most.
            return (maxLoadAmps * SafeSecondsAfter(seconds, coulombs, bufferVolts, maxLoadAmps), maxLoadAmps);
        }

        double volts = Math.Max(bufferVolts, seconds > 0 ? Peek(seconds, coulombs) : BufferVolts);
        return (LoadedShare * _bands.Coulombs(bufferVolts, volts), LossAmps(bufferVolts, volts) + _output.MostAmps(bufferVolts, volts, 0));
    }

    /// <summary>Connects or disconnects a bank, as firmware on a Capybara-like board does.</summary>
    /// <exception cref="InvalidOperationException">There are no banks, or a controller switches them.</exception>
    public void SetBank(int bank, BankMode mode)
    {
        if (_banks is null || _banks.Controller is not null)
        {
            throw new InvalidOperationException("found no banks that firmware can switch");
        }

        Switch(_state, (int)Check.Within(bank, 0, _banks.Banks.Count - 1), mode);
        JoinBanks(_state);
    }

    /// <summary>How a bank is connected.</summary>
    public BankMode BankModeOf(int bank) => _state.Modes[bank];

    // Most that is lost between two voltages without any load.
    private double LossAmps(double low, double high) =>
        _buffer.LeakageAmps + ((_leakSiemens + JoinedSiemens(_state)) * high) + FrontEndAmps
        + (_buffer.SlowFarads > 0 ? Math.Max(0, high - Math.Min(_state.SlowVolts, low)) / _buffer.SlowOhms : 0);

    // From the bound of all the load so far and to come, for any output stage. A load counts as evenly spread; on the way it is largest at one of the ends.
    private double SafeSecondsAfter(double seconds, double coulombs, double bufferVolts, double maxLoadAmps)
    {
        double more = LoadedShare * (SafeSecondsAbove(bufferVolts, maxLoadAmps) - (coulombs / maxLoadAmps));
        double end = seconds + more;
        double amps = Math.Max((coulombs + (more * maxLoadAmps)) / end, seconds > 0 ? coulombs / seconds : maxLoadAmps);
        return more > 0 && SafeSecondsAbove(bufferVolts, amps) >= end ? more : 0;
    }

    private double FrontEndAmps => _options.FrontEnd is BoostFrontEnd boost ? boost.Options.QuiescentAmps : 0;

    private static double LoadAmps(double seconds, double loadCoulombs)
    {
        Check.NotNegative(seconds);
        Check.NotNegative(loadCoulombs);
        if (seconds > 0)
        {
            return loadCoulombs / seconds;
        }

        return loadCoulombs == 0 ? 0 : throw new ArgumentOutOfRangeException(nameof(loadCoulombs), loadCoulombs, "expected no charge in no time");
    }

    private double StoredJoules(SupplyState state) =>
        _bands.Joules(state.Volts) + (0.5 * JoinedFarads(state) * state.Volts * state.Volts)
        + (0.5 * _buffer.SlowFarads * state.SlowVolts * state.SlowVolts) + ApartJoules(state);

    private void StartSegment(SupplyState state, int sample)
    {
        Harvester? harvester = _options.Harvester;
        if (harvester is not null && sample >= harvester.Trace.Times.Count)
        {
            switch (harvester.End)
            {
                case TraceEnd.Loop:
                    sample = 0;
                    state.Rounds++;
                    break;
                case TraceEnd.Hold:
                    state.SegmentEnd = double.PositiveInfinity;
                    return;
                default:
                    sample = -1;
                    break;
            }
        }

        state.Sample = sample;
        state.SegmentEnd = harvester is null || sample < 0 ? double.PositiveInfinity
            : (state.Rounds * harvester.Trace.DurationSeconds) + (sample + 1 < harvester.Trace.Times.Count ? harvester.Trace.Times[sample + 1] : harvester.Trace.DurationSeconds);
    }

    private void Describe(SupplyState state)
    {
        if (_profileSample == state.Sample)
        {
            return;
        }

        if (state.Sample < 0)
        {
            _source.SetPower(0);
        }
        else
        {
            _options.Harvester!.Describe(state.Sample, _source);
        }

        _options.FrontEnd.Describe(_source, _profile);
        _profileSample = state.Sample;
    }

    private void Run(SupplyState state, double seconds, double loadAmps, double rising, double falling)
    {
        double left = seconds;
        while (left > 0 && state.Volts < rising && state.Volts > falling)
        {
            double untilSegment = state.SegmentEnd - state.TimeHigh - state.TimeLow;
            if (untilSegment <= 0)
            {
                StartSegment(state, state.Sample + 1);
                continue;
            }

            Describe(state);
            double untilTick = _banks is null ? double.PositiveInfinity : SecondsToTick(state);
            double span = Math.Min(Math.Min(left, untilSegment), untilTick);
            double used = span;
            if (span > 0)
            {
                used = _banks is null ? Piece(state, span, loadAmps, rising, falling) : PieceWithBanks(state, span, loadAmps, rising, falling);
                Pieces++;
                state.AddTime(used);
                left -= used;
            }

            if (used >= untilTick)
            {
                Tick(state);
            }
        }
    }
}
