using System.CommandLine;
using System.Globalization;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Run;

/// <summary>
/// <c>run</c>: will be the main job, from network and trace to a report. This version has no networks, so it runs the bundled firmware on a
/// steady supply, and says so.
/// </summary>
internal static class RunCommand
{
    private const string Explanation =
        "This version has no scenarios yet. It ran the bundled firmware, a small classifier, on a steady supply; exec --trace runs firmware on a harvesting trace.";

    // The demo takes a few milliseconds.
    private static readonly SimTime TimeLimit = SimTime.FromSeconds(10L);

    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string?> scenario = new("SCENARIO") { Description = "Not supported in this version", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = CommonOptions.Json();
        Command command = new("run", $"Run the bundled firmware on {DeviceCatalogue.Default.Name}") { scenario, json };
        command.SetAction(request =>
        {
            if (request.GetValue(scenario) is { } path)
            {
                throw new InputException(path, null, "a scenario", "no argument: this version does not support scenarios, and runs the bundled firmware");
            }

            return Run(request.GetValue(json), terminal);
        });
        return command;
    }

    private static int Run(bool isJson, Terminal terminal)
    {
        FirmwareImage image = BundledFirmware.Read(BundledFirmware.Demo);
        using Device device = new(DeviceCatalogue.Default);
        device.Load(image);
        if (ImageRun.Run(device, long.MaxValue, TimeLimit, terminal.Interrupted) is not { } stop)
        {
            throw new OperationCanceledException();
        }

        ExecResult result = ImageRun.Describe(image.Source, device, ProgramStreams.Discarded) with { Stop = stop };
        Mailbox mailbox = Mailbox.Read(device, image);
        if (isJson)
        {
            WriteJson(terminal, device, result, mailbox);
        }
        else
        {
            WriteText(terminal.Output, device, result, mailbox);
        }

        return mailbox.IsRight ? ExitCode.Done : ExitCode.Failed;
    }

    private static void WriteText(TextWriter output, Device device, ExecResult result, Mailbox mailbox)
    {
        ActivityLedger ledger = result.Ledger;
        double hitRate = ledger.FramReads == 0 ? 0 : 100.0 * ledger.CacheHits / ledger.FramReads;
        output.WriteLine(Explanation);
        output.WriteLine();
        foreach ((string name, string value) in (ReadOnlySpan<(string, string)>)
        [
            ("firmware", result.Image),
            ("device", $"{device.Description.Name} at {Text(device.Mclk.Hertz / 1e6)} MHz"),
            ("stop", result.StopName),
            ("answers", $"{string.Join(' ', mailbox.Answers)}, {mailbox.Correct} of {mailbox.Answers.Count} right"),
            ("checksum", mailbox.Crc.ToString("X4", CultureInfo.InvariantCulture)),
            ("instructions", Text(ledger.Instructions)),
            ("cycles", $"{Text(result.Cycles)}, of which {Text(ledger.WaitCycles)} waiting for FRAM"),
            ("simulated time", $"{Text((decimal)result.Time.Picoseconds / SimTime.PicosecondsPerMillisecond)} ms"),
            ("FRAM", $"{Text(ledger.FramReads)} reads ({hitRate.ToString("F1", CultureInfo.InvariantCulture)} % from the cache), {Text(ledger.FramWrites)} writes"),
            ("SRAM", $"{Text(ledger.SramReads)} reads, {Text(ledger.SramWrites)} writes"),
            ("registers", $"{Text(ledger.PeripheralReads)} reads, {Text(ledger.PeripheralWrites)} writes"),
        ])
        {
            output.WriteLine($"  {name,-15} {value}");
        }

        foreach (string note in result.Notes)
        {
            output.WriteLine($"  {"note",-15} {Line.Of(note)}");
        }
    }

    private static void WriteJson(Terminal terminal, Device device, ExecResult result, Mailbox mailbox) => Json.WriteObject(terminal, json =>
    {
        json.WriteNull("scenario");
        json.WriteString("explanation", Explanation);
        json.WriteString("image", result.Image);
        json.WriteString("device", device.Description.Name);
        json.WriteString("engine", "interpreter");
        ExecJson.WriteMembers(json, result);
        json.WriteStartObject("mailbox");
        json.WriteBoolean("done", mailbox.IsDone);
        json.WriteNumber("boots", mailbox.Boots);
        json.WriteStartArray("answers");
        foreach (int answer in mailbox.Answers)
        {
            json.WriteNumberValue(answer);
        }

        json.WriteEndArray();
        json.WriteNumber("correct", mailbox.Correct);
        json.WriteNumber("crc", mailbox.Crc);
        json.WriteEndObject();
    });

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
