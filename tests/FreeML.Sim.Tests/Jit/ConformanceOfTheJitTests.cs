using FreeML.Sim.Conformance;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Sim.Tests.Jit;

/// <summary>The committed suite, whose truth was worked out without this simulator, against translated code: each case runs until it is hot.</summary>
public sealed class ConformanceOfTheJitTests(ITestOutputHelper output)
{
    // Of all instructions of the last runs. The rest is what the translator leaves to the interpreter.
    private const double LeastTranslated = 0.9;

    [Fact]
    public void Translated_code_ends_in_the_state_and_after_the_cycles_that_the_guide_says()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        var failures = new List<string>();
        long steps = 0;
        long translated = 0;
        foreach (string path in Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "tests", "conformance"), "*.txt").Order(StringComparer.Ordinal))
        {
            using var target = new HotTarget();
            long before = translated;
            long stepsBefore = steps;
            foreach (ConformanceCase test in ConformanceSuite.LoadFile(path))
            {
                target.Stop(test);
                foreach (bool isHot in (bool[])[false, true])
                {
                    long executed = target.Executed;
                    IReadOnlyList<string> differences = ConformanceRunner.Run(test, target);
                    if (differences.Count > 0)
                    {
                        failures.Add($"{test.Location}: {test.Name}: {string.Join("; ", differences)}");
                        break;
                    }

                    steps += isHot ? test.Steps : 0;
                    translated += isHot ? target.Executed - executed : 0;
                }
            }

            output.WriteLine($"{Path.GetFileName(path)}: {translated - before} of {steps - stepsBefore} instructions as translated code");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} cases differ:\n{string.Join('\n', failures.Take(25))}");
        Assert.True(translated > LeastTranslated * steps, $"only {translated} of {steps} instructions ran as translated code");
    }

    // One device for many cases: what does not change from case to case is not written, so that what was translated stays.
    private sealed class HotTarget : IConformanceTarget, IDisposable
    {
        // No instruction: a block ends before it, so a step is a block.
        private const ushort NoInstruction = 0x13FF;

        private readonly Device _device = new(DeviceCatalogue.Find("generic"), new DeviceOptions { Engine = () => new JitEngine(warmUpCycles: 0, sampleCycles: 1) { NeverPauses = true } });
        private readonly HashSet<int> _written = [];
        private Dictionary<int, ushort> _wanted = [];
        private Dictionary<int, ushort> _stops = [];
        private bool _isReady;

        public long Executed => ((JitEngine)_device.Engine).ExecutedInstructions;

        /// <summary>Puts an end behind the instructions of a case and where it goes, where it says nothing of these words.</summary>
        public void Stop(ConformanceCase test)
        {
            HashSet<int> known = [.. test.MemoryBefore().Concat(test.MemoryAfter()).Select(word => word.Key)];
            _written.UnionWith(known);
            int end = (test.Pc + (2 * test.Code.Count)) & 0xFFFFE;
            _stops = new[] { end, test.RegisterAfter(0) }.Distinct().Where(address => !known.Contains(address)).ToDictionary(address => address, _ => NoInstruction);
        }

        public void Reset()
        {
            _wanted = new Dictionary<int, ushort>(_stops);
            _isReady = false;
        }

        public void SetRegister(int register, int value) => _device.SetRegister(register, (uint)value);

        public int GetRegister(int register) => (int)_device.GetRegister(register);

        public void WriteWord(int address, ushort value) => _wanted[address] = value;

        public ushort ReadWord(int address) => _device.PeekWord((uint)address);

        public int Step()
        {
            if (!_isReady)
            {
                Write();
            }

            long before = _device.Cycles;
            _device.Step();
            return (int)(_device.Cycles - before);
        }

        public void Dispose() => _device.Dispose();

        private void Write()
        {
            foreach (int address in _written.Union(_wanted.Keys).ToArray())
            {
                ushort value = _wanted.GetValueOrDefault(address);
                if (_device.PeekWord((uint)address) != value)
                {
                    _device.PokeWord((uint)address, value);
                }
            }

            // The device forgets what it knew of a jump to itself.
            _device.Poke(0, []);
            _written.UnionWith(_wanted.Keys);
            _isReady = true;
        }
    }
}
