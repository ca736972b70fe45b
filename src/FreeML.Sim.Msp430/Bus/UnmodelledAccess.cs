namespace FreeML.Sim.Msp430.Bus;

/// <summary>Something that firmware touched and this simulator does not model.</summary>
/// <param name="Name">Name of a register (TA0CTL), of a field (CSCTL4.LFXTDRIVE), or what there is instead of a register.</param>
/// <param name="Address">Address of the register.</param>
/// <param name="IsWrite">Whether the first touch was a write.</param>
public readonly record struct UnmodelledAccess(string Name, uint Address, bool IsWrite)
{
    /// <summary>One line for a report.</summary>
    public override string ToString() => $"{Name} at 0x{Address:X4} is not modelled ({(IsWrite ? "written" : "read")})";
}
