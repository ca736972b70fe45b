using System.Buffers.Binary;
using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>What a runtime's image is bound to, field by field as in firmware/runtime/configuration.h.</summary>
internal sealed record RuntimeSettings
{
    public uint Magic { get; init; } = 0x434C_4D46;

    public ushort Version { get; init; } = 1;

    public ushort Megahertz { get; init; } = 8;

    public uint Tables { get; init; } = RuntimeBoard.Tables;

    public uint Arena { get; init; } = RuntimeBoard.Arena;

    public uint Exits { get; init; } = RuntimeBoard.Exits;

    public uint Tiles { get; init; } = RuntimeBoard.Tiles;

    public ushort Policy { get; init; }

    public ushort FixedExit { get; init; }

    public uint DeadlineTicks { get; init; }

    public ushort Sense { get; init; } = 31;

    public ushort Flags { get; init; }

    /// <summary>1.05 V at the pin, 2.1 V of the buffer: step 27 of 1.2 V.</summary>
    public ushort Warning { get; init; } = (1 << 13) | 27;

    /// <summary>1.1875 V at the pin, 2.375 V of the buffer: step 18 of 2.0 V.</summary>
    public ushort Resume { get; init; } = (2 << 13) | 18;

    public ImmutableArray<(uint Need, uint Ticks, short Margin)> Costs { get; init; } = [(0, 0, 0), (0, 0, 0)];

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[40];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), Megahertz);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Tables);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Arena);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), Exits);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), Tiles);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(24), Policy);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(26), FixedExit);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(28), DeadlineTicks);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(32), Sense);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(34), Flags);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(36), Warning);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(38), Resume);
        return bytes;
    }

    public byte[] CostBytes()
    {
        byte[] bytes = new byte[12 * Costs.Length];
        for (int i = 0; i < Costs.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12 * i), Costs[i].Need);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((12 * i) + 4), Costs[i].Ticks);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan((12 * i) + 8), Costs[i].Margin);
        }

        return bytes;
    }
}

/// <summary>What a result says.</summary>
/// <param name="Answer">The class.</param>
/// <param name="Exit">Which exit.</param>
/// <param name="Logits">Its logits.</param>
internal sealed record RuntimeAnswer(int Answer, int Exit, ImmutableArray<short> Logits)
{
    public bool Equals(RuntimeAnswer? other) => other is not null && Answer == other.Answer && Exit == other.Exit && Logits.SequenceEqual(other.Logits);

    public override int GetHashCode() => HashCode.Combine(Answer, Exit);

    public override string ToString() => $"class {Answer} of exit {Exit}: {string.Join(' ', Logits)}";
}

/// <summary>A board with one of the runtimes, bound to a network; the host's side of the mailbox.</summary>
internal sealed class RuntimeBoard : IDisposable
{
    public const uint Tables = 0x10000;
    public const uint Arena = 0x20000;
    public const uint Exits = 0x30000;
    public const uint Tiles = 0x31000;

    private const int InformationOffset = 46;
    private const long MostCycles = 20_000_000;

    private static readonly Dictionary<string, FirmwareImage> Images = [];

    private readonly FirmwareImage _image;
    private readonly IntegerNetwork _network;
    private readonly int _arenaBytes;
    private readonly uint _mailbox;
    private readonly Pin[] _phasePins;

    public RuntimeBoard(string strategy, IntegerNetwork network, RuntimeSettings? settings = null, ulong seed = 1)
    {
        settings ??= new RuntimeSettings();
        _image = Image(strategy);
        _network = network;
        ArenaPlan plan = ArenaPlanner.Plan(network);
        _arenaBytes = plan.Bytes;
        Device = new Device(DeviceCatalogue.Find("msp430fr5994"), seed: seed);
        Device.Load(_image);
        _mailbox = Address("mailbox");
        _phasePins = [.. new[] { "P3.0", "P3.1", "P3.2" }.Select(name => Device.FindPin(name)!)];
        Device.Analog.Connect(Device.FindPin("P1.2")!, new AnalogSource(VoltageMix.Buffer * 0.5));
        Device.Poke(Address("configuration"), settings.ToBytes());
        Device.Poke(Tables, DeviceImage.Create(network, plan));
        Device.Poke(Exits, settings.CostBytes());
        for (uint i = 0; i < network.AllOperations.Count(); i++)
        {
            Device.PokeWord(Tiles + (2 * i), 2);
        }
    }

    public Device Device { get; }

    public int Phase => Bit(0) | (Bit(1) << 1) | (Bit(2) << 2);

    public int State => Word(4);

    public int Error => Word(6);

    public int Result => Word(12);

    public int Failures => Word(36);

    public int Measured => Word(38);

    public uint Boots => Long(32);

    public uint Ticks => Long(40);

    /// <summary>Operation, exit and exits passed.</summary>
    public (int Step, int Exit, int Passed) Position => (Slot(2), Slot(4), Slot(8));

    public RuntimeAnswer Answer
    {
        get
        {
            var logits = new short[Word(18)];
            for (uint i = 0; i < logits.Length; i++)
            {
                logits[i] = (short)Device.PeekWord(Long(20) + (2 * i));
            }

            return new RuntimeAnswer(Word(14), Word(16), [.. logits]);
        }
    }

    /// <summary>All of a result, also what it says of its making; empty while the result is not this one.</summary>
    public byte[] Shown(int sample)
    {
        byte[] mailbox = new byte[InformationOffset];
        Device.Peek(_mailbox, mailbox);
        return Result == sample ? [.. mailbox[14..24], mailbox[31], .. mailbox[36..38], .. mailbox[40..44]] : [];
    }

    public static FirmwareImage Image(string strategy)
    {
        lock (Images)
        {
            if (!Images.TryGetValue(strategy, out FirmwareImage? image))
            {
                image = ImageReader.Read(Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", $"runtime_{strategy}.elf"));
                Images.Add(strategy, image);
            }

            return image;
        }
    }

    public uint Address(string symbol) =>
        _image.TryGetSymbol(symbol, out ImageSymbol? found) ? found.Value : throw new InvalidOperationException($"no {symbol} in {_image.Source}");

    public void PutSample(int number, ReadOnlySpan<short> elements)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            Device.PokeWord(Long(24) + (2 * (uint)i), (ushort)elements[i]);
        }

        Device.PokeWord(_mailbox + 8, (ushort)number);
    }

    public void AskForAnswer() => Device.PokeWord(_mailbox + 10, 1);

    public bool IsAsked => Word(10) != 0;

    /// <summary>The button, pressed and let go.</summary>
    public void PullButton()
    {
        Pin pin = Device.FindPin("P5.6")!;
        pin.DriveOutside(PinLevel.Low, Device.Now);
        pin.DriveOutside(PinLevel.HighImpedance, Device.Now);
    }

    /// <summary>Until nothing goes on by itself.</summary>
    public void RunUntilAsleep()
    {
        StopReason stop = Device.Run(Device.Cycles + MostCycles);
        Assert.True(stop == StopReason.Parked, $"{stop} in phase {Phase}, state {State}, position {Position}");
    }

    /// <summary>One sample, from sleep to sleep.</summary>
    public RuntimeAnswer Infer(int number, ReadOnlySpan<short> elements)
    {
        RunUntilAsleep();
        PutSample(number, elements);
        PullButton();
        RunUntilAsleep();
        Assert.Equal(number, Result);
        Assert.Equal(1, Phase);
        return Answer;
    }

    /// <summary>Runs one instruction at a time until something holds.</summary>
    public void StepUntil(Func<bool> holds, int most = 1_000_000)
    {
        for (int n = 0; !holds(); n++)
        {
            Assert.True(n < most, $"still in phase {Phase} at position {Position}");
            Device.Step();
        }
    }

    public void SetVolts(double volts) => Device.Volts = (volts, volts);

    public void FailPower()
    {
        Device.LosePower();
        Device.PowerCycle(Device.Now + SimTime.FromMilliseconds(50), ResetCause.BrownOut, SramAfterFailure.Noise, 0.05);
    }

    /// <summary>Another board takes over what is in FRAM here, as after a power failure: variables of the program, and maps.</summary>
    public void FailInto(RuntimeBoard other)
    {
        ImageSection persistent = _image.Sections.Single(section => section.Name == ".persistent");
        byte[] bytes = new byte[Math.Max(persistent.Size, (uint)_arenaBytes)];
        Copy(persistent.Address, persistent.Size);
        Copy(Arena, (uint)_arenaBytes);
        other.Device.Volts = Device.Volts;
        other.FailPower();

        void Copy(uint address, uint length)
        {
            Device.Peek(address, bytes.AsSpan(0, (int)length));
            other.Device.Poke(address, bytes.AsSpan(0, (int)length));
        }
    }

    /// <summary>What the compiler's executor answers at an exit; the number of exits stands for the whole network.</summary>
    public static RuntimeAnswer Expected(IntegerNetwork network, ReadOnlySpan<short> elements, int exit)
    {
        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        int whole = executor.Run([.. elements.ToArray().Select(element => element * (float)network.Values[0].Step)], memory);
        return exit < network.Exits.Length
            ? new RuntimeAnswer(memory.ExitClasses[exit], exit, [.. memory.ExitLogits[exit]])
            : new RuntimeAnswer(whole, exit, [.. memory.Elements(network.Output)]);
    }

    public RuntimeAnswer Expected(ReadOnlySpan<short> elements, int exit) => Expected(_network, elements, exit);

    public void Dispose() => Device.Dispose();

    private int Bit(int pin) => _phasePins[pin].Level == PinLevel.High ? 1 : 0;

    private int Word(uint offset) => Device.PeekWord(_mailbox + offset);

    private uint Long(uint offset) => (uint)(Word(offset) | (Word(offset + 2) << 16));

    private int Slot(uint offset) => Word(InformationOffset + (16 * (uint)Word(44)) + offset);
}
