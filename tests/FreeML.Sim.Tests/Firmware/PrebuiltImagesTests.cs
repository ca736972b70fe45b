using System.Security.Cryptography;
using System.Text.Json;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The committed firmware images are those which the committed sources give.</summary>
public sealed class PrebuiltImagesTests
{
    private static readonly string Firmware = Path.Combine(RepositoryRoot.Path, "firmware");
    private static readonly string Prebuilt = Path.Combine(Firmware, "prebuilt");

    [Fact]
    public void Every_source_has_the_hash_the_manifest_gives()
    {
        using JsonDocument manifest = ReadManifest();
        string[] wrong =
        [
            .. manifest.RootElement.GetProperty("sources").EnumerateObject()
                .Where(source => Hash(Path.Combine(Firmware, source.Name)) != source.Value.GetString())
                .Select(source => source.Name),
        ];

        Assert.True(wrong.Length == 0, $"changed since the images were built: {string.Join(", ", wrong)}; run firmware/build.sh and commit firmware/prebuilt");
    }

    [Fact]
    public void Every_image_has_the_hash_the_manifest_gives()
    {
        using JsonDocument manifest = ReadManifest();
        string[] wrong =
        [
            .. Images(manifest)
                .Where(image => Hash(Path.Combine(Prebuilt, Text(image, "image"))) != Text(image, "sha256"))
                .Select(image => Text(image, "name")),
        ];

        Assert.True(wrong.Length == 0, $"not the image the manifest describes: {string.Join(", ", wrong)}");
    }

    [Fact]
    public void Manifest_images_and_the_list_of_images_name_the_same()
    {
        string[] listed =
        [
            .. File.ReadLines(Path.Combine(Firmware, "images.txt"))
                .Where(line => line.Trim().Length > 0 && !line.StartsWith('#'))
                .Select(line => line.Split(':')[0].Trim()),
        ];
        using JsonDocument manifest = ReadManifest();

        Assert.Equal(listed, Images(manifest).Select(image => Text(image, "name")));
        Assert.Equal(
            listed.Select(name => name + ".elf").Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(Prebuilt, "*.elf").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        Assert.True(listed.Length >= 20);
    }

    [Fact]
    public void Every_file_an_image_is_made_of_is_in_the_table_of_sources()
    {
        using JsonDocument manifest = ReadManifest();
        JsonElement sources = manifest.RootElement.GetProperty("sources");

        foreach (JsonElement image in Images(manifest))
        {
            Assert.NotEmpty(image.GetProperty("sources").EnumerateArray());
            Assert.All(image.GetProperty("sources").EnumerateArray(), source => Assert.True(sources.TryGetProperty(source.GetString()!, out _)));
        }
    }

    [SameToolchainFact]
    public void Rebuilding_gives_the_same_bytes()
    {
        DirectoryInfo output = Directory.CreateTempSubdirectory("firmware-");
        try
        {
            (int exitCode, _, string error) = Toolchain.Execute(
                "sh",
                [Path.Combine(Firmware, "build.sh"), output.FullName],
                TimeSpan.FromMinutes(5),
                new Dictionary<string, string> { ["MSP430_GCC"] = Toolchain.Gcc! });
            Assert.True(exitCode == 0, error);

            string[] expected = Names(Prebuilt);
            Assert.Equal(expected, Names(output.FullName));
            Assert.All(expected, name => Assert.Equal(
                File.ReadAllBytes(Path.Combine(Prebuilt, name)),
                File.ReadAllBytes(Path.Combine(output.FullName, name))));
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static string[] Names(string directory) =>
        [.. Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static JsonDocument ReadManifest() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Prebuilt, "manifest.json")));

    private static JsonElement.ArrayEnumerator Images(JsonDocument manifest) => manifest.RootElement.GetProperty("images").EnumerateArray();

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>A test that needs the very compiler and linker which the manifest names; others give other bytes.</summary>
    private sealed class SameToolchainFactAttribute : ToolchainFactAttribute
    {
        public SameToolchainFactAttribute()
            : base(Tools.Gcc)
        {
            if (Skip is not null)
            {
                return;
            }

            if (OperatingSystem.IsWindows())
            {
                Skip = "firmware/build.sh needs a POSIX shell";
                return;
            }

            using JsonDocument manifest = ReadManifest();
            string linker = Toolchain.Execute(Toolchain.Gcc!, ["-print-prog-name=ld"], TimeSpan.FromSeconds(30)).Output.Trim();
            Skip = Difference(manifest, "compiler", Toolchain.Gcc!) ?? Difference(manifest, "linker", linker);
        }

        private static string? Difference(JsonDocument manifest, string what, string program)
        {
            string expected = Text(manifest.RootElement, what);
            string found = Toolchain.Execute(program, ["--version"], TimeSpan.FromSeconds(30)).Output.Split('\n')[0].TrimEnd();
            return found == expected ? null : $"{program}: found {what} \"{found}\", expected \"{expected}\"";
        }
    }
}
