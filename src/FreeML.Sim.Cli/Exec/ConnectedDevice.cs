using FreeML.Sim.Cli.Exec.Uart;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;

namespace FreeML.Sim.Cli.Exec;

/// <summary>A device with its firmware loaded, and everything around it that a request names.</summary>
internal sealed class ConnectedDevice : IDisposable
{
    private readonly GnuSemihosting? _semihosting;

    /// <summary>Puts one together.</summary>
    /// <param name="image">Its firmware.</param>
    /// <param name="request">What is around it.</param>
    /// <param name="streams">What its program reads and writes.</param>
    /// <param name="engine">Makes another engine than the request's.</param>
    /// <exception cref="InputException">The image has bytes where the device has no memory.</exception>
    public ConnectedDevice(FirmwareImage image, ExecRequest request, ProgramStreams streams, Func<ExecutionEngine>? engine = null)
    {
        Device = new Device(request.Device, engine is null ? request.Options : request.Options with { Engine = engine }, request.Seed);
        Device.Load(image);
        request.Analog?.Attach(Device);
        _semihosting = request.HasSemihosting ? new GnuSemihosting(streams.Input, streams.Output, streams.Error, request.Root) : null;
        _semihosting?.Attach(Device, image);

        // A program that has the streams to itself keeps them.
        Console = UartConsole.Attach(Device, request.Uarts, request.HasSemihosting ? null : streams.Output as CapturedOutput);
        request.Inputs?.Attach(Device);
    }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>Its UARTs' connections.</summary>
    public UartConsole Console { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _semihosting?.Dispose();
        Device.Dispose();
    }
}
