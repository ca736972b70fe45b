using FreeML.Sim.Cli.Info;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Bench;

/// <summary>A program to be timed, and on which devices.</summary>
/// <param name="Name">Name in the results.</param>
/// <param name="Image">The program.</param>
/// <param name="Devices">Devices it runs on.</param>
internal sealed record BenchProgram(string Name, FirmwareImage Image, IReadOnlyList<DeviceDescription> Devices)
{
    // A word of firmware that says how often it does its work over, and how often is enough to be timed.
    private const string PassesSymbol = "layer_passes";
    private const ushort Passes = 20_000;

    // CALL #0x0181, the exit of GNU's simulator, as it lies in memory.
    private static readonly byte[] ExitCall = [0xB0, 0x12, 0x81, 0x01];

    private const string Network = "bundled:digits";

    private static DeviceDescription Generic { get; } = DeviceCatalogue.Find("generic");

    /// <summary>Where the program calls the exit of GNU's simulator; null if it does not, and other simulators would not know its end.</summary>
    public uint? ExitAddress => Firmware is null ? FindExit(Image) : null;

    /// <summary>A network bound to its runtime, which computes samples that the host hands it; null for programs that need no host.</summary>
    public BoundFirmware? Firmware { get; init; }

    /// <summary>Whether it is one of the speed probes, which others are measured by, too.</summary>
    public bool IsProbe { get; init; }

    /// <summary>Whether the user named it.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Whether it is over before its speed matters: then what counts is how long a process takes that runs it.</summary>
    public bool IsShort { get; init; }

    /// <summary>Whether it comes to an end that is worth waiting for.</summary>
    public bool EndsHere => ExitAddress is not null || Image.TryGetSymbol(PassesSymbol, out _);

    /// <summary>The programs that come with this one, and the speed probes (<c>bench/*-exit.elf</c>) in the directory that FREEML_SHARED names.</summary>
    public static IReadOnlyList<BenchProgram> Usual =>
    [
        .. Probes(Environment.GetEnvironmentVariable("FREEML_SHARED")),
        Of("loop", Kernel.Image("loop", Kernel.Loop)),
        Of("multiply", Kernel.Image("multiply", Kernel.Multiply)),
        .. BundledFirmware.Names.Select(name => Of(name, BundledFirmware.Read(name))).Select(program => program with { IsShort = !program.EndsHere }),
        Inference(8),
        Inference(16),
    ];

    /// <summary>A program of the user's.</summary>
    /// <exception cref="FreeML.Sim.Msp430.InputException">It is no firmware.</exception>
    public static BenchProgram Read(string path) => Of(path, ImageReader.Read(path)) with { IsGiven = true };

    // The bundled network, at a clock.
    private static BenchProgram Inference(int megahertz)
    {
        BoundFirmware firmware = FirmwareCompiler.Compile(BundledNetworks.Read(Network), new FirmwareOptions { Megahertz = megahertz }).Firmware;
        return new BenchProgram($"digits_{megahertz}mhz", firmware.Image, [DeviceCatalogue.Default]) { Firmware = firmware };
    }

    private static IEnumerable<BenchProgram> Probes(string? shared)
    {
        string directory = Path.Combine(shared ?? "", "bench");
        return shared is null || !Directory.Exists(directory)
            ? []
            : Directory.GetFiles(directory, "*-exit.elf").Order(StringComparer.Ordinal).Select(path => Read(path) with { Name = Path.GetFileNameWithoutExtension(path), IsProbe = true, IsGiven = false });
    }

    // On generic if it would end there, on a real device if it starts there.
    private static BenchProgram Of(string name, FirmwareImage image)
    {
        DeviceDescription[] devices =
        [
            .. ImageFit.Of(image)
                .Where(fit => fit.Obstacle is null)
                .Select(fit => fit.Device)
                .Where(device => device == DeviceCatalogue.Default || (device == Generic && FindExit(image) is not null)),
        ];
        return new BenchProgram(name, WithPasses(image), devices.Length > 0 ? devices : [Generic]);
    }

    private static FirmwareImage WithPasses(FirmwareImage image)
    {
        if (!image.TryGetSymbol(PassesSymbol, out ImageSymbol? word))
        {
            return image;
        }

        return new FirmwareImage(image.Source, image.Format, image.Segments.Select(Patched)) { EntryPoint = image.EntryPoint, Symbols = image.Symbols, ElfFlags = image.ElfFlags };

        ImageSegment Patched(ImageSegment segment)
        {
            byte[] bytes = segment.Bytes.ToArray();
            long offset = (long)word.Value - segment.VirtualAddress;
            if (offset >= 0 && offset + 2 <= bytes.Length)
            {
                System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)offset), Passes);
            }

            return segment with { Bytes = bytes };
        }
    }

    private static uint? FindExit(FirmwareImage image)
    {
        foreach (ImageSegment segment in image.Segments)
        {
            if (segment.Bytes.Span.IndexOf(ExitCall) is var offset and >= 0)
            {
                return segment.VirtualAddress + (uint)offset;
            }
        }

        return null;
    }
}
