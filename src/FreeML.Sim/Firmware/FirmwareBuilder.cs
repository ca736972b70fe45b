using FreeML.Compiler;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Firmware;

/// <summary>
/// Binds a network to a prebuilt runtime, without a compiler: tables, memory for maps and tables of the exit policy go where the runtime leaves
/// FRAM free, and <c>configuration</c> is told where. Nothing else of the runtime is touched. The same input gives the same bytes.
/// </summary>
public static class FirmwareBuilder
{
    // The runtime's counters of elements, and its buffer for a sparse filter, end there.
    private const int MostElements = ushort.MaxValue;
    private const int MostSparseEntries = 1024;

    // A line of the FRAM cache: so that timing does not depend on the runtime's length.
    private const uint Alignment = 8;

    private const uint LowerEnd = 0xFF80;
    private const uint UpperStart = 0x1_0000;
    private const uint UpperEnd = 0x4_4000;
    private const uint FramStart = 0x4000;

    // The two positions in the mailbox, and the word that says which holds.
    private const int PositionBytes = 34;

    // What else a runtime keeps for the next life: checkpoints, partial sums.
    private static readonly string[] CommitNames = ["saved", "latest", "partials", "partial_current"];

    private static readonly string[] PieceNames = ["tables", "maps", "costs of exits", "tiles"];
    private static readonly string[] SectionNames = [".network", ".maps", ".exit_costs", ".tiles"];
    private static readonly string[] SymbolNames = ["bound_tables", "bound_maps", "bound_exit_costs", "bound_tiles"];

    /// <summary>Binds a compressed network.</summary>
    /// <inheritdoc cref="Build(IntegerNetwork, ArenaPlan, FirmwareOptions, FirmwareImage?)"/>
    public static BoundFirmware Build(FmlModel model, FirmwareOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Build(model.Integer, ArenaPlanner.Plan(model.Integer), options);
    }

    /// <summary>Binds a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="plan">Its memory for maps.</param>
    /// <param name="options">What else is bound.</param>
    /// <param name="runtime">The runtime; that of the strategy if null.</param>
    /// <exception cref="InputException">The network does not fit: how many bytes are too many, and where.</exception>
    public static BoundFirmware Build(IntegerNetwork network, ArenaPlan plan, FirmwareOptions options, FirmwareImage? runtime = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(options);
        RequireSensible(network, options);
        runtime ??= RuntimeImages.Read(options.Strategy);
        ReadOnlyMemory<byte>[] contents = [Tables(network, plan), default, RuntimeConfiguration.Encode(options.ExitCosts), RuntimeConfiguration.Encode(options.Tiles)];
        int[] sizes = [contents[0].Length, plan.Bytes, contents[2].Length, contents[3].Length];
        FreeRegion[] regions = FreeRegions(runtime);
        AddressRange[] places = Place(network.Name, sizes, regions);
        var placement = new Placement(places[0], places[1], places[2], places[3]);
        FirmwareImage image = Bind(runtime, RuntimeConfiguration.Encode(options, placement), contents, places);
        return new BoundFirmware(image, options, network, plan, placement, Memory(runtime, network, sizes, regions, places));
    }

    private static byte[] Tables(IntegerNetwork network, ArenaPlan plan)
    {
        try
        {
            return DeviceImage.Create(network, plan);
        }
        catch (ModelException error)
        {
            throw new InputException(error.Input, null, error.Found, error.Expected);
        }
    }

    private static void RequireSensible(IntegerNetwork network, FirmwareOptions options)
    {
        Require(options.Megahertz is 1 or 8 or 16, $"a clock of {options.Megahertz} MHz", "1, 8 or 16 MHz");
        Require(
            options.Policy.Kind is not ExitPolicyKind.Fixed || (options.Policy.Exit >= 0 && options.Policy.Exit <= network.Exits.Length),
            $"exit {options.Policy.Exit}",
            $"an exit from 0 to {network.Exits.Length}, which is the whole network");
        Require(options.ExitCosts.Length == 0 || options.ExitCosts.Length == network.Exits.Length, $"costs of {options.ExitCosts.Length} exits", $"those of {network.Exits.Length}");
        int operations = network.AllOperations.Count();
        Require(options.Tiles.Length == 0 || options.Tiles.Length == operations, $"{options.Tiles.Length} tiles", $"{operations}, one for each operation");
        foreach (IntegerOperation operation in network.AllOperations)
        {
            int elements = operation.Inputs.Append(operation.Output).Max(value => network.Values[value].Length);
            Require(elements <= MostElements, $"a map of {elements} elements at {operation.Name}", $"at most {MostElements}");
            if (operation is ConvolutionOperation { Weights: { Form: not WeightForm.Dense } weights })
            {
                int entries = MostEntries(weights);
                Require(entries <= MostSparseEntries, $"a sparse filter of {entries} weights at {operation.Name}", $"at most {MostSparseEntries} weights in a filter");
            }
        }

        void Require(bool holds, string found, string expected)
        {
            if (!holds)
            {
                throw new InputException(network.Name, null, found, expected);
            }
        }
    }

    private static int MostEntries(EncodedWeights weights)
    {
        ReadOnlySpan<short> decoded = weights.Decode().AsSpan();
        int most = 0;
        for (int row = 0; row < weights.Rows; row++)
        {
            most = Math.Max(most, WeightSize.Of(decoded.Slice(row * weights.Columns, weights.Columns), 1, weights.Bits, weights.Form).Entries);
        }

        return most;
    }

    // From the end of what the runtime has in a region to the region's end.
    private static FreeRegion[] FreeRegions(FirmwareImage runtime)
    {
        IEnumerable<(uint Start, uint End)> taken = runtime.Segments.Select(segment => (segment.Address, segment.End))
            .Concat(runtime.ZeroFilled.Select(range => (range.Address, range.Address + range.Size)));
        return [After("FRAM below 0xFF80", FramStart, LowerEnd), After("FRAM from 0x10000", UpperStart, UpperEnd)];

        FreeRegion After(string name, uint start, uint end)
        {
            uint free = taken.Where(piece => piece.Start >= start && piece.Start < end).Select(piece => piece.End).Append(start).Max();
            return new FreeRegion(name, Math.Min(Aligned(free), end), end);
        }
    }

    // Each piece in one region; of all ways that fit the first, with as much as can be below 64 KB.
    private static AddressRange[] Place(string source, int[] sizes, FreeRegion[] regions)
    {
        var ways = Enumerable.Range(0, 1 << sizes.Length).Select(way => (Way: way, Excess: Excess(way))).ToList();
        (int best, long[] excess) = ways.MinBy(way => way.Excess.Sum(bytes => Math.Max(0, bytes)));
        if (Array.FindIndex(excess, bytes => bytes > 0) is >= 0 and var full)
        {
            string[] pieces = [.. Enumerable.Range(0, sizes.Length).Where(piece => sizes[piece] > 0 && RegionOf(best, piece) == full).Select(piece => $"{PieceNames[piece]} of {sizes[piece]} bytes")];
            string others = string.Join(" and ", excess.Where((bytes, region) => bytes > 0 && region != full).Select((bytes, _) => $", and {bytes} elsewhere"));
            throw new InputException(
                source, null, $"{string.Join(" and ", pieces)}, {excess[full]} bytes too many{others}", $"at most {regions[full].Length} bytes in {regions[full].Name}, where the runtime leaves them free");
        }

        AddressRange[] places = new AddressRange[sizes.Length];
        uint[] next = [.. regions.Select(region => region.Start)];
        for (int piece = 0; piece < sizes.Length; piece++)
        {
            if (sizes[piece] > 0)
            {
                ref uint at = ref next[RegionOf(best, piece)];
                places[piece] = new AddressRange(at, (uint)sizes[piece]);
                at = Aligned(at + (uint)sizes[piece]);
            }
        }

        return places;

        static int RegionOf(int way, int piece) => (way >> piece) & 1;

        long[] Excess(int way)
        {
            long[] excess = [.. regions.Select(region => -(long)region.Length)];
            for (int piece = 0; piece < sizes.Length; piece++)
            {
                excess[RegionOf(way, piece)] += Aligned((uint)sizes[piece]);
            }

            return excess;
        }
    }

    private static uint Aligned(uint address) => (address + Alignment - 1) & ~(Alignment - 1);

    private static FirmwareImage Bind(FirmwareImage runtime, byte[] configuration, ReadOnlyMemory<byte>[] contents, AddressRange[] places)
    {
        ImageSymbol symbol = BoundFirmware.RuntimeSymbol(runtime, "configuration");
        if (!runtime.Segments.Any(segment => segment.Address <= symbol.Value && symbol.Value + configuration.Length <= segment.End))
        {
            throw new InputException(runtime.Source, null, $"a configuration at 0x{symbol.Value:X5} without its bytes", $"{configuration.Length} bytes");
        }

        List<ImageSegment> segments = [.. runtime.Segments.Select(segment => segment with { Bytes = Patched(segment.Bytes, segment.Address) })];
        List<ImageSection> sections = [.. runtime.Sections.Select(section => section.Flags.HasFlag(ImageSectionFlags.Allocated) ? section with { Bytes = Patched(section.Bytes, section.LoadAddress) } : section)];
        List<ImageSymbol> symbols = [.. runtime.Symbols];
        List<AddressRange> unfilled = [.. runtime.ZeroFilled];
        for (int piece = 0; piece < places.Length; piece++)
        {
            AddressRange place = places[piece];
            if (place.Size == 0)
            {
                continue;
            }

            bool isLoaded = contents[piece].Length > 0;
            if (isLoaded)
            {
                segments.Add(new ImageSegment(place.Address, place.Address, contents[piece]));
            }
            else
            {
                unfilled.Add(place);
            }

            symbols.Add(new ImageSymbol(SymbolNames[piece], place.Address, place.Size, ImageSymbolKind.Object, sections.Count > 0 ? sections.Count : null, IsLocal: false));
            if (sections.Count > 0)
            {
                ImageSectionFlags flags = ImageSectionFlags.Allocated | (isLoaded ? ImageSectionFlags.HasContents : ImageSectionFlags.Writable);
                sections.Add(new ImageSection(SectionNames[piece], place.Address, place.Address, place.Size, flags, contents[piece]));
            }
        }

        return new FirmwareImage(runtime.Source, ImageFormat.Elf, segments)
        {
            EntryPoint = runtime.EntryPoint,
            ElfFlags = runtime.ElfFlags,
            BuildAttributes = runtime.BuildAttributes,
            Sections = sections,
            Symbols = symbols,
            ZeroFilled = unfilled,
        };

        ReadOnlyMemory<byte> Patched(ReadOnlyMemory<byte> bytes, uint address)
        {
            if (symbol.Value < address || symbol.Value + configuration.Length > address + bytes.Length)
            {
                return bytes;
            }

            byte[] copy = bytes.ToArray();
            configuration.CopyTo(copy, symbol.Value - address);
            return copy;
        }
    }

    private static MemoryUse Memory(FirmwareImage runtime, IntegerNetwork network, int[] sizes, FreeRegion[] regions, AddressRange[] places)
    {
        DeployedSize size = DeployedSize.Of(network);
        int weights = size.Operations.Take(network.Operations.Length).Sum(operation => operation.Bytes - operation.RecordBytes);
        int exits = size.Operations.Skip(network.Operations.Length).Sum(operation => operation.Bytes) + (DeviceImage.ExitBytes * network.Exits.Length);
        return new MemoryUse(
            runtime.Segments.Sum(segment => segment.Bytes.Length) + runtime.ZeroFilled.Where(range => range.Address >= FramStart).Sum(range => (int)range.Size),
            PositionBytes + runtime.Symbols.Where(symbol => CommitNames.Contains(symbol.Name)).Sum(symbol => (int)symbol.Size),
            weights,
            sizes[0] - weights - exits,
            exits,
            sizes[2] + sizes[3],
            sizes[1],
            Free(regions[0]),
            Free(regions[1]),
            runtime.ZeroFilled.Where(range => range.Address < FramStart).Sum(range => (int)range.Size) + runtime.Segments.Where(segment => segment.VirtualAddress < FramStart).Sum(segment => segment.Bytes.Length));

        int Free(FreeRegion region) => (int)(region.End - places.Where(place => place.Size > 0 && place.Address >= region.Start && place.Address < region.End).Select(place => place.Address + place.Size).Append(region.Start).Max());
    }

    private readonly record struct FreeRegion(string Name, uint Start, uint End)
    {
        public uint Length => End - Start;
    }
}
