using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Cli.Exec.Uart;

/// <summary>
/// What somebody types, or another program sends, while the simulation runs. When a byte comes in simulated time depends on the host: such
/// runs are not repeatable.
/// </summary>
internal sealed class LiveInput : IUartInput
{
    // A device that does nothing else passes a millisecond of its time between two questions: then it keeps pace with its user.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);
    private const int MostWaiting = 1 << 16;

    private readonly Queue<byte> _waiting = new();
    private readonly Stream _source;
    private readonly Action _beforeAsking;
    private readonly CancellationToken _interrupted;
    private bool _isStarted;
    private bool _isOver;

    /// <summary>Input from a stream, which is read by a thread of its own from the first question on.</summary>
    /// <param name="source">The stream.</param>
    /// <param name="beforeAsking">Called before the device waits: what it printed is to be seen by then.</param>
    /// <param name="interrupted">Ends the input.</param>
    public LiveInput(Stream source, Action beforeAsking, CancellationToken interrupted)
    {
        _source = source;
        _beforeAsking = beforeAsking;
        _interrupted = interrupted;
    }

    /// <inheritdoc/>
    public UartInput Next(bool mayWait)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            new Thread(Read) { IsBackground = true, Name = "uart input" }.Start();
        }

        if (TryTake(wait: false) is { } value)
        {
            return UartInput.Byte(value);
        }

        _beforeAsking();
        return TryTake(mayWait) is { } late ? UartInput.Byte(late) : HasEnded ? UartInput.End : UartInput.NotYet;
    }

    private bool HasEnded
    {
        get
        {
            lock (_waiting)
            {
                return (_isOver && _waiting.Count == 0) || _interrupted.IsCancellationRequested;
            }
        }
    }

    private byte? TryTake(bool wait)
    {
        lock (_waiting)
        {
            if (wait && _waiting.Count == 0 && !_isOver)
            {
                Monitor.Wait(_waiting, Patience);
            }

            if (!_waiting.TryDequeue(out byte value))
            {
                return null;
            }

            Monitor.PulseAll(_waiting);
            return value;
        }
    }

    private void Read()
    {
        byte[] buffer = new byte[256];
        try
        {
            while (_source.Read(buffer) is var count and > 0)
            {
                Add(buffer.AsSpan(0, count));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The other end is gone, or the run is over.
        }

        lock (_waiting)
        {
            _isOver = true;
            Monitor.PulseAll(_waiting);
        }
    }

    // Who sends faster than the device listens is kept waiting.
    private void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_waiting)
        {
            while (_waiting.Count >= MostWaiting)
            {
                Monitor.Wait(_waiting);
            }

            foreach (byte value in bytes)
            {
                _waiting.Enqueue(value);
            }

            Monitor.PulseAll(_waiting);
        }
    }
}
