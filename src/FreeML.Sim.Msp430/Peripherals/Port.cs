using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>Two 8-bit ports whose registers share words: P1 and P2 are PA. Or PJ, which is one word with 8 pins.</summary>
/// <remarks>
/// Source: SLAU367 chapter Digital I/O. PxOUT and PxIES are undefined after power-up and keep their value otherwise; here they start at 0.
/// Writing PxIES sets a flag where the guide says "may be set". An analog function disconnects the input buffer, whose bit then reads 0.
/// Drive strength, and the resistors' values, are not modelled.
/// </remarks>
public sealed class Port : Peripheral
{
    private readonly PowerManagement _power;
    private readonly PortHalf?[] _halves;
    private readonly string _wordName;

    /// <summary>A pair of ports.</summary>
    /// <param name="wordName">"PA", "PJ".</param>
    /// <param name="baseAddress">Address of PAIN.</param>
    /// <param name="power">Where LOCKLPM5 is.</param>
    /// <param name="low">The port in the low bytes.</param>
    /// <param name="high">The port in the high bytes; null if there is none.</param>
    internal Port(string wordName, uint baseAddress, PowerManagement power, PortHalf low, PortHalf? high)
        : base(wordName, baseAddress)
    {
        _wordName = wordName;
        _power = power;
        _halves = [low, high];
        power.PinsUnlocked += () => ForEachHalf(half => half.Unlock());
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind) => ForEachHalf(half => half.Reset(kind == ResetKind.Bor, _power.PinsLocked));

    /// <summary>The supply is gone: no pin is driven any more.</summary>
    internal void Release() => ForEachHalf(half => half.Reset(release: true, locked: true));

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        Define(map, 0x00, "IN", (half, field) => field.Computed(() => half.ReadInput()));
        Define(map, 0x02, "OUT", (half, field) => half.Out = field.Stored(ResetKind.Bor, half.Apply));
        Define(map, 0x04, "DIR", (half, field) => half.Direction = field.Stored(ResetKind.Puc, half.Apply));
        Define(map, 0x06, "REN", (half, field) => half.Resistor = field.Stored(ResetKind.Puc, half.Apply));
        Define(map, 0x0A, "SEL0", (half, field) => half.Select0 = field.Stored(ResetKind.Puc, half.Apply));
        Define(map, 0x0C, "SEL1", (half, field) => half.Select1 = field.Stored(ResetKind.Puc, half.Apply));
        Define(map, 0x16, "SELC", (half, field) => field.Command(half.ComplementSelect));
        if (_halves[0]!.HasInterrupts)
        {
            Define(map, 0x18, "IES", (half, field) => half.EdgeSelect = field.Stored(ResetKind.Bor, half.EdgesChanged));
            Define(map, 0x1A, "IE", (half, field) => half.Enable = field.Stored(ResetKind.Puc, half.EnableChanged));
            Define(map, 0x1C, "IFG", (half, field) => half.Flags = field.Stored(ResetKind.Puc, half.UpdateInterrupt), half => half.Refresh());
            ForEachHalf(half => map.Word(half == _halves[0] ? 0x0Eu : 0x1E, $"{half.Name}IV")
                .BeforeAccess(half.Refresh)
                .Field(0, 8, $"{half.Name}IV", Access.ReadOnly, onRead: half.TakeInterrupt, onWrite: _ => half.TakeInterrupt())
                .Reserved(8, 8));
            ForEachHalf(half => half.GroupFlags());
        }
    }

    private void Define(RegisterMap map, uint offset, string name, Action<PortHalf, PortField> declare, Action<PortHalf>? beforeAccess = null)
    {
        FieldRegister word = map.Word(offset, _wordName + name);
        for (int n = 0; n < 2; n++)
        {
            if (_halves[n] is { } half)
            {
                declare(half, new PortField(word, 8 * n, half.Name + name));
            }
            else
            {
                word.Reserved(8 * n, 8);
            }
        }

        if (beforeAccess is not null)
        {
            word.BeforeAccess(() => ForEachHalf(beforeAccess));
        }
    }

    private void ForEachHalf(Action<PortHalf> action)
    {
        foreach (PortHalf? half in _halves)
        {
            if (half is not null)
            {
                action(half);
            }
        }
    }

    /// <summary>One port's byte in a word register.</summary>
    private readonly record struct PortField(FieldRegister Word, int Bit, string Name)
    {
        public void Computed(Func<int> read) => Word.Field(Bit, 8, Name, Access.ReadOnly, onRead: read);

        public void Command(Action<int> write) => Word.Field(Bit, 8, Name, Access.WriteOnlyReadsZero, onWrite: write);

        public Field Stored(ResetKind resetBy, Action changed)
        {
            Word.Field(Bit, 8, Name, out Field field, resetBy: resetBy, onChange: changed);
            return field;
        }
    }
}
