using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Jit;

/// <summary>Loops of random instructions, with operands that mostly point to memory.</summary>
internal static class RandomProgram
{
    private const int BodyWords = 24;

    /// <summary>Random legal instructions, some with extension words, and a jump back to the beginning.</summary>
    public static byte[] Make(Random random, uint origin)
    {
        var words = new List<ushort>();
        while (words.Count < BodyWords)
        {
            ushort[] candidate = Candidate(random);
            uint address = origin + (uint)(2 * words.Count);
            Instruction decoded = Decoder.Decode(address, candidate);
            if (decoded.IsLegal && decoded.Words <= candidate.Length && !IsTooWild(decoded))
            {
                words.AddRange(candidate.Take(decoded.Words));
            }
        }

        // Jumps inside the body go anywhere; the last one closes the loop.
        words.Add((ushort)(0x3C00 | ((-words.Count - 1) & 0x3FF)));
        words.Add(0x3FFF);
        return [.. words.SelectMany(word => new[] { (byte)word, (byte)(word >> 8) })];
    }

    /// <summary>Registers that point into SRAM, FRAM, or anywhere.</summary>
    public static void SetRegisters(Device device, int seed)
    {
        var random = new Random(seed);
        for (int register = 4; register < 16; register++)
        {
            device.SetRegister(register, random.Next(4) switch
            {
                0 => (uint)random.Next(0x1D00, 0x2B00),
                1 => (uint)random.Next(0x6000, 0x7000),
                2 => (uint)random.Next(0x20000, 0x30000),
                _ => (uint)random.Next(0x100000),
            });
        }
    }

    public static ushort[] Candidate(Random random)
    {
        ushort first = random.Next(8) switch
        {
            0 => (ushort)(0x1000 | random.Next(0x300)),
            1 => (ushort)random.Next(0x1000),
            2 => (ushort)(0x1400 | random.Next(0x400)),
            3 => (ushort)(0x2000 | (random.Next(8) << 10) | random.Next(6)),
            _ => (ushort)random.Next(0x4000, 0x10000),
        };
        ushort[] operands = [Word(random), Word(random), Word(random)];
        return random.Next(6) == 0
            ? [(ushort)(0x1800 | random.Next(0x800)), first, .. operands]
            : [first, .. operands];
    }

    // Addresses in memory, small numbers, or anything.
    private static ushort Word(Random random) => random.Next(4) switch
    {
        0 => (ushort)random.Next(0x1D00, 0x2B00),
        1 => (ushort)random.Next(0x6000, 0x7000),
        2 => (ushort)random.Next(-16, 16),
        _ => (ushort)random.Next(0x10000),
    };

    // What would leave the loop for good: writes of PC and SR, calls, returns.
    public static bool IsTooWild(in Instruction i) =>
        i.Definition!.Name is "CALL" or "CALLA" or "RETI"
        || (i.Destination is { Mode: AddressingMode.Register, Register: 0 or 1 or 2 })
        || (i.Definition.Name is "POPM" && i.Destination.Register + i.Count > 16)
        || (i.Definition.Name is "POPM" && i.Destination.Register < 4)
        || i.Target == i.Address && i.Definition.Format is Format.Jump;
}
