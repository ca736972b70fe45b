using System.Collections.Concurrent;
using System.Security.Cryptography;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Msp430.Semihosting;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Cpu;

/// <summary>Programs that compilers made: the whole suites where they are present.</summary>
public sealed class SharedImageTests(ITestOutputHelper output)
{
    private const long MaximumCycles = 4_000_000_000;

    [SharedFact("conformance")]
    public void Every_compiled_program_exits_and_prints_as_its_reference_says()
    {
        var failures = new ConcurrentBag<string>();
        (string Image, string Exit, string Hash)[] programs =
        [
            .. from variant in SharedData.Variants
               from line in File.ReadLines(Path.Combine(variant, "reference.csv")).Skip(1)
               let fields = line.Split(',')
               let image = Path.Combine(variant, fields[0] + ".elf")
               where File.Exists(image) // the references name a few programs that the archives do not hold
               select (image, fields[1], fields[2]),
        ];
        programs = [.. programs.Distinct()]; // and a few twice
        long instructions = 0;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Parallel.ForEach(programs, program =>
        {
            (StopReason stop, Device device, byte[] printed) = Run("generic", program.Image);
            using (device)
            {
                Interlocked.Add(ref instructions, device.Ledger.Instructions);
                string hash = Convert.ToHexStringLower(SHA256.HashData(printed))[..16];
                if (stop is not StopReason.Exited || $"{device.ExitCode}" != program.Exit || hash != program.Hash)
                {
                    failures.Add($"{program.Image}: {stop}, exit code {device.ExitCode}, printed {hash}; expected exit code {program.Exit}, {program.Hash}");
                }
            }
        });
        output.WriteLine($"{programs.Length} images, {instructions} instructions, {watch.Elapsed.TotalSeconds:F1} s");

        Assert.NotEmpty(programs);
        Assert.True(failures.IsEmpty, string.Join('\n', failures.Order(StringComparer.Ordinal).Take(25)));
    }

    [SharedFact("bench")]
    public void The_loop_takes_16_cycles_a_pass_and_exits_with_60()
    {
        (StopReason stop, Device device, _) = Run("generic", SharedData.File("bench", "loop-10000-exit.elf")!);
        using (device)
        {
            Assert.Equal(StopReason.Exited, stop);
            Assert.Equal(60, device.ExitCode & 0xFF);
            Assert.Equal(100_040_007, device.Ledger.Instructions);

            // 16 for each of ten million passes; 7 for each of ten thousand rounds of the outer loop (MOV #N 2, MOV #N 2, DEC 1,
            // JNZ 2), and 21 to start and to call.
            Assert.Equal((16L * 10_000_000) + (7 * 10_000) + 21, device.Cycles);
        }
    }

    [SharedFact("bench")]
    public void The_kernel_exits_with_233()
    {
        (StopReason stop, Device device, _) = Run("generic", SharedData.File("bench", "kernel-1000-exit.elf")!);
        using (device)
        {
            Assert.Equal(StopReason.Exited, stop);
            Assert.Equal(233, device.ExitCode & 0xFF);
        }
    }

    [SharedFact("bench")]
    public void Single_instructions_leave_the_flags_that_the_guide_says()
    {
        (StopReason stop, Device device, _) = Run("generic", SharedData.File("bench", "flags.elf")!);
        using (device)
        {
            Assert.Equal(StopReason.Parked, stop);
            ushort[] expected = [0x0001, 0x0001, 0x0004, 0x0005, 0x1300, 0x0003, 0x0102, 0x23FE, 0x0106, 0x0003, 0x0101, 0xFFFF];
            Assert.Equal(expected, expected.Select((_, n) => device.PeekWord(0x1C10 + (uint)(2 * n))));
        }
    }

    [SharedFact("bench")]
    public void RETI_restores_all_flags_and_the_stack_pointer()
    {
        (StopReason stop, Device device, _) = Run("generic", SharedData.File("bench", "reti.elf")!);
        using (device)
        {
            Assert.Equal(StopReason.Parked, stop);
            Assert.Equal(0x0107, device.PeekWord(0x1C10));
            Assert.Equal(0x2400, device.PeekWord(0x1C12));
        }
    }

    private static (StopReason Stop, Device Device, byte[] Printed) Run(string name, string path)
    {
        FirmwareImage image = ImageReader.Read(path);
        var device = new Device(DeviceCatalogue.Find(name));
        using var printed = new MemoryStream();
        using var services = new GnuSemihosting(Stream.Null, printed, printed);
        device.Load(image);
        services.Attach(device, image);
        StopReason stop = device.Run(MaximumCycles);
        return (stop, device, printed.ToArray());
    }
}
