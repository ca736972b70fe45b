using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Bench;

/// <summary>
/// Programs made to be timed: 50 million instructions each, of the 16-bit instruction set, in FRAM, at 16 MHz with one wait state. They
/// end in the exit call of GNU's simulator and run on any MSP430 simulator; what sets clock and wait states is harmless elsewhere.
/// </summary>
internal static class Kernel
{
    private const uint Start = 0x4400;
    private const uint ResetVector = 0xFFFE;

    /// <summary>An instruction with its words; the text is for readers, and for a test that lists the words.</summary>
    internal readonly record struct Code(string Text, params ushort[] Words);

    // Watchdog off, FRCTL0.NWAITS = 1, DCO at 16 MHz, no dividers.
    private static Code[] Prologue { get; } =
    [
        new("mov #9216, r1", 0x4031, 0x2400),
        new("mov #23168, &0x015c", 0x40B2, 0x5A80, 0x015C),
        new("mov #-23280, &0x0140", 0x40B2, 0xA510, 0x0140),
        new("mov.b #165, &0x0161", 0x40F2, 0x00A5, 0x0161),
        new("mov #72, &0x0162", 0x40B2, 0x0048, 0x0162),
        new("mov #307, &0x0164", 0x40B2, 0x0133, 0x0164),
        new("mov #0, &0x0166", 0x4382, 0x0166),
    ];

    /// <summary>5000 times 1000 passes of ten instructions: arithmetic in registers, loads, a store, a jump.</summary>
    public static Code[] Loop { get; } =
    [
        .. Prologue,
        new("mov #7168, r9", 0x4039, 0x1C00),
        new("mov #11111, 0(r9)", 0x40B9, 0x2B67, 0x0000),
        new("mov #0, 2(r9)", 0x4389, 0x0002),
        new("mov #3605, 4(r9)", 0x40B9, 0x0E15, 0x0004),
        new("clr r12", 0x430C),
        new("mov #5000, r10", 0x403A, 0x1388),

        // outer:
        new("mov #1000, r11", 0x403B, 0x03E8),

        // inner:
        new("mov r11, r15", 0x4B0F),
        new("xor r12, r15", 0xEC0F),
        new("add @r9, r15", 0x592F),
        new("rrc r15", 0x100F),
        new("swpb r15", 0x108F),
        new("mov r15, 2(r9)", 0x4F89, 0x0002),
        new("addc 4(r9), r12", 0x691C, 0x0004),
        new("bic #8, r12", 0xC23C),
        new("dec r11", 0x831B),
        new("jnz $-22", 0x23F4),  // inner
        new("dec r10", 0x831A),
        new("jnz $-30", 0x23F0),  // outer
        new("call #385", 0x12B0, 0x0181),
    ];

    /// <summary>Short loops and calls: the program's first 32 words multiplied by shifting and adding, and a CRC over the products, 11,000 times.</summary>
    public static Code[] Multiply { get; } =
    [
        .. Prologue,
        new("mov #-1, r12", 0x433C),
        new("mov #11000, r10", 0x403A, 0x2AF8),

        // again:
        new("mov #17408, r14", 0x403E, 0x4400),
        new("mov #32, r11", 0x403B, 0x0020),

        // word:
        new("mov @r14+, r15", 0x4E3F),
        new("mov r11, r8", 0x4B08),
        new("clr r13", 0x430D),

        // bit of the factor:
        new("bit #1, r8", 0xB318),
        new("jz $+4", 0x2401),
        new("add r15, r13", 0x5F0D),
        new("rla r15", 0x5F0F),
        new("clrc", 0xC312),
        new("rrc r8", 0x1008),
        new("jnz $-12", 0x23F9),       // bit of the factor
        new("push r13", 0x120D),
        new("call #17500", 0x12B0, 0x445C),
        new("pop r13", 0x413D),
        new("dec r11", 0x831B),
        new("jnz $-30", 0x23F0),       // word
        new("dec r10", 0x831A),
        new("jnz $-42", 0x23EA),       // again
        new("call #385", 0x12B0, 0x0181),

        // crc:
        new("xor 2(r1), r12", 0xE11C, 0x0002),
        new("mov #16, r8", 0x4038, 0x0010),

        // bit of the CRC:
        new("rla r12", 0x5C0C),
        new("jnc $+6", 0x2802),
        new("xor #4129, r12", 0xE03C, 0x1021),
        new("dec r8", 0x8318),
        new("jnz $-10", 0x23FA),       // bit of the CRC
        new("ret", 0x4130),
    ];

    /// <summary>A program as an image.</summary>
    public static FirmwareImage Image(string name, Code[] code)
    {
        byte[] bytes = [.. code.SelectMany(line => line.Words).SelectMany(word => new[] { (byte)word, (byte)(word >> 8) })];
        return new FirmwareImage(
            name,
            ImageFormat.Elf,
            [new ImageSegment(Start, Start, bytes), new ImageSegment(ResetVector, ResetVector, new byte[] { (byte)(Start & 0xFF), (byte)(Start >> 8) })])
        {
            EntryPoint = Start,
        };
    }
}
