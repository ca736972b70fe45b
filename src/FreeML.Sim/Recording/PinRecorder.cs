using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Recording;

/// <summary>Writes what the pins of a device do as a waveform (VCD, in picoseconds): each pin's level at the start, then its changes.</summary>
/// <remarks>
/// A floating pin, and every pin of a device without power, is <c>z</c>. A pin that has changed a million times (a clock) is not followed
/// further: it is <c>x</c> from there on, and <see cref="Notes"/> says so. The file is written beside its place and moved into it.
/// </remarks>
public sealed class PinRecorder : IDisposable
{
    private const int UsualChangesPerPin = 1_000_000;
    private const char FirstCode = '!';

    private readonly Device _device;
    private readonly string _path;
    private readonly StagedFiles _files;
    private readonly VcdWriter _waveform;
    private readonly int _changesPerPin;
    private readonly List<Track> _tracks;

    // What may still be overtaken by an earlier edge, in order of time.
    private readonly List<(SimTime Time, Track Track, char Level)> _waiting = [];
    private readonly List<string> _notes = [];

    /// <summary>Begins to record.</summary>
    /// <param name="device">Before its first instruction.</param>
    /// <param name="path">The file to come.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public PinRecorder(Device device, string path)
        : this(device, path, UsualChangesPerPin)
    {
    }

    internal PinRecorder(Device device, string path, int changesPerPin)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _changesPerPin = changesPerPin;
        _path = Path.GetFullPath(path);
        _files = new StagedFiles(Path.GetDirectoryName(_path)!);
        _tracks = [.. device.Pins.Select((pin, n) => new Track(this, pin, (char)(FirstCode + n)))];
        TextWriter output = _files.Open(Path.GetFileName(_path));
        _waveform = new VcdWriter(output, "pins", picoseconds: true, _tracks.Select(track => (track.Code, track.Pin.Name, false)));
        foreach (Track track in _tracks)
        {
            _waveform.Set(device.Now, track.Code, CharOf(track.Pin.Level));
            track.Begin();
        }
    }

    /// <summary>What is not in the file, and why.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Ends the recording: the file is in its place.</summary>
    /// <param name="end">End of the run.</param>
    /// <exception cref="InputException">The disk refused.</exception>
    public void Complete(SimTime end)
    {
        StagedFiles.Attempt(_path, () =>
        {
            _tracks.ForEach(track => track.End());
            Write(SimTime.MaxValue);
            _waveform.MoveTo(end);
        });
        _files.Commit();
    }

    /// <summary>Stops; a recording that was not completed leaves nothing.</summary>
    public void Dispose()
    {
        _tracks.ForEach(track => track.End());
        _files.Dispose();
    }

    private static char CharOf(PinLevel level) => level switch
    {
        PinLevel.Low => '0',
        PinLevel.High => '1',
        _ => 'z',
    };

    // A timer's edge may be worked on a little after an edge that an instruction made later; nothing comes before the next event any more.
    private void Add(Track track, char level, SimTime time)
    {
        Write(SimTime.Min(_device.Scheduler.NextTime, SimTime.Min(_device.Now, time)));
        int place = _waiting.Count;
        while (place > 0 && _waiting[place - 1].Time > time)
        {
            place--;
        }

        _waiting.Insert(place, (time, track, level));
    }

    private void Write(SimTime before)
    {
        int count = 0;
        while (count < _waiting.Count && _waiting[count].Time < before)
        {
            (SimTime time, Track track, char level) = _waiting[count++];
            _waveform.Set(time, track.Code, level);
        }

        _waiting.RemoveRange(0, count);
    }

    /// <summary>One pin's line in the waveform.</summary>
    private sealed class Track
    {
        private readonly PinRecorder _recorder;
        private readonly Action<PinLevel, SimTime> _changed;
        private int _changes;

        public Track(PinRecorder recorder, Pin pin, char code)
        {
            _recorder = recorder;
            (Pin, Code) = (pin, code);
            _changed = Changed;
        }

        public Pin Pin { get; }

        public char Code { get; }

        public void Begin() => Pin.Changed += _changed;

        public void End() => Pin.Changed -= _changed;

        private void Changed(PinLevel level, SimTime time)
        {
            if (++_changes <= _recorder._changesPerPin)
            {
                _recorder.Add(this, CharOf(level), time);
                return;
            }

            End();
            _recorder.Add(this, 'x', time);
            _recorder._notes.Add($"{Pin.Name} is not recorded after its first {_recorder._changesPerPin} changes, at {time}");
        }
    }
}
