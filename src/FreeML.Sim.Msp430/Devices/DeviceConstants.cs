namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// The numbers about a device that its models use and that are not certain: each in one place, with its source, to be corrected or
/// overridden with <c>with</c>.
/// </summary>
public sealed record DeviceConstants
{
    /// <summary>The fastest MCLK the device is specified for.</summary>
    public required DeviceConstant MaximumMclk { get; init; }

    /// <summary>The fastest MCLK at which FRAM needs no wait state; n + 1 times it needs n of them.</summary>
    public required DeviceConstant WaitlessMclk { get; init; }

    /// <summary>Wait states of FRCTL_A with AUTO set.</summary>
    public required DeviceConstant AutomaticWaitStates { get; init; }

    /// <summary>VLOCLK.</summary>
    public required DeviceConstant VloFrequency { get; init; }

    /// <summary>MODCLK.</summary>
    public required DeviceConstant ModoscFrequency { get; init; }

    /// <summary>LFXT's crystal.</summary>
    public required DeviceConstant LfxtFrequency { get; init; }

    /// <summary>From switching LFXT on to a usable clock.</summary>
    public required DeviceConstant LfxtStartUp { get; init; }

    /// <summary>HFXT's crystal.</summary>
    public required DeviceConstant HfxtFrequency { get; init; }

    /// <summary>From switching HFXT on to a usable clock.</summary>
    public required DeviceConstant HfxtStartUp { get; init; }

    /// <summary>From an interrupt to its acceptance in LPM0, besides cycles of the DCO.</summary>
    public required DeviceConstant WakeFromLpm0 { get; init; }

    /// <summary>Cycles of DCOCLK in that.</summary>
    public required DeviceConstant WakeCyclesFromLpm0 { get; init; }

    /// <summary>The same in LPM1 and LPM2.</summary>
    public required DeviceConstant WakeFromLpm1 { get; init; }

    /// <summary>The same in LPM3 and LPM4, besides cycles of the DCO.</summary>
    public required DeviceConstant WakeFromLpm3 { get; init; }

    /// <summary>Cycles of DCOCLK in that.</summary>
    public required DeviceConstant WakeCyclesFromLpm3 { get; init; }

    /// <summary>From a brown-out reset with the supply up (RST pin, PMMSWBOR) to the first instruction.</summary>
    public required DeviceConstant BootAfterReset { get; init; }

    /// <summary>Numbers of the analog modules.</summary>
    public required AnalogConstants Analog { get; init; }

    /// <summary>The highest RAM address: with SYSRIVECT set, the vector table ends there.</summary>
    public required DeviceConstant RamVectorTop { get; init; }

    /// <summary>All of them, in the order of declaration.</summary>
    public IReadOnlyList<DeviceConstant> All =>
    [
        MaximumMclk,
        WaitlessMclk,
        AutomaticWaitStates,
        VloFrequency,
        ModoscFrequency,
        LfxtFrequency,
        LfxtStartUp,
        HfxtFrequency,
        HfxtStartUp,
        WakeFromLpm0,
        WakeCyclesFromLpm0,
        WakeFromLpm1,
        WakeFromLpm3,
        WakeCyclesFromLpm3,
        BootAfterReset,
        RamVectorTop,
        .. Analog.All,
    ];
}
