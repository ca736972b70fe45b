namespace FreeML.Sim.Msp430.Bus;

/// <summary>One 16-bit slot of the peripheral page.</summary>
public abstract class Register
{
    /// <summary>A register.</summary>
    /// <param name="name">As in the user's guide.</param>
    /// <param name="address">Even address in the peripheral page.</param>
    /// <exception cref="ArgumentOutOfRangeException">The address is odd or outside the page.</exception>
    protected Register(string name, uint address)
    {
        if (address >= PeripheralBus.Size || (address & 1) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(address), $"0x{address:X}", $"{name}: a register lies at an even address below 0x{PeripheralBus.Size:X4}.");
        }

        Name = name;
        Address = address;
    }

    /// <summary>Name as in the user's guide.</summary>
    public string Name { get; }

    /// <summary>Even address.</summary>
    public uint Address { get; }

    /// <summary>What a read gives.</summary>
    /// <param name="lanes">One of <see cref="Lanes"/>. A byte comes in the half it lives in; the other half of the result is ignored.</param>
    public abstract ushort Read(ushort lanes);

    /// <summary>Writes.</summary>
    /// <param name="value">A byte is given in the half it goes to.</param>
    /// <param name="lanes">One of <see cref="Lanes"/>.</param>
    public abstract void Write(ushort value, ushort lanes);

    /// <summary>
    /// The word as a debugger sees it: without the effects of a read, and without what is only computed when read.
    /// </summary>
    public virtual ushort Peek() => Read(Lanes.Word);

    /// <summary>Takes the value that a reset of this depth gives.</summary>
    public abstract void Reset(ResetKind kind);

    /// <summary>Called when the register joins a bus.</summary>
    internal virtual void Join(PeripheralBus bus)
    {
    }
}
