using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

/// <summary>A peripheral whose registers the test declares.</summary>
internal sealed class TestPeripheral(Action<RegisterMap> define, uint baseAddress = 0x0400, string prefix = "T") : Peripheral("TEST", baseAddress, prefix)
{
    public List<ResetKind> Resets { get; } = [];

    public override void Reset(ResetKind kind) => Resets.Add(kind);

    protected override void DefineRegisters(RegisterMap map) => define(map);

    /// <summary>A bus with one such peripheral.</summary>
    public static PeripheralBus Bus(Action<RegisterMap> define)
    {
        PeripheralBus bus = new();
        bus.Attach(new TestPeripheral(define));
        return bus;
    }
}
