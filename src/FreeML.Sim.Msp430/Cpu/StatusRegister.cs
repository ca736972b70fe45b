namespace FreeML.Sim.Msp430.Cpu;

/// <summary>Bits of the status register R2.</summary>
public static class StatusRegister
{
    /// <summary>Carry.</summary>
    public const uint C = 1 << 0;

    /// <summary>Zero.</summary>
    public const uint Z = 1 << 1;

    /// <summary>Negative.</summary>
    public const uint N = 1 << 2;

    /// <summary>General interrupt enable.</summary>
    public const uint Gie = 1 << 3;

    /// <summary>CPU off.</summary>
    public const uint CpuOff = 1 << 4;

    /// <summary>Oscillator off.</summary>
    public const uint OscOff = 1 << 5;

    /// <summary>System clock generator 0 off; the one bit that an interrupt leaves alone.</summary>
    public const uint Scg0 = 1 << 6;

    /// <summary>System clock generator 1 off.</summary>
    public const uint Scg1 = 1 << 7;

    /// <summary>Overflow.</summary>
    public const uint V = 1 << 8;

    /// <summary>The four flags that arithmetic sets.</summary>
    public const uint Flags = V | N | Z | C;

    /// <summary>The bits that exist; the others read as 0.</summary>
    public const uint Mask = 0x1FF;

    /// <summary>LPM4: everything off.</summary>
    public const uint Lpm4 = CpuOff | OscOff | Scg0 | Scg1;

    /// <summary>The low-power mode that a status register asks for, 0 to 4, if it has CPUOFF set.</summary>
    public static int LowPowerMode(uint status) => (status & OscOff, status & Scg1, status & Scg0) switch
    {
        (not 0, _, _) => 4,
        (_, not 0, not 0) => 3,
        (_, not 0, _) => 2,
        (_, _, not 0) => 1,
        _ => 0,
    };
}
