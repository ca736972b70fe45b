namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>What an oracle left behind after one case: registers by number, words by address; or why there is none.</summary>
internal sealed record Observation(IReadOnlyDictionary<int, int> Registers, IReadOnlyDictionary<int, ushort> Words, string? Failure = null)
{
    public static Observation Failed(string reason) => new(new Dictionary<int, int>(), new Dictionary<int, ushort>(), reason);
}

/// <summary>One register (0 to 15) or word (address + <see cref="MemoryBase"/>) in which an oracle differs from a case.</summary>
internal readonly record struct Difference(int Where, int Expected, int Found)
{
    public const int MemoryBase = 0x1000000;
    public const int Status = 2;

    public bool IsStatus => Where == Status;

    public bool IsMemory => Where >= MemoryBase;

    /// <summary>The bits that differ.</summary>
    public int Bits => Expected ^ Found;

    public override string ToString() =>
        $"{(IsMemory ? $"@{Where - MemoryBase:x}" : ConformanceFormat.RegisterName(Where))}: found {Found:x}, expected {Expected:x}";
}

/// <summary>A simulator that can be asked what it makes of cases.</summary>
internal interface IOracle
{
    string Name { get; }

    /// <summary>Known faults; a difference that none of them excuses fails the cross-check.</summary>
    IReadOnlyList<Mask> Masks { get; }

    /// <summary>Why a case cannot be put to this oracle, or null.</summary>
    string? Unsuitable(ConformanceCase test);

    /// <summary>Runs cases, in order; one observation each.</summary>
    IReadOnlyList<Observation> Run(IReadOnlyList<ConformanceCase> cases);
}

/// <summary>A known fault: its name, what it is, and exactly which differences it excuses.</summary>
internal sealed record Mask(string Name, string Fault, Func<ConformanceCase, Shape, Difference, bool> Excuses);

/// <summary>The fields of a case's first instruction that masks ask about.</summary>
internal sealed record Shape(int Extension, int Opcode)
{
    public bool IsExtended => Extension != 0;

    public bool IsFormatOne => Opcode >= 0x4000;

    public bool IsFormatTwo => Opcode is >= 0x1000 and < 0x1300;

    /// <summary>Opcode field of Format I (4 to F), else 0.</summary>
    public int Operation => IsFormatOne ? Opcode >> 12 : 0;

    /// <summary>Format II opcode without size, mode, register, else 0.</summary>
    public int SingleOperation => IsFormatTwo ? Opcode & 0xFF80 : 0;

    public int SourceRegister => IsFormatOne ? (Opcode >> 8) & 0xF : Opcode & 0xF;

    public int SourceMode => (Opcode >> 4) & 3;

    public int DestinationRegister => Opcode & 0xF;

    public bool DestinationInMemory => IsFormatOne && (Opcode & 0x80) != 0;

    public bool IsAddressWord => IsExtended && (Extension & 0x40) == 0;

    public bool IsByte => !IsAddressWord && (IsFormatOne || IsFormatTwo) && (Opcode & 0x40) != 0;

    public bool ZeroCarry => IsExtended && IsRegisterMode && (Extension & 0x100) != 0;

    public bool IsRegisterMode => SourceMode == 0 && !DestinationInMemory;

    /// <summary>More than one repetition, or a count in a register.</summary>
    public bool IsRepeated => IsExtended && IsRegisterMode && (Extension & 0x8F) != 0;

    public static Shape Of(ConformanceCase test)
    {
        bool extended = test.Code[0] is >= 0x1800 and <= 0x1FFF;
        return new Shape(extended ? test.Code[0] : 0, extended ? test.Code[1] : test.Code[0]);
    }
}
