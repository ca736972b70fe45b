namespace FreeML.Sim.Msp430.Devices;

/// <summary>Writes down a memory map as a data sheet prints it; what is not mentioned is vacant.</summary>
internal static class MemoryMap
{
    /// <summary>The address space: 20 bits.</summary>
    public const uint Size = 0x10_0000;

    /// <summary>All of the address space, from the ranges that are used, given in ascending order with their last address.</summary>
    public static IReadOnlyList<MemoryRegion> Of(params (uint First, uint Last, MemoryKind Kind, string Name)[] used)
    {
        List<MemoryRegion> regions = [];
        uint next = 0;
        foreach ((uint first, uint last, MemoryKind kind, string name) in used)
        {
            if (first < next || last < first)
            {
                throw new InvalidOperationException($"Memory region {name} at 0x{first:X5} overlaps the one before it.");
            }

            AddVacant(first);
            regions.Add(new MemoryRegion(first, last + 1 - first, kind, name));
            next = last + 1;
        }

        AddVacant(Size);
        return regions.AsReadOnly();

        void AddVacant(uint until)
        {
            if (until > next)
            {
                regions.Add(new MemoryRegion(next, until - next, MemoryKind.Vacant, "vacant"));
            }
        }
    }
}
