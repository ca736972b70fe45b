namespace FreeML.Sim.Msp430.Bus;

/// <summary>A register declared field by field; see <see cref="RegisterMap"/>.</summary>
public sealed class FieldRegister : Register
{
    private readonly List<FieldHooks> _hooks = [];
    private readonly List<NotModelledBits> _notModelled = [];
    private readonly ushort[] _resetMasks = new ushort[(int)ResetKind.Bor + 1];
    private readonly Dictionary<string, ushort> _fields = new(StringComparer.Ordinal);

    private WriteGuard? _guard;
    private PeripheralBus? _bus;
    private Action? _beforeAccess;
    private Action? _afterRead;
    private Action? _onWritten;
    private Func<bool>? _isLocked;
    private ushort _locked;
    private bool _computes;
    private ushort _stored;
    private ushort _resetValue;
    private ushort _declared;

    // Masks by access mode, so that a plain write is a few operations.
    private ushort _readable;
    private ushort _ones;
    private ushort _readWrite;
    private ushort _zeroClears;
    private ushort _oneClears;
    private ushort _oneSets;

    internal FieldRegister(string name, uint address)
        : base(name, address)
    {
    }

    /// <summary>The declared fields and their bits.</summary>
    internal IReadOnlyDictionary<string, ushort> Fields => _fields;

    /// <summary>The stored bits, without what reading computes.</summary>
    internal ushort Stored
    {
        get => _stored;
        set => _stored = value;
    }

    /// <summary>Declares a field.</summary>
    /// <param name="bit">Lowest bit.</param>
    /// <param name="width">Number of bits.</param>
    /// <param name="name">As in the user's guide.</param>
    /// <param name="access">What software can do to it.</param>
    /// <param name="reset">Value after reset.</param>
    /// <param name="resetBy">The shallowest reset that gives it this value: PUC for the guide's rw-0, POR for rw-(0), BOR for rw-[0] and
    /// rw-{0}.</param>
    /// <param name="onChange">Called once after a bus write that changed the stored bits; all fields are up to date then.</param>
    /// <param name="onWrite">Called after any bus write that touched the field, with the bits written, right-aligned; before any
    /// <paramref name="onChange"/>.</param>
    /// <param name="onRead">Computes what a bus read gives; called only when the read touches the field.</param>
    /// <exception cref="InvalidOperationException">The field overlaps another, does not fit, or its name is taken.</exception>
    public FieldRegister Field(
        int bit,
        int width,
        string name,
        Access access = Access.ReadWrite,
        int reset = 0,
        ResetKind resetBy = ResetKind.Puc,
        Action? onChange = null,
        Action<int>? onWrite = null,
        Func<int>? onRead = null) => Field(bit, width, name, out _, access, reset, resetBy, onChange, onWrite, onRead);

    /// <inheritdoc cref="Field(int, int, string, Access, int, ResetKind, Action?, Action{int}?, Func{int}?)"/>
    /// <param name="field">The peripheral's handle to the field.</param>
#pragma warning disable CS1573 // the other parameters are documented above
    public FieldRegister Field(
        int bit,
        int width,
        string name,
        out Field field,
        Access access = Access.ReadWrite,
        int reset = 0,
        ResetKind resetBy = ResetKind.Puc,
        Action? onChange = null,
        Action<int>? onWrite = null,
        Func<int>? onRead = null)
#pragma warning restore CS1573
    {
        ushort mask = Claim(bit, width, name, reset);
        field = new Field(this, bit, mask);
        if (!_fields.TryAdd(name, mask))
        {
            throw new InvalidOperationException($"{Name}: there are two fields {name}.");
        }

        SetReset(mask, reset << bit, resetBy);
        switch (access)
        {
            case Access.ReadWrite:
                _readWrite |= mask;
                break;
            case Access.WriteZeroToClear:
                _zeroClears |= mask;
                break;
            case Access.WriteOneToClear:
                _oneClears |= mask;
                break;
            case Access.WriteOneToSet:
                _oneSets |= mask;
                break;
            case Access.ReadOnly or Access.WriteOnlyReadsZero:
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(access), access, "Unknown access.");
        }

        if (onRead is not null)
        {
            _computes = true;
        }
        else if (access != Access.WriteOnlyReadsZero)
        {
            _readable |= mask;
        }

        if (onChange is not null || onWrite is not null || onRead is not null)
        {
            _hooks.Add(new FieldHooks(bit, mask, onChange, onWrite, onRead));
        }

        return this;
    }

    /// <summary>Declares bits without a function.</summary>
    /// <param name="bit">Lowest bit.</param>
    /// <param name="width">Number of bits.</param>
    /// <param name="reads">What they read as, right-aligned.</param>
    public FieldRegister Reserved(int bit, int width, int reads = 0)
    {
        Claim(bit, width, "reserved", reads);
        _ones |= (ushort)(reads << bit);
        return this;
    }

    /// <summary>Declares bits that do something on silicon and nothing here. They keep what is written; changing them is noted once,
    /// by name.</summary>
    /// <param name="bit">Lowest bit.</param>
    /// <param name="width">Number of bits.</param>
    /// <param name="name">As in the user's guide.</param>
    /// <param name="reset">Value after reset.</param>
    /// <param name="resetBy">The shallowest reset that gives them this value.</param>
    public FieldRegister NotModelled(int bit, int width, string name, int reset = 0, ResetKind resetBy = ResetKind.Puc) =>
        NotModelled(bit, width, name, out _, reset, resetBy);

    /// <inheritdoc cref="NotModelled(int, int, string, int, ResetKind)"/>
    /// <param name="field">The peripheral's handle to the bits, for a module that has to know that they are set.</param>
#pragma warning disable CS1573 // the other parameters are documented above
    public FieldRegister NotModelled(int bit, int width, string name, out Field field, int reset = 0, ResetKind resetBy = ResetKind.Puc)
#pragma warning restore CS1573
    {
        Field(bit, width, name, out field, Access.ReadWrite, reset, resetBy);
        _notModelled.Add(new NotModelledBits((ushort)(((1 << width) - 1) << bit), name));
        return this;
    }

    /// <summary>Puts the module's password in the high byte of this register.</summary>
    public FieldRegister Password(PasswordLock key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return PasswordInHighByte(new WriteGuard.PasswordHolder(key));
    }

    /// <summary>Asks for a password in the high byte of every write, which must be a word. (WDTCTL, RCCTL0.)</summary>
    /// <param name="password">The byte.</param>
    /// <param name="reads">What the high byte reads as.</param>
    /// <param name="byteReadsGiveLowByte">Whether a byte read gives the low byte, whichever half is read.</param>
    /// <param name="onViolation">What a wrong write does, besides having no effect.</param>
    public FieldRegister PasswordEachWrite(byte password, byte reads, bool byteReadsGiveLowByte = false, Action? onViolation = null) =>
        PasswordInHighByte(new WriteGuard.PasswordEachWrite(password, reads, byteReadsGiveLowByte, onViolation));

    /// <summary>Protects this register by the module's password.</summary>
    /// <param name="key">The module's lock.</param>
    /// <param name="violationWhenClosed">Whether a write while the module is closed is a violation, or merely ignored.</param>
    public FieldRegister Protected(PasswordLock key, bool violationWhenClosed = true)
    {
        ArgumentNullException.ThrowIfNull(key);
        SetGuard(new WriteGuard.Guarded(key, violationWhenClosed));
        return this;
    }

    /// <summary>Declares bits that software cannot change while the module is at work; writes to them have no effect then.</summary>
    /// <param name="mask">The bits.</param>
    /// <param name="isLocked">Asked before each write.</param>
    public FieldRegister Locked(ushort mask, Func<bool> isLocked)
    {
        (_locked, _isLocked) = (mask, isLocked);
        return this;
    }

    /// <summary>Asks to be called after every bus write that reached the register.</summary>
    public FieldRegister OnWritten(Action written)
    {
        _onWritten = written;
        return this;
    }

    /// <summary>Asks to be called after every bus read.</summary>
    public FieldRegister AfterRead(Action read)
    {
        _afterRead = read;
        return this;
    }

    /// <summary>
    /// Asks to be called before every bus access: a module that works out its state only when asked brings its fields up to date here.
    /// </summary>
    public FieldRegister BeforeAccess(Action access)
    {
        _beforeAccess = access;
        return this;
    }

    /// <inheritdoc/>
    public override ushort Read(ushort lanes)
    {
        _beforeAccess?.Invoke();
        if (_guard is { ByteReadsGiveLowByte: true } && lanes != Lanes.Word)
        {
            int low = ReadFields(Lanes.Low) & Lanes.Low;
            return (ushort)(low | (low << 8));
        }

        ushort value = ReadFields(lanes);
        _afterRead?.Invoke();
        return value;
    }

    /// <inheritdoc/>
    public override ushort Peek() => (ushort)((_stored & _readable) | _ones);

    /// <inheritdoc/>
    public override void Write(ushort value, ushort lanes)
    {
        if (_guard is not null && (lanes = _guard.Admit(value, lanes)) == 0)
        {
            return;
        }

        _beforeAccess?.Invoke();
        if (_isLocked is not null && _isLocked())
        {
            lanes &= (ushort)~_locked;
        }

        ushort before = _stored;
        int after = (before & ~(_readWrite & lanes)) | (value & _readWrite & lanes);
        after |= value & _oneSets & lanes;
        after &= ~(value & _oneClears & lanes);
        after &= ~(~value & _zeroClears & lanes);
        _stored = (ushort)after;
        int changed = before ^ after;
        if (changed != 0 && _notModelled.Count != 0)
        {
            NoteNotModelled(changed);
        }

        if (_hooks.Count != 0)
        {
            CallHooks(value, lanes, changed);
        }

        _onWritten?.Invoke();
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        ushort mask = _resetMasks[(int)kind];
        _stored = (ushort)((_stored & ~mask) | (_resetValue & mask));
        _guard?.Reset(kind);
    }

    internal override void Join(PeripheralBus bus) => _bus = bus;

    private FieldRegister PasswordInHighByte(WriteGuard guard)
    {
        SetGuard(guard);
        Claim(8, 8, "password", 0);
        _ones |= guard.HighByteReads ?? 0;
        return this;
    }

    private void SetGuard(WriteGuard guard)
    {
        if (_guard is not null)
        {
            throw new InvalidOperationException($"{Name}: there are two passwords.");
        }

        _guard = guard;
    }

    private ushort Claim(int bit, int width, string name, int value)
    {
        if (bit < 0 || width < 1 || bit + width > 16)
        {
            throw new InvalidOperationException($"{Name}: {name} at bit {bit}, {width} wide, does not fit in 16 bits.");
        }

        int mask = ((1 << width) - 1) << bit;
        if ((_declared & mask) != 0)
        {
            throw new InvalidOperationException($"{Name}: {name} at bit {bit}, {width} wide, overlaps bits declared before.");
        }

        if (value < 0 || value >> width != 0)
        {
            throw new InvalidOperationException($"{Name}: {name} is {width} wide, {value} does not fit.");
        }

        _declared |= (ushort)mask;
        return (ushort)mask;
    }

    private void SetReset(ushort mask, int value, ResetKind resetBy)
    {
        _stored |= (ushort)value;
        _resetValue |= (ushort)value;
        for (ResetKind kind = resetBy; kind <= ResetKind.Bor; kind++)
        {
            _resetMasks[(int)kind] |= mask;
        }
    }

    private ushort ReadFields(ushort lanes)
    {
        int value = Peek();
        if (_computes)
        {
            foreach (FieldHooks hooks in _hooks)
            {
                if (hooks.OnRead is not null && (hooks.Mask & lanes) != 0)
                {
                    value |= (hooks.OnRead() << hooks.Bit) & hooks.Mask;
                }
            }
        }

        return (ushort)value;
    }

    private void CallHooks(ushort value, ushort lanes, int changed)
    {
        foreach (FieldHooks hooks in _hooks)
        {
            if ((hooks.Mask & lanes) != 0)
            {
                hooks.OnWrite?.Invoke((value & hooks.Mask & lanes) >> hooks.Bit);
            }
        }

        for (int i = 0; i < _hooks.Count; i++)
        {
            if ((_hooks[i].Mask & changed) != 0 && !IsCalledBefore(i, changed))
            {
                _hooks[i].OnChange?.Invoke();
            }
        }
    }

    // Two fields with the same callback ("Reschedule") have it called once.
    private bool IsCalledBefore(int index, int changed)
    {
        for (int i = 0; i < index; i++)
        {
            if ((_hooks[i].Mask & changed) != 0 && _hooks[i].OnChange == _hooks[index].OnChange)
            {
                return true;
            }
        }

        return false;
    }

    private void NoteNotModelled(int changed)
    {
        for (int i = _notModelled.Count - 1; i >= 0; i--)
        {
            if ((_notModelled[i].Mask & changed) != 0)
            {
                _bus?.Note(new UnmodelledAccess($"{Name}.{_notModelled[i].Name}", Address, IsWrite: true));
                _notModelled.RemoveAt(i);
            }
        }
    }

    private readonly record struct FieldHooks(int Bit, ushort Mask, Action? OnChange, Action<int>? OnWrite, Func<int>? OnRead);

    private readonly record struct NotModelledBits(ushort Mask, string Name);
}
