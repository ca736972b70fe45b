using System.Globalization;
using System.Text;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Isa;

/// <summary>A line that objdump printed, in the form of <see cref="Objdump.Canonical"/>.</summary>
/// <param name="Address">Address of its first byte; 0 for zeros left out (the text is then <c>...</c>).</param>
/// <param name="Bytes">How many bytes it speaks of.</param>
/// <param name="Text">Mnemonic and operands; empty where objdump gave up on the section.</param>
internal readonly record struct ObjdumpLine(uint Address, int Bytes, string Text);

/// <summary>Lines from one label to the next.</summary>
internal sealed record ObjdumpBlock(string File, string Section, uint Address, List<ObjdumpLine> Lines);

/// <summary>Runs msp430-elf-objdump and reads what it prints.</summary>
internal static class Objdump
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Lists a raw binary as if it lay at an address.</summary>
    public static List<ObjdumpLine> OfBinary(byte[] bytes, uint address, bool showZeros = true)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            string[] zeros = showZeros ? ["-z"] : [];
            return [.. Blocks(["-D", "-b", "binary", "-m", "msp430", $"--adjust-vma=0x{address:x}", .. zeros, path]).SelectMany(block => block.Lines)];
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Lists with any arguments; the blocks come in objdump's order.</summary>
    public static IEnumerable<ObjdumpBlock> Blocks(IEnumerable<string> arguments)
    {
        (int exitCode, string output, string error) = Toolchain.Execute(Toolchain.Objdump!, arguments, Timeout);
        return exitCode == 0 ? Parse(output) : throw new InvalidOperationException($"objdump: exit {exitCode}, {error}");
    }

    /// <summary>Mnemonic and operands without comment; one space behind the mnemonic, none beside a comma.</summary>
    public static string Canonical(ReadOnlySpan<char> text)
    {
        int comment = text.IndexOf(';');
        text = (comment < 0 ? text : text[..comment]).Trim();
        var canonical = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                canonical.Append(c);
            }
            else if (canonical[^1] is not (' ' or ','))
            {
                canonical.Append(' ');
            }
        }

        return canonical.Replace(" ,", ",").ToString();
    }

    private static IEnumerable<ObjdumpBlock> Parse(string output)
    {
        const string FileEnd = ":     file format ";
        const string SectionStart = "Disassembly of section ";
        string file = "";
        string section = "";
        ObjdumpBlock? block = null;
        using var reader = new StringReader(output);
        while (reader.ReadLine() is { } line)
        {
            int format = line.IndexOf(FileEnd, StringComparison.Ordinal);
            if (format > 0)
            {
                file = line[..format];
            }
            else if (line.StartsWith(SectionStart, StringComparison.Ordinal))
            {
                section = line[SectionStart.Length..^1];
            }
            else if (line.EndsWith(">:", StringComparison.Ordinal) && char.IsAsciiHexDigit(line[0]))
            {
                if (block is not null)
                {
                    yield return block;
                }

                block = new ObjdumpBlock(file, section, Hexadecimal(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal))), []);
            }
            else if (line == "\t...")
            {
                block!.Lines.Add(new ObjdumpLine(0, 0, "..."));
            }
            else if (line.IndexOf(":\t", StringComparison.Ordinal) is > 0 and int colon)
            {
                AddLine(block!.Lines, Hexadecimal(line.AsSpan(0, colon).Trim()), line.AsSpan(colon + 2));
            }
        }

        if (block is not null)
        {
            yield return block;
        }
    }

    // Behind the address: bytes, and the text unless the bytes continue the line before.
    private static void AddLine(List<ObjdumpLine> lines, uint address, ReadOnlySpan<char> rest)
    {
        int tab = rest.IndexOf('\t');
        int bytes = (tab < 0 ? rest : rest[..tab]).Trim().Length is > 0 and int length ? (length + 1) / 3 : 0;
        if (tab < 0 && bytes > 0)
        {
            lines[^1] = lines[^1] with { Bytes = lines[^1].Bytes + bytes };
        }
        else
        {
            lines.Add(new ObjdumpLine(address, bytes, tab < 0 ? "" : Canonical(rest[(tab + 1)..])));
        }
    }

    private static uint Hexadecimal(ReadOnlySpan<char> digits) => uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
