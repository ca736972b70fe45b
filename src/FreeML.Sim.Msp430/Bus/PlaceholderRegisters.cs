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
            Bus.Note(new UnmodelledAccess(Name, Address, isWrite));
        }
    }
}

/// <summary>
/// A register (or two byte registers, or two and the name of both together) that the device has and this simulator does not
/// model: plain storage.
/// </summary>
internal sealed class UnmodelledRegister(PeripheralBus bus, uint address) : Register("", address)
{
    private readonly List<(RegisterName Register, ushort Mask)> _names = [];
    private readonly HashSet<string> _noted = new(StringComparer.Ordinal);
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
        (RegisterName Register, ushort Mask)? best = null;
        int bestRank = int.MaxValue;
        foreach ((RegisterName Register, ushort Mask) candidate in _names)
        {
            int rank = candidate.Mask == lanes ? 0 : (candidate.Mask & lanes) == lanes ? 1 : (candidate.Mask & lanes) != 0 ? 2 : 3;
            if (rank < bestRank)
            {
                (best, bestRank) = (candidate, rank);
            }
        }

        if (best is { } name && _noted.Add(name.Register.Name))
        {
            bus.Note(new UnmodelledAccess(name.Register.Name, name.Register.Address, isWrite));
        }
    }
}

/// <summary>An unused address inside a module: reads 0, keeps nothing.</summary>
internal sealed class ReservedRegister(PeripheralBus bus, string name, uint address) : PlaceholderRegister(bus, name, address)
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
}

/// <summary>An address of no module: vacant memory.</summary>
internal sealed class VacantRegister(PeripheralBus bus, uint address) : PlaceholderRegister(bus, $"vacant 0x{address:X4}", address)
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
