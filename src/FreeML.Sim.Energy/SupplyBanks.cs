using FreeML.Sim.Energy.Regulation;
using FreeML.Sim.Energy.Storage;

namespace FreeML.Sim.Energy;

/// <content>Switched banks: what they hold, how they fill, and who switches them.</content>
public sealed partial class Supply
{
    // Capacitors whose voltages differ by less than this count as equal.
    private const double SameVolts = 1e-6;

    private static double Cells(Bank bank, BankMode mode) => mode == BankMode.Series ? bank.Count : 1;

    private static double BankFarads(Bank bank, BankMode mode) => mode == BankMode.Series ? bank.Farads / bank.Count : bank.Farads * bank.Count;

    private static double BankSiemens(Bank bank, BankMode mode) => (mode == BankMode.Series ? 1.0 / bank.Count : bank.Count) / bank.LeakageOhms;

    private double TerminalVolts(SupplyState state, int n) => state.CellVolts[n] * Cells(_banks!.Banks[n], state.Modes[n]);

    private double JoinedFarads(SupplyState state) => SumOfJoined(state, BankFarads);

    private double JoinedSiemens(SupplyState state) => SumOfJoined(state, BankSiemens);

    private double SumOfJoined(SupplyState state, Func<Bank, BankMode, double> value)
    {
        double sum = 0;
        for (int n = 0; n < state.Joined.Length; n++)
        {
            sum += state.Joined[n] ? value(_banks!.Banks[n], state.Modes[n]) : 0;
        }

        return sum;
    }

    private double ApartJoules(SupplyState state)
    {
        double joules = 0;
        for (int n = 0; n < state.Joined.Length; n++)
        {
            joules += state.Joined[n] ? 0 : 0.5 * _banks!.Banks[n].Count * _banks.Banks[n].Farads * state.CellVolts[n] * state.CellVolts[n];
        }

        return joules;
    }

    private void Switch(SupplyState state, int n, BankMode mode)
    {
        if (state.Joined[n])
        {
            state.CellVolts[n] = state.Volts / Cells(_banks!.Banks[n], state.Modes[n]);
            state.Joined[n] = false;
        }

        state.Modes[n] = mode;
    }

    // Joins every connected bank that the last level meets: plain switches always, ideal diodes once the bank's voltage is not the lower one.
    private void JoinBanks(SupplyState state)
    {
        for (int n = 0; n < state.Joined.Length; n++)
        {
            if (state.Joined[n] || state.Modes[n] == BankMode.Disconnected || (_banks!.Isolated && TerminalVolts(state, n) < state.Volts - SameVolts))
            {
                continue;
            }

            double here = _buffer.Farads + JoinedFarads(state);
            double there = BankFarads(_banks.Banks[n], state.Modes[n]);
            double difference = TerminalVolts(state, n) - state.Volts;
            state.SwitchingLoss += 0.5 * here * there / (here + there) * difference * difference;
            state.Volts += difference * there / (here + there);
            state.Joined[n] = true;
            if (state.Volts > _buffer.LimitVolts)
            {
                state.Clipped += 0.5 * (here + there) * ((state.Volts * state.Volts) - (_buffer.LimitVolts * _buffer.LimitVolts));
                state.Volts = _buffer.LimitVolts;
            }
        }
    }

    private double PieceWithBanks(SupplyState state, double seconds, double loadAmps, double rising, double falling)
    {
        JoinBanks(state);
        double filling = LowestFilling(state, out double fillFarads, out double fillSiemens);
        bool fills = fillFarads > 0;
        double step = seconds;
        Network fill = default;
        if (fills)
        {
            HarvestBand band = _profile.At(filling + SameVolts, upper: true);
            fill.Delivered = band.Delivered;
            fill.Lost = band.Lost;
            fill.Leak = new Law(0, 0, -fillSiemens);
            fill.Sum = fill.Delivered - fill.Leak;
            step = FillStep(filling, Math.Min(band.UpperVolts, state.Volts), step, fillFarads, in fill.Sum);
        }

        step = MovePrimary(state, step, loadAmps, rising, falling, harvests: !fills);
        LeakDisconnected(state, step);
        if (fills)
        {
            FillFor(state, step, filling, fillFarads, ref fill);
        }

        JoinBanks(state);
        return step;
    }

    // How long a bank fills by the same law: to the edge of the band, or until it meets the last level.
    private static double FillStep(double volts, double target, double seconds, double farads, in Law sum)
    {
        double step = StepLimit(volts, seconds, farads, in sum);
        if (volts + (step * Midpoint.After(volts, step, farads, 0, in sum).Amperes / farads) > target)
        {
            double time = farads * (target - volts) / Midpoint.Between(volts, target, 0, in sum).Amperes;
            return time > 0 && time < step ? time : step;
        }

        return step;
    }

    private void FillFor(SupplyState state, double seconds, double volts, double farads, ref Network fill)
    {
        if (volts <= 0 && Push(0, in fill.Sum) <= 0)
        {
            Enter(state, seconds, 0, 0, ref fill, 0);
            return;
        }

        Midpoint middle = Midpoint.After(volts, seconds, farads, 0, in fill.Sum);
        double next = volts + (seconds * middle.Amperes / farads);
        double time = seconds;
        if (next < 0)
        {
            // Empty before the end: there it stays.
            middle = Midpoint.Between(volts, 0, 0, in fill.Sum);
            time = Math.Min(seconds, farads * volts / -middle.Amperes);
            next = 0;
            Enter(state, seconds - time, 0, 0, ref fill, 0);
        }

        Enter(state, time, middle.NodeVolts * time, middle.NodeVolts * middle.NodeVolts * time, ref fill, 0);
        SetFilling(state, volts, next);
    }

    private double MovePrimary(SupplyState state, double seconds, double loadAmps, double rising, double falling, bool harvests)
    {
        double volts = state.Volts;
        Motion motion = Locate(state, loadAmps, harvests, JoinedFarads(state), JoinedSiemens(state), out Network network, out Network below);
        if (motion != Motion.Free)
        {
            HoldStill(state, seconds, motion, ref network, ref below);
            return seconds;
        }

        if (volts < rising)
        {
            network.UpperVolts = Math.Min(network.UpperVolts, rising);
        }

        if (volts > falling)
        {
            network.LowerVolts = Math.Max(network.LowerVolts, falling);
        }

        return Move(state, seconds, ref network);
    }

    // The connected banks of the lowest voltage, which the harvest goes to; those within a microvolt of one another are made equal and fill together.
    private double LowestFilling(SupplyState state, out double farads, out double siemens)
    {
        double lowest = double.PositiveInfinity;
        for (int n = 0; n < state.Joined.Length; n++)
        {
            if (IsFilling(state, n))
            {
                lowest = Math.Min(lowest, TerminalVolts(state, n));
            }
        }

        (farads, siemens) = (0, 0);
        double coulombs = 0;
        double joules = 0;
        for (int n = 0; n < state.Joined.Length; n++)
        {
            double volts = TerminalVolts(state, n);
            if (IsFilling(state, n) && volts <= lowest + SameVolts)
            {
                double bank = BankFarads(_banks!.Banks[n], state.Modes[n]);
                farads += bank;
                siemens += BankSiemens(_banks.Banks[n], state.Modes[n]);
                coulombs += bank * volts;
                joules += 0.5 * bank * volts * volts;
            }
        }

        if (farads == 0)
        {
            return 0;
        }

        double common = coulombs / farads;
        state.SwitchingLoss += joules - (0.5 * farads * common * common);
        for (int n = 0; n < state.Joined.Length; n++)
        {
            if (IsFilling(state, n) && TerminalVolts(state, n) <= lowest + SameVolts)
            {
                state.CellVolts[n] = common / Cells(_banks!.Banks[n], state.Modes[n]);
            }
        }

        return common;
    }

    private void SetFilling(SupplyState state, double from, double to)
    {
        for (int n = 0; n < state.Joined.Length; n++)
        {
            if (IsFilling(state, n) && Math.Abs(TerminalVolts(state, n) - from) <= 1e-12 * (1 + from))
            {
                state.CellVolts[n] = Math.Max(0, to) / Cells(_banks!.Banks[n], state.Modes[n]);
            }
        }
    }

    private static bool IsFilling(SupplyState state, int n) => !state.Joined[n] && state.Modes[n] != BankMode.Disconnected;

    // Every capacitor that neither fills nor is joined loses charge by its own leakage alone; a connected one that waits behind its diode does too.
    private void LeakDisconnected(SupplyState state, double seconds)
    {
        double lowest = double.PositiveInfinity;
        for (int n = 0; n < state.Joined.Length; n++)
        {
            lowest = IsFilling(state, n) ? Math.Min(lowest, TerminalVolts(state, n)) : lowest;
        }

        for (int n = 0; n < state.Joined.Length; n++)
        {
            Bank bank = _banks!.Banks[n];
            bool waits = IsFilling(state, n) && TerminalVolts(state, n) > lowest + SameVolts;
            if (!double.IsFinite(bank.LeakageOhms) || state.CellVolts[n] <= 0 || state.Joined[n] || (IsFilling(state, n) && !waits))
            {
                continue;
            }

            double before = state.CellVolts[n];
            state.CellVolts[n] = before * DeterministicMath.Exp(-seconds / (bank.LeakageOhms * bank.Farads));
            state.Leaked += 0.5 * bank.Count * bank.Farads * ((before * before) - (state.CellVolts[n] * state.CellVolts[n]));
        }
    }

    // Time to the next tick at which the controller would act if the voltage stayed; infinite if none.
    private double SecondsToTick(SupplyState state) =>
        Wanted(state, out _) && _banks!.Controller is BankController control
            ? Math.Max(0, (NextTick(state, control) * control.TickSeconds) - state.TimeHigh - state.TimeLow)
            : double.PositiveInfinity;

    private static long NextTick(SupplyState state, BankController control) =>
        Math.Max((long)Math.Ceiling((state.TimeHigh / control.TickSeconds) - 1e-9), state.LastActionTick + control.CoolDownTicks);

    // Whether the controller would act now, and on which bank: all of them (-1), or one.
    private bool Wanted(SupplyState state, out (int Bank, BankMode Mode) action)
    {
        action = (-1, BankMode.Disconnected);
        if (_banks?.Controller is not BankController control)
        {
            return false;
        }

        int last = state.Modes.Length - 1;
        while (last >= 0 && state.Modes[last] == BankMode.Disconnected)
        {
            last--;
        }

        if (state.Volts < control.MinimumVolts)
        {
            return last >= 0;
        }

        if (state.Volts <= control.LowVolts)
        {
            action = (last, last >= 0 && state.Modes[last] == BankMode.Parallel ? BankMode.Series : BankMode.Disconnected);
            return last >= 0;
        }

        int first = 0;
        while (first < state.Modes.Length && state.Modes[first] == BankMode.Parallel)
        {
            first++;
        }

        if (state.Volts < control.HighVolts || first == state.Modes.Length)
        {
            return false;
        }

        action = (first, state.Modes[first] == BankMode.Disconnected ? BankMode.Series : BankMode.Parallel);
        return true;
    }

    private void Tick(SupplyState state)
    {
        if (!Wanted(state, out (int Bank, BankMode Mode) action) || _banks!.Controller is not BankController control)
        {
            return;
        }

        state.LastActionTick = NextTick(state, control);
        for (int n = 0; n < state.Modes.Length; n++)
        {
            if (n == action.Bank || action.Bank < 0)
            {
                Switch(state, n, action.Mode);
            }
        }

        JoinBanks(state);
    }
}
