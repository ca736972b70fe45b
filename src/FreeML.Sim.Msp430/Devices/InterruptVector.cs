namespace FreeML.Sim.Msp430.Devices;

/// <summary>An entry of a device's vector table.</summary>
/// <param name="Address">Where the vector is.</param>
/// <param name="Name">The module it belongs to.</param>
public readonly record struct InterruptVector(uint Address, string Name);
