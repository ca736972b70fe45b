using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Cli.Bench;

/// <summary>An engine to be timed.</summary>
/// <param name="Name">Its name at the command line.</param>
/// <param name="Make">Makes one; null for the device's own, the interpreter.</param>
internal sealed record BenchEngine(string Name, Func<ExecutionEngine>? Make)
{
    /// <summary>The reference.</summary>
    public static BenchEngine Interpreter { get; } = new("interpreter", null);

    /// <summary>The translator.</summary>
    public static BenchEngine Jit { get; } = new("jit", () => new JitEngine { IsAlone = true });

    /// <summary>Those that this host can run.</summary>
    public static IReadOnlyList<BenchEngine> All { get; } = JitEngine.IsSupported ? [Interpreter, Jit] : [Interpreter];
}
