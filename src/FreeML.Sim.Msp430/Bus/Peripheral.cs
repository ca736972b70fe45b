namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A module on the peripheral bus. It supplies its registers, what a reset does, and the callbacks it schedules; its collaborators
/// come in through the constructor.
/// </summary>
public abstract class Peripheral
{
    /// <summary>A peripheral.</summary>
    /// <param name="name">As in the user's guide: "TA0".</param>
    /// <param name="baseAddress">That register offsets count from.</param>
    /// <param name="registerPrefix">Put before the names of its registers.</param>
    protected Peripheral(string name, uint baseAddress, string registerPrefix = "")
    {
        Name = name;
        BaseAddress = baseAddress;
        RegisterPrefix = registerPrefix;
    }

    /// <summary>Name as in the user's guide.</summary>
    public string Name { get; }

    /// <summary>Address that register offsets count from.</summary>
    public uint BaseAddress { get; }

    /// <summary>What the names of its registers begin with.</summary>
    internal string RegisterPrefix { get; }

    /// <summary>Declares the registers. Called once, when the peripheral is attached to a bus.</summary>
    protected abstract void DefineRegisters(RegisterMap map);

    /// <summary>
    /// Does what a reset of this depth does beyond the registers' own reset values. All registers of the device have been reset before;
    /// interrupt requests have been forgotten. Events are to be cancelled or scheduled anew.
    /// </summary>
    public virtual void Reset(ResetKind kind)
    {
    }

    internal void Define(RegisterMap map) => DefineRegisters(map);
}
