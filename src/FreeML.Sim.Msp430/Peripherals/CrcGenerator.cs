using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>A signature generator with its registers: what CRC16 has one of and CRC32 two.</summary>
/// <remarks>
/// <para>Source: SLAU367 chapters CRC and CRC32. Data enter a byte at a time. Through DI the lowest bit of a byte goes first, through DIRB the
/// highest. Of a word the low byte goes first, but through the DIRB registers of CRC32 the high one: there the whole word is reversed (so
/// public programs that compare with a computation in software expect it). INIRES is seed and result, RESR its mirror image. Both inputs read what was taken in last, as
/// DI would have had it.</para>
/// <para>The result is there at the next access (the guide gives no other time). Inferred: a byte written to the upper half of an input
/// is data as well. RESR is FFFF after a reset until anything is written, whatever INIRES is: so say the guide's tables.</para>
/// </remarks>
internal sealed class CrcGenerator
{
    private readonly int _bits;
    private readonly ModuleLedger _activities;
    private readonly uint[] _afterByte = new uint[0x100];
    private readonly ushort[] _data;
    private uint _signature;
    private bool _isFresh;

    /// <summary>A generator.</summary>
    /// <param name="bits">16 or 32.</param>
    /// <param name="polynomial">Without its highest term, which is x to the power of <paramref name="bits"/>.</param>
    /// <param name="activities">For its cycles.</param>
    public CrcGenerator(int bits, uint polynomial, ModuleLedger activities)
    {
        _bits = bits;
        _activities = activities;
        _data = new ushort[bits / 16];
        for (uint value = 0; value < _afterByte.Length; value++)
        {
            _afterByte[value] = Divide(value << (bits - 8), polynomial);
        }
    }

    /// <summary>Signature and data after a reset.</summary>
    public void Reset(uint seed)
    {
        _signature = seed;
        _isFresh = true;
        Array.Clear(_data);
    }

    /// <summary>Declares an input register.</summary>
    /// <param name="map">Of the module.</param>
    /// <param name="offset">Of the register.</param>
    /// <param name="name">Its name.</param>
    /// <param name="word">Which word of the data register reads show there.</param>
    /// <param name="reversed">Whether the highest bit of a byte goes first.</param>
    /// <param name="highFirst">Whether the high byte of a word goes first.</param>
    public void DefineInput(RegisterMap map, uint offset, string name, int word, bool reversed, bool highFirst = false)
    {
        FieldRegister register = map.Word(offset, name);
        Byte(highFirst ? 8 : 0);
        Byte(highFirst ? 0 : 8);

        void Byte(int shift) => register.Field(
            shift,
            8,
            name + (shift == 0 ? "_L" : "_H"),
            onRead: () => (_data[word] >> shift) & 0xFF,
            onWrite: value => TakeByte(value, word, shift, reversed));
    }

    /// <summary>Declares a word of seed and result.</summary>
    public void DefineSignature(RegisterMap map, uint offset, string name, int word) => map.Word(offset, name)
        .Field(0, 8, name + "_L", onRead: () => (int)(_signature >> (16 * word)) & 0xFF, onWrite: value => Seed((uint)value, 16 * word))
        .Field(8, 8, name + "_H", onRead: () => (int)(_signature >> ((16 * word) + 8)) & 0xFF, onWrite: value => Seed((uint)value, (16 * word) + 8));

    /// <summary>Declares a word of the result's mirror image: that of the result's word of the same number.</summary>
    public void DefineMirrored(RegisterMap map, uint offset, string name, int word) => map.Word(offset, name)
        .Field(0, 16, name, Access.ReadOnly, onRead: () => _isFresh ? 0xFFFF : Mirror((ushort)(_signature >> (16 * word)), 16));

    private void TakeByte(int value, int word, int shift, bool reversed)
    {
        int lowestFirst = reversed ? Mirror(value, 8) : value;
        _data[word] = (ushort)((_data[word] & ~(0xFF << shift)) | (lowestFirst << shift));
        int highestFirst = Mirror(lowestFirst, 8);
        uint index = (_signature >> (_bits - 8)) ^ (uint)highestFirst;
        _signature = Truncate(_signature << 8) ^ _afterByte[index];
        _isFresh = false;
        _activities.Add(ModuleActivity.Crc, 1);
    }

    private void Seed(uint value, int shift)
    {
        _isFresh = false;
        _signature = (_signature & ~(0xFFu << shift)) | (value << shift);
    }

    // Eight steps of the shift register.
    private uint Divide(uint remainder, uint polynomial)
    {
        for (int bit = 0; bit < 8; bit++)
        {
            bool overflows = ((remainder >> (_bits - 1)) & 1) != 0;
            remainder = Truncate(remainder << 1) ^ (overflows ? polynomial : 0);
        }

        return remainder;
    }

    private uint Truncate(uint value) => value & (uint.MaxValue >> (32 - _bits));

    private static int Mirror(int value, int bits)
    {
        int mirrored = 0;
        for (int bit = 0; bit < bits; bit++)
        {
            mirrored |= ((value >> bit) & 1) << (bits - 1 - bit);
        }

        return mirrored;
    }
}
