namespace FreeML.Sim.Msp430.Devices;

/// <summary>The uncertain numbers of the analog modules.</summary>
public sealed record AnalogConstants
{
    /// <summary>From REFON, or a request, to REFGENRDY.</summary>
    public required DeviceConstant ReferenceSettling { get; init; }

    /// <summary>How far the reference stays below AVCC at least.</summary>
    public required DeviceConstant ReferenceHeadroom { get; init; }

    /// <summary>The temperature sensor at 0 degrees C.</summary>
    public required DeviceConstant SensorAtZero { get; init; }

    /// <summary>The temperature sensor's slope.</summary>
    public required DeviceConstant SensorSlope { get; init; }

    /// <summary>The comparator's delay by CEPWRMD.</summary>
    public required IReadOnlyList<DeviceConstant> ComparatorDelay { get; init; }

    /// <summary>What the comparator's filter adds, by CEFDLY.</summary>
    public required IReadOnlyList<DeviceConstant> ComparatorFilter { get; init; }

    /// <summary>From CEON to a valid output, by CEPWRMD.</summary>
    public required IReadOnlyList<DeviceConstant> ComparatorTurnOn { get; init; }

    /// <summary>All of them, for listing.</summary>
    public IEnumerable<DeviceConstant> All =>
        [ReferenceSettling, ReferenceHeadroom, SensorAtZero, SensorSlope, .. ComparatorDelay, .. ComparatorFilter, .. ComparatorTurnOn];

    /// <summary>The numbers of the FR58xx, FR59xx and FR6xxx family.</summary>
    internal static AnalogConstants Family { get; } = new()
    {
        ReferenceSettling = new("ref.settling", 75e-6, "s", "SLASE54, REF, settling time, typical", Confidence.Recalled),
        ReferenceHeadroom = new("ref.headroom", 0.2, "V", "least AVCC of 2.2 V for 2.0 V and of 2.7 V for 2.5 V; below it the output is taken to follow", Confidence.Inferred),
        SensorAtZero = new("temperature.volts_at_zero", 0.7, "V", "SLASE54, ADC12_B, temperature sensor", Confidence.Recalled),
        SensorSlope = new("temperature.slope", 2.5e-3, "V/K", "SLASE54, ADC12_B, temperature sensor", Confidence.Recalled),
        ComparatorDelay =
        [
            new("comparator.delay_fast", 0.33e-6, "s", "SLASE54, COMP_E, propagation delay, CEPWRMD 0", Confidence.Recalled),
            new("comparator.delay_normal", 0.41e-6, "s", "SLASE54, COMP_E, propagation delay, CEPWRMD 1", Confidence.Recalled),
            new("comparator.delay_ultra_low", 10e-6, "s", "SLASE54, COMP_E, propagation delay, CEPWRMD 2 (30 us at most)", Confidence.Recalled),
        ],
        ComparatorFilter =
        [
            new("comparator.filter_0", 0.45e-6, "s", "SLAU367P, CEFDLY", Confidence.Stated),
            new("comparator.filter_1", 0.9e-6, "s", "SLAU367P, CEFDLY", Confidence.Stated),
            new("comparator.filter_2", 1.8e-6, "s", "SLAU367P, CEFDLY", Confidence.Stated),
            new("comparator.filter_3", 3.6e-6, "s", "SLAU367P, CEFDLY", Confidence.Stated),
        ],
        ComparatorTurnOn =
        [
            new("comparator.turn_on_fast", 0.9e-6, "s", "SLASE54, COMP_E, enable time, CEPWRMD 0", Confidence.Recalled),
            new("comparator.turn_on_normal", 0.9e-6, "s", "SLASE54, COMP_E, enable time, CEPWRMD 1", Confidence.Recalled),
            new("comparator.turn_on_ultra_low", 15e-6, "s", "SLASE54, COMP_E, enable time, CEPWRMD 2", Confidence.Recalled),
        ],
    };
}
