using System.Collections.Concurrent;
using FreeML.Sim.Conformance;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Cpu;

/// <summary>The committed suite, whose truth was worked out without this simulator, against the reference interpreter.</summary>
public sealed class ConformanceSuiteTests
{
    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (string path in Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "tests", "conformance"), "*.txt").Order(StringComparer.Ordinal))
        {
            files.Add(Path.GetFileName(path));
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_case_ends_in_the_state_and_after_the_cycles_that_the_guide_says(string file)
    {
        IReadOnlyList<ConformanceCase> suite = ConformanceSuite.LoadFile(Path.Combine(RepositoryRoot.Path, "tests", "conformance", file));
        var failures = new ConcurrentBag<string>();
        Parallel.ForEach(suite, test =>
        {
            using var target = new DeviceTarget();
            IReadOnlyList<string> differences = ConformanceRunner.Run(test, target);
            if (differences.Count > 0)
            {
                failures.Add($"{test.Location}: {test.Name}: {string.Join("; ", differences)}");
            }
        });

        Assert.NotEmpty(suite);
        Assert.True(failures.IsEmpty, $"{failures.Count} of {suite.Count} cases differ:\n{string.Join('\n', failures.Order(StringComparer.Ordinal).Take(25))}");
    }

    private sealed class DeviceTarget : IConformanceTarget, IDisposable
    {
        private Device _device = New();

        public void Reset()
        {
            _device.Dispose();
            _device = New();
        }

        public void SetRegister(int register, int value) => _device.SetRegister(register, (uint)value);

        public int GetRegister(int register) => (int)_device.GetRegister(register);

        public void WriteWord(int address, ushort value) => _device.PokeWord((uint)address, value);

        public ushort ReadWord(int address) => _device.PeekWord((uint)address);

        public int Step()
        {
            long before = _device.Cycles;
            _device.Step();
            return (int)(_device.Cycles - before);
        }

        public void Dispose() => _device.Dispose();

        private static Device New() => new(DeviceCatalogue.Find("generic"));
    }
}
