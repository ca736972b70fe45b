using System.Text.Json;
using FreeML.Sim.Cli.Exec.Compare;
using FreeML.Sim.Cli.Powering;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Exec;

/// <summary>Results as the JSON array of the command-line contract. Each result is written when it is there.</summary>
internal sealed class ExecJson : IResultWriter
{
    private readonly Terminal _terminal;
    private readonly ExecRequest _request;
    private readonly Utf8JsonWriter _json;

    /// <summary>Begins the array.</summary>
    public ExecJson(Terminal terminal, ExecRequest request)
    {
        _terminal = terminal;
        _request = request;
        _json = Json.Begin(terminal);
        _json.WriteStartArray();
    }

    /// <inheritdoc/>
    public void Write(ExecResult result)
    {
        _json.WriteStartObject();
        _json.WriteString("image", result.Image);
        _json.WriteString("device", _request.Device.Name);
        _json.WriteString("engine", _request.EngineName);
        if (result.Error is { } error)
        {
            _json.WriteNull("stop");
            _json.WriteString("error", error.Message);
            _terminal.Error.WriteLine(error.Message);
        }
        else
        {
            WriteMembers(_json, result);
            if (_request.Subject is not null)
            {
                WriteDivergence(_json, result.Divergence);
            }
        }

        _json.WriteEndObject();
        _json.Flush();
    }

    /// <inheritdoc/>
    public void End()
    {
        _json.WriteEndArray();
        Json.End(_json, _terminal);
        _json.Dispose();
    }

    /// <summary>What a run was, as members of an object.</summary>
    public static void WriteMembers(Utf8JsonWriter json, ExecResult result)
    {
        json.WriteString("stop", result.StopName);
        json.WriteOptional("exitCode", result.ExitCode);
        json.WriteNumber("instructions", result.Ledger.Instructions);
        json.WriteNumber("cycles", result.Cycles);
        json.WriteNumber("simulatedSeconds", result.Time.TotalSeconds);
        json.WriteNumber("hostSeconds", result.HostSeconds);
        json.WriteString("output", result.Output);
        json.WriteString("errorOutput", result.ErrorOutput);

        // On continuous power nothing fails, and nobody asks what it costs.
        json.WriteNumber("powerFailures", result.Supply?.PowerFailures ?? 0);
        if (result.Supply is { } report)
        {
            SupplyResult.WriteJson(json, report);
        }
        else
        {
            json.WriteNull("energy");
        }

        WriteLedger(json, result.Ledger, result.Modules);
        json.WriteStrings("notes", result.Notes);
        json.WriteStartObject("registers");
        for (int register = 0; register < result.Registers.Count; register++)
        {
            // R3 is a constant generator and holds nothing.
            if (register != 3)
            {
                json.WriteNumber(register switch { 0 => "pc", 1 => "sp", 2 => "sr", _ => $"r{register}" }, result.Registers[register]);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteDivergence(Utf8JsonWriter json, Divergence? divergence)
    {
        if (divergence is null)
        {
            json.WriteNull("divergence");
            return;
        }

        json.WriteStartObject("divergence");
        divergence.WriteJson(json);
        json.WriteEndObject();
    }

    private static void WriteLedger(Utf8JsonWriter json, ActivityLedger ledger, PerModule modules)
    {
        json.WriteStartObject("ledger");
        json.WriteNumber("fram_read", ledger.FramReads);
        json.WriteNumber("fram_write", ledger.FramWrites);
        json.WriteNumber("cache_hit", ledger.CacheHits);
        json.WriteNumber("cache_miss", ledger.CacheMisses);
        json.WriteNumber("sram_read", ledger.SramReads);
        json.WriteNumber("sram_write", ledger.SramWrites);
        json.WriteNumber("peripheral_read", ledger.PeripheralReads);
        json.WriteNumber("peripheral_write", ledger.PeripheralWrites);
        json.WriteNumber("wait_cycles", ledger.WaitCycles);
        json.WriteNumber("interrupts", ledger.Interrupts);
        json.WriteStartObject("modules");
        foreach (ModuleActivity activity in Enum.GetValues<ModuleActivity>())
        {
            json.WriteNumber(JsonNamingPolicy.SnakeCaseLower.ConvertName(activity.ToString()), modules[(int)activity]);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
