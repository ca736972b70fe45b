using System.Buffers.Text;

namespace FreeML.Sim.Msp430.Loading;

/// <summary>
/// Reads TI-TXT: <c>@</c> and an address, then bytes as pairs of hexadecimal digits with blanks between, in any number of
/// sections, ended by a line <c>q</c>. Sections come in any order and may begin at odd addresses.
/// </summary>
internal static class TiTxtReader
{
    /// <summary>Reads text that begins with <c>@</c>, blanks aside.</summary>
    /// <exception cref="InputException">The text is not TI-TXT.</exception>
    public static FirmwareImage Read(string source, ReadOnlySpan<byte> text)
    {
        TextImage memory = new(source);
        TextLines lines = new(text);
        ulong address = 0;
        while (lines.MoveNext())
        {
            ReadOnlySpan<byte> line = lines.Current;
            switch (line[0])
            {
                case (byte)'@':
                    address = Address(source, line, lines.Number);
                    break;
                case (byte)'q' or (byte)'Q' when line.Length == 1:
                    return lines.MoveNext()
                        ? throw new InputException(source, lines.Number, InputException.Quote(lines.Current), "nothing after q")
                        : new FirmwareImage(source, ImageFormat.TiTxt, memory.ToSegments());
                default:
                    while (!line.IsEmpty)
                    {
                        memory.Add(address++, Byte(source, ref line, lines.Number), lines.Number);
                    }

                    break;
            }
        }

        throw new InputException(source, lines.Number, "the end of the file", "a line q after the data");
    }

    private static uint Address(string source, ReadOnlySpan<byte> line, int number)
    {
        ReadOnlySpan<byte> digits = line[1..];
        return digits.Length is >= 1 and <= 5
            && Utf8Parser.TryParse(digits, out uint address, out int used, 'X') && used == digits.Length
            ? address
            : throw new InputException(source, number, InputException.Quote(line), "@ and an address of up to five hexadecimal digits");
    }

    /// <summary>Takes two digits and the blanks after them from the line.</summary>
    private static byte Byte(string source, ref ReadOnlySpan<byte> line, int number)
    {
        int length = line.IndexOfAny((byte)' ', (byte)'\t');
        ReadOnlySpan<byte> digits = length < 0 ? line : line[..length];
        if (digits.Length != 2 || !Utf8Parser.TryParse(digits, out byte value, out int used, 'X') || used != 2)
        {
            throw new InputException(source, number, InputException.Quote(digits), "bytes of two hexadecimal digits with blanks between, @ or q");
        }

        line = line[2..].TrimStart(" \t"u8);
        return value;
    }
}
