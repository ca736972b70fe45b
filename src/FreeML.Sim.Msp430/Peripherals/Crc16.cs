using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>CRC16 at 0x0150: the CCITT polynomial; see <see cref="CrcGenerator"/>.</summary>
public sealed class Crc16 : Peripheral
{
    /// <summary>x^16 + x^12 + x^5 + 1.</summary>
    internal const uint Polynomial = 0x1021;

    private readonly CrcGenerator _generator;

    /// <summary>CRC16.</summary>
    /// <param name="activities">For its cycles.</param>
    public Crc16(ModuleLedger activities)
        : base("CRC16", 0x0150, "CRC") => _generator = new CrcGenerator(16, Polynomial, activities);

    /// <inheritdoc/>
    public override void Reset(ResetKind kind) => _generator.Reset(0xFFFF);

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map)
    {
        _generator.DefineInput(map, 0x00, "DI", word: 0, reversed: false);
        _generator.DefineInput(map, 0x02, "DIRB", word: 0, reversed: true);
        _generator.DefineSignature(map, 0x04, "INIRES", word: 0);
        _generator.DefineMirrored(map, 0x06, "RESR", word: 0);
    }
}
