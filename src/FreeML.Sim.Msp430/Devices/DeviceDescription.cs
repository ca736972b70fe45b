using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>A device as its data sheet describes it.</summary>
public sealed record DeviceDescription
{
    /// <summary>Name on the command line, lower case.</summary>
    public required string Name { get; init; }

    /// <summary>One line about it.</summary>
    public required string Summary { get; init; }

    /// <summary>The whole address space, in ascending order and without gaps.</summary>
    public required IReadOnlyList<MemoryRegion> Memory { get; init; }

    /// <summary>The vector table, highest priority first.</summary>
    public required IReadOnlyList<InterruptVector> Vectors { get; init; }

    /// <summary>The modules of the peripheral page.</summary>
    public required IReadOnlyList<DeviceModule> Modules { get; init; }

    /// <summary>Its port pins and their functions, port by port.</summary>
    public IReadOnlyList<PinDescription> Pins { get; init; } = [];

    /// <summary>Its timers.</summary>
    public IReadOnlyList<TimerDescription> Timers { get; init; } = [];

    /// <summary>Which FRAM controller it has.</summary>
    public FramControllerKind FramController { get; init; }

    /// <summary>The word at 0x1A04; 0 for a device that is none.</summary>
    public ushort DeviceId { get; init; }

    /// <summary>What the device is delivered with: address and bytes (the device descriptor).</summary>
    public (uint Address, ReadOnlyMemory<byte> Bytes)? FactoryContent { get; init; }

    /// <summary>Its uncertain numbers, with their sources; null for <c>generic</c>, which has none.</summary>
    public DeviceConstants? Constants { get; init; }

    /// <summary>The eUSCI_A that a LaunchPad with this device connects to the computer.</summary>
    public int BoardUart { get; init; }

    /// <summary>Whether addresses of the peripheral page without a register are memory (<c>generic</c>) instead of vacant.</summary>
    public bool UnclaimedPeripheralSpaceIsMemory { get; init; }

    /// <summary>Attaches its peripherals.</summary>
    public required Action<DeviceModules> Wire { get; init; }

    /// <summary>Makes the modules of one device. To be reset with a BOR before use.</summary>
    /// <param name="control">The device they are part of.</param>
    /// <param name="options">Choices; the defaults if null.</param>
    public DeviceModules CreateModules(IDeviceControl control, DeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(control);
        DeviceModules modules = new(this, control, options ?? new DeviceOptions());
        Wire(modules);
        modules.Interrupts.Raised = control.Attention;
        modules.Scheduler.Nearer = control.Attention;
        modules.Bus.VacantAccessed = modules.ReportVacantAccess;
        return modules;
    }

    /// <summary>The region that an address lies in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More than 20 bits.</exception>
    public MemoryRegion RegionAt(uint address)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(address, MemoryMap.Size);
        foreach (MemoryRegion region in Memory)
        {
            if (region.Contains(address))
            {
                return region;
            }
        }

        throw new InvalidOperationException($"{Name} does not describe 0x{address:X5}.");
    }

    /// <summary>The address of the vector of a name, as the data sheet has it.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public uint VectorOf(string name)
    {
        foreach (InterruptVector vector in Vectors)
        {
            if (vector.Name == name)
            {
                return vector.Address;
            }
        }

        throw new InvalidOperationException($"{Name} has no vector {name}.");
    }

    /// <summary>The name of the vector at an address of the vector table; null if the device does not use it.</summary>
    public string? VectorName(uint address)
    {
        foreach (InterruptVector vector in Vectors)
        {
            if (vector.Address == address)
            {
                return vector.Name;
            }
        }

        return null;
    }
}
