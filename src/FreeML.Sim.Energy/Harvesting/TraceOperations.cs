namespace FreeML.Sim.Energy.Harvesting;

/// <summary>Traces made from traces. Every operation leaves its argument as it was.</summary>
public static class TraceOperations
{
    /// <summary>Samples an operation may make, so that a small step over a long trace ends in an error and not in all of memory.</summary>
    public const int MaxSamples = 50_000_000;

    /// <summary>End of sample <paramref name="index"/>, in seconds.</summary>
    public static double EndOf(this Trace trace, int index) => index + 1 < trace.Times.Count ? trace.Times[index + 1] : trace.DurationSeconds;

    /// <summary>All values times a factor; of a single-diode trace the two currents, as a larger cell has them (its resistances are divided).</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="factor">Finite, 0 or above.</param>
    public static Trace Scale(this Trace trace, double factor)
    {
        if (!(factor >= 0 && double.IsFinite(factor)) || (factor == 0 && trace.Quantity == TraceQuantity.SingleDiode))
        {
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "expected a finite factor, 0 or above (above 0 for single-diode traces)");
        }

        return trace.Quantity == TraceQuantity.SingleDiode
            ? trace.Map((value, column) => column switch { 0 or 1 => value * factor, 2 or 3 => value / factor, _ => value })
            : trace.Map((value, _) => value * factor);
    }

    /// <summary>All values plus an amount in the trace's unit; power, irradiance and current stop at 0. Of a single-diode trace the light current.</summary>
    public static Trace Offset(this Trace trace, double amount)
    {
        if (!double.IsFinite(amount))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "expected a finite amount");
        }

        return trace.Quantity switch
        {
            TraceQuantity.SingleDiode => trace.Map((value, column) => column == 0 ? Math.Max(0, value + amount) : value),
            TraceQuantity.Voltage or TraceQuantity.IvSurface => trace.Map((value, _) => value + amount),
            _ => trace.Map((value, _) => Math.Max(0, value + amount)),
        };
    }

    /// <summary>The trace so many times, one after the other.</summary>
    public static Trace Loop(this Trace trace, int count)
    {
        if (count < 1 || (long)count * trace.Times.Count > MaxSamples)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"expected 1 or more, and at most {MaxSamples} samples in all");
        }

        double[] times = new double[count * trace.Times.Count];
        double[] values = new double[count * trace.Values.Count];
        for (int round = 0; round < count; round++)
        {
            for (int n = 0; n < trace.Times.Count; n++)
            {
                times[(round * trace.Times.Count) + n] = (round * trace.DurationSeconds) + trace.Times[n];
            }

            for (int n = 0; n < trace.Values.Count; n++)
            {
                values[(round * trace.Values.Count) + n] = trace.Values[n];
            }
        }

        return trace.With(times, count * trace.DurationSeconds, values);
    }

    /// <summary>The trace over and over until a time, where it is cut; a shorter time cuts the trace itself.</summary>
    public static Trace LoopUntil(this Trace trace, double seconds)
    {
        double rounds = Math.Ceiling(seconds / trace.DurationSeconds);
        if (!(seconds > 0) || !(rounds * trace.Times.Count <= MaxSamples))
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, $"expected a time above 0 that needs at most {MaxSamples} samples");
        }

        Trace looped = trace.Loop((int)rounds);
        return looped.DurationSeconds > seconds ? looped.Cut(0, seconds) : looped;
    }

    /// <summary>What lies between two times; it starts at 0 again.</summary>
    public static Trace Cut(this Trace trace, double fromSeconds, double toSeconds)
    {
        if (!(fromSeconds >= 0 && fromSeconds < toSeconds && toSeconds <= trace.DurationSeconds))
        {
            throw new ArgumentOutOfRangeException(nameof(fromSeconds), fromSeconds, $"expected 0 <= from < to <= {trace.DurationSeconds} s");
        }

        int first = trace.IndexAt(fromSeconds);
        List<double> times = [0];
        for (int n = first + 1; n < trace.Times.Count && trace.Times[n] < toSeconds; n++)
        {
            times.Add(trace.Times[n] - fromSeconds);
        }

        double[] values = [.. trace.Values.Skip(first * trace.Columns).Take(times.Count * trace.Columns)];
        return trace.With([.. times], toSeconds - fromSeconds, values);
    }

    /// <summary>
    /// The trace in equal steps, each the mean of what it covers, so that energy and charge are kept; the last step ends where the
    /// trace ends and may be shorter. The parameters of a single-diode trace, whose mean means nothing, are those at the step's start.
    /// </summary>
    public static Trace Resample(this Trace trace, double stepSeconds)
    {
        double steps = Math.Ceiling(trace.DurationSeconds / stepSeconds);
        if (!(stepSeconds > 0) || !(steps * trace.Columns <= MaxSamples))
        {
            throw new ArgumentOutOfRangeException(nameof(stepSeconds), stepSeconds, $"expected a step above 0 that gives at most {MaxSamples} values");
        }

        // A quotient a hair above a whole number would leave a last step of no length.
        int count = Math.Max(1, (int)steps);
        count -= count > 1 && (count - 1) * stepSeconds >= trace.DurationSeconds * (1 - 1e-12) ? 1 : 0;
        double[] times = new double[count];
        double[] values = new double[count * trace.Columns];
        int sample = 0;
        for (int n = 0; n < count; n++)
        {
            times[n] = n * stepSeconds;
            double end = n + 1 < count ? (n + 1) * stepSeconds : trace.DurationSeconds;
            while (trace.EndOf(sample) <= times[n])
            {
                sample++;
            }

            if (trace.Quantity == TraceQuantity.SingleDiode)
            {
                Accumulate(sample, 1);
                continue;
            }

            for (int covered = sample; covered < trace.Times.Count && trace.Times[covered] < end; covered++)
            {
                double seconds = Math.Min(end, trace.EndOf(covered)) - Math.Max(times[n], trace.Times[covered]);
                Accumulate(covered, seconds / (end - times[n]));
            }

            void Accumulate(int from, double share)
            {
                for (int column = 0; column < trace.Columns; column++)
                {
                    values[(n * trace.Columns) + column] += share * trace.Values[(from * trace.Columns) + column];
                }
            }
        }

        return trace.With(times, trace.DurationSeconds, values);
    }

    /// <summary>Power of a cell under this irradiance: area times efficiency.</summary>
    /// <param name="irradiance">An irradiance trace.</param>
    /// <param name="areaSquareMetres">Area of the cell.</param>
    /// <param name="efficiency">0 to 1.</param>
    public static Trace CellPower(this Trace irradiance, double areaSquareMetres, double efficiency)
    {
        if (irradiance.Quantity != TraceQuantity.Irradiance || !(areaSquareMetres > 0 && efficiency is > 0 and <= 1))
        {
            throw new ArgumentException("expected an irradiance trace, an area above 0 and an efficiency up to 1");
        }

        return new Trace(irradiance.Name, TraceQuantity.Power, [.. irradiance.Times], irradiance.DurationSeconds, [.. irradiance.Values.Select(value => value * areaSquareMetres * efficiency)]);
    }

    /// <summary>Power of a recorded voltage in the load it was recorded across: V^2 / R.</summary>
    /// <param name="voltage">A voltage trace.</param>
    /// <param name="loadOhms">Above 0.</param>
    public static Trace LoadPower(this Trace voltage, double loadOhms)
    {
        if (voltage.Quantity != TraceQuantity.Voltage || !(loadOhms > 0))
        {
            throw new ArgumentException("expected a voltage trace and a load above 0 ohm");
        }

        return new Trace(voltage.Name, TraceQuantity.Power, [.. voltage.Times], voltage.DurationSeconds, [.. voltage.Values.Select(volts => volts * volts / loadOhms)]);
    }

    /// <summary>
    /// The largest power each curve can give: of an I-V surface over its columns, of a single-diode trace over all voltages
    /// (golden section, to 1e-9 of the voltage).
    /// </summary>
    public static Trace MaximumPower(this Trace trace)
    {
        double[] power = new double[trace.Times.Count];
        for (int n = 0; n < power.Length; n++)
        {
            power[n] = trace.Quantity switch
            {
                TraceQuantity.IvSurface => LargestOnAxis(trace, n),
                TraceQuantity.SingleDiode => LargestOnDiode(trace, n),
                _ => throw new ArgumentException("expected an I-V surface or a single-diode trace"),
            };
        }

        return new Trace(trace.Name, TraceQuantity.Power, [.. trace.Times], trace.DurationSeconds, power);
    }

    /// <summary>The sample that holds at a time within the trace.</summary>
    public static int IndexAt(this Trace trace, double seconds)
    {
        (int low, int high) = (0, trace.Times.Count);
        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = trace.Times[middle] <= seconds ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static double LargestOnAxis(Trace surface, int sample)
    {
        double largest = 0;
        for (int column = 0; column < surface.Columns; column++)
        {
            largest = Math.Max(largest, surface.Axis[column] * surface.Values[(sample * surface.Columns) + column]);
        }

        return largest;
    }

    /// <summary>
    /// With the junction voltage u as the variable everything is explicit: i = IL - I0 (exp(u / nVt) - 1) - u / Rsh (no shunt where Rsh is 0) and
    /// v = u - i Rs, where u runs from short circuit to open circuit.
    /// </summary>
    private static double LargestOnDiode(Trace trace, int sample)
    {
        int at = sample * Trace.SingleDiodeColumns;
        (double light, double saturation, double series, double shunt, double diodeVolts) =
            (trace.Values[at], trace.Values[at + 1], trace.Values[at + 2], trace.Values[at + 3], trace.Values[at + 4]);
        if (!(light > 0 && saturation > 0 && diodeVolts > 0))
        {
            return 0;
        }

        double shuntSiemens = shunt > 0 ? 1 / shunt : 0;
        const double Golden = 0.6180339887498949;
        (double low, double high) = (0, diodeVolts * DeterministicMath.Log((light / saturation) + 1));
        double tolerance = 1e-9 * high;
        (double left, double right) = (high - (Golden * high), Golden * high);
        (double atLeft, double atRight) = (Power(left), Power(right));
        while (high - low > tolerance)
        {
            if (atLeft > atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (Golden * (high - low));
                atLeft = Power(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (Golden * (high - low));
                atRight = Power(right);
            }
        }

        return Math.Max(0, Power((low + high) / 2));

        double Power(double junction)
        {
            double current = light - (saturation * (DeterministicMath.Exp(junction / diodeVolts) - 1)) - (junction * shuntSiemens);
            return current * (junction - (current * series));
        }
    }

    private static Trace Map(this Trace trace, Func<double, int, double> change)
    {
        double[] values = new double[trace.Values.Count];
        int columns = trace.Columns;
        for (int n = 0; n < values.Length; n++)
        {
            values[n] = change(trace.Values[n], n % columns);
        }

        return trace.With([.. trace.Times], trace.DurationSeconds, values);
    }

    private static Trace With(this Trace trace, double[] times, double durationSeconds, double[] values) =>
        new(trace.Name, trace.Quantity, times, durationSeconds, values, [.. trace.Axis]);
}
