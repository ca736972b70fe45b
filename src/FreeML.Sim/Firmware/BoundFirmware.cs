using FreeML.Compiler.Lowering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Firmware;

/// <summary>Where the binder put what belongs to a network. A piece that is not needed has no bytes, and address 0.</summary>
/// <param name="Tables">The network's tables.</param>
/// <param name="Maps">The memory for maps.</param>
/// <param name="ExitCosts">What going on from each exit takes.</param>
/// <param name="Tiles">Elements a commit.</param>
public readonly record struct Placement(AddressRange Tables, AddressRange Maps, AddressRange ExitCosts, AddressRange Tiles);

/// <summary>What lies in FRAM, in bytes.</summary>
/// <param name="Runtime">Code, constants and variables of the runtime, vectors included.</param>
/// <param name="Commit">The part of it that holds progress: positions, partial sums, saved state.</param>
/// <param name="Weights">Weights of the network, with their indices, biases and shifts.</param>
/// <param name="Tables">Header and records of the network, and tables that operations share.</param>
/// <param name="Exits">Weights and records of exits.</param>
/// <param name="Policy">Costs of exits, tiles.</param>
/// <param name="Maps">Memory for maps.</param>
/// <param name="FreeBelow">Bytes left below 64 KB.</param>
/// <param name="FreeAbove">Bytes left above.</param>
/// <param name="Ram">Bytes of RAM that the runtime's variables take, without its stack.</param>
public sealed record MemoryUse(int Runtime, int Commit, int Weights, int Tables, int Exits, int Policy, int Maps, int FreeBelow, int FreeAbove, int Ram)
{
    /// <summary>All that is taken.</summary>
    public int Total => Runtime + Weights + Tables + Exits + Policy + Maps;
}

/// <summary>A network bound to a runtime: what is flashed, and what a host has to know of it.</summary>
/// <param name="Image">The firmware.</param>
/// <param name="Options">What was bound.</param>
/// <param name="Network">The network.</param>
/// <param name="Plan">Where its values lie within the maps.</param>
/// <param name="Placement">Where everything lies.</param>
/// <param name="Memory">What it takes.</param>
public sealed record BoundFirmware(FirmwareImage Image, FirmwareOptions Options, IntegerNetwork Network, ArenaPlan Plan, Placement Placement, MemoryUse Memory)
{
    /// <summary>Address of the mailbox.</summary>
    public uint MailboxAddress { get; } = RuntimeSymbol(Image, "mailbox").Value;

    /// <summary>A symbol of the runtime.</summary>
    /// <exception cref="InputException">The image has none of that name.</exception>
    internal static ImageSymbol RuntimeSymbol(FirmwareImage image, string name) => image.TryGetSymbol(name, out ImageSymbol? symbol)
        ? symbol
        : throw new InputException(image.Source, null, "no symbol " + InputException.Quote(name), "the runtime of firmware/runtime");
}
