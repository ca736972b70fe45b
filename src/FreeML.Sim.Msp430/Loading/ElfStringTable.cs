using System.Text;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Names of an ELF file. A hostile table can make every name a suffix of one long text, so that a small file asks for
/// gigabytes; hence names and their sum are limited, and a name used twice is made once.
/// </summary>
internal sealed class ElfStringTable(string source, string title, ReadOnlyMemory<byte> bytes)
{
    private const int LongestName = 4096;
    private const int MostCharacters = 16 << 20;

    private readonly Dictionary<uint, string> _names = [];
    private int _characters;

    /// <summary>The name at an offset.</summary>
    /// <param name="offset">Offset into the table.</param>
    /// <param name="owner">What has the name, for messages.</param>
    /// <exception cref="InputException">There is no name at that offset.</exception>
    public string Name(uint offset, string owner)
    {
        if (_names.TryGetValue(offset, out string? known))
        {
            return known;
        }

        if (offset >= bytes.Length)
        {
            throw new InputException(
                source,
                null,
                $"name offset 0x{offset:X} of {owner}",
                $"one inside {title} of {bytes.Length} bytes");
        }

        ReadOnlySpan<byte> rest = bytes.Span[(int)offset..];
        int length = rest[..Math.Min(rest.Length, LongestName + 1)].IndexOf((byte)0);
        if (length < 0)
        {
            throw new InputException(
                source,
                null,
                $"an endless name at offset 0x{offset:X} of {title}",
                $"a zero byte within {LongestName} bytes");
        }

        _characters += length;
        if (_characters > MostCharacters)
        {
            throw new InputException(
                source,
                null,
                $"names that share the bytes of {title} and add up to more than its use",
                $"at most {MostCharacters} characters of names");
        }

        string name = Encoding.UTF8.GetString(rest[..length]);
        _names.Add(offset, name);
        return name;
    }
}
