using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Semihosting;

/// <summary>newlib's calls from real C programs, for every way the compiler passes arguments.</summary>
public sealed class GnuSemihostingTests
{
    private const string Files = """
        #include <stdio.h>
        #include <fcntl.h>
        #include <unistd.h>
        #include <sys/stat.h>
        int main(void)
        {
            char b[20];
            struct stat s;
            int f = open("t.txt", O_RDWR | O_CREAT | O_TRUNC, 0666);
            int wrote = write(f, "abcdef", 6);
            long at = lseek(f, 2L, SEEK_SET);
            int got = read(f, b, 20);
            int stated = fstat(f, &s);
            printf("%d %d %ld %d %c %d %ld %d\n", f, wrote, at, got, b[0], stated, (long)s.st_size, S_ISREG(s.st_mode) != 0);
            printf("%d %d %d\n", close(f), unlink("t.txt"), open("t.txt", O_RDONLY));
            printf("%d %d %d\n", open("../t.txt", O_RDONLY), open("/etc/passwd", O_RDONLY), open("a/../b", O_RDWR | O_CREAT, 0666));
            int c = getchar();
            fprintf(stderr, "%c", c);
            return 5;
        }
        """;

    [ToolchainFact]
    public void Files_live_below_the_root_and_nowhere_else()
    {
        foreach (string[] flags in (string[][])[["-mcpu=msp430"], ["-mcpu=msp430x"], ["-mcpu=msp430x", "-mlarge", "-mhwmult=f5series"]])
        {
            string root = Directory.CreateTempSubdirectory("semihosting").FullName;
            try
            {
                (int? exit, string output, string error) = Run(Compile(root, flags), root);

                Assert.Equal(5, exit);
                Assert.Equal("3 6 2 4 c 0 6 1\n0 0 -1\n-1 -1 -1\n", output);
                Assert.Equal("x", error);
            }
            finally
            {
                Directory.Delete(root, recursive: true);
            }
        }
    }

    [ToolchainFact]
    public void Without_a_root_there_are_no_files()
    {
        string folder = Directory.CreateTempSubdirectory("semihosting").FullName;
        try
        {
            (int? exit, string output, _) = Run(Compile(folder, ["-mcpu=msp430x"]), root: null);

            Assert.Equal(5, exit);
            Assert.StartsWith("-1 ", output, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(folder, "t.txt")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FirmwareImage Compile(string folder, string[] flags)
    {
        string source = Path.Combine(folder, "program.c");
        string image = Path.Combine(folder, "program.elf");
        File.WriteAllText(source, Files);
        (int exit, _, string error) = Toolchain.Execute(Toolchain.Gcc!, [.. flags, "-O1", "-msim", source, "-o", image], TimeSpan.FromMinutes(1));
        Assert.True(exit == 0, error);
        return ImageReader.Read(image);
    }

    private static (int? Exit, string Output, string Error) Run(FirmwareImage image, string? root)
    {
        using var input = new MemoryStream("x"u8.ToArray());
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        using var device = new Device(DeviceCatalogue.Find("generic"));
        using var services = new GnuSemihosting(input, output, error, root);
        device.Load(image);
        services.Attach(device, image);
        Assert.Equal(StopReason.Exited, device.Run(100_000_000));
        return (device.ExitCode, Encoding.ASCII.GetString(output.ToArray()), Encoding.ASCII.GetString(error.ToArray()));
    }
}
