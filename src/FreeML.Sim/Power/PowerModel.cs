using System.Text.Json;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Power;

/// <summary>
/// Prices what a device did, in coulombs. The chip's core sits behind a linear regulator, so it takes charge, not energy: the same code
/// costs more joules at a higher supply voltage.
/// </summary>
/// <remarks>
/// Active: an event model fitted to the data sheet's active-current table (see the coefficients' sources); asleep: the data sheet's
/// currents per low-power mode, those of LPM0 and LPM1 interpolated over SMCLK; peripheral modules: the data sheet's currents, by cycle or
/// by time; all of it times a measured factor of the supply voltage.
/// A coefficient that is missing is an error with its name, never a zero.
/// </remarks>
public sealed class PowerModel
{
    private const double FastestClock = 24e6;

    // No device does more of an activity at a time: the number of its modules, times its fastest clock. What is counted in MCLK's cycles
    // comes with accesses.
    private static readonly (ModuleActivity Activity, string Unit, double MostPace)[] Modules =
    [
        (ModuleActivity.TimerA, "C", 5 * FastestClock),
        (ModuleActivity.TimerB, "C", FastestClock),
        (ModuleActivity.Uart, "C", 4 * FastestClock),
        (ModuleActivity.Multiplier, "C", 0),
        (ModuleActivity.Crc, "C", 0),
        (ModuleActivity.AdcConversion, "A", 1),
        (ModuleActivity.AdcConversionLowPower, "A", 1),
        (ModuleActivity.Reference, "A", 1),
        (ModuleActivity.ReferenceBuffer, "A", 1),
        (ModuleActivity.ComparatorFast, "A", 1),
        (ModuleActivity.ComparatorNormal, "A", 1),
        (ModuleActivity.ComparatorUltraLow, "A", 1),
        (ModuleActivity.ComparatorLadder, "A", 1),
        (ModuleActivity.SupplySupervisor, "A", 1),
        (ModuleActivity.Lfxt, "A", 1),
        (ModuleActivity.Hfxt, "A", 1),
        (ModuleActivity.Modosc, "A", 1),
    ];

    private static readonly double[] SmclkPoints = [1e6, 4e6, 8e6, 12e6, 16e6];

    private readonly Dictionary<string, Coefficient> _coefficients;
    private readonly double _perCycle;
    private readonly double _perWait;
    private readonly double _perFill;
    private readonly double _perWrite;
    private readonly double _perSram;
    private readonly double _perPeripheral;
    private readonly double _staticAmps;
    private readonly double[] _lpm0Amps;
    private readonly double[] _lpm1Amps;
    private readonly double[] _sleepAmps;
    private readonly double[] _wakeCoulombs;
    private readonly double[] _moduleAmps = new double[PerModule.Count];
    private readonly double _restartAmps;
    private readonly (double Volts, double Factor)[] _voltageFactor;

    /// <summary>A model of these coefficients.</summary>
    /// <exception cref="InputException">One is missing, not finite or negative.</exception>
    public PowerModel(string name, IEnumerable<Coefficient> coefficients)
    {
        Name = name;
        _coefficients = coefficients.ToDictionary(coefficient => coefficient.Name, StringComparer.Ordinal);
        _perCycle = Get("active.cycle");
        _perWait = Get("active.wait_cycle");
        _perFill = Get("active.fram_line_fill");
        _perWrite = Get("active.fram_write");
        _perSram = Get("active.sram_access");
        _perPeripheral = Get("active.peripheral_access");
        _staticAmps = Get("active.static");
        _lpm0Amps = [.. SmclkPoints.Select(hertz => Get($"lpm0.smclk_{hertz / 1e6:0}MHz"))];
        _lpm1Amps = [.. SmclkPoints.Select(hertz => Get($"lpm1.smclk_{hertz / 1e6:0}MHz"))];
        _sleepAmps = [Get("lpm0.smclk_off"), Get("lpm1.smclk_off"), Get("lpm2"), Get("lpm3"), Get("lpm4")];
        _wakeCoulombs = [.. Enumerable.Range(0, PerLowPowerMode.Count).Select(mode => Get($"wake.lpm{mode}"))];
        _voltageFactor =
        [
            .. _coefficients.Values
                .Where(coefficient => coefficient.Name.StartsWith(VoltageFactorPrefix, StringComparison.Ordinal))
                .Select(coefficient => (double.Parse(coefficient.Name.AsSpan(VoltageFactorPrefix.Length), System.Globalization.CultureInfo.InvariantCulture), Get(coefficient.Name)))
                .OrderBy(point => point.Item1),
        ];
        if (_voltageFactor.Length == 0)
        {
            Get(VoltageFactorPrefix + "3.0");
        }

        foreach ((ModuleActivity activity, string unit, _) in Modules)
        {
            _moduleAmps[(int)activity] = Get(ModulePrice(activity), unit);
        }

        _restartAmps = Get("boot.restart");
        BootSeconds = Get("boot.time");
        BootCoulombs = Get("boot.charge");
        SvshFallingVolts = Get("svsh.falling");
        SvshRisingVolts = Get("svsh.rising");
        BorFallingVolts = Get("bor.falling");
    }

    /// <summary>Whose prices these are.</summary>
    public string Name { get; }

    /// <summary>All coefficients, by name.</summary>
    public IReadOnlyList<Coefficient> Coefficients => [.. _coefficients.Values.OrderBy(coefficient => coefficient.Name, StringComparer.Ordinal)];

    /// <summary>From power to the first instruction, in seconds.</summary>
    public double BootSeconds { get; }

    /// <summary>Charge of a boot, in coulombs, at a voltage factor of 1.</summary>
    public double BootCoulombs { get; }

    /// <summary>Where the chip's own supervisor resets it, in volts.</summary>
    public double SvshFallingVolts { get; }

    /// <summary>Where the chip's own supervisor lets it start, in volts.</summary>
    public double SvshRisingVolts { get; }

    /// <summary>Below which the core has forgotten that it had power, in volts.</summary>
    public double BorFallingVolts { get; }

    private const string VoltageFactorPrefix = "voltage_factor.";

    /// <summary>The name of the price of a module's activity: "module.timer_a".</summary>
    public static string ModulePrice(ModuleActivity activity) => "module." + JsonNamingPolicy.SnakeCaseLower.ConvertName(activity.ToString());

    /// <summary>The prices of a device.</summary>
    /// <exception cref="InputException">There are none for it.</exception>
    public static PowerModel For(string deviceName)
    {
        using Stream? stream = typeof(PowerModel).Assembly.GetManifestResourceStream($"FreeML.Sim.Power.{deviceName}.json")
            ?? throw new InputException(deviceName, null, "no power model", "a device with prices (msp430fr5994, msp430fr5969, msp430fr6989)");
        Coefficient[] coefficients = JsonSerializer.Deserialize<Coefficient[]>(stream, JsonSerializerOptions.Web)!;
        return new PowerModel(deviceName, coefficients);
    }

    /// <summary>The same model with some coefficients replaced.</summary>
    /// <exception cref="InputException">There is no coefficient of that name.</exception>
    public PowerModel With(IReadOnlyDictionary<string, double> values)
    {
        var changed = new Dictionary<string, Coefficient>(_coefficients, StringComparer.Ordinal);
        foreach ((string name, double value) in values)
        {
            if (!changed.TryGetValue(name, out Coefficient? coefficient))
            {
                throw new InputException(Name, null, $"a price for {InputException.Quote(name)}", "one of " + string.Join(", ", Coefficients.Select(known => known.Name)));
            }

            changed[name] = coefficient with { Value = value, Source = "scenario", Confidence = "given" };
        }

        return new PowerModel(Name, changed.Values);
    }

    /// <summary>Charge of what was done between two states of the ledger, at a supply voltage, for each activity in coulombs.</summary>
    /// <param name="before">The ledger then.</param>
    /// <param name="after">The ledger now.</param>
    /// <param name="cycles">MCLK cycles between them.</param>
    /// <param name="awakeSeconds">Time between them that the CPU was not asleep.</param>
    /// <param name="volts">Supply voltage of the chip.</param>
    /// <remarks>The charge of a wake-up and the current of a restart contain what the chip draws meanwhile.</remarks>
    public PerActivity Price(ActivityLedger before, ActivityLedger after, long cycles, double awakeSeconds, double volts)
    {
        double restartSeconds = Seconds(after.BootPicoseconds - before.BootPicoseconds);
        double wakingSeconds = Seconds(after.WakePicoseconds - before.WakePicoseconds);
        double factor = VoltageFactor(volts);
        long waits = after.WaitCycles - before.WaitCycles;
        var charge = default(PerActivity);
        charge[(int)Activity.Compute] = factor * _perCycle * (cycles - waits);
        charge[(int)Activity.Wait] = factor * _perWait * waits;
        charge[(int)Activity.FramRead] = factor * _perFill * (after.CacheMisses - before.CacheMisses);
        charge[(int)Activity.FramWrite] = factor * _perWrite * (after.FramWrites - before.FramWrites);
        charge[(int)Activity.Sram] = factor * _perSram * (after.SramReads - before.SramReads + after.SramWrites - before.SramWrites);
        charge[(int)Activity.Peripheral] = factor * _perPeripheral * (after.PeripheralReads - before.PeripheralReads + after.PeripheralWrites - before.PeripheralWrites);
        charge[(int)Activity.Static] = factor * _staticAmps * Math.Max(0, awakeSeconds - wakingSeconds - restartSeconds);
        charge[(int)Activity.Boot] = factor * _restartAmps * restartSeconds;
        for (int mode = 0; mode < PerLowPowerMode.Count; mode++)
        {
            charge[(int)Activity.WakeUp] += factor * _wakeCoulombs[mode] * (after.WakeUps[mode] - before.WakeUps[mode]);
        }

        return charge;
    }

    /// <summary>Charge of what modules did between two states, at a supply voltage, in coulombs.</summary>
    public double PriceModules(PerModule before, PerModule after, double volts)
    {
        double charge = 0;
        for (int n = 0; n < PerModule.Count; n++)
        {
            charge += _moduleAmps[n] * (after[n] - before[n]);
        }

        return charge * VoltageFactor(volts);
    }

    /// <summary>What modules draw as long as none of them changes its pace, in amperes.</summary>
    public double ModuleAmps(ModuleLedger modules, double volts)
    {
        double amps = 0;
        for (int n = 0; n < PerModule.Count; n++)
        {
            amps += _moduleAmps[n] * modules.Pace((ModuleActivity)n);
        }

        return amps * VoltageFactor(volts);
    }

    /// <summary>Current in a low-power mode, in amperes, without that of modules.</summary>
    /// <param name="lowPowerMode">0 to 4.</param>
    /// <param name="smclkHertz">SMCLK, in LPM0 and LPM1; 0 when it is off.</param>
    /// <param name="volts">Supply voltage of the chip.</param>
    public double SleepAmps(int lowPowerMode, double smclkHertz, double volts)
    {
        double amps = (lowPowerMode, smclkHertz) switch
        {
            (0, > 0) => Interpolate(_lpm0Amps, smclkHertz),
            (1, > 0) => Interpolate(_lpm1Amps, smclkHertz),
            _ => _sleepAmps[lowPowerMode],
        };
        return amps * VoltageFactor(volts);
    }

    /// <summary>
    /// Prices of what a program does, in coulombs, none of which is too low: what modules draw is taken at its most and spread over the cycles.
    /// </summary>
    /// <param name="mclkHertz">The CPU's clock.</param>
    /// <param name="volts">Supply voltage of the chip.</param>
    /// <param name="modules">What modules did so far: one that has not worked yet does not begin unseen.</param>
    public ActivityWeights HighestPrices(double mclkHertz, double volts, ModuleLedger modules)
    {
        double factor = VoltageFactor(volts);
        double coulombs = (_staticAmps + MostModuleAmps(modules)) / mclkHertz;
        double perPeripheral = _perPeripheral + (Mpy32.LongestLatency * _moduleAmps[(int)ModuleActivity.Multiplier]) + _moduleAmps[(int)ModuleActivity.Crc];
        return new ActivityWeights(
            factor * (_perCycle + coulombs),
            factor * (_perWait + coulombs),
            factor * _perFill,
            factor * _perWrite,
            factor * _perSram,
            factor * perPeripheral);
    }

    /// <summary>
    /// No program can draw more than this on average over whole instructions: in every cycle an access of the dearest kind, for instructions, interrupts and
    /// transfers make no more accesses than they take cycles, but for CALLA of a cell. Without wake-ups from low-power modes.
    /// </summary>
    /// <param name="prices">Of <see cref="HighestPrices"/>.</param>
    /// <param name="mclkHertz">The CPU's clock.</param>
    /// <param name="volts">Supply voltage of the chip.</param>
    /// <param name="modules">What modules did so far.</param>
    public double WorstAmps(ActivityWeights prices, double mclkHertz, double volts, ModuleLedger modules)
    {
        double restart = VoltageFactor(volts) * (_restartAmps + MostModuleAmps(modules));
        return Math.Max(restart, mclkHertz * prices.DearestCycle);
    }

    /// <summary>How the current grows with the supply voltage; 1 at low voltage.</summary>
    public double VoltageFactor(double volts)
    {
        if (volts <= _voltageFactor[0].Volts)
        {
            return _voltageFactor[0].Factor;
        }

        for (int n = 1; n < _voltageFactor.Length; n++)
        {
            (double high, double factor) = _voltageFactor[n];
            if (volts <= high)
            {
                (double low, double lowFactor) = _voltageFactor[n - 1];
                return lowFactor + ((factor - lowFactor) * (volts - low) / (high - low));
            }
        }

        return _voltageFactor[^1].Factor;
    }

    // At a voltage factor of 1, of those that have worked, all at their fastest.
    private double MostModuleAmps(ModuleLedger modules)
    {
        double amps = 0;
        foreach ((ModuleActivity activity, _, double mostPace) in Modules)
        {
            if (modules.HasBegun(activity))
            {
                amps += _moduleAmps[(int)activity] * mostPace;
            }
        }

        return amps;
    }

    private static double Interpolate(double[] amps, double hertz)
    {
        int n = 1;
        while (n < SmclkPoints.Length - 1 && hertz > SmclkPoints[n])
        {
            n++;
        }

        double share = (hertz - SmclkPoints[n - 1]) / (SmclkPoints[n] - SmclkPoints[n - 1]);
        return Math.Max(0, amps[n - 1] + ((amps[n] - amps[n - 1]) * share));
    }

    private static double Seconds(long picoseconds) => picoseconds / (double)SimTime.PicosecondsPerSecond;

    private double Get(string name, string? unit = null)
    {
        if (!_coefficients.TryGetValue(name, out Coefficient? coefficient))
        {
            throw new InputException(Name, null, $"no price for {name}", "every activity priced");
        }

        if (unit is not null && coefficient.Unit != unit)
        {
            throw new InputException(Name, null, $"{name} in {InputException.Quote(coefficient.Unit)}", unit);
        }

        return double.IsFinite(coefficient.Value) && coefficient.Value >= 0
            ? coefficient.Value
            : throw new InputException(Name, null, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} = {coefficient.Value}"), "a finite number of 0 or more");
    }
}
