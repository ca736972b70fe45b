namespace FreeML.Sim.Cli.Bench;

/// <summary>What was measured as one JSON document.</summary>
internal static class BenchJson
{
    /// <summary>Writes the document.</summary>
    public static void Write(Terminal terminal, IReadOnlyList<Measurement> measurements) => Json.WriteObject(terminal, json =>
    {
        json.WriteArray("programs", measurements.SelectMany(measurement => measurement.Engines.Select(row => (measurement.Program, Row: row))), (item, entry) =>
        {
            Speed speed = entry.Row.Speed;
            item.WriteString("program", entry.Program.Name);
            item.WriteString("device", entry.Row.Device.Name);
            item.WriteString("engine", entry.Row.Engine.Name);
            item.WriteString("work", speed.WorkOf(entry.Program));
            item.WriteString("stop", speed.Run.StopName);
            item.WriteOptional("exitCode", speed.Run.ExitCode);
            item.WriteNumber("instructions", speed.Run.Ledger.Instructions);
            item.WriteNumber("cycles", speed.Run.Cycles);
            item.WriteNumber("hostSeconds", speed.Seconds);
            item.WriteNumber("mips", speed.Mips);
            item.WriteNumber("realTimeFactor", speed.RealTimeFactor);
        });
        IReadOnlyList<Comparison> comparisons = [.. measurements.SelectMany(measurement => measurement.Comparisons)];
        json.WriteArray("comparisons", comparisons, (item, comparison) =>
        {
            item.WriteString("program", comparison.Program);
            item.WriteString("device", comparison.Device);
            item.WriteString("engine", comparison.Engine);
            item.WriteString("simulator", comparison.Simulator);
            if (comparison.Ratio is { } ratio)
            {
                item.WriteNumber("mips", comparison.OtherMips);
                item.WriteNumber("ratio", ratio);
            }
            else
            {
                item.WriteNull("mips");
                item.WriteNull("ratio");
            }
        });
        json.WriteArray("medians", SuiteRatio.Of(measurements), (item, median) =>
        {
            item.WriteString("suite", median.Suite);
            item.WriteString("device", median.Device);
            item.WriteString("engine", median.Engine);
            item.WriteString("simulator", median.Simulator);
            item.WriteNumber("programs", median.Programs);
            item.WriteNumber("ratio", median.Ratio);
        });
        json.WriteArray("leftToHandlers", measurements.SelectMany(measurement => measurement.Left.Select(left => (measurement.Program, Left: left))), (item, entry) =>
        {
            item.WriteString("program", entry.Program.Name);
            item.WriteString("device", entry.Left.Device.Name);
            item.WriteNumber("share", entry.Left.Share);
            item.WriteStartObject("instructions");
            foreach ((string mnemonic, long count) in entry.Left.ByMnemonic)
            {
                item.WriteNumber(mnemonic, count);
            }

            item.WriteEndObject();
        });
        json.WriteArray("startUps", measurements.SelectMany(measurement => measurement.StartUps.Select(start => (measurement.Program, Start: start))), (item, entry) =>
        {
            item.WriteString("program", entry.Program.Name);
            item.WriteString("device", entry.Start.Device.Name);
            item.WriteString("engine", entry.Start.Engine.Name);
            item.WriteNumber("cpuSeconds", entry.Start.CpuSeconds);
            item.WriteNumber("wallSeconds", entry.Start.WallSeconds);
        });
        json.WriteStrings("missing", OtherSimulator.Missing.Select(missing => missing.Name));
    });
}
