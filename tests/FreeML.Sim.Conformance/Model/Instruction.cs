namespace FreeML.Sim.Conformance.Model;

/// <summary>
/// One instruction as the generator describes it. It writes its own encoding and carries itself out; nothing here decodes.
/// </summary>
internal abstract record Instruction
{
    /// <summary>MCLK cycles by the guide's tables; null where no table speaks of the combination.</summary>
    public abstract int? Cycles(Machine before);

    /// <summary>The instruction's words when it stands at <paramref name="address"/>.</summary>
    public abstract IReadOnlyList<int> Encode(int address);

    /// <summary>Carries the instruction out; PC points at its first word before, at the next instruction after.</summary>
    public abstract void Execute(Machine machine);

    /// <summary>Effective address of an index: see "Indexed Mode" in lower and upper memory in the guide.</summary>
    protected static int IndexedAddress(int start, int index, bool extended)
    {
        if (extended)
        {
            return (start + index) & Machine.AddressMask;
        }

        int signed = (int)Arithmetic.Signed(index & 0xFFFF, 16);
        bool inLower64K = start < 0x10000;
        return (start + signed) & (inLower64K ? 0xFFFF : Machine.AddressMask);
    }

    /// <summary>
    /// Address of a memory operand; <paramref name="cursor"/> walks over the operand words. A symbolic operand is measured from the
    /// address of its own index word.
    /// </summary>
    protected static int AddressOf(Machine machine, Operand operand, Size size, bool extended, ref int cursor)
    {
        int word = cursor;
        if (operand.HasWord)
        {
            cursor = (cursor + 2) & Machine.AddressMask;
        }

        switch (operand.Mode)
        {
            case Mode.Indirect:
                return machine[operand.Register];
            case Mode.AutoIncrement:
                int pointer = machine[operand.Register];
                machine[operand.Register] = pointer + Step(operand.Register, size);
                return pointer;
            case Mode.Indexed:
                return IndexedAddress(machine[operand.Register], operand.Encoded(word, extended), extended);
            case Mode.Symbolic:
                int address = IndexedAddress(word, operand.Encoded(word, extended), extended);
                return address == operand.Value
                    ? address
                    : throw new InvalidOperationException($"symbolic operand {operand.Value:x} is out of reach of {word:x}");
            case Mode.Absolute:
                return operand.Value;
            default:
                throw new InvalidOperationException($"{operand.Mode} has no address");
        }
    }

    private static int Step(int register, Size size) => size switch
    {
        Size.Byte => register == Machine.Sp ? 2 : 1,
        Size.Word => 2,
        _ => 4,
    };
}

/// <summary>How often an extended register instruction runs: a number, or the low nibble of a register plus one.</summary>
internal sealed record Repetition(int Count, int? Register = null)
{
    public static readonly Repetition Once = new(1);

    public static Repetition Times(int count) => new(count);

    public static Repetition From(int register) => new(0, register);

    public int CountIn(Machine machine) => Register is { } register ? (machine[register] % 16) + 1 : Count;

    public string Prefix => Register is { } register ? $"rpt {Operand.Name(register)} " : Count == 1 ? "" : $"rpt #{Count} ";

    /// <summary>Bits 7 and 3:0 of a register mode extension word.</summary>
    public int Bits => Register is { } register ? 0x80 + register : Count - 1;
}

/// <summary>Extension words (1800h to 1FFFh).</summary>
internal static class ExtensionWord
{
    private const int Opcode = 0x1800;
    private const int ZeroCarry = 0x100;

    public static int RegisterMode(bool lengthBit, bool zeroCarry, Repetition repetition) =>
        Opcode + (lengthBit ? 0x40 : 0) + (zeroCarry ? ZeroCarry : 0) + repetition.Bits;

    public static int OtherModes(bool lengthBit, int sourceBits, int destinationBits) =>
        Opcode + (lengthBit ? 0x40 : 0) + (sourceBits * 0x80) + destinationBits;
}

/// <summary>Format I, with or without extension word.</summary>
internal sealed record TwoOperand(Operation Operation, Size Size, Operand Source, Operand Destination) : Instruction
{
    public bool Extended { get; init; }

    public bool ZeroCarry { get; init; }

    public Repetition Repetition { get; init; } = Repetition.Once;

    private bool IsRegisterMode => Source.Mode == Mode.Register && Destination.Mode == Mode.Register;

    public override string ToString() =>
        $"{Repetition.Prefix}{(ZeroCarry ? "zc " : "")}{Operation.ToString().ToLowerInvariant()}{(Extended ? "x" : "")}.{Size.Letter()} {Source},{Destination}";

    public override int? Cycles(Machine before)
    {
        bool constantRepeats = Repetition != Repetition.Once && !IsRegisterMode;
        if (constantRepeats)
        {
            throw new InvalidOperationException("only register mode repeats");
        }

        return Extended
            ? GuideCycles.ExtendedTwoOperand(Operation, Size, Source, Destination, Repetition.CountIn(before))
            : GuideCycles.TwoOperand(Operation, Source, Destination);
    }

    public override IReadOnlyList<int> Encode(int address)
    {
        List<int> words = [];
        int sourceWord = address + (Extended ? 4 : 2);
        int destinationWord = sourceWord + (Source.HasWord ? 2 : 0);
        int source = Source.HasWord ? Source.Encoded(sourceWord, Extended) : 0;
        int destination = Destination.HasWord ? Destination.Encoded(destinationWord, Extended) : 0;
        if (Extended)
        {
            bool lengthBit = Size != Size.Address;
            words.Add(IsRegisterMode
                ? ExtensionWord.RegisterMode(lengthBit, ZeroCarry, Repetition)
                : ExtensionWord.OtherModes(lengthBit, source >> 16, destination >> 16));
        }

        bool byteBit = Size != Size.Word;
        (int sourceRegister, int sourceMode) = Source.Fields;
        (int destinationRegister, int destinationMode) = Destination.Fields;
        words.Add(((int)Operation << 12) + (sourceRegister << 8) + (destinationMode << 7) + (byteBit ? 0x40 : 0) + (sourceMode << 4) + destinationRegister);
        if (Source.HasWord)
        {
            words.Add(source & 0xFFFF);
        }

        if (Destination.HasWord)
        {
            words.Add(destination & 0xFFFF);
        }

        return words;
    }

    public override void Execute(Machine machine)
    {
        int repetitions = Repetition.CountIn(machine);
        int cursor = (machine[Machine.Pc] + (Extended ? 4 : 2)) & Machine.AddressMask;
        machine[Machine.Pc] = cursor;

        // The source is fetched, and its register incremented, before the destination address is formed.
        int source = FetchSource(machine, ref cursor);
        int? address = Destination.InMemory ? AddressOf(machine, Destination, Size, Extended, ref cursor) : null;
        machine[Machine.Pc] = cursor;

        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            if (repetition > 0)
            {
                source = machine.Read(Source.Register, Size);
            }

            int destination = address is { } location
                ? machine.ReadMemory(location, Size)
                : machine.Read(Destination.Register, Size);
            bool carry = machine.Carry && !ZeroCarry;
            bool valueIsUnused = Operation == Operation.Mov;
            Outcome outcome = Arithmetic.TwoOperand(Operation, (int)Size, source, valueIsUnused ? 0 : destination, carry);
            machine.Apply(outcome);
            if (Operation.OnlyTests())
            {
                continue;
            }

            if (address is { } target)
            {
                machine.WriteMemory(target, Size, outcome.Value);
            }
            else
            {
                // A write to SR comes last: the result word is what SR gets.
                machine.Write(Destination.Register, Size, outcome.Value);
            }
        }
    }

    private int FetchSource(Machine machine, ref int cursor)
    {
        switch (Source.Mode)
        {
            case Mode.Register:
                bool afterOperands = Source.Register == Machine.Pc && !Assumptions.PcSourceIsWordAfterOpcode && Destination.HasWord;
                return (machine.Read(Source.Register, Size) + (afterOperands ? 2 : 0)) & Size.Mask();
            case Mode.Constant:
                return Source.Value & Size.Mask();
            case Mode.Immediate:
                cursor = (cursor + 2) & Machine.AddressMask;
                return Source.Value & Size.Mask();
            default:
                return machine.ReadMemory(AddressOf(machine, Source, Size, Extended, ref cursor), Size);
        }
    }
}

/// <summary>Format II: RRC, RRA, SWPB, SXT, PUSH with or without extension word; CALL.</summary>
internal sealed record OneOperand(SingleOperation Operation, Size Size, Operand Operand) : Instruction
{
    public bool Extended { get; init; }

    public bool ZeroCarry { get; init; }

    public Repetition Repetition { get; init; } = Repetition.Once;

    public override string ToString()
    {
        string name = Operation == SingleOperation.Rrc && ZeroCarry ? "rru" : Operation.ToString().ToLowerInvariant();
        return $"{Repetition.Prefix}{name}{(Extended ? "x" : "")}.{Size.Letter()} {Operand}";
    }

    public override int? Cycles(Machine before)
    {
        if (!Extended)
        {
            return GuideCycles.OneOperand(Operation, Operand);
        }

        int repetitions = Repetition.CountIn(before);
        bool repeatedPush = Operation == SingleOperation.Push && repetitions > 1;
        return repeatedPush ? null : GuideCycles.ExtendedOneOperand(Operation, Size, Operand, repetitions);
    }

    public override IReadOnlyList<int> Encode(int address)
    {
        List<int> words = [];
        int operandWord = address + (Extended ? 4 : 2);
        int bits = Operand.HasWord ? Operand.Encoded(operandWord, Extended) : 0;

        // SWPBX.A and SXTX.A clear both size bits; everything else follows the general rule.
        bool irregular = Operation is SingleOperation.Swpb or SingleOperation.Sxt;
        if (Extended)
        {
            bool lengthBit = Size != Size.Address;
            words.Add(Operand.Mode == Mode.Register
                ? ExtensionWord.RegisterMode(lengthBit, ZeroCarry, Repetition)
                : ExtensionWord.OtherModes(lengthBit, 0, bits >> 16));
        }

        bool byteBit = Size == Size.Byte || (Size == Size.Address && !irregular);
        (int register, int mode) = Operand.Fields;
        words.Add((int)Operation + (byteBit ? 0x40 : 0) + (mode << 4) + register);
        if (Operand.HasWord)
        {
            words.Add(bits & 0xFFFF);
        }

        return words;
    }

    public override void Execute(Machine machine)
    {
        int repetitions = Repetition.CountIn(machine);
        int cursor = (machine[Machine.Pc] + (Extended ? 4 : 2)) & Machine.AddressMask;
        machine[Machine.Pc] = cursor;
        switch (Operation)
        {
            case SingleOperation.Push:
                for (int repetition = 0; repetition < repetitions; repetition++)
                {
                    Push(machine, ref cursor);
                }

                machine[Machine.Pc] = cursor;
                break;
            case SingleOperation.Call:
                bool early = Assumptions.CallIndexesDecrementedSp && Operand is { Mode: Mode.Indexed, Register: Machine.Sp };
                machine[Machine.Sp] -= early ? 2 : 0;
                int target = Fetch(machine, ref cursor);
                machine[Machine.Sp] -= early ? 0 : 2;
                machine.WriteWord(machine[Machine.Sp], cursor % 0x10000);
                machine[Machine.Pc] = target;
                break;
            default:
                Shift(machine, repetitions, ref cursor);
                machine[Machine.Pc] = cursor;
                break;
        }
    }

    private void Push(Machine machine, ref int cursor)
    {
        int bytes = Size == Size.Address ? 4 : 2;
        bool decrementFirst = Operand.Mode == Mode.Register
            ? Assumptions.PushOfSpStoresDecrementedValue
            : Assumptions.PushDecrementsBeforeOperandFetch;
        if (decrementFirst)
        {
            machine[Machine.Sp] -= bytes;
        }

        int value = Fetch(machine, ref cursor);
        if (!decrementFirst)
        {
            machine[Machine.Sp] -= bytes;
        }

        machine.WriteMemory(machine[Machine.Sp], Size, value);
    }

    private void Shift(Machine machine, int repetitions, ref int cursor)
    {
        int? address = Operand.InMemory ? AddressOf(machine, Operand, Size, Extended, ref cursor) : null;
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            int value = address is { } location ? machine.ReadMemory(location, Size) : machine.Read(Operand.Register, Size);
            bool carry = machine.Carry && !ZeroCarry;

            // SXT fills the whole register, whatever its size; in memory it fills the operand.
            bool fillsRegister = Operation == SingleOperation.Sxt && address is null;
            Outcome outcome = Operation switch
            {
                SingleOperation.Rra => Arithmetic.ShiftRightArithmetic((int)Size, value),
                SingleOperation.Rrc => Arithmetic.RotateRightThroughCarry((int)Size, value, carry),
                SingleOperation.Swpb => Arithmetic.SwapBytes(value),
                _ => Arithmetic.SignExtendByte(fillsRegister ? 20 : (int)Size, value),
            };
            machine.Apply(outcome);
            if (address is { } target)
            {
                machine.WriteMemory(target, Size, outcome.Value);
            }
            else
            {
                machine.Write(Operand.Register, fillsRegister ? Size.Address : Size, outcome.Value);
            }
        }
    }

    private int Fetch(Machine machine, ref int cursor)
    {
        switch (Operand.Mode)
        {
            case Mode.Register:
                return machine.Read(Operand.Register, Size);
            case Mode.Constant:
                return Operand.Value & Size.Mask();
            case Mode.Immediate:
                cursor = (cursor + 2) & Machine.AddressMask;
                return Operand.Value & Size.Mask();
            default:
                return machine.ReadMemory(AddressOf(machine, Operand, Size, Extended, ref cursor), Size);
        }
    }
}

/// <summary>Conditional and unconditional jumps; the offset is in words, -512 to 511.</summary>
internal sealed record Jump(Condition Condition, int Offset) : Instruction
{
    public override string ToString() => $"{Condition.ToString().ToLowerInvariant()} ${(Offset < -1 ? "-" : "+")}{Math.Abs(2 + (2 * Offset))}";

    public override int? Cycles(Machine before) => GuideCycles.Jump;

    public override IReadOnlyList<int> Encode(int address) => [0x2000 + ((int)Condition << 10) + (Offset & 0x3FF)];

    public override void Execute(Machine machine)
    {
        bool taken = Condition switch
        {
            Condition.Jne => !machine.Zero,
            Condition.Jeq => machine.Zero,
            Condition.Jnc => !machine.Carry,
            Condition.Jc => machine.Carry,
            Condition.Jn => machine.Negative,
            Condition.Jge => machine.Negative == machine.Overflow,
            Condition.Jl => machine.Negative != machine.Overflow,
            _ => true,
        };
        machine[Machine.Pc] += 2 + (taken ? 2 * Offset : 0);
    }
}

/// <summary>MOVA in all its forms.</summary>
internal sealed record MoveAddress(Operand Source, Operand Destination) : Instruction
{
    public override string ToString() => $"mova {Source},{Destination}";

    public override int? Cycles(Machine before) => Destination.InMemory
        ? GuideCycles.MovaToMemory
        : GuideCycles.MovaToRegister(Source, Destination.Register);

    public override IReadOnlyList<int> Encode(int address)
    {
        int source = Source.Register;
        int destination = Destination.Register;
        int sourceHigh = (Source.Value >> 16) & 0xF;
        int destinationHigh = (Destination.Value >> 16) & 0xF;
        return (Source.Mode, Destination.Mode) switch
        {
            (Mode.Indirect, Mode.Register) => [(source << 8) + 0x00 + destination],
            (Mode.AutoIncrement, Mode.Register) => [(source << 8) + 0x10 + destination],
            (Mode.Absolute, Mode.Register) => [(sourceHigh << 8) + 0x20 + destination, Source.Value & 0xFFFF],
            (Mode.Indexed, Mode.Register) => [(source << 8) + 0x30 + destination, Source.Value & 0xFFFF],
            (Mode.Register, Mode.Absolute) => [(source << 8) + 0x60 + destinationHigh, Destination.Value & 0xFFFF],
            (Mode.Register, Mode.Indexed) => [(source << 8) + 0x70 + destination, Destination.Value & 0xFFFF],
            (Mode.Immediate, Mode.Register) => [(sourceHigh << 8) + 0x80 + destination, Source.Value & 0xFFFF],
            (Mode.Register, Mode.Register) => [(source << 8) + 0xC0 + destination],
            _ => throw new InvalidOperationException($"there is no {this}"),
        };
    }

    public override void Execute(Machine machine)
    {
        int cursor = (machine[Machine.Pc] + 2) & Machine.AddressMask;
        machine[Machine.Pc] = cursor;
        int value = Source.Mode switch
        {
            Mode.Register => machine[Source.Register],
            Mode.Immediate => Source.Value,
            _ => machine.ReadMemory(Address(machine, Source, ref cursor), Size.Address),
        };
        if (Source.Mode == Mode.Immediate)
        {
            cursor = (cursor + 2) & Machine.AddressMask;
        }

        if (Destination.InMemory)
        {
            machine.WriteMemory(Address(machine, Destination, ref cursor), Size.Address, value);
            machine[Machine.Pc] = cursor;
        }
        else
        {
            machine[Machine.Pc] = cursor;
            machine[Destination.Register] = value;
        }
    }

    // z16(Rn) is a signed 16-bit index on a 20-bit register, with no rule for the lower 64 KB.
    private static int Address(Machine machine, Operand operand, ref int cursor)
    {
        if (operand.Mode != Mode.Indexed)
        {
            return AddressOf(machine, operand, Size.Address, extended: true, ref cursor);
        }

        cursor = (cursor + 2) & Machine.AddressMask;
        return (machine[operand.Register] + (int)Arithmetic.Signed(operand.Value & 0xFFFF, 16)) & Machine.AddressMask;
    }
}

/// <summary>ADDA, SUBA and CMPA with a register or a 20-bit immediate.</summary>
internal sealed record AddressArithmetic(AddressOperation Operation, Operand Source, int Destination) : Instruction
{
    public override string ToString() => $"{Operation.ToString().ToLowerInvariant()} {Source},{Operand.Name(Destination)}";

    public override int? Cycles(Machine before) => GuideCycles.AddressArithmetic(Source, Destination);

    public override IReadOnlyList<int> Encode(int address) => Source.Mode == Mode.Immediate
        ? [((Source.Value >> 16) << 8) + (((int)Operation - 4) << 4) + Destination, Source.Value & 0xFFFF]
        : [(Source.Register << 8) + ((int)Operation << 4) + Destination];

    public override void Execute(Machine machine)
    {
        machine[Machine.Pc] += 2;
        int source = Source switch
        {
            { Mode: Mode.Immediate } => Source.Value,
            { Register: Machine.Sr } => Assumptions.AddressConstantR2,
            { Register: Machine.ConstantGenerator } => Assumptions.AddressConstantR3,
            _ => machine[Source.Register],
        };
        if (Source.Mode == Mode.Immediate)
        {
            machine[Machine.Pc] += 2;
        }

        Operation alike = Operation switch
        {
            AddressOperation.Adda => Model.Operation.Add,
            AddressOperation.Suba => Model.Operation.Sub,
            _ => Model.Operation.Cmp,
        };
        Outcome outcome = Arithmetic.TwoOperand(alike, 20, source, machine[Destination], carry: false);
        machine.Apply(outcome);
        if (!alike.OnlyTests())
        {
            machine[Destination] = (int)outcome.Value;
        }
    }
}

/// <summary>RRCM, RRAM, RLAM, RRUM: 1 to 4 bit positions.</summary>
internal sealed record ShiftMany(MultiShift Shift, Size Size, int Count, int Register) : Instruction
{
    public override string ToString() => $"{Shift.ToString().ToLowerInvariant()}.{Size.Letter()} #{Count},{Operand.Name(Register)}";

    public override int? Cycles(Machine before) => GuideCycles.MultiShift(Count);

    public override IReadOnlyList<int> Encode(int address) =>
        [((Count - 1) << 10) + ((int)Shift << 8) + 0x40 + (Size == Size.Word ? 0x10 : 0) + Register];

    public override void Execute(Machine machine)
    {
        machine[Machine.Pc] += 2;
        for (int step = 0; step < Count; step++)
        {
            int value = machine.Read(Register, Size);
            Outcome outcome = Shift switch
            {
                MultiShift.Rrcm => Arithmetic.RotateRightThroughCarry((int)Size, value, machine.Carry),
                MultiShift.Rram => Arithmetic.ShiftRightArithmetic((int)Size, value),
                MultiShift.Rlam => Arithmetic.ShiftLeft((int)Size, value),
                _ => Arithmetic.ShiftRightUnsigned((int)Size, value),
            };
            machine.Apply(outcome);
            machine.Write(Register, Size, outcome.Value);
        }
    }
}

/// <summary>PUSHM: the named register first, then downwards.</summary>
internal sealed record PushMany(Size Size, int Count, int Register) : Instruction
{
    public override string ToString() => $"pushm.{Size.Letter()} #{Count},{Operand.Name(Register)}";

    public override int? Cycles(Machine before) => GuideCycles.PushPopMany(Size, Count);

    public override IReadOnlyList<int> Encode(int address) => [(Size == Size.Address ? 0x1400 : 0x1500) + ((Count - 1) << 4) + Register];

    public override void Execute(Machine machine)
    {
        machine[Machine.Pc] += 2;
        for (int pushed = 0; pushed < Count; pushed++)
        {
            machine[Machine.Sp] -= Size == Size.Address ? 4 : 2;
            machine.WriteMemory(machine[Machine.Sp], Size, machine.Read((Register - pushed) & 0xF, Size));
        }
    }
}

/// <summary>POPM: encodes the lowest register, which is popped first, then upwards. <paramref name="Register"/> is the highest, as written in assembler.</summary>
internal sealed record PopMany(Size Size, int Count, int Register) : Instruction
{
    private int Lowest => (Register - Count + 1) & 0xF;

    public override string ToString() => $"popm.{Size.Letter()} #{Count},{Operand.Name(Register)}";

    public override int? Cycles(Machine before) => GuideCycles.PushPopMany(Size, Count);

    public override IReadOnlyList<int> Encode(int address) => [(Size == Size.Address ? 0x1600 : 0x1700) + ((Count - 1) << 4) + Lowest];

    public override void Execute(Machine machine)
    {
        machine[Machine.Pc] += 2;
        for (int popped = 0; popped < Count; popped++)
        {
            int value = machine.ReadMemory(machine[Machine.Sp], Size);
            machine[Machine.Sp] += Size == Size.Address ? 4 : 2;
            machine.Write((Lowest + popped) & 0xF, Size, value);
        }
    }
}

/// <summary>CALLA in all its forms.</summary>
internal sealed record CallAddress(Operand Operand) : Instruction
{
    public override string ToString() => $"calla {Operand}";

    public override int? Cycles(Machine before) => GuideCycles.CallAddress(Operand);

    public override IReadOnlyList<int> Encode(int address)
    {
        int bits = Operand.HasWord ? Operand.Encoded(address + 2, extended: true) : 0;
        return Operand.Mode switch
        {
            Mode.Register => [0x1340 + Operand.Register],
            Mode.Indexed => [0x1350 + Operand.Register, bits & 0xFFFF],
            Mode.Indirect => [0x1360 + Operand.Register],
            Mode.AutoIncrement => [0x1370 + Operand.Register],
            Mode.Absolute => [0x1380 + (bits >> 16), bits & 0xFFFF],
            Mode.Symbolic => [0x1390 + (bits >> 16), bits & 0xFFFF],
            Mode.Immediate => [0x13B0 + (bits >> 16), bits & 0xFFFF],
            _ => throw new InvalidOperationException($"there is no {this}"),
        };
    }

    public override void Execute(Machine machine)
    {
        int cursor = (machine[Machine.Pc] + 2) & Machine.AddressMask;
        machine[Machine.Pc] = cursor;
        bool early = Assumptions.CallIndexesDecrementedSp && Operand is { Mode: Mode.Indexed, Register: Machine.Sp };
        machine[Machine.Sp] -= early ? 4 : 0;
        int target;
        switch (Operand.Mode)
        {
            case Mode.Register:
                target = machine[Operand.Register];
                break;
            case Mode.Immediate:
                cursor = (cursor + 2) & Machine.AddressMask;
                target = Operand.Value;
                break;
            case Mode.Indexed:
                cursor = (cursor + 2) & Machine.AddressMask;
                int address = machine[Operand.Register] + (int)Arithmetic.Signed(Operand.Value & 0xFFFF, 16);
                target = machine.ReadMemory(address & Machine.AddressMask, Size.Address);
                break;
            default:
                target = machine.ReadMemory(AddressOf(machine, Operand, Size.Address, extended: true, ref cursor), Size.Address);
                break;
        }

        machine[Machine.Sp] -= early ? 0 : 4;
        machine.WriteMemory(machine[Machine.Sp], Size.Address, cursor);
        machine[Machine.Pc] = target;
    }
}

/// <summary>RETI: SR and PC.19:16 share the first word.</summary>
internal sealed record ReturnFromInterrupt : Instruction
{
    public override string ToString() => "reti";

    public override int? Cycles(Machine before) => GuideCycles.Reti;

    public override IReadOnlyList<int> Encode(int address) => [0x1300];

    public override void Execute(Machine machine)
    {
        int status = machine.ReadWord(machine[Machine.Sp]);
        machine[Machine.Sr] = status % 0x1000;
        machine[Machine.Sp] += 2;
        machine[Machine.Pc] = machine.ReadWord(machine[Machine.Sp]) + (status / 0x1000 * 0x10000);
        machine[Machine.Sp] += 2;
    }
}
