namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// A named group of bits of a register, as the peripheral sees it: reading and writing here has none of the effects that an access
/// over the bus has.
/// </summary>
public readonly struct Field
{
    private readonly FieldRegister _register;
    private readonly int _shift;
    private readonly int _mask;

    internal Field(FieldRegister register, int shift, int mask)
    {
        _register = register;
        _shift = shift;
        _mask = mask;
    }

    /// <summary>The bits, right-aligned. Bits of a value that do not fit are dropped.</summary>
    public int Value
    {
        get => (_register.Stored & _mask) >> _shift;
        set => _register.Stored = (ushort)((_register.Stored & ~_mask) | ((value << _shift) & _mask));
    }

    /// <summary>Whether any bit is set.</summary>
    public bool IsSet => (_register.Stored & _mask) != 0;

    /// <summary>One of the bits, 0 the lowest.</summary>
    public Field Bit(int index) => new(_register, _shift + index, (1 << (_shift + index)) & _mask);

    /// <summary>Sets all bits.</summary>
    public void Set() => _register.Stored |= (ushort)_mask;

    /// <summary>Clears all bits.</summary>
    public void Clear() => _register.Stored &= (ushort)~_mask;

    /// <summary>Sets or clears all bits.</summary>
    public void Assign(bool set)
    {
        if (set)
        {
            Set();
        }
        else
        {
            Clear();
        }
    }
}
