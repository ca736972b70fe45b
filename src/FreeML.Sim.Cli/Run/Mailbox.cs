using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Run;

/// <summary>What the bundled classifier leaves in FRAM for whoever looks: <c>struct mailbox</c> of firmware/apps/demo/mailbox.h.</summary>
/// <param name="IsDone">Whether the program got to its end.</param>
/// <param name="Boots">How often it has started.</param>
/// <param name="Answers">The class it gave each sample.</param>
/// <param name="Correct">How many answers are the class the sample was drawn from.</param>
/// <param name="Crc">Checksum over answers and scores.</param>
internal sealed record Mailbox(bool IsDone, int Boots, IReadOnlyList<int> Answers, int Correct, int Crc)
{
    private const ushort Magic = 0x4D42;
    private const ushort Version = 1;
    private const ushort Done = 2;

    /// <summary>Whether every sample was answered rightly.</summary>
    public bool IsRight => IsDone && Correct == Answers.Count;

    /// <summary>Reads it from a device, as a debugger would.</summary>
    /// <exception cref="InputException">The image has none of this version.</exception>
    public static Mailbox Read(Device device, FirmwareImage image)
    {
        if (!image.TryGetSymbol("mailbox", out ImageSymbol? symbol) || device.PeekWord(symbol.Value) != Magic || Word(2) != Version)
        {
            throw new InputException(image.Source, null, "no mailbox", $"one of version {Version} at symbol 'mailbox'");
        }

        return new Mailbox(Word(4) == Done, Word(6), [.. Enumerable.Range(0, Word(10)).Select(sample => (int)Word(12 + (2 * sample)))], Word(126), Word(124));

        ushort Word(int offset) => device.PeekWord(symbol!.Value + (uint)offset);
    }
}
