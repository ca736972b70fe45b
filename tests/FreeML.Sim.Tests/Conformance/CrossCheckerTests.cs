using FreeML.Sim.Conformance;
using FreeML.Sim.Conformance.CrossCheck;

namespace FreeML.Sim.Tests.Conformance;

public class CrossCheckerTests
{
    private static readonly Mask LosesCarry = new("test-carry", "C is never set", (_, _, difference) => difference.IsStatus && difference.Bits == 1);

    [Fact]
    public void A_difference_that_a_mask_names_is_counted_and_excused()
    {
        (bool passed, string text) = Run(new FakeOracle { Status = 0x000, Masks = [LosesCarry] });
        Assert.True(passed);
        Assert.Contains("1 excused by known faults, 0 unexplained", text, StringComparison.Ordinal);
        Assert.Contains("1  test-carry: C is never set", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_beyond_its_mask_fails()
    {
        (bool passed, string text) = Run(new FakeOracle { Status = 0x102, Masks = [LosesCarry] });
        Assert.False(passed);
        Assert.Contains("a.txt:2: sub: sr: found 102, expected 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_oracle_without_answer_fails()
    {
        (bool passed, string text) = Run(new FakeOracle { Silent = true });
        Assert.False(passed);
        Assert.Contains("no answer", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsuitable_case_is_counted_with_its_reason()
    {
        (bool passed, string text) = Run(new FakeOracle { Reason = "too modern" });
        Assert.True(passed);
        Assert.Contains("0 of 1 cases run", text, StringComparison.Ordinal);
        Assert.Contains("1  too modern", text, StringComparison.Ordinal);
    }

    private static (bool Passed, string Text) Run(FakeOracle oracle)
    {
        string folder = Directory.CreateTempSubdirectory("freeml-crosscheck").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.txt"), "msp430-conformance 1\nsub|8506|pc=8000 r5=1 r6=2|pc=8002 sr=1 r6=1|1\n");
            using var output = new StringWriter();
            bool passed = CrossChecker.Run(ConformanceSuite.Load(folder), oracle, output);
            return (passed, output.ToString());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class FakeOracle : IOracle
    {
        public string Name => "fake";

        public IReadOnlyList<Mask> Masks { get; init; } = [];

        public int Status { get; init; } = 1;

        public bool Silent { get; init; }

        public string? Reason { get; init; }

        public string? Unsuitable(ConformanceCase test) => Reason;

        public IReadOnlyList<Observation> Run(IReadOnlyList<ConformanceCase> cases) => [.. cases.Select(Observe)];

        private Observation Observe(ConformanceCase test)
        {
            if (Silent)
            {
                return Observation.Failed("no answer");
            }

            var registers = Enumerable.Range(0, 16).Where(register => register != 3).ToDictionary(register => register, test.RegisterAfter);
            registers[2] = Status;
            return new Observation(registers, test.MemoryAfter().ToDictionary(word => word.Key, word => word.Value));
        }
    }
}
