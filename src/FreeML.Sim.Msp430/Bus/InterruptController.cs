using System.Numerics;

namespace FreeML.Sim.Msp430.Bus;

/// <summary>
/// Which interrupts are requested, by vector. A request is a flag whose enable bit is set: peripherals combine the two before they
/// come here, so what is left is GIE, priority and the nesting rule of the non-maskable ones.
/// </summary>
/// <remarks>
/// 56 vectors, 0xFF90 to 0xFFFE; bit n of a set is the vector at 0xFF90 + 2n, and the highest address has priority.
/// 0xFFFE is the reset vector and cannot be requested.
/// </remarks>
public sealed unsafe class InterruptController
{
    /// <summary>Address of the lowest vector.</summary>
    public const uint FirstVector = 0xFF90;

    /// <summary>User non-maskable interrupt.</summary>
    public const uint UserNmi = 0xFFFA;

    /// <summary>System non-maskable interrupt.</summary>
    public const uint SystemNmi = 0xFFFC;

    /// <summary>Reset: fetched after a reset, never requested.</summary>
    public const uint Reset = 0xFFFE;

    private const ulong UserNmiBit = 1UL << (int)((UserNmi - FirstVector) / 2);
    private const ulong SystemNmiBit = 1UL << (int)((SystemNmi - FirstVector) / 2);

    private readonly InterruptLine?[] _lines = new InterruptLine?[(Reset - FirstVector) / 2];
    private ulong _inService;
    private ulong _requested;
    private ulong* _copy;

    /// <summary>The vectors that GIE does not mask.</summary>
    public static ulong NonMaskable => UserNmiBit | SystemNmiBit;

    /// <summary>Called when a vector becomes requested, so that a running engine leaves its inner loop.</summary>
    public Action? Raised { get; set; }

    /// <summary>Requested vectors that may be taken: a non-maskable one still being served is left out.</summary>
    public ulong Pending => Requested & ~_inService;

    /// <summary>All requested vectors.</summary>
    public ulong Requested
    {
        get => _requested;
        private set
        {
            _requested = value;
            if (_copy != null)
            {
                *_copy = value;
            }
        }
    }

    /// <summary>Keeps a copy of <see cref="Requested"/> where an engine can reach it.</summary>
    internal void CopyTo(ulong* place)
    {
        _copy = place;
        *place = _requested;
    }

    /// <summary>Gives a peripheral its line. Each vector has one owner.</summary>
    /// <param name="vector">Address in the vector table.</param>
    /// <param name="name">Name for diagnostics.</param>
    /// <param name="acknowledged">Called when the CPU takes the interrupt; a single-source flag clears itself here.</param>
    /// <exception cref="InvalidOperationException">The vector has an owner.</exception>
    public InterruptLine Connect(uint vector, string name, Action? acknowledged = null)
    {
        int slot = SlotOf(vector);
        if (_lines[slot] is { } owner)
        {
            throw new InvalidOperationException($"Vector 0x{vector:X4} of {name} belongs to {owner.Name}.");
        }

        return _lines[slot] = new InterruptLine(this, vector, name, acknowledged);
    }

    /// <summary>Requests a vector.</summary>
    public void Request(uint vector)
    {
        ulong bit = 1UL << SlotOf(vector);
        if ((Requested & bit) == 0)
        {
            Requested |= bit;
            Raised?.Invoke();
        }
    }

    /// <summary>Withdraws a request.</summary>
    public void Clear(uint vector) => Requested &= ~(1UL << SlotOf(vector));

    /// <summary>Whether a vector is requested.</summary>
    public bool IsRequested(uint vector) => (Requested & (1UL << SlotOf(vector))) != 0;

    /// <summary>Whether the CPU has an interrupt to take.</summary>
    /// <param name="generalInterruptEnable">GIE in the status register.</param>
    public bool IsPending(bool generalInterruptEnable) =>
        (Pending & (generalInterruptEnable ? ulong.MaxValue : NonMaskable)) != 0;

    /// <summary>The vector the CPU takes next, or 0.</summary>
    /// <param name="generalInterruptEnable">GIE in the status register.</param>
    public uint Highest(bool generalInterruptEnable)
    {
        ulong ready = Pending & (generalInterruptEnable ? ulong.MaxValue : NonMaskable);
        return ready == 0 ? 0 : FirstVector + (2 * (uint)BitOperations.Log2(ready));
    }

    /// <summary>The CPU takes the interrupt: tells its owner, and blocks its level until <see cref="Return"/> if it is non-maskable.</summary>
    public void Acknowledge(uint vector)
    {
        int slot = SlotOf(vector);
        _inService |= (1UL << slot) & NonMaskable;
        _lines[slot]?.Acknowledge();
    }

    /// <summary>
    /// The CPU executed RETI: the innermost non-maskable level may be taken again. The silicon does not tell which RETI belongs
    /// to which interrupt, and neither do we (inferred).
    /// </summary>
    public void Return() =>
        _inService &= (_inService & SystemNmiBit) != 0 ? ~SystemNmiBit : ~UserNmiBit;

    /// <summary>Forgets all requests and what is being served, as every reset does.</summary>
    public void Clear()
    {
        Requested = 0;
        _inService = 0;
    }

    private static int SlotOf(uint vector)
    {
        if (vector is < FirstVector or >= Reset || (vector & 1) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(vector), $"0x{vector:X}", $"A vector is even and between 0x{FirstVector:X4} and 0x{SystemNmi:X4}.");
        }

        return (int)((vector - FirstVector) / 2);
    }
}
