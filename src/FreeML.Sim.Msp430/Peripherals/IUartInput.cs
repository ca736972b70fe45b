namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>What a UART hears from outside the device: bytes, which it takes one by one at its own pace.</summary>
public interface IUartInput
{
    /// <summary>The next byte.</summary>
    /// <param name="mayWait">Whether nothing else will happen to the device, so that waiting for a byte in the host's time costs nothing.</param>
    UartInput Next(bool mayWait);
}

/// <summary>What an <see cref="IUartInput"/> has to offer.</summary>
/// <param name="Kind">Whether there is a byte.</param>
/// <param name="Value">The byte.</param>
public readonly record struct UartInput(UartInputKind Kind, byte Value = 0)
{
    /// <summary>There is none now; ask again.</summary>
    public static UartInput NotYet => new(UartInputKind.NotYet);

    /// <summary>There will be no more.</summary>
    public static UartInput End => new(UartInputKind.End);

    /// <summary>A byte.</summary>
    public static UartInput Byte(byte value) => new(UartInputKind.Byte, value);
}

/// <summary>Whether there is a byte.</summary>
public enum UartInputKind
{
    /// <summary>There will be no more.</summary>
    End,

    /// <summary>Not now, but there may be one later.</summary>
    NotYet,

    /// <summary>There is.</summary>
    Byte,
}
