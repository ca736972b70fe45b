using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Training;

namespace FreeML.Sim.Cli.Run;

/// <summary>Networks and samples that are part of the program, so that it has something to run wherever it is. How they were made: models/digits.</summary>
internal static class BundledNetworks
{
    /// <summary>What the samples are called.</summary>
    public const string DataName = Prefix + "digits";

    private const string Prefix = "bundled:";
    private const string Folder = "networks/";
    private const string Extension = ".fml";
    private const int Digits = 500;

    // As 'digits draw' draws test digits unless told otherwise.
    private const ulong Seed = 1;

    /// <summary>The networks' names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(BundledNetworks).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => Prefix + name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a name is meant to be one of these.</summary>
    public static bool IsBundled(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The name, if there is such a network.</summary>
    public static string? Find(string name) => Names.FirstOrDefault(known => known == name);

    /// <summary>Reads a network.</summary>
    public static FmlModel Read(string name)
    {
        using Stream stream = typeof(BundledNetworks).Assembly.GetManifestResourceStream(Folder + name[Prefix.Length..] + Extension)
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, "No such bundled network.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FmlReader.Read(bytes, name);
    }

    /// <summary>Draws the samples: those of models/digits, as bytes.</summary>
    public static LabelledData DrawDigits()
    {
        (byte[] pixels, byte[] labels) = SyntheticDigits.Draw(Digits, DigitNetwork.Size, SyntheticDigits.TestSeed(Seed));
        return new LabelledData(DataName, [1, DigitNetwork.Size, DigitNetwork.Size], Array.ConvertAll(pixels, pixel => (float)pixel), Array.ConvertAll(labels, label => (int)label), SyntheticDigits.Classes);
    }
}
