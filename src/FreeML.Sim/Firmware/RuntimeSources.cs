using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FreeML.Sim.Msp430;

namespace FreeML.Sim.Firmware;

/// <summary>How a prebuilt runtime was built, and its sources, which are part of the program.</summary>
/// <param name="Compiler">The compiler's first line about itself.</param>
/// <param name="CompileFlags">Flags of the compiler.</param>
/// <param name="LinkFlags">Flags of the linker that come before the objects.</param>
/// <param name="Libraries">What comes behind them, without the linker script.</param>
/// <param name="Units">What is compiled, in the linker's order; paths from the directory firmware.</param>
/// <param name="Files">All of its files, with their text.</param>
public sealed record RuntimeSources(
    string Compiler, string CompileFlags, string LinkFlags, string Libraries, ImmutableArray<string> Units, ImmutableArray<(string Path, string Text)> Files)
{
    private const string Prefix = "FreeML.Sim.Firmware.Sources/";

    // As firmware/build.sh has it.
    private static readonly string[] Startup = ["device/startup.S", "device/memory.c"];

    /// <summary>Those of a strategy.</summary>
    /// <exception cref="InputException">This build of the program has none.</exception>
    public static RuntimeSources Of(Strategy strategy)
    {
        string name = "runtime_" + RuntimeImages.NameOf(strategy);
        using JsonDocument manifest = JsonDocument.Parse(Read("prebuilt/manifest.json"));
        JsonElement image = manifest.RootElement.GetProperty("images").EnumerateArray().FirstOrDefault(entry => entry.GetProperty("name").GetString() == name);
        if (image.ValueKind is JsonValueKind.Undefined)
        {
            throw new InputException(name, null, "no such runtime in this build of the program", "firmware/prebuilt to have it when the program is built");
        }

        string flags = image.GetProperty("flags").GetString()!;
        int link = flags.IndexOf(" -nostdlib", StringComparison.Ordinal);
        int script = flags.IndexOf(" -T ", StringComparison.Ordinal);
        return new RuntimeSources(
            manifest.RootElement.GetProperty("compiler").GetString()!,
            flags[..link].Replace(" -Itests", "", StringComparison.Ordinal),
            flags[(link + 1)..script],
            flags[(script + " -T ".Length)..].Split(' ', 2)[1],
            [.. Startup, .. UnitsOf(name)],
            [.. image.GetProperty("sources").EnumerateArray().Select(source => source.GetString()!).Select(path => (path, Read(path)))]);
    }

    // name : device : sources : flags
    private static string[] UnitsOf(string name) => Read("images.txt").Split('\n')
        .Select(line => line.Split(':'))
        .First(fields => fields.Length >= 3 && fields[0].Trim() == name)[2]
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Read(string path)
    {
        using Stream stream = typeof(RuntimeSources).Assembly.GetManifestResourceStream(Prefix + path)
            ?? throw new InputException(path, null, "no such source in this build of the program", "firmware to have it when the program is built");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
