
namespace FreeML.Sim.Msp430.Loading;

/// <summary>Lines of a text file without the blanks around them, counted from 1. Blank lines are passed over.</summary>
internal ref struct TextLines(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    /// <summary>Number of the current line.</summary>
    public int Number { get; private set; }

    /// <summary>The current line.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            int end = _rest.IndexOf((byte)'\n');
            Current = (end < 0 ? _rest : _rest[..end]).Trim(" \t\r"u8);
            _rest = end < 0 ? default : _rest[(end + 1)..];
            Number++;
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// The memory a text file describes. It knows the line each byte came from, so a second value for an address is told
/// with both lines; and because there can be only one value, no file makes it grow past the address space.
/// </summary>
internal sealed class TextImage(string source)
{
    private const int PageBits = 12;
    private const int PageSize = 1 << PageBits;

    private readonly Page?[] _pages = new Page?[ImageSegment.AddressSpace >> PageBits];

    /// <summary>Puts one byte from the given line at an address.</summary>
    /// <exception cref="InputException">The address is beyond 20 bits or was given before.</exception>
    public void Add(ulong address, byte value, int line)
    {
        RequireAddress(address, line);
        Page page = _pages[address >> PageBits] ??= new Page(new byte[PageSize], new int[PageSize]);
        int at = (int)address & (PageSize - 1);
        if (page.Lines[at] != 0)
        {
            throw new InputException(
                source,
                line,
                $"a second byte for 0x{address:X5}, already given in line {page.Lines[at]}",
                "each address once");
        }

        (page.Bytes[at], page.Lines[at]) = (value, line);
    }

    /// <summary>Checks that an address fits the 20-bit bus.</summary>
    /// <exception cref="InputException">It does not.</exception>
    public void RequireAddress(ulong address, int line)
    {
        if (address >= ImageSegment.AddressSpace)
        {
            throw new InputException(source, line, $"address 0x{address:X}", "at most 0xFFFFF");
        }
    }

    /// <summary>The bytes as segments, each as long as possible.</summary>
    /// <exception cref="InputException">There are none.</exception>
    public List<ImageSegment> ToSegments()
    {
        List<ImageSegment> segments = [];
        List<byte> run = [];
        for (uint address = 0; address <= ImageSegment.AddressSpace; address++)
        {
            Page? page = address < ImageSegment.AddressSpace ? _pages[address >> PageBits] : null;
            uint at = address & (PageSize - 1);
            if (page is not null && page.Lines[at] != 0)
            {
                run.Add(page.Bytes[at]);
                continue;
            }

            if (run.Count > 0)
            {
                uint start = address - (uint)run.Count;
                segments.Add(new ImageSegment(start, start, run.ToArray()));
                run.Clear();
            }

            if (page is null)
            {
                address |= PageSize - 1;
            }
        }

        return segments.Count > 0 ? segments : throw new InputException(source, null, "no data", "at least one byte of firmware");
    }

    private sealed record Page(byte[] Bytes, int[] Lines);
}
