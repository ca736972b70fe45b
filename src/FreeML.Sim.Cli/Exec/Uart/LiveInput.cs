using System.Collections.Concurrent;
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

    private readonly BlockingCollection<byte> _waiting = new(MostWaiting);
    private readonly Stream _source;
    private readonly Action _beforeAsking;
    private readonly CancellationToken _interrupted;
    private bool _isStarted;

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

        if (_waiting.TryTake(out byte value))
        {
            return UartInput.Byte(value);
        }

        _beforeAsking();
        if (_waiting.IsCompleted || _interrupted.IsCancellationRequested)
        {
            return UartInput.End;
        }

        return mayWait && _waiting.TryTake(out value, Patience) ? UartInput.Byte(value) : UartInput.NotYet;
    }

    private void Read()
    {
        byte[] buffer = new byte[256];
        try
        {
            while (_source.Read(buffer) is var count and > 0)
            {
                for (int n = 0; n < count; n++)
                {
                    _waiting.Add(buffer[n], _interrupted);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The other end is gone, or the run is over.
        }

        _waiting.CompleteAdding();
    }
}
