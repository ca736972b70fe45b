using System.Numerics;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>What a UART's character looks like on the wire. Levels of a frame are bits of a number, the start bit in bit 0.</summary>
/// <param name="DataBits">7 or 8.</param>
/// <param name="HasParity">Whether a parity bit follows the data.</param>
/// <param name="IsEven">Whether data and parity together have an even number of ones.</param>
/// <param name="StopBits">1 or 2.</param>
/// <param name="IsHighestFirst">Whether the data begin with their highest bit.</param>
internal readonly record struct UartFormat(int DataBits, bool HasParity, bool IsEven, int StopBits, bool IsHighestFirst)
{
    /// <summary>Bits of a frame, from start to the last stop bit.</summary>
    public int Bits => FirstStop + StopBits;

    private int FirstStop => 1 + DataBits + (HasParity ? 1 : 0);

    /// <summary>The frame of a character.</summary>
    public uint Encode(byte data)
    {
        uint bits = Order(data & DataMask);
        uint parity = HasParity && IsOdd(bits) == IsEven ? 1u : 0;
        uint stop = (1u << StopBits) - 1;
        return (bits << 1) | (parity << (1 + DataBits)) | (stop << FirstStop);
    }

    /// <summary>The character in a frame; bit 7 is 0 where there are seven.</summary>
    public byte Decode(uint levels) => (byte)Order((levels >> 1) & DataMask);

    /// <summary>Whether the parity bit is as it should be, or there is none.</summary>
    public bool ParityHolds(uint levels) => !HasParity || IsOdd((levels >> 1) & ((DataMask << 1) | 1)) != IsEven;

    /// <summary>Whether all stop bits are high.</summary>
    public bool StopHolds(uint levels) => (~levels >> FirstStop & ((1u << StopBits) - 1)) == 0;

    private uint DataMask => (1u << DataBits) - 1;

    private static bool IsOdd(uint bits) => (BitOperations.PopCount(bits) & 1) != 0;

    private uint Order(uint data)
    {
        if (!IsHighestFirst)
        {
            return data;
        }

        uint mirrored = 0;
        for (int bit = 0; bit < DataBits; bit++)
        {
            mirrored |= ((data >> bit) & 1) << (DataBits - 1 - bit);
        }

        return mirrored;
    }
}

/// <summary>How long the bits of a frame are, in cycles of BRCLK.</summary>
/// <param name="Prescaler">UCBR.</param>
/// <param name="Oversamples">UCOS16.</param>
/// <param name="FirstStage">UCBRF, which counts with oversampling only.</param>
/// <param name="SecondStage">UCBRS: bit n of it lengthens bit n of the frame by a cycle, and bit n + 8.</param>
/// <remarks>SLAU367, eUSCI UART mode, transmit bit timing. That the pattern is used from its lowest bit on is inferred.</remarks>
internal readonly record struct UartBaud(int Prescaler, bool Oversamples, int FirstStage, int SecondStage)
{
    private const int PatternBits = 8;

    /// <summary>Cycles from the beginning of the frame to the beginning of a bit; of the bit behind the last one for all of it.</summary>
    public long CyclesBefore(int bit)
    {
        int lengthened = ((SecondStage << PatternBits) | SecondStage) & ((1 << bit) - 1);
        return ((long)bit * CyclesPerBit) + BitOperations.PopCount((uint)lengthened);
    }

    /// <summary>Cycles from the beginning of the frame to the middle of a bit.</summary>
    public long CyclesToMiddle(int bit) => (CyclesBefore(bit) + CyclesBefore(bit + 1)) / 2;

    // A prescaler of 0 is not allowed; it must not stop time here.
    private int CyclesPerBit => Math.Max(1, Oversamples ? (16 * Prescaler) + FirstStage : Prescaler);
}
