namespace FreeML.Sim.Tests.Jit;

/// <summary>Where a random program of <see cref="RandomBlocks"/> lies. What is not named here is the data's: SRAM from 2200, FRAM from 6000 and from 20000.</summary>
/// <param name="Origin">Its body.</param>
/// <param name="BodyWords">Words of the body, more or less.</param>
internal sealed record RandomLayout(uint Origin, int BodyWords)
{
    public const uint Handler = 0x4400;
    public const uint Start = 0x4480;
    public const uint Overlays = 0x5800;
    public const uint OverlayBytes = 0x40;
    public const int OverlayCount = 4;

    public const uint Fram = 0x4000;
    public const int FramBytes = 0x4_0000;
    public const uint Data = 0x6000;
    public const uint FarData = 0x2_0000;
    public const int DataBytes = 0x1000;

    // Words that DMA copies onto code.
    public const ushort Patches = 0x4700;
    public const ushort Stack = 0x2B00;
    public const ushort HandlerCount = 0x2B20;
    public const ushort LoopCount = 0x2B40;
    public const ushort SavedStack = 0x2B42;
    public const ushort Turn = 0x2B44;

    // In RAM beside the data, where the two RAMs meet, and in FRAM.
    private static readonly ushort[] Slots = [0x2102, 0x2BE0, 0x2C46, 0x5C00];

    /// <summary>Whether the body lies above 64 KiB, so that calls are CALLA.</summary>
    public bool IsFar => Origin >= 0x1_0000;

    /// <summary>Whether a power failure takes the body away.</summary>
    public bool IsInRam => Origin < 0x4000;

    /// <summary>A subroutine, called from anywhere.</summary>
    public uint Subroutine => IsFar ? 0x1_1000u : 0x5E00;

    /// <summary>Where overlays are copied to.</summary>
    public static ushort Slot(Random random) => Slots[random.Next(Slots.Length)];

    /// <summary>Whether an address lies where overlays are copied to.</summary>
    public static bool IsInSlot(uint address) => Slots.Any(slot => address >= slot && address < slot + OverlayBytes);

    public static RandomLayout Next(Random random)
    {
        int words = random.Next(4) switch { 0 => 30, 3 => 180, _ => 90 };
        return new RandomLayout(random.Next(8) switch
        {
            0 or 1 => 0x1C00u + (2 * (uint)random.Next(32)),
            2 => 0x1_2000u + (2 * (uint)random.Next(32)),
            // Up to the last words of FRAM, and of the upper half of RAM.
            3 => 0x4_4000u - (2 * (uint)(words + 12 + random.Next(4))),
            4 => 0x3C00u - (2 * (uint)(words + 12 + random.Next(4))),
            _ => 0x5000u + (2 * (uint)random.Next(32)),
        }, words);
    }
}
