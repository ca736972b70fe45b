namespace FreeML.Sim.Msp430.Isa;

/// <summary>Words to <see cref="Instruction"/>. Any words decode; those that the silicon does not define give an instruction that is not legal.</summary>
public static class Decoder
{
    /// <summary>The longest instruction, in words: extension word, opcode and two operand words.</summary>
    public const int MaximumWords = 4;

    private const uint AddressMask = 0xF_FFFF;

    /// <summary>Decodes the instruction that starts at <paramref name="address"/>.</summary>
    /// <param name="address">Address of the first word; even, 20 bits.</param>
    /// <param name="words">The words from there on, at least <see cref="MaximumWords"/>; those behind the instruction do not matter.</param>
    /// <exception cref="ArgumentException">Fewer words than the longest instruction has.</exception>
    public static Instruction Decode(uint address, ReadOnlySpan<ushort> words)
    {
        if (words.Length < MaximumWords)
        {
            throw new ArgumentException($"found {words.Length} words, expected {MaximumWords}", nameof(words));
        }

        bool isExtended = InstructionSet.IsExtensionWord(words[0]);
        ushort word = isExtended ? words[1] : words[0];
        if (InstructionSet.Find(word) is not { } row || (isExtended && !row.IsExtensible))
        {
            return Illegal(address);
        }

        return Decode(row, address, isExtended, words);
    }

    /// <summary>
    /// As <see cref="Decode(uint, ReadOnlySpan{ushort})"/>, but also gives operands to words whose row does not define them: for listings.
    /// An extension word is taken by itself, so that what it precedes can be looked at.
    /// </summary>
    internal static Instruction DecodeShape(uint address, ReadOnlySpan<ushort> words) =>
        InstructionSet.FindShape(words[0]) is { } row ? Decode(row, address, false, words) : Illegal(address);

    private static Instruction Decode(InstructionDefinition row, uint address, bool isExtended, ReadOnlySpan<ushort> words)
    {
        ushort word = words[isExtended ? 1 : 0];
        var reader = new WordReader(address, words, isExtended ? 2 : 1);
        return row.Format switch
        {
            _ when isExtended => Extended(row, address, words[0], word, reader),
            Format.DoubleOperand or Format.SingleOperand => Plain(row, address, word, reader),
            Format.Jump => Jump(row, address, word),
            Format.CallAddress or Format.Address => AddressInstruction(row, address, word, reader),
            Format.MultiShift => Multiple(row, address, word, 1 + ((word >> 10) & 3), (word & 0x10) != 0),
            Format.MultiPush => Multiple(row, address, word, 1 + ((word >> 4) & 0xF), (word & 0x100) != 0),
            _ => New(row, address, OperandSize.None, 1),
        };
    }

    private static Instruction Illegal(uint address) => new() { Address = address, Words = 1, Count = 1, CountRegister = -1 };

    private static Instruction New(InstructionDefinition row, uint address, OperandSize size, int words) =>
        new() { Definition = row, Address = address, Size = size, Words = words, Count = 1, CountRegister = -1 };

    private static Instruction Plain(InstructionDefinition row, uint address, ushort word, WordReader reader)
    {
        OperandSize size = row.HasByteBit && (word & 0x40) != 0 ? OperandSize.Byte : OperandSize.Word;
        (Operand source, Operand destination) = Operands(row, word, size, extensionWord: null, ref reader);
        return New(row, address, size, reader.Count) with { Source = source, Destination = destination };
    }

    // Extension word: 0001 1.. ZC # A/L 00 nnnn with registers only, else 0001 1 ssss A/L 00 dddd, the addresses' bits 19:16.
    private static Instruction Extended(InstructionDefinition row, uint address, ushort extensionWord, ushort word, WordReader reader)
    {
        bool isShort = (extensionWord & 0x40) != 0;
        bool byteBit = row.HasByteBit && (word & 0x40) != 0;
        OperandSize size = (isShort, byteBit) switch
        {
            (true, false) => OperandSize.Word,
            (true, true) => OperandSize.Byte,
            (false, true) => OperandSize.Address,

            // A/L = B/W = 0 is reserved, save for SWPBX and SXTX, whose opcode has no B/W bit: there it means .A.
            (false, false) => row.HasByteBit ? OperandSize.None : OperandSize.Address,
        };
        if (size is OperandSize.None)
        {
            return Illegal(address);
        }

        (Operand source, Operand destination) = Operands(row, word, size, extensionWord, ref reader);
        Instruction instruction = New(row, address, size, reader.Count) with { Source = source, Destination = destination, IsExtended = true };
        bool registersOnly = (word & (row.Format is Format.DoubleOperand ? 0xB0 : 0x30)) == 0;
        if (!registersOnly)
        {
            return instruction;
        }

        bool countInRegister = (extensionWord & 0x80) != 0;
        int low = extensionWord & 0xF;
        return instruction with
        {
            ZeroCarry = (extensionWord & 0x100) != 0,
            Count = countInRegister ? 1 : low + 1,
            CountRegister = countInRegister ? low : -1,
        };
    }

    private static Instruction Jump(InstructionDefinition row, uint address, ushort word)
    {
        int offset = ((word & 0x3FF) ^ 0x200) - 0x200;
        return New(row, address, OperandSize.None, 1) with { Target = (uint)((int)address + 2 + (2 * offset)) & AddressMask };
    }

    private static Instruction Multiple(InstructionDefinition row, uint address, ushort word, int count, bool isWord) =>
        New(row, address, isWord ? OperandSize.Word : OperandSize.Address, 1) with { Count = count, Destination = Operand.Of(word & 0xF) };

    private static (Operand Source, Operand Destination) Operands(
        InstructionDefinition row, ushort word, OperandSize size, ushort? extensionWord, ref WordReader reader)
    {
        int low = word & 0xF;
        int sourceMode = (word >> 4) & 3;
        if (row.Format is Format.DoubleOperand)
        {
            Operand source = Source((word >> 8) & 0xF, sourceMode, size, extensionWord, (extensionWord ?? 0) >> 7, ref reader);
            Operand destination = (word & 0x80) == 0 ? Operand.Of(low) : IndexedOperand(low, extensionWord, extensionWord ?? 0, ref reader);
            return (source, destination);
        }

        // The one operand of Format II takes its bits 19:16 from the extension word's destination field, immediates too. GNU's assembler
        // puts them into the source field, which is reserved there: read as it means them.
        int field = extensionWord ?? 0;
        Operand only = Source(low, sourceMode, size, extensionWord, (field & 0xF) != 0 ? field : field >> 7, ref reader);
        return row.Name is "PUSH" or "CALL" ? (only, Operand.None) : (Operand.None, only);
    }

    private static Operand Source(int register, int mode, OperandSize size, ushort? extensionWord, int high, ref WordReader reader) => (register, mode) switch
    {
        (2, 2) => Operand.Constant(2, 4),
        (2, 3) => Operand.Constant(2, 8),
        (3, 0) => Operand.Constant(3, 0),
        (3, 1) => Operand.Constant(3, 1),
        (3, 2) => Operand.Constant(3, 2),
        (3, 3) => Operand.Constant(3, -1),
        (0, 2) => new Operand(AddressingMode.Indirect, 0, 0, reader.NextAddress),
        (0, 3) => Operand.Immediate(ImmediateValue(size, extensionWord, high, ref reader)),
        (_, 0) => Operand.Of(register),
        (_, 1) => IndexedOperand(register, extensionWord, high, ref reader),
        (_, 2) => new Operand(AddressingMode.Indirect, (byte)register, 0, 0),
        _ => new Operand(AddressingMode.IndirectAutoincrement, (byte)register, 0, 0),
    };

    private static int ImmediateValue(OperandSize size, ushort? extensionWord, int high, ref WordReader reader)
    {
        int value = reader.Next();
        return extensionWord is not null && size is OperandSize.Address ? ((high & 0xF) << 16) | value : value;
    }

    // X(Rn) and its relatives X(PC) and X(0). With an extension word the index has 20 bits and the sum wraps at 1 MiB; without one it is
    // signed, has 16 bits, and a sum whose base lies in the lower 64 KiB stays there.
    private static Operand IndexedOperand(int register, ushort? extensionWord, int high, ref WordReader reader)
    {
        uint wordAddress = reader.NextAddress;
        ushort low = reader.Next();
        bool isFar = extensionWord is not null;
        int index = isFar ? SignExtend20(((high & 0xF) << 16) | low) : (short)low;
        return register switch
        {
            2 => Operand.Absolute(isFar ? (uint)index & AddressMask : low),
            0 => new Operand(AddressingMode.Symbolic, 0, index, EffectiveAddress(wordAddress, index, isFar)),
            _ => new Operand(AddressingMode.Indexed, (byte)register, index, 0),
        };
    }

    /// <summary>Address of an indexed operand.</summary>
    /// <param name="baseAddress">Contents of the base register, 20 bits.</param>
    /// <param name="index">The index, sign-extended.</param>
    /// <param name="isFar">Whether the index has 20 bits (extension word) or the instruction is an address instruction: the sum then never wraps at 64 KiB.</param>
    public static uint EffectiveAddress(uint baseAddress, int index, bool isFar)
    {
        uint sum = baseAddress + (uint)index;
        return isFar || baseAddress > 0xFFFF ? sum & AddressMask : sum & 0xFFFF;
    }

    private static int SignExtend20(int value) => (value ^ 0x8_0000) - 0x8_0000;

    private static Instruction AddressInstruction(InstructionDefinition row, uint address, ushort word, WordReader reader)
    {
        int low = word & 0xF;
        int sourceField = row.Format is Format.CallAddress ? low : (word >> 8) & 0xF;
        Operand source = AddressOperand(row.SourceMode, sourceField, ref reader);
        Operand destination = AddressOperand(row.DestinationMode, low, ref reader);

        // R2 and R3 give the constants 4 and 2 to ADDA, CMPA and SUBA: not in the guide, seen on FR5969 and FR5994 boards.
        if (source.Mode is AddressingMode.Register && row.Name is "ADDA" or "CMPA" or "SUBA")
        {
            source = source.Register switch
            {
                2 => Operand.Constant(2, 4),
                3 => Operand.Constant(3, 2),
                _ => source,
            };
        }

        return New(row, address, OperandSize.Address, reader.Count) with { Source = source, Destination = destination };
    }

    private static Operand AddressOperand(AddressingMode mode, int field, ref WordReader reader)
    {
        switch (mode)
        {
            case AddressingMode.None:
                return Operand.None;
            case AddressingMode.Register:
                return Operand.Of(field);
            case AddressingMode.Indirect when field == 0:
                return new Operand(mode, 0, 0, reader.NextAddress);
            case AddressingMode.Indirect or AddressingMode.IndirectAutoincrement:
                return new Operand(mode, (byte)field, 0, 0);
            case AddressingMode.Immediate:
                return Operand.Immediate((field << 16) | reader.Next());
            case AddressingMode.Absolute:
                return Operand.Absolute(((uint)field << 16) | reader.Next());
            case AddressingMode.Symbolic:
            {
                uint wordAddress = reader.NextAddress;
                int index = SignExtend20((field << 16) | reader.Next());
                return new Operand(mode, 0, index, EffectiveAddress(wordAddress, index, isFar: true));
            }

            default:
            {
                uint wordAddress = reader.NextAddress;
                int index = (short)reader.Next();
                return field == 0
                    ? new Operand(AddressingMode.Symbolic, 0, index, EffectiveAddress(wordAddress, index, isFar: true))
                    : new Operand(AddressingMode.Indexed, (byte)field, index, 0);
            }
        }
    }

    // Hands out the operand words in order and knows where each lies.
    private ref struct WordReader(uint address, ReadOnlySpan<ushort> words, int count)
    {
        private readonly ReadOnlySpan<ushort> _words = words;

        public int Count { get; private set; } = count;

        public readonly uint NextAddress => (address + (uint)(2 * Count)) & AddressMask;

        public ushort Next() => _words[Count++];
    }
}
