namespace FreeML.Sim.Msp430.Bus;

/// <summary>Something that firmware touched and this simulator does not model.</summary>
/// <param name="Name">Name of a register (TA0CTL), of a field (CSCTL4.LFXTDRIVE), or what there is instead of a register.</param>
/// <param name="Address">Address of the register.</param>
/// <param name="IsWrite">Whether the first touch was a write.</param>
public readonly record struct UnmodelledAccess(string Name, uint Address, bool IsWrite);
