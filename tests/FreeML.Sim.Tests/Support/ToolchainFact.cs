namespace FreeML.Sim.Tests.Support;

/// <summary>Tools a test may ask for.</summary>
[Flags]
internal enum Tools
{
    /// <summary>msp430-elf-gcc, with its assembler and linker.</summary>
    Gcc = 1,

    /// <summary>msp430-elf-objdump.</summary>
    Objdump = 2,

    /// <summary>msp430-elf-run, the GNU simulator.</summary>
    Run = 4,

    /// <summary>msp430-elf-gdb.</summary>
    Gdb = 8,

    /// <summary>make.</summary>
    Make = 16,
}

/// <summary>A test that needs tools of the GNU toolchain; without them it is skipped, and says what is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal class ToolchainFactAttribute : FactAttribute
{
    /// <summary>Skips the test unless all the tools are found.</summary>
    /// <param name="tools">What the test needs.</param>
    public ToolchainFactAttribute(Tools tools = Tools.Gcc)
    {
        string[] missing =
        [
            .. new (Tools Tool, string? Path, string Name)[]
            {
                (Tools.Gcc, Toolchain.Gcc, "msp430-elf-gcc"),
                (Tools.Objdump, Toolchain.Objdump, "msp430-elf-objdump"),
                (Tools.Run, Toolchain.Run, "msp430-elf-run"),
                (Tools.Gdb, Toolchain.Gdb, "msp430-elf-gdb"),
                (Tools.Make, Toolchain.Make, "make"),
            }.Where(row => tools.HasFlag(row.Tool) && row.Path is null).Select(row => row.Name),
        ];
        if (missing.Length > 0)
        {
            Skip = $"found no {string.Join(", ", missing)} (looked beside MSP430_GCC, in PATH and in ~/msp430/msp430-elf/bin)";
        }
    }
}
