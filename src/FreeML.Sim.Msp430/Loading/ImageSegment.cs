namespace FreeML.Sim.Msp430.Loading;

/// <summary>Bytes a programmer writes to one place of the device.</summary>
/// <param name="Address">Physical (load) address of the first byte, 0 to FFFFF.</param>
/// <param name="VirtualAddress">Where the program sees these bytes at run time. It differs from
/// <paramref name="Address"/> for initialised data that start-up code copies from FRAM to SRAM.</param>
/// <param name="Bytes">The contents. The zero-filled rest of an ELF segment is not among them.</param>
public sealed record ImageSegment(uint Address, uint VirtualAddress, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Bytes the 20-bit address bus can name: one more than the highest address.</summary>
    internal const uint AddressSpace = 0x10_0000;

    /// <summary>Address after the last byte, at most 100000.</summary>
    public uint End => Address + (uint)Bytes.Length;

    /// <summary>Sorts by physical address and drops empty segments.</summary>
    /// <exception cref="ArgumentException">Two segments overlap, or one leaves the 20-bit address space.</exception>
    internal static ImageSegment[] Ordered(IEnumerable<ImageSegment> segments)
    {
        ImageSegment[] ordered = [.. segments.Where(s => s.Bytes.Length > 0).OrderBy(s => s.Address)];
        ulong free = 0;
        foreach (ImageSegment segment in ordered)
        {
            if (segment.Address < free)
            {
                throw new ArgumentException($"Segments overlap at 0x{segment.Address:X5}.", nameof(segments));
            }

            free = (ulong)segment.Address + (uint)segment.Bytes.Length;
            if (free > AddressSpace)
            {
                throw new ArgumentException($"The segment at 0x{segment.Address:X5} passes address 0xFFFFF.", nameof(segments));
            }
        }

        return ordered;
    }

    /// <summary>
    /// The same bytes as the longest possible runs, so that what a writer prints depends on memory contents only and
    /// not on how they were cut into segments.
    /// </summary>
    /// <inheritdoc cref="Ordered"/>
    internal static List<ImageSegment> Runs(IEnumerable<ImageSegment> segments)
    {
        List<ImageSegment> runs = [];
        List<ImageSegment> run = [];
        foreach (ImageSegment segment in Ordered(segments))
        {
            if (run.Count > 0 && run[^1].End != segment.Address)
            {
                runs.Add(Joined(run));
                run.Clear();
            }

            run.Add(segment);
        }

        if (run.Count > 0)
        {
            runs.Add(Joined(run));
        }

        return runs;
    }

    private static ImageSegment Joined(List<ImageSegment> run) => run.Count == 1
        ? run[0]
        : new ImageSegment(run[0].Address, run[0].Address, run.SelectMany(s => s.Bytes.ToArray()).ToArray());
}
