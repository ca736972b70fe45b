using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>CRC32 at 0x0980: the ISO 3309 polynomial, and the CCITT one beside it; see <see cref="CrcGenerator"/>.</summary>
/// <remarks>
/// Words of 32-bit data enter as they are written, whichever of the two registers takes them. The mirror image of the whole result has
/// RESRW1 for its low word and RESRW0 for its high one: with seed FFFFFFFF and bytes through DI, its complement is the usual CRC-32.
/// Both signatures are 0 after a reset.
/// </remarks>
public sealed class Crc32 : Peripheral
{
    /// <summary>x^32 + x^26 + x^23 + x^22 + x^16 + x^12 + x^11 + x^10 + x^8 + x^7 + x^5 + x^4 + x^2 + x + 1.</summary>
    internal const uint Polynomial = 0x04C1_1DB7;

    private readonly CrcGenerator _crc32;
    private readonly CrcGenerator _crc16;

    /// <summary>CRC32.</summary>
    /// <param name="activities">For its cycles.</param>
    public Crc32(ModuleLedger activities)
        : base("CRC32", 0x0980)
    {
        _crc32 = new CrcGenerator(32, Polynomial, activities);
        _crc16 = new CrcGenerator(16, Crc16.Polynomial, activities);
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        _crc32.Reset(0);
        _crc16.Reset(0);
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        _crc32.DefineInput(map, 0x00, "CRC32DIW0", word: 0, reversed: false);
        _crc32.DefineInput(map, 0x02, "CRC32DIW1", word: 1, reversed: false);
        _crc32.DefineInput(map, 0x04, "CRC32DIRBW1", word: 1, reversed: true, highFirst: true);
        _crc32.DefineInput(map, 0x06, "CRC32DIRBW0", word: 0, reversed: true, highFirst: true);
        _crc32.DefineSignature(map, 0x08, "CRC32INIRESW0", word: 0);
        _crc32.DefineSignature(map, 0x0A, "CRC32INIRESW1", word: 1);
        _crc32.DefineMirrored(map, 0x0C, "CRC32RESRW1", word: 1);
        _crc32.DefineMirrored(map, 0x0E, "CRC32RESRW0", word: 0);
        _crc16.DefineInput(map, 0x10, "CRC16DIW0", word: 0, reversed: false);
        _crc16.DefineInput(map, 0x16, "CRC16DIRBW0", word: 0, reversed: true, highFirst: true);
        _crc16.DefineSignature(map, 0x18, "CRC16INIRESW0", word: 0);
        _crc16.DefineMirrored(map, 0x1E, "CRC16RESRW0", word: 0);
    }
}
