using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Scenarios;

/// <summary>Tells, power failure by power failure, whether the firmware has got on since the one before: what it would find again at its next start.</summary>
/// <param name="strategy">How it gets through failures.</param>
/// <param name="device">The device.</param>
/// <param name="host">Its host.</param>
internal sealed class ForwardProgress(Strategy strategy, Device device, SampleHost host)
{
    private long _done = -1;
    private long _computed;
    private long _saves;

    /// <summary>Where the firmware stood at the last failure.</summary>
    public Position Position { get; private set; }

    /// <summary>Looks, at a failure.</summary>
    /// <returns>Whether it has got on, or had nothing to do.</returns>
    public bool HasAdvanced()
    {
        Position position = host.Mailbox.Position;
        long computed = host.Phases.Sum((int)Phase.Network, (int)Phase.Exit).Cycles;

        // A checkpoint is whole when the runtime sleeps after it, or goes on.
        long saves = host.Saves + ((Phase)host.Phases.Phase is Phase.Save && device.IsAsleep ? 1 : 0);
        bool hasAdvanced = host.Open is null || host.Done.Count != _done || strategy switch
        {
            Strategy.Restart => false,
            Strategy.Checkpoint => HasMoved(position) || (saves > _saves && computed > _computed),
            _ => HasMoved(position),
        };
        (_done, _computed, _saves, Position) = (host.Done.Count, computed, saves, position);
        return hasAdvanced;
    }

    private bool HasMoved(Position now) =>
        (Position.Sample, Position.Step, Position.Exit, Position.Element, Position.ExitsPassed) != (now.Sample, now.Step, now.Exit, now.Element, now.ExitsPassed);
}
