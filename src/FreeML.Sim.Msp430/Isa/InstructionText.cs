using System.Globalization;

namespace FreeML.Sim.Msp430.Isa;

/// <summary>
/// One instruction, taken apart for the listing: extension word (0 if none), opcode word and what follows it. Two texts can be had of it:
/// the one that objdump prints, and the plain one, without emulated names and with operands as the CPU takes them.
/// </summary>
internal readonly ref struct InstructionText
{
    private const uint AddressMask = 0xF_FFFF;

    private readonly ushort _extension;
    private readonly bool _isExtended;
    private readonly ReadOnlySpan<ushort> _words;
    private readonly Instruction _shape;
    private readonly bool _isPlain;

    /// <summary>Takes apart.</summary>
    /// <param name="address">Address of the first word.</param>
    /// <param name="words">At least one word more than the longest instruction has.</param>
    /// <param name="isPlain">Which text is wanted.</param>
    public InstructionText(uint address, ReadOnlySpan<ushort> words, bool isPlain)
    {
        _isExtended = InstructionSet.IsExtensionWord(words[0]);
        _extension = _isExtended ? words[0] : (ushort)0;
        _words = words[(_isExtended ? 1 : 0)..];
        _shape = Decoder.DecodeShape((address + (_isExtended ? 2u : 0u)) & AddressMask, _words);
        _isPlain = isPlain;
    }

    // Of two, the destination is first taken for an index, then for an address, and so on: the operand that stands alone is printed its own way.
    private enum Role
    {
        Source,
        Destination,
        Only,
    }

    private ushort Opcode => _words[0];

    private ushort DestinationWord => _words[_shape.Source.HasWord ? 2 : 1];

    private string X => _isExtended ? "x" : "";

    public AssemblyText Text()
    {
        EmulatedInstruction? emulated = Emulated();
        if (_shape.Definition is not { } row)
        {
            return emulated is null
                ? new AssemblyText(".word", _isExtended ? $"0x{_extension:x4}, 0x{Opcode:x4}" : $"0x{Opcode:x4}", _isExtended ? 2 : 1, "")
                : Assembled(emulated.Name, "", "");
        }

        return emulated is null
            ? Assembled(row.Name.ToLowerInvariant(), Suffix(row), Operands(row))
            : Assembled(emulated.Name, emulated.HasSuffix ? Suffix(row) : "", emulated.Shown switch
            {
                ShownOperand.None => "",
                ShownOperand.All => Operands(row),
                ShownOperand.Source => EmulatedSource(row, emulated),
                ShownOperand.Both => Destination(row, _words[1], Role.Destination),
                _ => Destination(row, DestinationWord, Role.Only),
            });
    }

    private EmulatedInstruction? Emulated() => EmulatedInstructions.Find(_extension, _words) switch
    {
        { Shown: not ShownOperand.All } when _isPlain => null,

        // #1 has the bits of 0(R3), but is none.
        { Shown: ShownOperand.Both } when _shape.Source.Mode != _shape.Destination.Mode => null,
        var emulated => emulated,
    };

    private AssemblyText Assembled(string name, string suffix, string operands) =>
        new($"{Repeat()}{name}{X}{suffix}", operands, _shape.Words + (_isExtended ? 1 : 0), "");

    // Only an instruction without operand words can be repeated: with them, the count's bits are an address's.
    private string Repeat()
    {
        int low = _extension & 0xF;
        bool isRegister = (_extension & 0x80) != 0;
        return (low, _shape.Words, isRegister) switch
        {
            (0, _, _) or (_, > 1, _) => "",
            (_, _, true) => $"rpt r{low} {{ ",
            _ => $"rpt #{low + 1} {{ ",
        };
    }

    private string Suffix(InstructionDefinition row)
    {
        bool byteBit = row.HasByteBit && (Opcode & 0x40) != 0;
        if (row.Format is Format.MultiShift or Format.MultiPush)
        {
            return _shape.Size is OperandSize.Address ? ".a" : "";
        }

        if (!_isExtended || row.Format is not (Format.DoubleOperand or Format.SingleOperand or Format.Jump))
        {
            return byteBit ? ".b" : "";
        }

        return ((_extension & 0x40) != 0, byteBit) switch
        {
            (true, false) => ".w",
            (true, true) => ".b",
            (false, true) => ".a",

            // Reserved, save for SWPBX and SXTX, which have no B/W bit.
            _ => row.IsExtensible && !row.HasByteBit ? ".a" : ".?",
        };
    }

    private string Operands(InstructionDefinition row)
    {
        int register = Opcode & 0xF;
        switch (row.Format)
        {
            case Format.Jump:
                int offset = 2 + (2 * (((Opcode & 0x3FF) ^ 0x200) - 0x200));
                return "$" + offset.ToString("+0;-0;+0", CultureInfo.InvariantCulture);
            case Format.MultiShift:
                return $"#{_shape.Count}, r{register}";
            case Format.MultiPush:
                // The assembler's POPM names the highest register, its opcode the lowest. objdump knows registers beyond R15.
                int last = row.Name is "POPM" ? register + _shape.Count - 1 : register;
                return $"#{_shape.Count}, r{(_isPlain ? last & 0xF : last)}";
            default:
                string source = Source(row);
                string destination = Destination(row, DestinationWord, row.Format is Format.SingleOperand ? Role.Only : Role.Destination);
                return source.Length > 0 && destination.Length > 0 ? $"{source}, {destination}" : source + destination;
        }
    }

    private string Source(InstructionDefinition row) => row.Format switch
    {
        Format.CallAddress => AddressOperand(row, _shape.Source, _words[1], Opcode & 0xF),
        Format.Address => AddressOperand(row, _shape.Source, _words[1], (Opcode >> 8) & 0xF),

        Format.SingleOperand => Operand(row, _shape.Source, _words[1], HighOfOnly, Role.Only),
        _ => Operand(row, _shape.Source, _words[1], High(7), Role.Source),
    };

    private string Destination(InstructionDefinition row, ushort word, Role role) => row.Format switch
    {
        Format.Address => AddressOperand(row, _shape.Destination, word, Opcode & 0xF),
        Format.SingleOperand => Operand(row, _shape.Destination, word, HighOfOnly, role),
        _ => Operand(row, _shape.Destination, word, High(0), role),
    };

    // BR shows four digits, even behind an extension word, and a number in hexadecimal.
    private string EmulatedSource(InstructionDefinition row, EmulatedInstruction emulated) => (emulated.IgnoresExtension, _shape.Source.Mode) switch
    {
        (true, AddressingMode.Immediate) => $"#0x{_words[1]:x4}",
        (true, _) => Operand(row, _shape.Source, _words[1], null, Role.Source),
        _ => Source(row),
    };

    // Bits 19:16 of Format II's operand: the destination's. GNU's assembler takes the source's, its objdump does not read them there.
    private int? HighOfOnly => _isPlain && High(0) == 0 ? High(7) : High(0);

    // Bits 19:16 of an operand, from where the extension word has them; null without one.
    private int? High(int shift) => _isExtended ? (_extension >> shift) & 0xF : null;

    private string Operand(InstructionDefinition row, Operand operand, ushort word, int? high, Role role)
    {
        // An immediate has 20 bits only where the operation has.
        bool isCut = _isPlain && operand.Mode is AddressingMode.Immediate && high is not null && Suffix(row) != ".a";
        int number = Number(word, isCut ? 0 : high, role);
        return operand.Mode switch
        {
            AddressingMode.None => "",
            AddressingMode.Register when operand.Register == 3 && row.Format is Format.SingleOperand && !_isPlain => "#0",
            AddressingMode.Register => $"r{operand.Register}",
            AddressingMode.Indexed => $"{number}(r{operand.Register})",
            AddressingMode.Symbolic => "0x" + SymbolicAddress(row, word, high, number, role),
            AddressingMode.Absolute => "&0x" + Address(word, high, number, role),
            AddressingMode.Indirect => $"@r{operand.Register}",
            AddressingMode.IndirectAutoincrement => $"@r{operand.Register}+",
            AddressingMode.Immediate => $"#{number}",
            _ => $"#{operand.Value}",
        };
    }

    // Where bit 15 of its word is set, objdump takes bits 19:16 of all but the source for set, too.
    private int Number(ushort word, int? high, Role role) => high is not { } bits || (!_isPlain && role is not Role.Source && word >= 0x8000)
        ? (short)word
        : (((bits << 16) | word) ^ 0x8_0000) - 0x8_0000;

    private string Address(ushort word, int? high, int number, Role role) =>
        high is null || (!_isPlain && role is Role.Only && high == 0) ? $"{word:x4}" : $"{number & 0xF_FFFF:x5}";

    // An only operand relative to the PC: objdump drops bits 19:16 in Format II, and prints 32 bits otherwise.
    private string SymbolicAddress(InstructionDefinition row, ushort word, int? high, int number, Role role) => (role, row.Format) switch
    {
        _ when _isPlain => Address(word, high, number, role),
        (Role.Only, Format.SingleOperand) => (high ?? 0) == 0 ? $"{word:x4}" : $"0{word:x4}",
        (Role.Only, _) => $"{(word >= 0x8000 ? (short)word : ((high ?? 0) << 16) | word):x4}",
        _ => Address(word, high, number, role),
    };

    private string AddressOperand(InstructionDefinition row, Operand operand, ushort word, int field) => operand.Mode switch
    {
        AddressingMode.None => "",
        AddressingMode.Indexed or AddressingMode.Symbolic => row.SourceMode is AddressingMode.Symbolic
            ? $"{(field << 16) + (short)word}(PC)"
            : $"{(short)word}(r{field})",
        AddressingMode.Absolute => $"&{(field << 16) | word}",
        AddressingMode.Indirect => $"@r{field}",
        AddressingMode.IndirectAutoincrement => $"@r{field}+",
        AddressingMode.Immediate when row.Name is "MOVA" => $"#{(((field << 16) | word) ^ 0x8_0000) - 0x8_0000}",
        AddressingMode.Immediate => $"#{(field << 16) | word}",
        AddressingMode.Constant when _isPlain => $"#{operand.Value}",
        _ => $"r{field}",
    };
}
