using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Run;

/// <summary>Firmware that is part of the program, so that it has something to run wherever it is.</summary>
internal static class BundledFirmware
{
    /// <summary>Names of all bundled images, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(BundledFirmware).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".elf", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Reads an image.</summary>
    public static FirmwareImage Read(string name)
    {
        using Stream stream = typeof(BundledFirmware).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, "No such bundled firmware.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return ImageReader.Read(name, bytes);
    }
}
