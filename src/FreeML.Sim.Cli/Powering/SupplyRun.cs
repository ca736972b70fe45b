using System.Text.Json;
using System.Text.Json.Nodes;
using FreeML.Sim.Cli.Exec;
using FreeML.Sim.Cli.Figures;
using FreeML.Sim.Energy;
using FreeML.Sim.Msp430;
using FreeML.Sim.Recording;

namespace FreeML.Sim.Cli.Powering;

/// <summary>Runs a loaded device on a supply, and records the run if that is wanted.</summary>
internal sealed class SupplyRun : IDisposable
{
    /// <summary>Name of the figure's files in a recording.</summary>
    public const string FigureName = "supply";

    private readonly SupplyRequest _supply;
    private readonly RunRecorder? _recorder;

    /// <summary>Prepares a run; the recording begins.</summary>
    /// <exception cref="InputException">There cannot be a recording in that directory.</exception>
    public SupplyRun(SupplyRequest supply)
    {
        _supply = supply;
        _recorder = supply.RecordDirectory is { } directory ? new RunRecorder(directory) : null;
    }

    /// <summary>A device on a supply, before its run.</summary>
    public static Simulator Simulator(SupplyRequest supply, Device device, ExecRequest request, IRunRecorder? recorder)
    {
        SimulatorOptions options = new() { Until = request.Until, MaxCycles = request.MaxCycles, Sram = supply.Sram, SliceCapSeconds = supply.SliceCapSeconds };
        return new Simulator(device, new Supply(supply.Options), supply.Prices, options, recorder);
    }

    /// <summary>Runs; null if the user interrupted it.</summary>
    public RunReport? Run(Device device, ExecRequest request, CancellationToken interrupted)
    {
        try
        {
            return Simulator(_supply, device, request, _recorder).Run(interrupted);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Ends the recording, if there is one, with the result and the figure.</summary>
    /// <exception cref="InputException">The disk refused.</exception>
    public void Complete(ExecResult result, ExecRequest request)
    {
        if (_recorder is null)
        {
            return;
        }

        _recorder.Complete(Summary(result, request));
        FigureFiles.Save(SupplyFigure.From(RecordedRun.Load(_supply.RecordDirectory!)), _supply.RecordDirectory!, FigureName);
    }

    /// <inheritdoc/>
    public void Dispose() => _recorder?.Dispose();

    // The result as exec shows it, without what it cost here, so that the same run leaves the same bytes.
    private JsonObject Summary(ExecResult result, ExecRequest request)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("image", result.Image);
            json.WriteString("device", request.Device.Name);
            json.WriteNumber("seed", request.Seed);
            json.WriteNumber(SupplyFigure.TurnOnKey, _supply.Options.Supervisor!.TurnOnVolts);
            json.WriteNumber(SupplyFigure.TurnOffKey, _supply.Options.Supervisor.TurnOffVolts);
            json.WriteArray("choices", _supply.Choices, (item, choice) =>
            {
                item.WriteString("name", choice.Name);
                item.WriteString("value", choice.Value);
            });
            ExecJson.WriteMembers(json, result);
            json.WriteEndObject();
        }

        JsonObject summary = JsonNode.Parse(bytes.ToArray())!.AsObject();
        summary.Remove("hostSeconds");
        return summary;
    }
}
