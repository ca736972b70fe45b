using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Compile;

/// <summary>An image in the form that its file's ending names.</summary>
internal static class FirmwareFile
{
    private static readonly Dictionary<string, Action<string, FirmwareImage>> Forms = new(StringComparer.OrdinalIgnoreCase)
    {
        [".elf"] = (path, image) => OutputFile.Write(path, ElfWriter.Write(image)),
        [".txt"] = (path, image) => OutputFile.Write(path, writer => TiTxtWriter.Write(image, writer)),
        [".hex"] = (path, image) => OutputFile.Write(path, writer => IntelHexWriter.Write(image, writer)),
    };

    /// <summary>The path, if its ending is known.</summary>
    /// <exception cref="InputException">It is not.</exception>
    public static string Checked(string path) => Forms.ContainsKey(Path.GetExtension(path))
        ? path
        : throw new InputException("-o", null, InputException.Quote(path), "a file that ends in .elf, .txt or .hex");

    /// <summary>Writes an image.</summary>
    /// <exception cref="InputException">The disk refused.</exception>
    public static void Write(string path, FirmwareImage image) => Forms[Path.GetExtension(path)](path, image);
}
