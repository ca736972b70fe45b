using System.Buffers.Binary;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Decodes <c>e_flags</c> and <c>.MSP430.attributes</c>. The section is a format byte <c>A</c>, then blocks of length and
/// vendor name; inside a block, sub-blocks of a scope tag and a length; inside those of file scope, tags and values as
/// ULEB128 numbers (even tags) or zero-terminated text (odd tags). Only the vendor <c>mspabi</c> speaks of the CPU.
/// </summary>
internal static class ElfBuildAttributes
{
    private const uint FileScope = 1;
    private const uint InstructionSetTag = 4;
    private const uint CodeModelTag = 6;
    private const uint DataModelTag = 8;

    /// <summary>Names of the low byte of <c>e_flags</c>, as binutils spells them.</summary>
    private static readonly Dictionary<byte, string> Variants = new()
    {
        [11] = "MSP430x11", [12] = "MSP430x12", [13] = "MSP430x13", [14] = "MSP430x14", [15] = "MSP430x15",
        [16] = "MSP430x16", [20] = "MSP430x20", [22] = "MSP430x22", [23] = "MSP430x23", [24] = "MSP430x24",
        [26] = "MSP430x26", [31] = "MSP430x31", [32] = "MSP430x32", [33] = "MSP430x33", [43] = "MSP430x43",
        [44] = "MSP430x44", [45] = "MSP430X", [46] = "MSP430x46", [47] = "MSP430x47", [54] = "MSP430x54",
        [110] = "MSP430x11x1",
    };

    /// <summary>Decodes both; an absent section or an unknown format of it says nothing.</summary>
    /// <exception cref="InputException">A length in the section leads out of it.</exception>
    public static BuildAttributes Decode(string source, uint elfFlags, ReadOnlySpan<byte> section)
    {
        BuildAttributes result = BuildAttributes.None with { CpuVariant = Variants.GetValueOrDefault((byte)elfFlags) };
        if (section.IsEmpty || section[0] != 'A')
        {
            return result;
        }

        for (ReadOnlySpan<byte> blocks = section[1..]; !blocks.IsEmpty;)
        {
            ReadOnlySpan<byte> block = TakeBlock(source, ref blocks, headerLength: 0);
            int vendorLength = block.IndexOf((byte)0);
            if (vendorLength < 0)
            {
                throw Malformed(source);
            }

            if (block[..vendorLength].SequenceEqual("mspabi"u8))
            {
                result = DecodeVendor(source, block[(vendorLength + 1)..], result);
            }
        }

        return result;
    }

    private static BuildAttributes DecodeVendor(string source, ReadOnlySpan<byte> scopes, BuildAttributes result)
    {
        while (!scopes.IsEmpty)
        {
            ReadOnlySpan<byte> tail = scopes;
            uint scope = TakeNumber(source, ref tail);
            int tagLength = scopes.Length - tail.Length;
            ReadOnlySpan<byte> attributes = TakeBlock(source, ref tail, tagLength);
            scopes = tail;
            while (scope == FileScope && !attributes.IsEmpty)
            {
                uint tag = TakeNumber(source, ref attributes);
                if ((tag & 1) != 0)
                {
                    int end = attributes.IndexOf((byte)0);
                    attributes = end < 0 ? throw Malformed(source) : attributes[(end + 1)..];
                    continue;
                }

                uint value = TakeNumber(source, ref attributes);
                result = tag switch
                {
                    InstructionSetTag => result with { InstructionSet = Known<ImageInstructionSet>(value) },
                    CodeModelTag => result with { CodeModel = Known<ImageMemoryModel>(value) },
                    DataModelTag => result with { DataModel = Known<ImageMemoryModel>(value) },
                    _ => result,
                };
            }
        }

        return result;
    }

    /// <summary>The enumerations are numbered as the ABI numbers its values.</summary>
    private static TEnum Known<TEnum>(uint value)
        where TEnum : struct, Enum
    {
        TEnum candidate = (TEnum)(object)(int)Math.Min(value, byte.MaxValue);
        return Enum.IsDefined(candidate) ? candidate : default;
    }

    /// <summary>Takes a 32-bit length and what it covers, which includes itself and a header before it.</summary>
    private static ReadOnlySpan<byte> TakeBlock(string source, ref ReadOnlySpan<byte> bytes, int headerLength)
    {
        if (bytes.Length < sizeof(uint))
        {
            throw Malformed(source);
        }

        long length = (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes) - headerLength;
        if (length < sizeof(uint) || length > bytes.Length)
        {
            throw Malformed(source);
        }

        ReadOnlySpan<byte> block = bytes[sizeof(uint)..(int)length];
        bytes = bytes[(int)length..];
        return block;
    }

    private static uint TakeNumber(string source, ref ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = 0; i < bytes.Length && 7 * i < 32; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80 && value <= uint.MaxValue)
            {
                bytes = bytes[(i + 1)..];
                return (uint)value;
            }
        }

        throw Malformed(source);
    }

    private static InputException Malformed(string source) =>
        new(source, null, "a length or number in .MSP430.attributes that leads out of it", "well-formed build attributes");
}
