using FreeML.Sim.Cli.Info;
using FreeML.Sim.Cli.Run;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Bench;

/// <summary>A program to be timed, and on which devices.</summary>
/// <param name="Name">Name in the results.</param>
/// <param name="Image">The program.</param>
/// <param name="Devices">Devices it runs on.</param>
internal sealed record BenchProgram(string Name, FirmwareImage Image, IReadOnlyList<DeviceDescription> Devices)
{
    // CALL #0x0181, the exit of GNU's simulator, as it lies in memory.
    private static readonly byte[] ExitCall = [0xB0, 0x12, 0x81, 0x01];

    private static DeviceDescription Generic { get; } = DeviceCatalogue.Find("generic");

    /// <summary>Where the program calls the exit of GNU's simulator; null if it does not, and other simulators would not know its end.</summary>
    public uint? ExitAddress => FindExit(Image);

    /// <summary>The programs that come with this one.</summary>
    public static IReadOnlyList<BenchProgram> Bundled =>
    [
        Of("loop", Kernel.Image("loop", Kernel.Loop)),
        Of("multiply", Kernel.Image("multiply", Kernel.Multiply)),
        .. BundledFirmware.Names.Select(name => Of(name, BundledFirmware.Read(name))),
    ];

    /// <summary>A program of the user's.</summary>
    /// <exception cref="FreeML.Sim.Msp430.InputException">It is no firmware.</exception>
    public static BenchProgram Read(string path) => Of(path, ImageReader.Read(path));

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
        return new BenchProgram(name, image, devices.Length > 0 ? devices : [Generic]);
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
