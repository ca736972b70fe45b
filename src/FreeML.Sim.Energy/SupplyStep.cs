using FreeML.Sim.Energy.Regulation;

namespace FreeML.Sim.Energy;

/// <content>One piece of time: within a segment and a band of voltage.</content>
public sealed partial class Supply
{
    // What holds in the band around a voltage: capacitance, what comes in, what goes out, and where the band ends.
    private struct Network
    {
        public double Farads;
        public double LowerVolts;
        public double UpperVolts;
        public Law Delivered;
        public Law Lost;
        public Law Drawn;
        public Law Consumed;
        public Law Leak;

        // All of these; and with the slow branch, that is with its voltage behind a conductance.
        public Law Outer;
        public Law Sum;
        public double SlowVolts;
        public double SlowSiemens;
    }

    // The side on which the voltage goes on from an edge, or that it stays there: where both sides push towards the edge, it is held by
    // spending a share of the time on either side.
    private enum Motion
    {
        Free,
        HeldAtZero,
        HeldAtLimit,
        HeldAtEdge,
    }

    private double Piece(SupplyState state, double seconds, double loadAmps, double rising, double falling)
    {
        double volts = state.Volts;
        Motion motion = Locate(state, loadAmps, harvests: true, 0, 0, out Network network, out Network below);
        if (motion != Motion.Free)
        {
            double step = SlowStep(state, seconds, default, network.Farads);
            JoinSlowBranch(state, step, ref network);
            JoinSlowBranch(state, step, ref below);
            HoldStill(state, step, motion, ref network, ref below);
            return step;
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

    // Which law holds at a voltage, at an edge between two bands by which way it drives.
    private Motion Locate(
        SupplyState state, double loadAmps, bool harvests, double furtherFarads, double furtherSiemens, out Network network, out Network below)
    {
        below = default;
        double volts = state.Volts;
        Look(state, loadAmps, harvests, upper: true, furtherFarads, furtherSiemens, out network);
        double push = Push(volts, in network.Sum);
        if (volts >= _buffer.LimitVolts && push >= 0)
        {
            return Motion.HeldAtLimit;
        }

        if (volts > network.LowerVolts || push >= 0)
        {
            return Motion.Free;
        }

        if (volts <= 0)
        {
            return Motion.HeldAtZero;
        }

        Look(state, loadAmps, harvests, upper: false, furtherFarads, furtherSiemens, out below);
        if (Push(volts, in below.Sum) > 0)
        {
            return Motion.HeldAtEdge;
        }

        network = below;
        return Motion.Free;
    }

    // Direction of the current into the capacitor: of the power, or at 0 V, where there is none, of the current.
    private static double Push(double volts, in Law law) => volts > 0 || law.Watts != 0 ? law.At(volts) : law.Amperes;

    private void Look(
        SupplyState state, double loadAmps, bool harvests, bool upper, double furtherFarads, double furtherSiemens, out Network network)
    {
        double volts = state.Volts;
        network = default;
        _bands.At(volts, upper, out network.LowerVolts, out network.UpperVolts, out network.Farads);
        network.Farads += furtherFarads;
        network.UpperVolts = Math.Min(network.UpperVolts, _buffer.LimitVolts);

        if (harvests)
        {
            HarvestBand band = _profile.At(volts, upper);
            network.Delivered = band.Delivered;
            network.Lost = band.Lost;
            network.LowerVolts = Math.Max(network.LowerVolts, band.LowerVolts);
            network.UpperVolts = Math.Min(network.UpperVolts, band.UpperVolts);
        }

        if (OutputEnabled)
        {
            LoadBand load = _output.At(volts, loadAmps, upper);
            network.Drawn = load.Drawn;
            network.Consumed = load.Consumed;
            network.LowerVolts = Math.Max(network.LowerVolts, load.LowerVolts);
            network.UpperVolts = Math.Min(network.UpperVolts, load.UpperVolts);
        }
        else
        {
            network.Drawn = new Law(0, loadAmps, 0);
            network.Consumed = network.Drawn;
        }

        network.Leak = new Law(0, _buffer.LeakageAmps, -(_leakSiemens + furtherSiemens));
        network.Outer = network.Delivered - network.Drawn - network.Leak;
        JoinSlowBranch(state, 0, ref network);
    }

    // By the midpoint rule, a capacitor behind a resistance is over a step the voltage it has at the beginning behind a somewhat larger resistance.
    private void JoinSlowBranch(SupplyState state, double step, ref Network network)
    {
        network.Sum = network.Outer;
        if (_buffer.SlowFarads > 0)
        {
            network.SlowVolts = state.SlowVolts;
            network.SlowSiemens = 1 / (_buffer.SlowOhms + (step / (2 * _buffer.SlowFarads)));
            network.Sum += new Law(0, network.SlowSiemens * network.SlowVolts, network.SlowSiemens);
        }
    }

    // While the slow branch is still on its way to where the terminals lead it, steps are short against its time constant.
    private double SlowStep(SupplyState state, double seconds, in Law outer, double farads)
    {
        if (_buffer.SlowFarads == 0)
        {
            return seconds;
        }

        double share = _buffer.SlowFarads / (farads + _buffer.SlowFarads);
        double volts = Math.Max(state.Volts, FloorVolts);
        double lag = ((_buffer.SlowOhms * share) - (_buffer.EsrOhms * (1 - share))) * (outer.Amperes - (outer.Siemens * state.Volts) + (outer.Watts / volts));
        return Math.Abs(state.Volts - state.SlowVolts - lag) > 1e-6 + (2e-6 * volts) ? Math.Min(seconds, (_buffer.SlowOhms + _buffer.EsrOhms) * farads * share / 64) : seconds;
    }

    // Integrates from the present voltage until the time is over, a step is as large as it may be, or the band ends; returns the time taken.
    private double Move(SupplyState state, double seconds, ref Network network)
    {
        double volts = state.Volts;
        double ohms = _buffer.EsrOhms;
        double step = seconds;
        if (network.Sum.Watts == 0 && _buffer.SlowFarads == 0)
        {
            double rate = network.Sum.Siemens / (1 + (ohms * network.Sum.Siemens)) / network.Farads;
            if (step * rate > SmallDecay)
            {
                return Decay(state, step, rate, ref network);
            }
        }
        else if (network.Sum.Amperes != 0 || network.Sum.Siemens != 0 || ohms != 0)
        {
            step = StepLimit(volts, SlowStep(state, step, in network.Outer, network.Farads), network.Farads, in network.Outer);
            JoinSlowBranch(state, step, ref network);
        }

        if (network.Sum.Watts > 0 && step < seconds)
        {
            double span = SlowStep(state, seconds, in network.Outer, network.Farads);
            JoinSlowBranch(state, span, ref network);
            if (step < span && ComesToRest(volts, in network.Sum) && Rest(state, span, ref network))
            {
                return span;
            }

            JoinSlowBranch(state, step, ref network);
        }

        Midpoint middle = Midpoint.After(volts, step, network.Farads, ohms, in network.Sum);
        double next = volts + (step * middle.Amperes / network.Farads);
        double edge = next > network.UpperVolts ? network.UpperVolts : next < network.LowerVolts ? network.LowerVolts : double.NaN;
        if (!double.IsNaN(edge))
        {
            // The same rule, solved for the time: a step that ends on the edge. The slow branch depends on it in turn, but only just.
            for (int round = 0; round < (_buffer.SlowFarads > 0 ? 4 : 1); round++)
            {
                Midpoint shorter = Midpoint.Between(volts, edge, ohms, in network.Sum);
                double time = network.Farads * (edge - volts) / shorter.Amperes;
                if (!(time > 0 && time <= seconds))
                {
                    middle = Midpoint.After(volts, step, network.Farads, ohms, in network.Sum);
                    next = volts + (step * middle.Amperes / network.Farads);
                    break;
                }

                (middle, step, next) = (shorter, time, edge);
                if (round < 3)
                {
                    JoinSlowBranch(state, step, ref network);
                }
            }
        }

        double node = middle.NodeVolts;
        state.Volts = Math.Max(0, next);
        state.NodeLiftVolts = ohms * middle.Amperes;
        state.EsrLoss += ohms * middle.Amperes * middle.Amperes * step;
        Enter(state, step, node * step, node * node * step, ref network, middle.MissingWatts);
        return step;
    }

    // A source of power against a larger load balances at a low voltage, the faster the lower. What is left of the way there is skipped when it is a
    // millionth of the voltage, or when all of it happens below ten millivolts.
    private bool ComesToRest(double volts, in Law sum)
    {
        double share = _buffer.SlowFarads > 0 ? AtRestWithSlowBranch : AtRest;
        return (volts < FloorVolts && sum.At(FloorVolts) <= 0)
            || Math.Abs(sum.At(volts)) < share * ((sum.Siemens * volts * volts) + sum.Watts);
    }

    // Goes there by one step of the implicit Euler rule, whose own loss, below that of a millionth of the voltage, counts as heat. Not across an edge.
    private bool Rest(SupplyState state, double seconds, ref Network network)
    {
        double volts = state.Volts;
        double ohms = _buffer.EsrOhms;
        Midpoint end = Midpoint.Implicit(volts, seconds, network.Farads, ohms, in network.Sum);
        double next = volts + (seconds * end.Amperes / network.Farads);
        if (!(next >= network.LowerVolts && next <= network.UpperVolts))
        {
            return false;
        }

        state.EsrLoss += (ohms * end.Amperes * end.Amperes * seconds) + (0.5 * network.Farads * (next - volts) * (next - volts));
        state.Volts = next;
        state.NodeLiftVolts = ohms * end.Amperes;
        Enter(state, seconds, end.NodeVolts * seconds, end.NodeVolts * end.NodeVolts * seconds, ref network, 0);
        return true;
    }

    private static double StepLimit(double volts, double seconds, double farads, in Law sum)
    {
        double scaleVolts = Math.Max(volts, FloorVolts);
        double scale = farads * scaleVolts * scaleVolts;
        double watts = Math.Abs(sum.At(volts));
        double step = seconds;
        if (watts * step > StepShare * scale)
        {
            step = StepShare * scale / watts;
        }

        double rate = Math.Abs(sum.Siemens + (sum.Watts / (scaleVolts * scaleVolts))) / farads;
        return step * rate > DecayShare && watts * step > Negligible * scale ? DecayShare / rate : step;
    }

    // The exact solution without constant power: the voltage decays towards A / G.
    private double Decay(SupplyState state, double seconds, double rate, ref Network network)
    {
        double volts = state.Volts;
        double ohms = _buffer.EsrOhms;
        Law sum = network.Sum;
        double final = sum.Amperes / sum.Siemens;
        double step = seconds;
        double next = final + ((volts - final) * DeterministicMath.Exp(-step * rate));
        double edge = next > network.UpperVolts ? network.UpperVolts : next < network.LowerVolts ? network.LowerVolts : double.NaN;
        if (!double.IsNaN(edge))
        {
            step = Math.Clamp(DeterministicMath.Log((volts - final) / (edge - final)) / rate, 0, step);
            next = edge;
        }

        double charge = network.Farads * (next - volts);
        double stored = 0.5 * charge * (next + volts);
        double firstAmps = (sum.Amperes - (sum.Siemens * volts)) / (1 + (ohms * sum.Siemens));
        double lastAmps = (sum.Amperes - (sum.Siemens * next)) / (1 + (ohms * sum.Siemens));
        double heat = ohms * ((firstAmps * firstAmps) - (lastAmps * lastAmps)) / (2 * rate);
        double voltSeconds = (final * step) + ((volts - next) / rate) + (ohms * charge);
        double squareVoltSeconds = ((sum.Amperes * voltSeconds) - stored - heat) / sum.Siemens;

        state.Volts = Math.Max(0, next);
        state.NodeLiftVolts = ohms * lastAmps;
        state.EsrLoss += heat;
        Enter(state, step, voltSeconds, squareVoltSeconds, ref network, 0);
        return step;
    }

    private void HoldStill(SupplyState state, double seconds, Motion motion, ref Network network, ref Network below)
    {
        state.NodeLiftVolts = 0;
        double volts = state.Volts;
        if (motion != Motion.HeldAtEdge)
        {
            Still(seconds, ref network);
            return;
        }

        double up = Push(volts, in network.Sum);
        double down = Push(volts, in below.Sum);
        double share = down / (down - up);
        Still(share * seconds, ref network);
        Still((1 - share) * seconds, ref below);

        void Still(double time, ref Network still)
        {
            // What the capacitor does not take is thrown away; at an edge the two shares cancel.
            state.Clipped += still.Sum.Joules(time, volts * time, volts * volts * time);
            Enter(state, time, volts * time, volts * volts * time, ref still, 0);
        }
    }

    // Enters in the book what every element did, given the integrals of 1, v and v² at the node.
    private void Enter(SupplyState state, double seconds, double voltSeconds, double squareVoltSeconds, ref Network network, double missingWatts)
    {
        double delivered = network.Delivered.Joules(seconds, voltSeconds, squareVoltSeconds);
        double lost = network.Lost.Joules(seconds, voltSeconds, squareVoltSeconds);
        double drawn = network.Drawn.Joules(seconds, voltSeconds, squareVoltSeconds) - (missingWatts * seconds);
        double consumed = network.Consumed.Joules(seconds, voltSeconds, squareVoltSeconds);
        if (missingWatts > 0)
        {
            consumed *= Math.Max(0, 1 - (missingWatts / network.Drawn.Watts));
        }

        state.Harvested += delivered + lost;
        state.Consumed += consumed;
        state.ConverterLoss += lost + drawn - consumed;
        state.Leaked += network.Leak.Joules(seconds, voltSeconds, squareVoltSeconds);
        if (_buffer.SlowFarads > 0)
        {
            double coulombs = network.SlowSiemens * (voltSeconds - (network.SlowVolts * seconds));
            double before = state.SlowVolts;
            state.SlowVolts += coulombs / _buffer.SlowFarads;
            double into = network.SlowSiemens * (squareVoltSeconds - (network.SlowVolts * voltSeconds));
            state.EsrLoss += into - (0.5 * coulombs * (before + state.SlowVolts));
        }
    }
}
