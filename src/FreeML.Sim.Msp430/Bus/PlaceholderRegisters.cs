namespace FreeML.Sim.Msp430.Bus;

/// <summary>What stands in a slot of the peripheral page where there is no model: noted by name at its first touch.</summary>
internal abstract class PlaceholderRegister(PeripheralBus bus, string name, uint address) : Register(name, address)
{
    private bool _noted;

    protected PeripheralBus Bus => bus;

    protected void Note(bool isWrite)
    {
        if (!_noted)
        {
            _noted = true;
            Bus.Note(new UnmodelledAccess(Describe(), Address, isWrite));
        }
    }

    // A device has some two thousand of these: their texts are made when one is touched.
    private protected abstract string Describe();
}

/// <summary>
/// A register (or two byte registers, or two and the name of both together) that the device has and this simulator does not
/// model: plain storage.
/// </summary>
internal sealed class UnmodelledRegister(PeripheralBus bus, uint address) : Register("", address)
{
    private readonly List<(RegisterName Register, ushort Mask)> _names = new(1);
    private int _noted;
    private int _settled;
    private ushort _value;
    private ushort _resetValue;

    public void Describe(RegisterName register)
    {
        int mask = register.Bytes == 2 ? Lanes.Word : Lanes.Low << (8 * (int)(register.Address & 1));
        _names.Add((register, (ushort)mask));
        _resetValue |= (ushort)(register.Bytes == 2 ? register.Reset : register.Reset << (8 * (int)(register.Address & 1)));
        _value = _resetValue;
    }

    public override ushort Peek() => _value;

    public override ushort Read(ushort lanes)
    {
        Note(lanes, isWrite: false);
        return _value;
    }

    public override void Write(ushort value, ushort lanes)
    {
        Note(lanes, isWrite: true);
        _value = (ushort)((_value & ~lanes) | (value & lanes));
    }

    public override void Reset(ResetKind kind) => _value = _resetValue;

    // The name that fits the access best: the same bits, else all of them, else whatever overlaps.
    private void Note(ushort lanes, bool isWrite)
    {
        // Firmware polls such registers; the search is done once for each kind of access.
        int kind = lanes == Lanes.Word ? 1 : lanes == Lanes.Low ? 2 : 4;
        if ((_settled & kind) != 0)
        {
            return;
        }

        _settled |= kind;
        int best = 0;
        int bestRank = int.MaxValue;
        for (int i = 0; i < _names.Count; i++)
        {
            ushort mask = _names[i].Mask;
            int rank = mask == lanes ? 0 : (mask & lanes) == lanes ? 1 : (mask & lanes) != 0 ? 2 : 3;
            if (rank < bestRank)
            {
                (best, bestRank) = (i, rank);
            }
        }

        if ((_noted & (1 << best)) == 0)
        {
            _noted |= 1 << best;
            bus.Note(new UnmodelledAccess(_names[best].Register.Name, _names[best].Register.Address, isWrite));
        }
    }
}

/// <summary>An unused address inside a module: reads 0, keeps nothing.</summary>
internal sealed class ReservedRegister(PeripheralBus bus, string module, uint baseAddress, uint address) : PlaceholderRegister(bus, "reserved", address)
{
    public override ushort Peek() => 0;

    public override ushort Read(ushort lanes)
    {
        Note(isWrite: false);
        return 0;
    }

    public override void Write(ushort value, ushort lanes) => Note(isWrite: true);

    public override void Reset(ResetKind kind)
    {
    }

    private protected override string Describe() => $"{module} + 0x{Address - baseAddress:X2}";
}

/// <summary>An address of no module: vacant memory.</summary>
internal sealed class VacantRegister(PeripheralBus bus, uint address) : PlaceholderRegister(bus, "vacant", address)
{
    public override ushort Peek() => PeripheralBus.VacantValue;

    public override ushort Read(ushort lanes)
    {
        Note(isWrite: false);
        Bus.VacantAccessed?.Invoke();
        return PeripheralBus.VacantValue;
    }

    public override void Write(ushort value, ushort lanes)
    {
        Note(isWrite: true);
        Bus.VacantAccessed?.Invoke();
    }

    public override void Reset(ResetKind kind)
    {
    }

    private protected override string Describe() => $"vacant 0x{Address:X4}";
}

/// <summary>Ordinary memory, on a device whose peripheral page is RAM but for a few registers.</summary>
internal sealed class StorageRegister(uint address) : Register("memory", address)
{
    private ushort _value;

    public override ushort Read(ushort lanes) => _value;

    public override void Write(ushort value, ushort lanes) => _value = (ushort)((_value & ~lanes) | (value & lanes));

    public override void Reset(ResetKind kind)
    {
    }
}
