namespace FreeML.Sim.Msp430.Bus;

/// <summary>Why the device was reset, as SYSRSTIV reports it. A lower value is reported first.</summary>
/// <remarks>Values: device headers of the family.</remarks>
public enum ResetCause
{
    /// <summary>Nothing (more) to report.</summary>
    None = 0x00,

    /// <summary>The supply fell below the brown-out level, or came up for the first time.</summary>
    BrownOut = 0x02,

    /// <summary>RST/NMI pin.</summary>
    RstPin = 0x04,

    /// <summary>PMMSWBOR written by software.</summary>
    SoftwareBor = 0x06,

    /// <summary>Wake-up from LPM3.5 or LPM4.5.</summary>
    Lpmx5WakeUp = 0x08,

    /// <summary>Security violation.</summary>
    SecurityViolation = 0x0A,

    /// <summary>Supply supervisor: the supply fell below SVSH.</summary>
    SupplySupervisor = 0x0E,

    /// <summary>PMMSWPOR written by software.</summary>
    SoftwarePor = 0x14,

    /// <summary>The watchdog expired.</summary>
    WatchdogTimeout = 0x16,

    /// <summary>WDTCTL written without its password.</summary>
    WatchdogPassword = 0x18,

    /// <summary>FRAM controller written without its password.</summary>
    FramPassword = 0x1A,

    /// <summary>Uncorrectable FRAM bit error.</summary>
    FramBitError = 0x1C,

    /// <summary>Instruction fetch from the peripheral area.</summary>
    PeripheralFetch = 0x1E,

    /// <summary>PMM written without its password.</summary>
    PmmPassword = 0x20,

    /// <summary>MPU written without its password.</summary>
    MpuPassword = 0x22,

    /// <summary>Clock system written without its password.</summary>
    ClockPassword = 0x24,

    /// <summary>MPU: access to the IP-encapsulated segment.</summary>
    MpuIpSegment = 0x26,

    /// <summary>MPU: violation in information memory.</summary>
    MpuInfoSegment = 0x28,

    /// <summary>MPU: violation in segment 1.</summary>
    MpuSegment1 = 0x2A,

    /// <summary>MPU: violation in segment 2.</summary>
    MpuSegment2 = 0x2C,

    /// <summary>MPU: violation in segment 3.</summary>
    MpuSegment3 = 0x2E,

    /// <summary>FRCTL (not FRCTL_A): FRAM accessed with too few wait states.</summary>
    FramAccessTime = 0x30,
}
