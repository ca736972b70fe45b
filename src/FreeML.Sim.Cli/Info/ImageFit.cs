using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Info;

/// <summary>Whether an image can be programmed into a device and start there.</summary>
/// <param name="Device">The device.</param>
/// <param name="Obstacle">What is in the way; null if nothing is.</param>
internal sealed record ImageFit(DeviceDescription Device, string? Obstacle)
{
    private const int ResetVector = 0xFFFE;

    /// <summary>How an image fits the devices this simulator knows.</summary>
    public static IReadOnlyList<ImageFit> Of(FirmwareImage image) =>
        [.. DeviceCatalogue.All.Select(device => new ImageFit(device, FindObstacle(image, device)))];

    /// <summary>The image's reset vector, or null if it has none.</summary>
    public static ushort? ReadResetVector(FirmwareImage image)
    {
        foreach (ImageSegment segment in image.Segments)
        {
            if (segment.Address <= ResetVector && segment.End >= ResetVector + 2)
            {
                ReadOnlySpan<byte> vector = segment.Bytes.Span[(int)(ResetVector - segment.Address)..];
                return (ushort)(vector[0] | (vector[1] << 8));
            }
        }

        return null;
    }

    // The device itself is asked, so that this can never tell another story than a run.
    private static string? FindObstacle(FirmwareImage image, DeviceDescription description)
    {
        try
        {
            using Device device = new(description);
            device.Load(image);
        }
        catch (InputException error)
        {
            return error.Found;
        }

        bool startsAtEntry = description.UnclaimedPeripheralSpaceIsMemory && image.EntryPoint is not null;
        return startsAtEntry || ReadResetVector(image) is not null ? null : "no reset vector at 0xFFFE";
    }
}
