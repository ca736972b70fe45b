using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Firmware;

/// <summary>What the runtime says of itself in its mailbox.</summary>
public enum RuntimeState
{
    /// <summary>It has never started.</summary>
    New = 0,

    /// <summary>It waits for a sample.</summary>
    Waits = 1,

    /// <summary>It works on one.</summary>
    Works = 2,

    /// <summary>It found something wrong; <see cref="Mailbox.Error"/> says what.</summary>
    Stopped = 3,
}

/// <summary>Where the runtime is with a sample: one of the two slots of its mailbox.</summary>
/// <param name="Sample">Number of the sample.</param>
/// <param name="Step">The operation: those of the network, then those of exits.</param>
/// <param name="Exit">The exit that is being computed, or <see cref="Mailbox.NoExit"/>.</param>
/// <param name="Element">Outputs of the operation that are in FRAM.</param>
/// <param name="ExitsPassed">Exits decided against, or computed.</param>
/// <param name="Failures">Power failures within this sample.</param>
/// <param name="Ticks">On-time so far.</param>
public readonly record struct Position(ushort Sample, ushort Step, ushort Exit, ushort Element, ushort ExitsPassed, ushort Failures, uint Ticks)
{
    internal const int Bytes = 16;
}

/// <summary>
/// The runtime's mailbox in the FRAM of a device: the host puts samples there and finds results, here as a debugger does, on a board over JTAG.
/// The layout is that of firmware/runtime/mailbox.h.
/// </summary>
public sealed class Mailbox
{
    /// <summary><see cref="Position.Exit"/> while the network itself is computed.</summary>
    public const ushort NoExit = 0xFFFF;

    /// <summary><see cref="Position.Step"/> while there is nothing to do.</summary>
    public const ushort NoStep = 0xFFFF;

    private const int SlotsOffset = 46;
    private const ushort ExpectedMagic = 0x4D46;
    private const ushort ExpectedVersion = 1;
    private const ushort AnswerNow = 1;

    private static readonly string[] Errors =
    [
        "no error", "no network bound to it", "a configuration of another version", "a clock that it does not know", "tables that are none", "an exit policy that it cannot follow",
        "a way to measure the voltage that it does not know", "no sizes of tiles",
    ];

    private readonly Device _device;
    private readonly BoundFirmware _firmware;

    /// <summary>The mailbox of firmware that is loaded on a device.</summary>
    public Mailbox(Device device, BoundFirmware firmware) => (_device, _firmware) = (device, firmware);

    /// <summary>Whether there is one, of the version that is known here.</summary>
    public bool IsValid => Word(0) == ExpectedMagic && Word(2) == ExpectedVersion;

    /// <summary>What the runtime says of itself.</summary>
    public RuntimeState State => (RuntimeState)Word(4);

    /// <summary>Why it stopped; the numbers are those of mailbox.h.</summary>
    public ushort Error => Word(6);

    /// <summary>Why it stopped, in words.</summary>
    public string ErrorText => Error < Errors.Length ? Errors[Error] : $"error {Error}";

    /// <summary>Number of the sample that lies at the input.</summary>
    public ushort Sample => Word(8);

    /// <summary>Whether an answer was asked for at once.</summary>
    public bool IsAnswerRequested => (Word(10) & AnswerNow) != 0;

    /// <summary>Number of the sample that was answered last.</summary>
    public ushort Result => Word(12);

    /// <summary>The class.</summary>
    public ushort Answer => Word(14);

    /// <summary>Which exit answered; the number of exits: the whole network.</summary>
    public ushort Exit => Word(16);

    /// <summary>The logits that the answer was read from.</summary>
    public short[] Logits => Elements(DoubleWord(20), Word(18));

    /// <summary>Address of the input's elements.</summary>
    public uint Input => DoubleWord(24);

    /// <summary>Elements of the input.</summary>
    public int InputLength => Word(28);

    /// <summary>Exponent of the input.</summary>
    public int InputExponent => (sbyte)Word(30);

    /// <summary>Exponent of the logits.</summary>
    public int LogitsExponent => (sbyte)(Word(30) >> 8);

    /// <summary>Starts since the image was loaded.</summary>
    public uint Boots => DoubleWord(32);

    /// <summary>Power failures within the sample that was answered last.</summary>
    public ushort Failures => Word(36);

    /// <summary>The last ADC count of the buffer.</summary>
    public ushort Measured => Word(38);

    /// <summary>On-time that the sample answered last took, in ticks.</summary>
    public uint Ticks => DoubleWord(40);

    /// <summary>Where the runtime is.</summary>
    public Position Position
    {
        get
        {
            Span<byte> slot = stackalloc byte[Position.Bytes];
            _device.Peek(_firmware.MailboxAddress + SlotsOffset + (uint)(Position.Bytes * (Word(44) & 1)), slot);
            ReadOnlySpan<ushort> words = MemoryMarshal.Cast<byte, ushort>(slot);
            return new Position(words[0], words[1], words[2], words[3], words[4], words[5], BinaryPrimitives.ReadUInt32LittleEndian(slot[12..]));
        }
    }

    /// <summary>What the runtime is doing, from P3.0 to P3.2.</summary>
    public Phase Phase => (Phase)Enumerable.Range(0, 3).Sum(bit => _device.FindPin($"P3.{bit}") is { Level: Msp430.Bus.PinLevel.High } ? 1 << bit : 0);

    /// <summary>Whether the sample at the input has been answered.</summary>
    public bool IsAnswered => Result == Sample;

    /// <summary>Puts a sample at the input and numbers it. The runtime begins with it as soon as it waits and looks, see <see cref="Wake"/>.</summary>
    /// <param name="sample">What the float network would read.</param>
    public void Put(ReadOnlySpan<float> sample)
    {
        short[] elements = new short[sample.Length];
        IntegerExecutor.Quantize(_firmware.Network.Values[0], sample, elements);
        Put(elements);
    }

    /// <summary>Puts the elements of a sample at the input and numbers it.</summary>
    public void Put(ReadOnlySpan<short> elements)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(elements.Length, _firmware.Network.Values[0].Length);
        _device.Poke(_firmware.Placement.Maps.Address + (uint)_firmware.Plan.Offsets[0], MemoryMarshal.AsBytes(elements));
        ushort number = Sample;
        _device.PokeWord(_firmware.MailboxAddress + 8, number == ushort.MaxValue ? (ushort)1 : (ushort)(number + 1));
    }

    /// <summary>Asks for an answer at once, from whatever exit is next.</summary>
    public void RequestAnswer() => _device.PokeWord(_firmware.MailboxAddress + 10, AnswerNow);

    /// <summary>Presses the button on P5.6 for a moment, which wakes a runtime that waits.</summary>
    public void Wake()
    {
        Msp430.Bus.Pin button = _device.FindPin("P5.6")!;
        button.DriveOutside(Msp430.Bus.PinLevel.Low, _device.Now);
        button.DriveOutside(Msp430.Bus.PinLevel.HighImpedance, _device.Now);
    }

    private ushort Word(uint offset) => _device.PeekWord(_firmware.MailboxAddress + offset);

    private uint DoubleWord(uint offset) => Word(offset) | (uint)Word(offset + 2) << 16;

    private short[] Elements(uint address, int length)
    {
        short[] elements = new short[length];
        _device.Peek(address, MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }
}
