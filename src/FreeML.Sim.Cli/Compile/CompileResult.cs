using System.Globalization;
using System.Text.Json;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Compile;

/// <summary>What <c>compile</c> tells and leaves.</summary>
internal sealed record CompileResult(CompileRequest Request, CompiledFirmware Compiled, FirmwareReport? Report)
{
    private IntegerNetwork Network => Compiled.Firmware.Network;

    private MemoryUse Memory => Compiled.Firmware.Memory;

    private IEnumerable<(string Name, Work Work)> Answers => Network.Exits.Select(exit => exit.Name).Append(FirmwareReport.WholeNetwork).Zip(Compiled.Costs.Answers);

    private (string Name, string Key, int Bytes)[] Pieces =>
    [
        ("runtime", "runtime", Memory.Runtime),
        ("weights", "weights", Memory.Weights),
        ("tables", "tables", Memory.Tables),
        ("exits", "exits", Memory.Exits),
        ("policy", "policy", Memory.Policy),
        ("maps", "maps", Memory.Maps),
        ("in all", "total", Memory.Total),
        ("free below 64 KB", "freeBelow", Memory.FreeBelow),
        ("free above", "freeAbove", Memory.FreeAbove),
    ];

    /// <summary>Looks at firmware, and measures it if a report is wanted.</summary>
    public static CompileResult Of(CompileRequest request, CompiledFirmware compiled) =>
        new(request, compiled, request.Reports ? FirmwareReport.Of(compiled) : null);

    /// <summary>Leaves the image and the sources that were asked for.</summary>
    /// <exception cref="FreeML.Sim.Msp430.InputException">The disk refused.</exception>
    public void Save()
    {
        if (Request.Output is { } path)
        {
            FirmwareFile.Write(path, Compiled.Firmware.Image);
        }

        if (Request.Sources is { } directory)
        {
            SourceDirectory.Write(directory, SourceExport.Files(Compiled.Firmware));
        }
    }

    /// <summary>Writes tables.</summary>
    public void WriteText(TextWriter output)
    {
        FirmwareOptions options = Compiled.Firmware.Options;
        EnergyBuffer buffer = Compiled.Buffer;
        output.WriteLine($"{Line.Of(Request.Model)}: {RuntimeImages.NameOf(options.Strategy)} at {options.Megahertz} MHz, exits {ExitPolicyText.Of(options.Policy)}; for {SiText.Of(buffer.Farads, "F")} from {SiText.Of(buffer.TurnOnVolts, "V")} to {SiText.Of(buffer.TurnOffVolts, "V")}");
        output.WriteLine();
        foreach ((string name, _, int bytes) in Pieces)
        {
            output.WriteLine(Text($"  {name,-17} {bytes,8} B"));
        }

        Placement placement = Compiled.Firmware.Placement;
        output.WriteLine($"  tables at {Range(placement.Tables)}, maps at {Range(placement.Maps)}");
        output.WriteLine();
        int width = Math.Max(13, Answers.Max(answer => Line.Of(answer.Name).Length));
        output.WriteLine(Text($"  {"to the answer of".PadRight(width + 3)} {"cycles",10} {"time",9} {"energy",9}"));
        foreach ((string name, Work work) in Answers)
        {
            output.WriteLine(Text($"  {Line.Of(name).PadRight(width + 3)} {work.Cycles,10} {SiText.Of(work.Seconds, "s"),9} {SiText.Of(work.TotalJoules, "J"),9}"));
        }

        output.WriteLine(Text($"  on continuous power of {SiText.Of(Compiled.Costs.Volts, "V")}; the buffer holds {SiText.Of(buffer.UsableJoules, "J")}"));
        output.WriteLine($"  to get on it must hold a start and {BlockText}: {SiText.Of(Compiled.SmallestFarads, "F")} or more{(Compiled.SmallestFarads > buffer.Farads ? ", which this one has not" : "")}");
        WriteReport(output);
        foreach (string made in new[] { Request.Output, Request.Sources }.OfType<string>())
        {
            output.WriteLine($"  made {Line.Of(made)}");
        }
    }

    /// <summary>Writes the members of an object.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        FirmwareOptions options = Compiled.Firmware.Options;
        json.WriteString("model", Request.Model);
        json.WriteString("network", Network.Name);
        json.WriteString("output", Request.Output);
        json.WriteString("sources", Request.Sources);
        json.WriteString("strategy", RuntimeImages.NameOf(options.Strategy));
        json.WriteNumber("clock_Hz", 1_000_000L * options.Megahertz);
        json.WriteString("exitPolicy", ExitPolicyText.Of(options.Policy));
        json.WriteNumber("capacitor_F", Compiled.Buffer.Farads);
        json.WriteNumber("turnOn_V", Compiled.Buffer.TurnOnVolts);
        json.WriteNumber("turnOff_V", Compiled.Buffer.TurnOffVolts);
        json.WriteNumber("usable_J", Compiled.Buffer.UsableJoules);
        json.WriteFinite("smallestCapacitor_F", Compiled.SmallestFarads);
        json.WriteFinite("largestBlock_J", Compiled.LargestBlock.Joules);
        json.WriteString("largestBlock", BlockName);
        json.WriteStartObject("memory_B");
        foreach ((_, string key, int bytes) in Pieces)
        {
            json.WriteNumber(key, bytes);
        }

        json.WriteNumber("commit", Memory.Commit);
        json.WriteNumber("ram", Memory.Ram);
        json.WriteEndObject();
        json.WriteStartObject("placement");
        WriteRange(json, "tables", Compiled.Firmware.Placement.Tables);
        WriteRange(json, "maps", Compiled.Firmware.Placement.Maps);
        json.WriteEndObject();
        json.WriteArray("answers", Answers.Select((answer, n) => (answer.Name, answer.Work, Report: Report?.Answers[n])), (item, answer) =>
        {
            item.WriteString("exit", answer.Name);
            item.WriteNumber("cycles", answer.Work.Cycles);
            item.WriteNumber("time_s", answer.Work.Seconds);
            item.WriteNumber("energy_J", answer.Work.TotalJoules);
            if (answer.Report is { } report)
            {
                item.WriteFinite("overhead", report.Overhead);
            }
        });
        if (Report is not null)
        {
            json.WriteArray("layers", Report.Operations, WriteOperation);
        }
    }

    private static void WriteOperation(Utf8JsonWriter json, OperationReport operation)
    {
        json.WriteString("name", operation.Name);
        json.WriteString("kind", Name(operation.Kind));
        json.WriteString("form", operation.Form is { } form ? Name(form) : null);
        json.WriteNumber("bits", operation.Bits);
        json.WriteBoolean("exit", operation.IsOfExit);
        json.WriteNumber("macs", operation.Macs);
        json.WriteNumber("outputs", operation.Outputs);
        json.WriteNumber("cycles", operation.Work.Cycles);
        json.WriteNumber("predictedCycles", Math.Round(operation.PredictedCycles));
        json.WriteFinite("cyclesPerMac", operation.CyclesPerMac);
        json.WriteFinite("loopCyclesPerMac", operation.LoopCyclesPerMac);
        json.WriteNumber("energy_J", operation.Work.TotalJoules);
        json.WriteNumber("bytes", operation.Bytes);
        json.WriteNumber("restartCycles", operation.Plain.Cycles);
        json.WriteFinite("overhead", operation.Overhead);
    }

    private void WriteReport(TextWriter output)
    {
        if (Report is null)
        {
            return;
        }

        output.WriteLine();
        int width = Math.Max(9, Report.Operations.Max(operation => Line.Of(operation.Name).Length));
        output.WriteLine(Text($"  {"operation".PadRight(width)}  {"kind",-15} {"form",-6} {"bits",4} {"MACs",9} {"outputs",7} {"cycles",10} {"predicted",9} {"per MAC",7} {"in loops",8} {"energy",9} {"bytes",7} {"overhead",8}"));
        foreach (OperationReport operation in Report.Operations)
        {
            output.WriteLine(Text($"  {Line.Of(operation.Name).PadRight(width)}  {Name(operation.Kind),-15} {(operation.Form is { } form ? Name(form) : ""),-6} {(operation.Bits == 0 ? "" : operation.Bits),4} {operation.Macs,9} {operation.Outputs,7} {operation.Work.Cycles,10} {operation.PredictedCycles,9:0} {operation.CyclesPerMac,7:0.00} {operation.LoopCyclesPerMac,8:0.00} {SiText.Of(operation.Work.TotalJoules, "J"),9} {operation.Bytes,7} {Percent(operation.Overhead),8}"));
        }

        foreach (AnswerReport answer in Report.Answers)
        {
            string title = $"in all, {Line.Of(answer.Name)}";
            output.WriteLine(Text($"  {title.PadRight(width + 48)} {answer.Work.Cycles,10} {"",26} {SiText.Of(answer.Work.TotalJoules, "J"),9} {"",7} {Percent(answer.Overhead),8}"));
        }

        output.WriteLine("  overhead: cycles more than the strategy restart takes; per MAC: all cycles of the operation, by its multiplications; in loops: from one product to the next; predicted: what compress counts on");
    }

    private string BlockName => Compiled.LargestBlock.Step < 0 ? "inference" : Network.AllOperations.ElementAt(Compiled.LargestBlock.Step).Name;

    private string BlockText => $"{(Compiled.LargestBlock.Step < 0 ? "a whole inference" : "a block of " + Line.Of(BlockName))} of {SiText.Of(Compiled.LargestBlock.Joules, "J")}";

    private static void WriteRange(Utf8JsonWriter json, string name, AddressRange range)
    {
        json.WriteStartObject(name);
        json.WriteNumber("address", range.Address);
        json.WriteNumber("size", range.Size);
        json.WriteEndObject();
    }

    private static string Range(AddressRange range) => string.Create(CultureInfo.InvariantCulture, $"{range.Address:X5}-{range.Address + range.Size - 1:X5}");

    private static string Percent(double? part) => part is { } value ? Text($"{100 * value:0.0} %") : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
