using System.Diagnostics.CodeAnalysis;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>The devices this simulator knows.</summary>
public static class DeviceCatalogue
{
    /// <summary>All of them; the first is the default.</summary>
    public static IReadOnlyList<DeviceDescription> All { get; } =
    [
        Msp430Fr5994.Description,
        Msp430Fr5969.Description,
        Msp430Fr6989.Description,
        Generic.Description,
    ];

    /// <summary>The device that is simulated unless another is asked for.</summary>
    public static DeviceDescription Default => All[0];

    /// <summary>The device of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static DeviceDescription Find(string name) => TryFind(name, out DeviceDescription? device)
        ? device
        : throw new ArgumentException($"found device '{name}', expected one of {string.Join(", ", All.Select(known => known.Name))}", nameof(name));

    /// <summary>The device of a name, in any case.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out DeviceDescription? device)
    {
        device = All.FirstOrDefault(known => string.Equals(known.Name, name, StringComparison.OrdinalIgnoreCase));
        return device is not null;
    }
}
