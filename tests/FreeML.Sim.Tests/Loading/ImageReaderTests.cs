using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

public sealed class ImageReaderTests : IDisposable
{
    private const string AnyFormat = "expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("freeml-sim-tests-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("@4400\n01\nq\n", ImageFormat.TiTxt)]
    [InlineData(":0144000001BA\n:00000001FF\n", ImageFormat.IntelHex)]
    public void The_contents_tell_the_format_whatever_the_name(string text, ImageFormat format)
    {
        string path = NewFile("firmware.elf", Encoding.ASCII.GetBytes(text));

        FirmwareImage image = ImageReader.Read(path);

        Assert.Equal((format, path), (image.Format, image.Source));
        Assert.Equal(0x4400u, Assert.Single(image.Segments).Address);
    }

    [Fact]
    public void A_link_to_a_file_is_read()
    {
        string path = NewFile("fw.txt", "@4400\n01\nq\n"u8.ToArray());
        string link = Path.Combine(_directory.FullName, "link");
        try
        {
            File.CreateSymbolicLink(link, path);
        }
        catch (IOException) when (OperatingSystem.IsWindows())
        {
            return; // making links needs a privilege there
        }

        Assert.Single(ImageReader.Read(link).Segments);
    }

    [Fact]
    public void Unknown_contents_are_told_by_their_first_bytes() =>
        Assert.Equal(
            $"fw: found 4D5A9000030000FF as first bytes, {AnyFormat}",
            Assert.Throws<InputException>(() => ImageReader.Read("fw", [0x4D, 0x5A, 0x90, 0, 3, 0, 0, 0xFF, 4])).Message);

    [Fact]
    public void No_contents_are_told() =>
        Assert.Equal($"fw: found nothing, {AnyFormat}", Assert.Throws<InputException>(() => ImageReader.Read("fw", [])).Message);

    [Fact]
    public void What_is_not_a_file_of_bytes_is_told()
    {
        Assert.Contains("found a directory", Error(_directory.FullName), StringComparison.Ordinal);
        Assert.Contains("found no such file", Error(Path.Combine(_directory.FullName, "absent")), StringComparison.Ordinal);
        Assert.Contains("found no such file", Error(Path.Combine(_directory.FullName, "absent", "absent")), StringComparison.Ordinal);
        Assert.Contains("found nothing (an empty file or a device)", Error(NewFile("empty", [])), StringComparison.Ordinal);
        Assert.Contains("found a file that cannot be read", Error("a\0b"), StringComparison.Ordinal);
        Assert.Contains("found", Error(""), StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_told_and_not_read()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // has no such names
        }

        string link = Path.Combine(_directory.FullName, "a link with a name longer than nothing");
        File.CreateSymbolicLink(link, "/dev/zero");

        Assert.Contains("found nothing (an empty file or a device)", Error("/dev/zero"), StringComparison.Ordinal);
        Assert.Contains("found nothing (an empty file or a device)", Error(link), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_larger_than_any_firmware_is_told_before_it_is_read()
    {
        string path = Path.Combine(_directory.FullName, "huge");
        using (FileStream stream = File.Create(path))
        {
            stream.SetLength(1L << 36); // sparse where the file system can
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("found 68719476736 bytes, expected at most 67108864 bytes", Error(path), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void TryRead_gives_the_image_or_the_error()
    {
        string path = NewFile("fw", "@4400\n01\nq\n"u8.ToArray());

        Assert.True(ImageReader.TryRead(path, out FirmwareImage? image, out InputException? error));
        Assert.NotNull(image);
        Assert.Null(error);
        Assert.False(ImageReader.TryRead(path + "x", out image, out error));
        Assert.Null(image);
        Assert.NotNull(error);
    }

    private string NewFile(string name, byte[] contents)
    {
        string path = Path.Combine(_directory.FullName, name);
        File.WriteAllBytes(path, contents);
        return path;
    }

    private static string Error(string path) => Assert.Throws<InputException>(() => ImageReader.Read(path)).Message;
}
