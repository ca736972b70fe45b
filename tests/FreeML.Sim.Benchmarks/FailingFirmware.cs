using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Benchmarks;

/// <summary>Bound firmware on a device whose power fails where it is told to, also between the writes of one instruction. All RAM is noise afterwards.</summary>
internal sealed class FailingFirmware : IDisposable
{
    /// <summary>Below the comparator's warning, in volts.</summary>
    public const double LowVolts = 2.0;

    private const double HighVolts = 3.0;
    private const double WarningVolts = 2.1;
    private const double ResumeVolts = 2.4;
    private const double OffSeconds = 0.05;
    private const long MostCycles = 4_000_000_000;

    private readonly AddressRange[] _written;
    private readonly Pin[] _phasePins;

    /// <summary>Programs a device and lets the runtime start, until it waits for a sample.</summary>
    /// <param name="firmware">The firmware.</param>
    /// <param name="seed">Of all noise.</param>
    /// <param name="isFast">With the engine that translates, where the host has it: the same, and sooner done if much is to be done.</param>
    public FailingFirmware(BoundFirmware firmware, int seed, bool isFast = false)
    {
        Firmware = firmware;
        Device = new Device(DeviceCatalogue.Default, new DeviceOptions { Engine = isFast && JitEngine.IsSupported ? () => new JitEngine() : null }, (ulong)seed);
        Device.Analog.Connect(Device.FindPin("P1.2")!, new AnalogSource(VoltageMix.Buffer * 0.5));
        Device.Load(firmware.Image);
        Mailbox = new Mailbox(Device, firmware);
        _phasePins = [.. Enumerable.Range(0, 3).Select(bit => Device.FindPin($"P3.{bit}")!)];
        Volts = HighVolts;
        ImageSection persistent = firmware.Image.Sections.Single(section => section.Name == ".persistent");
        _written =
        [
            new AddressRange(persistent.Address, persistent.Size),
            firmware.Placement.Maps,
            .. Device.Description.Memory.Where(region => region.Kind is MemoryKind.Ram).Select(region => new AddressRange(region.Start, region.Length)),
        ];
        FramBytes = (int)(_written[0].Size + _written[1].Size);
        Device.Run(MostCycles);
        if (Mailbox.State is not RuntimeState.Waits)
        {
            throw new InvalidOperationException($"{firmware.Network.Name} does not start: {Mailbox.ErrorText}");
        }
    }

    /// <summary>What runs.</summary>
    public BoundFirmware Firmware { get; }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>Its mailbox.</summary>
    public Mailbox Mailbox { get; }

    /// <summary>Bytes of <see cref="Save"/> that outlast a failure; they come first.</summary>
    public int FramBytes { get; }

    /// <summary>Voltage of buffer and supply.</summary>
    public double Volts
    {
        get => Device.Volts.Buffer;
        set => Device.Volts = (value, value);
    }

    /// <summary><see cref="Mailbox.Phase"/>, fast enough to be looked at after each instruction.</summary>
    public Phase Phase => (Phase)(Bit(0) | (Bit(1) << 1) | (Bit(2) << 2));

    /// <summary>Whether the sample was answered, and the runtime sleeps again.</summary>
    public bool IsDone => Device.IsAsleep && Mailbox.IsAnswered && Phase is Phase.Wait;

    /// <summary>What the mailbox shows; "none" while the sample has no result.</summary>
    public string Answer => Mailbox.IsAnswered ? Text(Mailbox.Answer, Mailbox.Exit, Mailbox.Logits) : "none";

    /// <summary>Binds with small tiles, all of different sizes, and with levels for warnings.</summary>
    public static BoundFirmware Bind(IntegerNetwork network, Strategy strategy, int exit) => FirmwareBuilder.Build(network, ArenaPlanner.Plan(network), new FirmwareOptions
    {
        Strategy = strategy,
        Policy = exit < network.Exits.Length ? ExitPolicy.Fixed(exit) : ExitPolicy.Never,
        Tiles = strategy is Strategy.Tiled ? [.. network.AllOperations.Select((_, step) => (ushort)(1 + (step * 7 % 40)))] : [],
        WarningLevel = ComparatorLevel.AtLeast(WarningVolts),
        ResumeLevel = ComparatorLevel.AtLeast(ResumeVolts),
    });

    /// <summary>What the compiler's executor answers at each exit, and at last by the whole network; in the form of <see cref="Answer"/>.</summary>
    public static ImmutableArray<string> Expected(IntegerExecutor executor, IntegerMemory memory, ReadOnlySpan<float> sample)
    {
        int whole = executor.Run(sample, memory);
        IntegerNetwork network = executor.Network;
        return
        [
            .. network.Exits.Select((_, exit) => Text(memory.ExitClasses[exit], exit, memory.ExitLogits[exit])),
            Text(whole, network.Exits.Length, memory.Elements(network.Output).ToArray()),
        ];
    }

    /// <summary>An answer as it is compared.</summary>
    public static string Text(int answer, int exit, IEnumerable<short> logits) => $"class {answer} of exit {exit}: {string.Join(' ', logits)}";

    /// <summary>Gives it a sample.</summary>
    public void Begin(ReadOnlySpan<float> sample)
    {
        Mailbox.Put(sample);
        Mailbox.Wake();
    }

    /// <summary>Runs for some cycles, or until nothing goes on by itself.</summary>
    public void Run(long cycles) => Device.Run(Device.Cycles + cycles);

    /// <summary>Runs until nothing goes on by itself.</summary>
    /// <returns>What the mailbox shows then, or where the runtime got stuck.</returns>
    public string RunToEnd()
    {
        StopReason stop = Device.Run(Device.Cycles + MostCycles);
        return IsDone ? Answer : $"{stop} in phase {Phase}, {Mailbox.State}, at {Mailbox.Position}";
    }

    /// <summary>Loses power, and gets it back.</summary>
    public void Fail()
    {
        Device.LosePower();
        Volts = HighVolts;
        Device.PowerCycle(Device.Now + SimTime.FromSeconds(OffSeconds), ResetCause.BrownOut, SramAfterFailure.Noise, OffSeconds);
    }

    /// <summary>Loses power in the next instruction, or in the next one that writes to memory: before, between or after its writes.</summary>
    /// <param name="random">Decides where. Half of all failures are aimed at writes: what is committed in a wrong order is wrong for an instruction only.</param>
    /// <returns>Whether it was between them.</returns>
    public bool FailWithin(Random random)
    {
        const int MostSteps = 400;
        int steps = random.Next(2) == 0 ? 1 : MostSteps;
        int writes = 0;
        for (; steps > 0 && writes == 0; steps--)
        {
            Device.JournalsWrites = true;
            Device.Step();
            writes = Device.JournaledWrites;
        }

        int kept = random.Next(writes + 1);
        Device.UndoWritesAfter(kept);
        Device.JournalsWrites = false;
        Fail();
        return kept > 0 && kept < writes;
    }

    /// <summary>The buffer is full again.</summary>
    public void Recover() => Volts = HighVolts;

    /// <summary>What the program writes: its variables and maps in FRAM, and all RAM.</summary>
    public byte[] Save()
    {
        byte[] bytes = new byte[_written.Sum(range => range.Size)];
        int at = 0;
        foreach (AddressRange range in _written)
        {
            Device.Peek(range.Address, bytes.AsSpan(at, (int)range.Size));
            at += (int)range.Size;
        }

        return bytes;
    }

    /// <summary>Takes over memory from another device.</summary>
    public void Load(ReadOnlySpan<byte> saved)
    {
        foreach (AddressRange range in _written)
        {
            Device.Poke(range.Address, saved[..(int)range.Size]);
            saved = saved[(int)range.Size..];
        }
    }

    /// <summary>All of FRAM that the program has no business to write.</summary>
    public byte[] Untouched()
    {
        const uint Start = 0x4000;
        byte[] bytes = new byte[0x4_0000];
        Device.Peek(Start, bytes);
        foreach (AddressRange range in _written.Where(range => range.Address >= Start))
        {
            bytes.AsSpan((int)(range.Address - Start), (int)range.Size).Clear();
        }

        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose() => Device.Dispose();

    private int Bit(int pin) => _phasePins[pin].Level is PinLevel.High ? 1 : 0;
}
