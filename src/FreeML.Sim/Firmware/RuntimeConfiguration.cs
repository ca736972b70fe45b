using System.Buffers.Binary;
using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;

namespace FreeML.Sim.Firmware;

/// <summary>A field of the runtime's configuration.</summary>
/// <param name="Name">As in firmware/runtime/configuration.h.</param>
/// <param name="Bytes">2 or 4.</param>
/// <param name="Value">What it is set to.</param>
/// <param name="Meaning">For people.</param>
public sealed record ConfigurationField(string Name, int Bytes, uint Value, string Meaning);

/// <summary>The runtime's <c>struct configuration</c> and its <c>struct exit_cost</c>: one list of fields for the binder and for exported sources.</summary>
public static class RuntimeConfiguration
{
    /// <summary>Bytes of the struct.</summary>
    public const int Bytes = 40;

    /// <summary>What the first field says: "FMLC".</summary>
    public const uint Magic = 0x434C_4D46;

    /// <summary>Version of the layout.</summary>
    public const int Version = 1;

    /// <summary>Ticks of the runtime's timer in a second.</summary>
    public const int TickHertz = 15_625;

    private const uint UartFlag = 1;

    /// <summary>All fields, in the struct's order.</summary>
    public static ImmutableArray<ConfigurationField> Fields(FirmwareOptions options, Placement placement) =>
    [
        new("magic", 4, Magic, "\"FMLC\""),
        new("version", 2, Version, "of this struct"),
        new("megahertz", 2, (uint)options.Megahertz, "MCLK"),
        new("tables", 4, placement.Tables.Address, "the network"),
        new("arena", 4, placement.Maps.Address, "its maps"),
        new("exits", 4, placement.ExitCosts.Address, "what going on from each exit takes; 0: not told"),
        new("tiles", 4, placement.Tiles.Address, "elements a commit of each operation; 0: not told"),
        new("policy", 2, (uint)options.Policy.Kind, "0 never, 1 fixed, 2 energy, 3 deadline, 4 confidence"),
        new("fixed_exit", 2, (uint)options.Policy.Exit, "of policy 1"),
        new("deadline_ticks", 4, Ticks(options.Policy.DeadlineSeconds), "of policy 3"),
        new("sense", 2, (uint)options.Sense, "ADC channel: 31 half of the supply, 2 P1.2"),
        new("flags", 2, options.Uart ? UartFlag : 0, "bit 0: results on UCA0"),
        new("warning", 2, options.WarningLevel, "comparator level at which to save"),
        new("resume", 2, options.ResumeLevel, "level above which to go on"),
    ];

    /// <summary>The struct's bytes.</summary>
    public static byte[] Encode(FirmwareOptions options, Placement placement)
    {
        byte[] bytes = new byte[Bytes];
        int at = 0;
        foreach (ConfigurationField field in Fields(options, placement))
        {
            if (field.Bytes == 4)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), field.Value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)field.Value);
            }

            at += field.Bytes;
        }

        return bytes;
    }

    /// <summary>The bytes of the table of exits.</summary>
    public static byte[] Encode(ImmutableArray<ExitCost> exits)
    {
        byte[] bytes = new byte[ExitCost.Bytes * exits.Length];
        for (int i = 0; i < exits.Length; i++)
        {
            Span<byte> row = bytes.AsSpan(ExitCost.Bytes * i);
            BinaryPrimitives.WriteUInt32LittleEndian(row, exits[i].Need);
            BinaryPrimitives.WriteUInt32LittleEndian(row[4..], exits[i].Ticks);
            BinaryPrimitives.WriteInt16LittleEndian(row[8..], exits[i].Margin);
        }

        return bytes;
    }

    /// <summary>The bytes of the table of tiles.</summary>
    public static byte[] Encode(ImmutableArray<ushort> tiles)
    {
        byte[] bytes = new byte[2 * tiles.Length];
        for (int i = 0; i < tiles.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2 * i), tiles[i]);
        }

        return bytes;
    }

    /// <summary>Ticks of the runtime's timer in so many seconds, rounded up.</summary>
    public static uint Ticks(double seconds) => (uint)Math.Clamp(Math.Ceiling(seconds * TickHertz), 0, uint.MaxValue);

    /// <summary>A margin of logits in the integers of a value.</summary>
    public static short Margin(double margin, IntegerValue logits) => (short)Math.Clamp(FixedPoint.Quantize(margin, logits.Exponent), 0, short.MaxValue);
}
