using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Recording;

/// <summary>
/// Records a run into a directory: the files of <see cref="RunFiles"/>. They appear there when <see cref="Complete"/> is called, all of them;
/// disposed without it, the directory is as before.
/// </summary>
/// <remarks>
/// Memory is bounded whatever the length of the run: samples are decimated, events and power cycles go to the disk as they come.
/// Events, power cycles and the on/off wire of the waveform are exact; its voltages are those of <see cref="SampleDecimator"/>.
/// A run that begins with power announces <see cref="RunEvent.TurnOn"/> at 0.
/// </remarks>
public sealed class RunRecorder : IRunRecorder, IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private readonly StagedFiles _files;
    private readonly SampleDecimator _samples;
    private readonly CsvWriter _events;
    private readonly CsvWriter _cycles;
    private PowerCycle? _open;
    private long _cycleCount;
    private double _endOfCycleSeconds;
    private double _lastSeconds;
    private double _lastVolts;

    /// <summary>Begins a recording.</summary>
    /// <param name="directory">Where; it is made when it does not exist.</param>
    /// <param name="rowLimit">The most rows of <see cref="RunFiles.Voltage"/>; at least <see cref="SampleDecimator.RowsPerBin"/>.</param>
    /// <exception cref="InputException">The directory cannot be written, or another run is being recorded there.</exception>
    public RunRecorder(string directory, int rowLimit = SampleDecimator.DefaultRowLimit)
    {
        _samples = new SampleDecimator(rowLimit);
        _files = new StagedFiles(directory);
        try
        {
            _events = RunFiles.Csv(_files.Open(RunFiles.Events), RunFiles.EventsHeader);
            _cycles = RunFiles.Csv(_files.Open(RunFiles.PowerCycles), RunFiles.PowerCyclesHeader);
        }
        catch
        {
            _files.Dispose();
            throw;
        }
    }

    /// <summary>Times the supply has been switched on so far.</summary>
    public long PowerCycles => _cycleCount;

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or time went backwards.</exception>
    public void Sample(in SupplySample sample)
    {
        RequireOrder(sample.TimeSeconds);
        _samples.Add(sample);
        (_lastSeconds, _lastVolts) = (sample.TimeSeconds, sample.BufferVolts);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or time went backwards.</exception>
    /// <exception cref="InputException">The disk refused to take more.</exception>
    public void Event(double timeSeconds, RunEvent what, double bufferVolts, uint programCounter)
    {
        RequireOrder(timeSeconds);
        if (!double.IsFinite(bufferVolts))
        {
            throw new ArgumentOutOfRangeException(nameof(bufferVolts), bufferVolts, "the voltage must be finite");
        }

        (_lastSeconds, _lastVolts) = (timeSeconds, bufferVolts);
        Write(_events, RunFiles.Events, [RunFiles.Number(timeSeconds), RunFiles.EventNames[what], RunFiles.Number(bufferVolts), RunFiles.Address(programCounter)]);
        switch (what)
        {
            case RunEvent.TurnOn:
                EndCycle(timeSeconds, bufferVolts, 0, RunFiles.StillOn);
                _open = new PowerCycle(_cycleCount++, timeSeconds, null, timeSeconds, timeSeconds - _endOfCycleSeconds, bufferVolts, bufferVolts, 0, RunFiles.StillOn);
                break;
            case RunEvent.BootDone:
                _open = _open is { } cycle ? cycle with { BootDoneSeconds = timeSeconds } : null;
                break;
            default:
                EndCycle(timeSeconds, bufferVolts, programCounter, RunFiles.EventNames[what]);
                break;
        }
    }

    /// <summary>Ends the recording: writes what is left and moves the files into place.</summary>
    /// <param name="summary">Results of the run, for <see cref="RunFiles.Summary"/>.</param>
    /// <exception cref="InputException">The disk refused; <see cref="RunFiles.Summary"/> is then not there.</exception>
    public void Complete(JsonObject summary)
    {
        // First, because a number that JSON does not know must not leave a recording without its results.
        string json = summary.ToJsonString(Indented);
        EndCycle(_lastSeconds, _lastVolts, 0, RunFiles.StillOn);
        WriteWhole(RunFiles.Voltage, writer =>
        {
            using CsvWriter csv = RunFiles.Csv(writer, RunFiles.VoltageHeader);
            foreach (SupplySample row in _samples.Rows)
            {
                csv.WriteRecord(RunFiles.Number(row.TimeSeconds), RunFiles.Number(row.BufferVolts), RunFiles.Number(row.OutputVolts),
                    RunFiles.Number(row.HarvestedWatts), RunFiles.Number(row.LoadWatts), row.IsOn ? "1" : "0");
            }
        });
        End(_events, RunFiles.Events);
        End(_cycles, RunFiles.PowerCycles);
        string events = _files.Finish(RunFiles.Events);
        WriteWhole(RunFiles.Waveform, writer => SupplyWaveform.Write(writer, _samples.Rows, RecordedRun.ReadEvents(events), _lastSeconds));
        WriteWhole(RunFiles.Summary, writer => writer.WriteLine(json));
        _files.Commit();
    }

    /// <summary>Forgets the recording unless it is complete.</summary>
    public void Dispose()
    {
        StagedFiles.Quietly(_events.Dispose);
        StagedFiles.Quietly(_cycles.Dispose);
        _files.Dispose();
    }

    private void RequireOrder(double timeSeconds)
    {
        if (!(timeSeconds >= _lastSeconds && double.IsFinite(timeSeconds)))
        {
            throw new ArgumentOutOfRangeException(nameof(timeSeconds), timeSeconds, $"time must be finite and at least {_lastSeconds} s");
        }
    }

    private void EndCycle(double timeSeconds, double bufferVolts, uint programCounter, string reason)
    {
        if (_open is not { } open)
        {
            return;
        }

        PowerCycle cycle = open with { EndSeconds = timeSeconds, EndVolts = bufferVolts, ProgramCounter = programCounter, Reason = reason };
        Write(_cycles, RunFiles.PowerCycles, [
            RunFiles.Number(cycle.Index), RunFiles.Number(cycle.TurnOnSeconds), cycle.BootDoneSeconds is { } boot ? RunFiles.Number(boot) : "", RunFiles.Number(cycle.EndSeconds),
            RunFiles.Number(cycle.OnSeconds), RunFiles.Number(cycle.OffBeforeSeconds), RunFiles.Number(cycle.TurnOnVolts), RunFiles.Number(cycle.EndVolts),
            RunFiles.Address(cycle.ProgramCounter), cycle.Reason]);
        _endOfCycleSeconds = timeSeconds;
        _open = null;
    }

    private void Write(CsvWriter csv, string name, string[] fields) => StagedFiles.Attempt(Place(name), () => csv.WriteRecord(fields));

    private void End(CsvWriter csv, string name) => StagedFiles.Attempt(Place(name), csv.Dispose);

    private void WriteWhole(string name, Action<TextWriter> write)
    {
        TextWriter writer = _files.Open(name);
        StagedFiles.Attempt(Place(name), () => write(writer));
        _files.Finish(name);
    }

    private string Place(string name) => Path.Combine(_files.DirectoryPath, name);
}
