using System.Globalization;
using System.Text.RegularExpressions;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Isa;

/// <summary>An instruction's words and the text objdump has for them.</summary>
internal readonly record struct ListingVector(ushort[] Words, string Text)
{
    public override string ToString() =>
        $"{string.Join(' ', Words.Select(word => word.ToString("x4", CultureInfo.InvariantCulture)))} = {Text}";
}

/// <summary>The file of <see cref="ListingVector"/>s: for machines without objdump.</summary>
internal static partial class ListingVectors
{
    public static string FilePath { get; } = Path.Combine(RepositoryRoot.Path, "tests", "FreeML.Sim.Tests", "Vectors", "listing.txt");

    private const string Header =
        """
        # What msp430-elf-objdump (Binutils 2.40) prints for instructions of every form: words in hexadecimal, an equals sign, mnemonic and operands.
        # Comments are left out, white space is one space or none. Made where objdump is found, by
        #     FREEML_WRITE_VECTORS=1 dotnet test -c Release --filter ListingVector
        # which takes the last of each form (registers and numbers do not make a form) that a sweep over all words meets.

        """;

    public static IEnumerable<ListingVector> Read() => Parse(FilePath, File.ReadLines(FilePath));

    /// <summary>Reads vectors from lines; the name is for messages.</summary>
    /// <exception cref="InputException">A line is none.</exception>
    public static IEnumerable<ListingVector> Parse(string name, IEnumerable<string> lines)
    {
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            Match match = VectorLine().Match(line);
            yield return match.Success
                ? new ListingVector([.. match.Groups[1].Value.Split(' ').Select(word => Convert.ToUInt16(word, 16))], match.Groups[2].Value)
                : throw new InputException(name, number, InputException.Quote(line), "one to four words in hexadecimal, ' = ' and the text");
        }
    }

    /// <summary>Makes the vectors with objdump.</summary>
    public static IEnumerable<ListingVector> Make()
    {
        // In the order of first insertion. The last of a form, because it has high registers.
        var order = new List<string>();
        var last = new Dictionary<string, ListingVector>(StringComparer.Ordinal);
        foreach (ListedWords listed in WordSweep.Usual.SelectMany(WordSweep.Of))
        {
            ushort opcode = listed.Words[InstructionSet.IsExtensionWord(listed.Words[0]) ? 1 : 0];
            bool isException = (opcode & 0xE3FF) == 0x2200 || opcode is 0x6393 or 0x63D3; // see ObjdumpComparisonTests
            if (!isException)
            {
                bool isLegal = Decoder.Decode(listed.Address, listed.Words).IsLegal;
                string form = $"{Form(listed.Line.Text)} {listed.Line.Bytes} {isLegal}";
                if (!last.ContainsKey(form))
                {
                    order.Add(form);
                }

                last[form] = new ListingVector(listed.Words[..(listed.Line.Bytes / 2)], listed.Line.Text);
            }
        }

        return order.Select(form => last[form]);
    }

    public static void Write() => File.WriteAllText(FilePath, Header + string.Concat(Make().Select(vector => vector + "\n")));

    /// <summary>A text without what can vary: registers and numbers.</summary>
    public static string Form(string text) => Number().Replace(Register().Replace(text, "rn"), "n");

    [GeneratedRegex(@"^([0-9a-f]{4}(?: [0-9a-f]{4}){0,3}) = (\S.*)$")]
    private static partial Regex VectorLine();

    [GeneratedRegex(@"\br[0-9]+\b")]
    private static partial Regex Register();

    [GeneratedRegex(@"(?<!\br)(?<![a-z])(0x[0-9a-f]+|[+-]?[0-9]+)")]
    private static partial Regex Number();
}
