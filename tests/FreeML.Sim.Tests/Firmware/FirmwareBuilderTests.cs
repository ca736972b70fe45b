using System.Buffers.Binary;
using System.Text;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Loading;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>A network is bound to a runtime byte for byte, or refused.</summary>
public sealed class FirmwareBuilderTests
{
    private const uint CodeStart = 0x4000;
    private const uint ConfigurationAddress = 0x4406;

    private static readonly IntegerNetwork Network = DigitsModel.Model.Integer;
    private static readonly ArenaPlan Plan = ArenaPlanner.Plan(Network);
    private static readonly byte[] Tables = DeviceImage.Create(Network, Plan);

    [Fact]
    public void The_runtime_keeps_all_its_bytes_but_the_configuration()
    {
        FirmwareImage runtime = Runtime();
        BoundFirmware firmware = FirmwareBuilder.Build(Network, Plan, new FirmwareOptions(), runtime);

        Dictionary<uint, byte> before = RoundTripTests.Memory(runtime.Segments);
        Dictionary<uint, byte> after = RoundTripTests.Memory(firmware.Image.Segments);
        Assert.All(before.Where(pair => pair.Key is < ConfigurationAddress or >= ConfigurationAddress + RuntimeConfiguration.Bytes), pair => Assert.Equal(pair.Value, after[pair.Key]));
        Assert.Equal(before.Count + Tables.Length, after.Count);
        Assert.Equal(runtime.Symbols, firmware.Image.Symbols.Take(runtime.Symbols.Count));
        Assert.Equal(runtime.EntryPoint, firmware.Image.EntryPoint);
    }

    [Fact]
    public void The_configuration_says_where_everything_lies()
    {
        FirmwareOptions options = new()
        {
            Strategy = Strategy.Tiled,
            Megahertz = 16,
            Policy = ExitPolicy.Deadline(0.2),
            Sense = SenseInput.HalfOnP12,
            Uart = true,
            ExitCosts = [new ExitCost(0x01020304, 7, -1), new ExitCost(1, 2, 3)],
            Tiles = [.. Network.AllOperations.Select((_, step) => (ushort)(step + 100))],
            WarningLevel = 0x201B,
            ResumeLevel = 0x4012,
        };
        BoundFirmware firmware = FirmwareBuilder.Build(Network, Plan, options, Runtime());
        Placement placement = firmware.Placement;

        byte[] configuration = Bytes(firmware.Image, ConfigurationAddress, RuntimeConfiguration.Bytes);
        Assert.Equal("FMLC"u8, configuration.AsSpan(0, 4));
        Assert.Equal(
            [1, 16, 3, 0, 3125, 0, 2, 1, 0x201B, 0x4012],
            new[] { 4, 6, 24, 26, 28, 30, 32, 34, 36, 38 }.Select(at => (int)BinaryPrimitives.ReadUInt16LittleEndian(configuration.AsSpan(at))));
        Assert.Equal([placement.Tables.Address, placement.Maps.Address, placement.ExitCosts.Address, placement.Tiles.Address], new[] { 8, 12, 16, 20 }.Select(at => BinaryPrimitives.ReadUInt32LittleEndian(configuration.AsSpan(at))));
        Assert.Equal(Tables, Bytes(firmware.Image, placement.Tables.Address, Tables.Length));
        Assert.Equal([4, 3, 2, 1, 7, 0, 0, 0, 0xFF, 0xFF, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0], Bytes(firmware.Image, placement.ExitCosts.Address, 24));
        Assert.Equal([100, 0, 101, 0], Bytes(firmware.Image, placement.Tiles.Address, 4));
    }

    [Fact]
    public void Pieces_are_even_apart_and_where_the_runtime_leaves_FRAM_free()
    {
        FirmwareOptions options = new() { ExitCosts = [default, default] };
        foreach (uint lowerEnd in new uint[] { 0x4800, 0xD001, 0xFF00 })
        {
            BoundFirmware firmware = FirmwareBuilder.Build(Network, Plan, options, Runtime(lowerEnd));
            AddressRange[] pieces = [.. new[] { firmware.Placement.Tables, firmware.Placement.Maps, firmware.Placement.ExitCosts }.OrderBy(piece => piece.Address)];
            Assert.All(pieces, piece => Assert.True(piece.Address % 2 == 0 && ((piece.Address >= lowerEnd && piece.Address + piece.Size <= 0xFF80) || (piece.Address >= 0x10000 && piece.Address + piece.Size <= 0x44000))));
            Assert.All(pieces.Zip(pieces.Skip(1)), pair => Assert.True(pair.First.Address + pair.First.Size <= pair.Second.Address));
            Assert.Equal(Plan.Bytes, (int)firmware.Placement.Maps.Size);
            Assert.Contains(firmware.Placement.Maps, firmware.Image.ZeroFilled);
        }
    }

    [Fact]
    public void The_same_network_gives_the_same_file()
    {
        byte[] first = ElfWriter.Write(FirmwareBuilder.Build(Network, Plan, new FirmwareOptions(), Runtime()).Image);
        Assert.Equal(first, ElfWriter.Write(FirmwareBuilder.Build(Network, Plan, new FirmwareOptions(), Runtime()).Image));
    }

    [Fact]
    public void Every_form_of_file_loads_the_same_memory()
    {
        FirmwareImage image = FirmwareBuilder.Build(Network, Plan, new FirmwareOptions(), Runtime(0xFF00)).Image;
        Dictionary<uint, byte> memory = RoundTripTests.Memory(image.Segments);

        FirmwareImage elf = ImageReader.Read("fw.elf", ElfWriter.Write(image));
        Assert.Equal(memory, RoundTripTests.Memory(elf.Segments));
        Assert.Equal(memory, RoundTripTests.Memory(ImageReader.Read("fw.txt", Encoding.ASCII.GetBytes(ImageText.TiTxt(image.Segments))).Segments));
        Assert.Equal(memory, RoundTripTests.Memory(ImageReader.Read("fw.hex", Encoding.ASCII.GetBytes(ImageText.IntelHex(image))).Segments));
        Assert.True(elf.TryGetSymbol("bound_tables", out ImageSymbol? tables));
        Assert.Equal((0x10000u, (uint)Tables.Length, ".network"), (tables.Value, tables.Size, elf.Sections[tables.SectionIndex!.Value].Name));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_its_bytes()
    {
        // The maps go below, exactly; above, one byte less than what the tables take is free.
        uint lowerEnd = 0xFF80 - Rounded(Plan.Bytes);
        uint upperEnd = 0x44000 - Rounded(Tables.Length);
        FirmwareBuilder.Build(Network, Plan, new FirmwareOptions(), Runtime(lowerEnd, upperEnd));
        InputException refusal = Assert.Throws<InputException>(() => FirmwareBuilder.Build(Network, Plan, new FirmwareOptions(), Runtime(lowerEnd, upperEnd + 8)));
        Assert.Equal(
            $"{Network.Name}: found tables of {Tables.Length} bytes, 8 bytes too many, expected at most {0x44000 - upperEnd - 8} bytes in FRAM from 0x10000, where the runtime leaves them free",
            refusal.Message);

        static uint Rounded(int bytes) => (uint)((bytes + 7) & ~7);
    }

    [Theory]
    [InlineData("an exit from 0 to 2, which is the whole network", 8, 3, 0)]
    [InlineData("1, 8 or 16 MHz", 4, 0, 0)]
    [InlineData("one for each operation", 8, 0, 1)]
    public void What_makes_no_sense_is_refused(string message, int megahertz, int exit, int tiles)
    {
        FirmwareOptions options = new() { Megahertz = megahertz, Policy = ExitPolicy.Fixed(exit), Tiles = [.. new ushort[tiles]] };
        Assert.Contains(message, Assert.Throws<InputException>(() => FirmwareBuilder.Build(Network, Plan, options, Runtime())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2.0, 2.025, 26 | 0x2000)]
    [InlineData(2.1, 2.1, 27 | 0x2000)]
    [InlineData(2.41, 2.5, 19 | 0x4000)]
    [InlineData(9.0, 5.0, 31 | 0x6000)]
    public void Levels_of_the_comparator_are_the_next_above(double volts, double level, int value)
    {
        Assert.Equal(value, ComparatorLevel.AtLeast(volts));
        Assert.Equal(level, ComparatorLevel.Volts((ushort)value), 1e-9);
    }

    // Code, and a configuration between other bytes, up to an address; vectors; and something above 64 KB.
    private static FirmwareImage Runtime(uint lowerEnd = 0x4800, uint upperEnd = 0x10000)
    {
        List<ImageSegment> segments = [Filled(CodeStart, lowerEnd), Filled(0xFF90, 0x10000)];
        if (upperEnd > 0x10000)
        {
            segments.Add(Filled(0x10000, upperEnd));
        }

        return new FirmwareImage("runtime", ImageFormat.Elf, segments)
        {
            EntryPoint = CodeStart,
            ElfFlags = 45,
            Symbols =
            [
                new ImageSymbol("configuration", ConfigurationAddress, RuntimeConfiguration.Bytes, ImageSymbolKind.Object, 1, IsLocal: false),
                new ImageSymbol("mailbox", 0x4500, 78, ImageSymbolKind.Object, 1, IsLocal: false),
            ],
            Sections = [new ImageSection("", 0, 0, 0, 0, default), .. segments.Select((segment, n) => new ImageSection($".s{n}", segment.Address, segment.Address, (uint)segment.Bytes.Length, ImageSectionFlags.Allocated | ImageSectionFlags.HasContents, segment.Bytes))],
        };

        static ImageSegment Filled(uint start, uint end) => new(start, start, Enumerable.Range(0, (int)(end - start)).Select(n => (byte)(n * 7)).ToArray());
    }

    private static byte[] Bytes(FirmwareImage image, uint address, int length)
    {
        ImageSegment segment = image.Segments.First(segment => segment.Address <= address && segment.End >= address + length);
        return segment.Bytes.Slice((int)(address - segment.Address), length).ToArray();
    }
}
