using System.Buffers.Binary;
using System.Globalization;
using FreeML.Sim.Msp430.Isa;

namespace FreeML.Sim.Tests.Isa;

/// <summary>Words, and what objdump prints for the instruction they begin with.</summary>
internal readonly record struct ListedWords(ushort[] Words, uint Address, ObjdumpLine Line);

/// <summary>Makes objdump list all 65,536 values of one word, among others that stay the same.</summary>
internal static class WordSweep
{
    // 16 bytes, of which no instruction that begins in the first four words leaves a byte undecided.
    private const int SlotWords = 8;
    private const uint Address = 0x1_0000;
    private const ushort Nop = 0x4303;

    // Slots to a file: few enough that none reaches a second 64 KiB, whose end objdump takes for interrupt vectors.
    private const int FileSlots = 0xFFE0 / (2 * SlotWords);

    /// <summary>The surroundings every test run sees: stars take all values.</summary>
    public static IReadOnlyList<string> Usual { get; } =
    [
        "**** 1234 5678 9abc",
        "**** fffe 8000 ffff",
        "1840 **** 1234 5678",
        "1800 **** 1234 5678",
        "1945 **** 1234 5678",
        "1887 **** fedc 8000",
    ];

    /// <summary>Further ones.</summary>
    public static IReadOnlyList<string> Others { get; } =
    [
        "**** 4303 4303 4303",
        "**** 0000 0000 0000",
        "**** 1843 4405 0001",
        "1803 **** fedc 8000",
        "1f8f **** 1234 1234",
        "1fff **** 1234 1234",
        "1840 **** fedc 8000",
        "1800 **** 8000 fedc",
        "1bc7 **** fffe ffff",
        "1bc7 **** fffe 8001",
        "19c5 **** 8234 5678",
        "1b80 **** 1234 5678",
        "1c40 **** 1234 5678",
    ];

    private static readonly Dictionary<string, List<ListedWords>> Known = [];

    /// <summary>All values in order, save those at which objdump gives up.</summary>
    public static IReadOnlyList<ListedWords> Of(string surroundings)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(surroundings, out List<ListedWords>? listed))
            {
                Known[surroundings] = listed = List(surroundings);
            }

            return listed;
        }
    }

    /// <summary>
    /// Whether objdump prints nothing for an instruction, and nothing behind it: Format I that writes R3, unless it has an emulated name;
    /// and two blocks that the silicon leaves undefined.
    /// </summary>
    public static bool ObjdumpGivesUp(ReadOnlySpan<ushort> words)
    {
        bool isExtended = InstructionSet.IsExtensionWord(words[0]);
        ushort word = words[isExtended ? 1 : 0];
        return word is (>= 0x13A0 and <= 0x13AF) or (>= 0x13C0 and <= 0x13FF)
            || (word >= 0x4000 && (word & 0x8F) == 3 && EmulatedInstructions.Find(0, [word, 0, 0]) is null or { Name: "rla" or "rlc" });
    }

    private static List<ListedWords> List(string surroundings)
    {
        List<ushort[]> slots = [.. Slots(surroundings).Where(slot => !ObjdumpGivesUp(slot))];
        var listed = new List<ListedWords>(slots.Count);
        foreach (ushort[][] file in slots.Chunk(FileSlots))
        {
            byte[] bytes = new byte[file.Length * SlotWords * 2];
            for (int i = 0; i < bytes.Length / 2; i++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), file[i / SlotWords][i % SlotWords]);
            }

            Dictionary<uint, ObjdumpLine> lines = Objdump.OfBinary(bytes, Address).ToDictionary(line => line.Address);
            for (int i = 0; i < file.Length; i++)
            {
                uint address = Address + (uint)(i * SlotWords * 2);
                listed.Add(new ListedWords(file[i], address, lines.GetValueOrDefault(address)));
            }
        }

        return listed;
    }

    private static IEnumerable<ushort[]> Slots(string surroundings)
    {
        string[] pattern = surroundings.Split(' ');
        for (int value = 0; value < 0x1_0000; value++)
        {
            ushort[] slot = new ushort[SlotWords];
            Array.Fill(slot, Nop);
            for (int i = 0; i < pattern.Length; i++)
            {
                slot[i] = pattern[i][0] == '*' ? (ushort)value : ushort.Parse(pattern[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }

            yield return slot;
        }
    }
}
