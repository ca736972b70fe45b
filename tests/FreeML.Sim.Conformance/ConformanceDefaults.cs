namespace FreeML.Sim.Conformance;

/// <summary>What a case does not mention.</summary>
public static class ConformanceDefaults
{
    /// <summary>SP before a case that does not set it.</summary>
    public const int StackPointer = 0x3000;

    /// <summary>
    /// Value of a register a case does not mention: SP 3000h, SR 0, R4 to R15 their number in each of four digits (R5 = 5555h).
    /// </summary>
    /// <param name="register">Register number, 1 to 15; PC is always mentioned.</param>
    public static int Register(int register)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(register, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(register, 15);
        return register switch
        {
            1 => StackPointer,
            2 or 3 => 0,
            _ => register * 0x1111,
        };
    }
}
