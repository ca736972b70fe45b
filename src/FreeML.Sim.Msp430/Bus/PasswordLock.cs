namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// The password that guards a module's registers (FRCTL, PMM, CS, MPU): written to the high byte of the module's first register.
/// </summary>
/// <remarks>
/// A word write with the password opens the module and writes the low byte; with anything else it is a violation. A byte write of the
/// high byte opens with the password and closes with anything else, and is never a violation. (SLAU367, FRCTL and MPU chapters.)
/// </remarks>
public sealed class PasswordLock
{
    /// <summary>A closed lock.</summary>
    /// <param name="password">The byte that opens it.</param>
    /// <param name="reads">What the high byte reads as.</param>
    /// <param name="onViolation">What a violation does.</param>
    public PasswordLock(byte password, byte reads, Action onViolation)
    {
        Password = password;
        Reads = reads;
        OnViolation = onViolation;
    }

    /// <summary>Whether the module's registers can be written.</summary>
    public bool IsOpen { get; private set; }

    internal byte Password { get; }

    internal byte Reads { get; }

    internal Action OnViolation { get; }

    /// <summary>Lets software write the module's registers.</summary>
    public void Open() => IsOpen = true;

    /// <summary>Write-protects the module.</summary>
    public void Close() => IsOpen = false;
}
