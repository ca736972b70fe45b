using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Iced.Intel;
using HostDecoder = Iced.Intel.Decoder;
using HostInstruction = Iced.Intel.Instruction;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>Shows what a guest program was translated to: each guest instruction, and beside it the host's that do its work.</summary>
public static class TranslationListing
{
    private const int GuestWidth = 44;

    /// <summary>Writes all units of a log, in the order of their making.</summary>
    /// <param name="log">What was translated.</param>
    /// <param name="output">Where to.</param>
    /// <param name="nameOf">Name of a guest address, or null.</param>
    public static void Write(TranslationLog log, TextWriter output, Func<uint, string?>? nameOf = null)
    {
        int number = 0;
        foreach (LoggedUnit unit in log.Units)
        {
            output.Write(number == 0 ? "" : "\n");
            Write(unit, ++number, output, nameOf ?? (static _ => null));
        }

        if (number == 0)
        {
            output.WriteLine("nothing was translated");
        }

        WriteInterpreted(log, output);
    }

    private static void WriteInterpreted(TranslationLog log, TextWriter output)
    {
        if (log.Interpreted.Count > 0)
        {
            output.WriteLine("\nleft to the interpreter:");
            foreach ((string name, long count) in log.Interpreted.OrderByDescending(row => row.Value).ThenBy(row => row.Key, StringComparer.Ordinal))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-8} {count,14}"));
            }
        }
    }

    private static void Write(LoggedUnit unit, int number, TextWriter output, Func<uint, string?> nameOf)
    {
        long entries = unit.Blocks.Sum(logged => logged.Entries);
        long cycles = unit.Blocks.Sum(logged => logged.Entries * logged.Cycles);
        int instructions = unit.Blocks.SelectMany(logged => logged.Block.Instructions).Select(instruction => instruction.Address).Distinct().Count();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"unit {number} at {unit.Blocks[0].Block.Address:x5}: {unit.Blocks.Count} blocks, {instructions} instructions, {unit.Code.Length} bytes of host code; {entries} entries of blocks, {cycles} cycles"));
        ILookup<GuestPlace, string> host = Host(unit, out string[] apart);
        for (int n = 0; n < unit.Blocks.Count; n++)
        {
            LoggedBlock logged = unit.Blocks[n];
            string name = nameOf(logged.Block.Address) is { } known ? $" <{known}>" : "";
            string cache = logged.KnowsCache ? " with the cache known" : "";
            string ran = logged.Runs ? string.Create(CultureInfo.InvariantCulture, $"{logged.Entries} entries, {logged.Cycles} cycles each") : "left to the interpreter";
            output.WriteLine($"\n block {logged.Block.Address:x5}{name}{cache}: {ran}");
            foreach (GuestInstruction instruction in logged.Block.Instructions)
            {
                string call = instruction.Shape is Shape.Interpreted ? "  [interpreter]" : "";
                Beside(output, $"  {instruction.Address:x5}:  {unit.Texts[instruction.Address]}{call}", host[new GuestPlace(n, instruction.Address)]);
            }
        }

        output.WriteLine("\n code apart:");
        Beside(output, "", apart);
    }

    private static void Beside(TextWriter output, string guest, IEnumerable<string> host)
    {
        foreach (string line in host.DefaultIfEmpty(""))
        {
            output.WriteLine($"{guest.PadRight(GuestWidth)}  {line}".TrimEnd());
            guest = "";
        }
    }

    // Host instructions by the guest instruction they belong to; those that lie apart are for the rare cases of any.
    private static ILookup<GuestPlace, string> Host(LoggedUnit unit, out string[] apart)
    {
        var lines = new List<(GuestPlace? Place, string Text)>();
        var options = new FormatterOptions { FirstOperandCharIndex = 8, HexPrefix = "0x", HexSuffix = "", UppercaseHex = false, SpaceAfterOperandSeparator = true };
        var formatter = new IntelFormatter(options, new Places(unit));
        var text = new StringOutput();
        var decoder = HostDecoder.Create(64, new ByteArrayCodeReader(unit.Code), unit.Origin);
        int mark = -1;
        ulong end = unit.Origin + (ulong)unit.Code.Length;
        GuestPlace? place = null;
        while (decoder.IP < end)
        {
            int offset = (int)(decoder.IP - unit.Origin);
            while (mark + 1 < unit.Marks.Count && unit.Marks[mark + 1].Offset <= offset)
            {
                place = unit.Marks[++mark].Place;
            }

            HostInstruction instruction = decoder.Decode();
            formatter.Format(instruction, text);
            lines.Add((place, $"{offset:x4}  {text.ToStringAndReset()}"));
        }

        apart = [.. lines.Where(line => line.Place is null).Select(line => line.Text)];
        return lines.Where(line => line.Place is not null).ToLookup(line => line.Place!.Value, line => line.Text);
    }

    // Places of a unit by their offset; it leaves for one place only.
    private sealed class Places(LoggedUnit unit) : ISymbolResolver
    {
        [SuppressMessage("Performance", "RCS1242", Justification = "The interface has it so.")]
        public bool TryGetSymbol(in HostInstruction instruction, int operand, int instructionOperand, ulong address, int addressSize, out SymbolResult symbol)
        {
            ulong offset = address - unit.Origin;
            bool isPlace = instruction.FlowControl is not FlowControl.Next || instruction.IsIPRelativeMemoryOperand;
            symbol = new SymbolResult(address, offset < (ulong)unit.Code.Length ? $"+{offset:x4}" : "leave");
            return isPlace;
        }
    }
}
