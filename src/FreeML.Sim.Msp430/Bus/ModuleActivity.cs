namespace FreeML.Sim.Msp430.Bus;

/// <summary>What a module does that draws current beyond that of the CPU, the memories and the low-power mode.</summary>
public enum ModuleActivity
{
    /// <summary>Cycles of a running Timer_A's clock, before its dividers.</summary>
    TimerA,

    /// <summary>Cycles of a running Timer_B's clock, before its dividers.</summary>
    TimerB,

    /// <summary>Cycles of BRCLK while a UART sends or receives.</summary>
    Uart,

    /// <summary>Cycles of MCLK in which the multiplier works.</summary>
    Multiplier,

    /// <summary>Cycles of MCLK in which a CRC module works.</summary>
    Crc,

    /// <summary>Time in which the ADC samples or converts at full power.</summary>
    AdcConversion,

    /// <summary>Time in which the ADC samples or converts with ADC12PWRMD set.</summary>
    AdcConversionLowPower,

    /// <summary>Time in which the reference generator is on.</summary>
    Reference,

    /// <summary>Time in which the reference's buffer for the ADC is on.</summary>
    ReferenceBuffer,

    /// <summary>Time with the comparator on, high-speed mode.</summary>
    ComparatorFast,

    /// <summary>Time with the comparator on, normal mode.</summary>
    ComparatorNormal,

    /// <summary>Time with the comparator on, ultra-low-power mode.</summary>
    ComparatorUltraLow,

    /// <summary>Time with the comparator's resistor ladder on.</summary>
    ComparatorLadder,

    /// <summary>Time with the high-side supervisor on in LPM2 to LPM4, where software may switch it off.</summary>
    SupplySupervisor,

    /// <summary>Time with LFXT running.</summary>
    Lfxt,

    /// <summary>Time with HFXT running.</summary>
    Hfxt,

    /// <summary>Time with MODOSC running on request of a module.</summary>
    Modosc,
}
