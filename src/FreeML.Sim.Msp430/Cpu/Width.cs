using System.Runtime.CompilerServices;

namespace FreeML.Sim.Msp430.Cpu;

/// <summary>An operand width as a type, so that the compiler writes one body for each.</summary>
internal interface IWidth
{
    /// <summary>Bits of the operand.</summary>
    static abstract int Bits { get; }

    /// <summary>Bytes by which <c>@Rn+</c> advances.</summary>
    static abstract uint Step { get; }
}

/// <summary>8 bits.</summary>
internal readonly struct ByteWidth : IWidth
{
    public static int Bits => 8;

    public static uint Step => 1;
}

/// <summary>16 bits.</summary>
internal readonly struct WordWidth : IWidth
{
    public static int Bits => 16;

    public static uint Step => 2;
}

/// <summary>20 bits.</summary>
internal readonly struct AddressWidth : IWidth
{
    public static int Bits => 20;

    public static uint Step => 4;
}

/// <summary>What follows from a width.</summary>
internal static class Width
{
    /// <summary>All bits of the operand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mask<TWidth>()
        where TWidth : struct, IWidth => (1u << TWidth.Bits) - 1;

    /// <summary>The sign bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sign<TWidth>()
        where TWidth : struct, IWidth => 1u << (TWidth.Bits - 1);
}
