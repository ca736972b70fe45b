using System.Globalization;

namespace FreeML.Sim.Conformance;

/// <summary>
/// What a simulator offers to be measured with the suite: a processor without wait states, cache or interrupts on flat,
/// writable memory of 1 MiB.
/// </summary>
public interface IConformanceTarget
{
    /// <summary>All memory zero, the CPU awake, nothing pending. Registers are set afterwards, one by one.</summary>
    void Reset();

    /// <summary>Sets a register: 0 PC, 1 SP, 2 SR, 4 to 15; never 3.</summary>
    /// <param name="register">Register number.</param>
    /// <param name="value">20 bits; 16 for SR.</param>
    void SetRegister(int register, int value);

    /// <summary>Reads a register as <see cref="SetRegister"/> names them.</summary>
    /// <param name="register">Register number.</param>
    int GetRegister(int register);

    /// <summary>Writes a word to memory, little endian.</summary>
    /// <param name="address">Even, 20 bits.</param>
    /// <param name="value">The word.</param>
    void WriteWord(int address, ushort value);

    /// <summary>Reads a word from memory.</summary>
    /// <param name="address">Even, 20 bits.</param>
    ushort ReadWord(int address);

    /// <summary>Executes one instruction (a repeated one with all its repetitions).</summary>
    /// <returns>MCLK cycles it took.</returns>
    int Step();
}

/// <summary>Runs cases on a target and says what differs.</summary>
public static class ConformanceRunner
{
    /// <summary>Runs one case.</summary>
    /// <param name="test">The case.</param>
    /// <param name="target">Where to run it; its state is overwritten.</param>
    /// <returns>One line a difference, empty if the case passes.</returns>
    public static IReadOnlyList<string> Run(ConformanceCase test, IConformanceTarget target)
    {
        ArgumentNullException.ThrowIfNull(test);
        ArgumentNullException.ThrowIfNull(target);
        Prepare(test, target);
        int cycles = 0;
        for (int step = 0; step < test.Steps; step++)
        {
            cycles += target.Step();
        }

        var differences = new List<string>();
        for (int register = 0; register < 16; register++)
        {
            if (register == 3)
            {
                continue;
            }

            int ignored = register == 2 ? test.IgnoredStatusBits : 0;
            Compare(differences, ConformanceFormat.RegisterName(register), test.RegisterAfter(register) & ~ignored, target.GetRegister(register) & ~ignored);
        }

        foreach ((int address, ushort word) in test.MemoryAfter())
        {
            Compare(differences, string.Create(CultureInfo.InvariantCulture, $"@{address:x}"), word, target.ReadWord(address));
        }

        if (test.Cycles is { } expected && expected != cycles)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"cycles: found {cycles}, expected {expected}"));
        }

        return differences;
    }

    private static void Prepare(ConformanceCase test, IConformanceTarget target)
    {
        target.Reset();
        foreach ((int address, ushort word) in test.MemoryBefore())
        {
            target.WriteWord(address, word);
        }

        // PC last: a target may fetch ahead when it is set.
        for (int register = 15; register >= 0; register--)
        {
            if (register != 3)
            {
                target.SetRegister(register, test.RegisterBefore(register));
            }
        }
    }

    private static void Compare(List<string> differences, string what, int expected, int found)
    {
        if (expected != found)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: found {found:x}, expected {expected:x}"));
        }
    }
}
