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

    /// <summary>Cycles of the present MCLK, as if there never had been another.</summary>
    public long Cycles => Mclk.TimeToCycles(Now);

    public bool IsIdle { get; set; }

    public bool AcceptsInterrupts { get; set; }

    public int? SleepMode { get; set; }

    public byte[] Memory { get; } = new byte[1 << 20];

    public long StalledCycles { get; private set; }

    public DeviceModules Modules { get; }

    public PeripheralBus Bus => Modules.Bus;

    public InterruptController Interrupts => Modules.Interrupts;

    public List<(ResetKind Kind, ResetCause Cause)> Resets { get; } = [];

    public ClockRate Mclk { get; private set; }

    public (int WaitStates, bool WritesBlocked) Fram { get; private set; }

    public int Attentions { get; private set; }

    public ushort ReadMemory(uint address, bool isByte) => (address < PeripheralBus.Size, isByte) switch
    {
        (true, true) => Bus.ReadByte(address),
        (true, false) => Bus.ReadWord(address),
        (_, true) => Memory[address],
        _ => System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(Memory.AsSpan((int)address & ~1)),
    };

    public void WriteMemory(uint address, ushort value, bool isByte)
    {
        switch (address < PeripheralBus.Size, isByte)
        {
            case (true, true):
                Bus.WriteByte(address, (byte)value);
                break;
            case (true, false):
                Bus.WriteWord(address, value);
                break;
            case (_, true):
                Memory[address] = (byte)value;
                break;
            default:
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(Memory.AsSpan((int)address & ~1), value);
                break;
        }
    }

    /// <summary>Lets the bus master work, if it wants to, up to a cycle.</summary>
    public void GiveBus(long limit = long.MaxValue)
    {
        while (Modules.BusMaster is { } master && master.BusCycle <= Cycles && Cycles < limit)
        {
            master.TakeBus(limit);
        }
    }

    public void Stall(long cycles)
    {
        StalledCycles += cycles;
        Now += Mclk.CyclesToTime(cycles);
    }

    public void RequestReset(ResetKind kind, ResetCause cause) => Resets.Add((kind, cause));

    /// <summary>How long MCLK stood at its last change.</summary>
    public SimTime MclkHold { get; private set; }

    public List<(uint Start, uint Length)> LostRam { get; } = [];

    public void SetMclk(ClockRate rate, SimTime hold) => (Mclk, MclkHold) = (rate, hold);

    public void LoseRam(uint start, uint length) => LostRam.Add((start, length));

    public void SetFram(int waitStates, bool writesBlocked) => Fram = (waitStates, writesBlocked);

    public void Attention() => Attentions++;

    public (double Supply, double Buffer) Volts { get; private set; } = (3.0, 3.0);

    public void PricesChanged()
    {
    }

    /// <summary>Moves the supply.</summary>
    public void SetVolts(double supply, double buffer)
    {
        Volts = (supply, buffer);
        Modules.Analog.OnVoltsChanged();
    }

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
        ResetCause[] causes = [.. requested.Select(request => request.Cause)];
        Modules.Reset(requested.Max(request => request.Kind), causes);
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
