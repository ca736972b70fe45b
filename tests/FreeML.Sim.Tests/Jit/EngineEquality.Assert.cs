using FreeML.Sim.Msp430;

namespace FreeML.Sim.Tests.Jit;

/// <content>For tests; the rest serves the benchmarks too.</content>
internal sealed partial class EngineEquality
{
    /// <summary>Runs both to a limit and asserts that nothing tells them apart.</summary>
    public StopReason Run(long maxCycles, bool compareMemory = true)
    {
        StopReason expected = Reference.Run(maxCycles);
        StopReason actual = Translated.Run(maxCycles);
        Assert.Equal(expected, actual);
        string? difference = Difference(compareMemory);
        Assert.True(difference is null, $"{difference}, at cycle {Reference.Cycles}, PC {Reference.ProgramCounter:X5}");
        return expected;
    }
}
