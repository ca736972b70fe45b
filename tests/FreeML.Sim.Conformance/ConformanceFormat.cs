using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FreeML.Sim.Conformance;

/// <summary>A suite file that does not follow the format; the message names file and line.</summary>
public sealed class ConformanceFormatException : FormatException
{
    /// <summary>Creates the exception with its message.</summary>
    /// <param name="message">"file:line: found X, expected Y".</param>
    public ConformanceFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and cause.</summary>
    public ConformanceFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without saying what is wrong.</summary>
    public ConformanceFormatException()
    {
    }
}

/// <summary>Reads the line format that tests/conformance/README.md describes.</summary>
public static class ConformanceFormat
{
    /// <summary>The version this parser understands, and the generator writes.</summary>
    public const int Version = 1;

    /// <summary>First word of the line that opens a file's cases, followed by the version.</summary>
    public const string Signature = "msp430-conformance";

    private const int LargestAddress = 0xFFFFF;
    private const int MostCodeWords = 64;
    private const int MostSteps = 10_000;

    /// <summary>Reads the cases of one file, in order.</summary>
    /// <param name="file">Name for messages and for <see cref="ConformanceCase.File"/>.</param>
    /// <param name="reader">The text.</param>
    /// <exception cref="ConformanceFormatException">A line that does not follow the format, or a name used twice.</exception>
    public static IReadOnlyList<ConformanceCase> Parse(string file, TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var cases = new List<ConformanceCase>();
        var lineOfName = new Dictionary<string, int>(StringComparer.Ordinal);
        bool signed = false;
        int number = 0;
        while (reader.ReadLine() is { } text)
        {
            number++;
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            var line = new Line(file, number);
            if (!signed)
            {
                string expected = $"{Signature} {Version}";
                if (text != expected)
                {
                    line.Fail(text, $"'{expected}'");
                }

                signed = true;
                continue;
            }

            ConformanceCase parsed = ParseCase(line, text);
            if (!lineOfName.TryAdd(parsed.Name, number))
            {
                line.Fail(parsed.Name, $"a name not yet used (line {lineOfName[parsed.Name]} has it)");
            }

            cases.Add(parsed);
        }

        if (!signed)
        {
            new Line(file, number + 1).Fail("the end of the file", $"'{Signature} {Version}'");
        }

        return cases;
    }

    /// <summary>pc, sp, sr, r3 to r15.</summary>
    public static string RegisterName(int register) => register switch
    {
        0 => "pc",
        1 => "sp",
        2 => "sr",
        _ => "r" + register.ToString(CultureInfo.InvariantCulture),
    };

    private static ConformanceCase ParseCase(Line line, string text)
    {
        string[] fields = text.Split('|');
        if (fields.Length is not (5 or 6))
        {
            line.Fail($"{fields.Length} fields", "5 or 6, separated by '|'");
        }

        if (fields[0].Length == 0)
        {
            line.Fail("an empty name", "a name");
        }

        ushort[] code = [.. fields[1].Split(' ').Select(word => (ushort)line.Hex(word, 0xFFFF, "a code word"))];
        if (code.Length > MostCodeWords)
        {
            line.Fail($"{code.Length} code words", $"at most {MostCodeWords}");
        }

        ConformanceState before = ParseState(line, fields[2]);
        ConformanceState after = ParseState(line, fields[3]);
        foreach (ConformanceState state in new[] { before, after })
        {
            if (!state.Registers.ContainsKey(0))
            {
                line.Fail("a state without pc", "pc before and after");
            }
        }

        int steps = 1;
        int ignored = 0;
        foreach (string option in fields.Length == 6 ? fields[5].Split(' ') : [])
        {
            (string key, string value) = line.Pair(option, "an option");
            switch (key)
            {
                case "steps":
                    steps = line.Decimal(value, 1, MostSteps, "a number of steps");
                    break;
                case "ignore-sr":
                    ignored = line.Hex(value, 0xFFFF, "a mask of SR bits");
                    break;
                default:
                    line.Fail(key, "'steps' or 'ignore-sr'");
                    break;
            }
        }

        return new ConformanceCase
        {
            File = line.File,
            Line = line.Number,
            Name = fields[0],
            Code = code,
            Before = before,
            After = after,
            Cycles = fields[4] == "-" ? null : line.Decimal(fields[4], 1, int.MaxValue, "cycles or '-'"),
            Steps = steps,
            IgnoredStatusBits = ignored,
        };
    }

    private static ConformanceState ParseState(Line line, string field)
    {
        var registers = new SortedDictionary<int, int>();
        var words = new SortedDictionary<int, ushort>();
        foreach (string token in field.Split(' '))
        {
            (string key, string value) = line.Pair(token, "'register=value' or '@address=words'");
            if (!key.StartsWith('@'))
            {
                int register = line.Register(key);
                int largest = register == 2 ? 0xFFFF : LargestAddress;
                if (!registers.TryAdd(register, line.Hex(value, largest, $"a value of {key}")))
                {
                    line.Fail($"{key} twice", "each register once");
                }

                continue;
            }

            int address = line.Hex(key[1..], LargestAddress, "an address");
            if (address % 2 != 0)
            {
                line.Fail(key, "an even address");
            }

            foreach (string word in value.Split(','))
            {
                if (address > LargestAddress || !words.TryAdd(address, (ushort)line.Hex(word, 0xFFFF, "a memory word")))
                {
                    line.Fail($"a word at {address:x}", "each address once, below 100000");
                }

                address += 2;
            }
        }

        return new ConformanceState(registers, words);
    }

    private readonly record struct Line(string File, int Number)
    {
        [DoesNotReturn]
        public void Fail(string found, string expected) =>
            throw new ConformanceFormatException($"{File}:{Number}: found {found}, expected {expected}");

        public (string Key, string Value) Pair(string token, string what)
        {
            int equals = token.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                Fail($"'{token}'", what);
            }

            return (token[..equals], token[(equals + 1)..]);
        }

        public int Register(string name)
        {
            for (int register = 0; register < 16; register++)
            {
                if (register != 3 && RegisterName(register) == name)
                {
                    return register;
                }
            }

            Fail(name, "a register (pc, sp, sr, r4 to r15)");
            return -1;
        }

        public int Hex(string text, int largest, string what)
        {
            bool isHex = text.Length is > 0 and <= 5 && text.All(char.IsAsciiHexDigitLower);
            if (!isHex || !int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value) || value > largest)
            {
                Fail($"'{text}'", $"{what} in lower-case hexadecimal, at most {largest:x}");
                return 0;
            }

            return value;
        }

        public int Decimal(string text, int smallest, int largest, string what)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value < smallest || value > largest)
            {
                Fail($"'{text}'", $"{what}, {smallest} to {largest}");
            }

            return value;
        }
    }
}
