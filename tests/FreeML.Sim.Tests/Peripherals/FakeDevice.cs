using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>The modules of a device without its CPU and memory: time is advanced by hand, requests are written down.</summary>
internal sealed class FakeDevice : IDeviceControl
{
    public FakeDevice(string name = "msp430fr5994", DeviceOptions? options = null)
    {
        Modules = DeviceCatalogue.Find(name).CreateModules(this, options);
        Modules.Reset(ResetKind.Bor, ResetCause.BrownOut);
        Resets.Clear();
    }

    public SimTime Now { get; private set; }

    public DeviceModules Modules { get; }

    public PeripheralBus Bus => Modules.Bus;

    public InterruptController Interrupts => Modules.Interrupts;

    public List<(ResetKind Kind, ResetCause Cause)> Resets { get; } = [];

    public ClockRate Mclk { get; private set; }

    public (int WaitStates, bool WritesBlocked) Fram { get; private set; }

    public int Attentions { get; private set; }

    public void RequestReset(ResetKind kind, ResetCause cause) => Resets.Add((kind, cause));

    public void SetMclk(ClockRate rate) => Mclk = rate;

    public void SetFram(int waitStates, bool writesBlocked) => Fram = (waitStates, writesBlocked);

    public void Attention() => Attentions++;

    public void Advance(SimTime duration)
    {
        SimTime end = Now + duration;
        while (Modules.Scheduler.NextTime <= end && Modules.Scheduler.NextTime < SimTime.MaxValue)
        {
            Now = SimTime.Max(Now, Modules.Scheduler.NextTime);
            Modules.Scheduler.RunDue(Now);
        }

        Now = end;
    }

    /// <summary>Carries out the resets that were requested, as a device does after an instruction.</summary>
    public void TakeResets()
    {
        (ResetKind Kind, ResetCause Cause)[] requested = [.. Resets];
        Resets.Clear();
        Modules.Reset(requested.Max(request => request.Kind), ResetCause.None);
        foreach ((ResetKind _, ResetCause cause) in requested)
        {
            Modules.System?.AddCause(cause);
        }
    }

    public ushort Read(uint address) => Bus.ReadWord(address);

    public void Write(uint address, int value) => Bus.WriteWord(address, (ushort)value);

    public void WriteByte(uint address, int value) => Bus.WriteByte(address, (byte)value);

    public void AssertReset(ResetKind kind, ResetCause cause)
    {
        Assert.Equal([(kind, cause)], Resets);
        Resets.Clear();
    }
}
