namespace FreeML.Sim.Msp430.Bus;

/// <summary>A register that a device has, for naming it where it is not modelled.</summary>
/// <param name="Address">Address; may be odd for a byte register.</param>
/// <param name="Name">As in the user's guide.</param>
/// <param name="Bytes">1 or 2.</param>
/// <param name="Reset">What it holds after a PUC.</param>
public readonly record struct RegisterName(uint Address, string Name, int Bytes = 2, ushort Reset = 0);
