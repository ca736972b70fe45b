using System.Collections.Immutable;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Firmware;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>The bundled network, bound to each runtime, answers as the executor does; and what it takes is told.</summary>
public sealed class BoundFirmwareTests
{
    private static readonly IntegerNetwork Network = DigitsModel.Model.Integer;

    public static TheoryData<Strategy> Strategies => [.. RuntimeImages.All.Select(known => known.Strategy)];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void It_answers_as_the_executor_does_at_every_exit(Strategy strategy)
    {
        IntegerExecutor executor = new(Network);
        IntegerMemory memory = executor.CreateMemory();
        CompiledFirmware compiled = FirmwareCompiler.Compile(Network, new FirmwareOptions { Strategy = strategy });
        for (int exit = 0; exit <= Network.Exits.Length; exit++)
        {
            FirmwareOptions options = compiled.Firmware.Options with { Policy = ExitPolicy.Fixed(exit) };
            using InferenceRunner runner = new(FirmwareBuilder.Build(Network, compiled.Firmware.Plan, options));
            for (int sample = 0; sample < 3; sample++)
            {
                Inference inference = runner.Run(DigitsModel.Digits.Sample(sample));
                int answer = executor.Run(DigitsModel.Digits.Sample(sample), memory);
                bool isWhole = exit == Network.Exits.Length;
                Assert.Equal(exit, inference.Exit);
                Assert.Equal(isWhole ? memory.Elements(Network.Output).ToArray() : memory.ExitLogits[exit], inference.Logits);
                Assert.Equal(isWhole ? answer : memory.ExitClasses[exit], inference.Answer);
            }
        }
    }

    [Fact]
    public void What_is_kept_for_the_next_life_depends_on_the_strategy()
    {
        Dictionary<Strategy, MemoryUse> memory = RuntimeImages.All.ToDictionary(known => known.Strategy, known => FirmwareBuilder.Build(Network, ArenaPlanner.Plan(Network), new FirmwareOptions { Strategy = known.Strategy }).Memory);
        Assert.Equal(34, memory[Strategy.Tiled].Commit);
        Assert.InRange(memory[Strategy.FreeMl].Commit, 35, 200);
        Assert.InRange(memory[Strategy.Checkpoint].Commit, 8192, 16384);
        Assert.All(memory.Values, use => Assert.InRange(use.Ram, 1, 4096));
    }

    [Fact]
    public void A_file_runs_as_the_image_does()
    {
        CompiledFirmware compiled = FirmwareCompiler.Compile(DigitsModel.Model, new FirmwareOptions());
        FirmwareImage file = ImageReader.Read("fw.elf", ElfWriter.Write(compiled.Firmware.Image));
        Assert.Equal(Run(compiled.Firmware), Run(compiled.Firmware with { Image = file }));
    }

    [Theory]
    [InlineData(1, 1.001)]
    [InlineData(8, 1.001)]
    [InlineData(16, 1.05)]
    public void Operations_add_up_to_the_inference(int megahertz, double most)
    {
        InferenceCosts costs = InferenceCosts.Measure(Network, ArenaPlanner.Plan(Network), new FirmwareOptions { Megahertz = megahertz });
        Work sum = Work.Sum(costs.Operations.Take(Network.Operations.Length));
        Work whole = costs.Answers[^1];
        Assert.InRange(sum.Cycles, 0.98 * whole.Cycles, whole.Cycles);
        Assert.InRange(sum.TotalJoules, 0.98 * whole.TotalJoules, whole.TotalJoules);
        Assert.InRange(whole.Seconds * 1e6 * megahertz / whole.Cycles, 0.99, most);
        Assert.All(costs.Exits, exit => Assert.InRange(exit.Cycles, 1, whole.Cycles));
        Assert.Equal(costs.Answers.Select(work => work.Cycles).Order(), costs.Answers.Select(work => work.Cycles));
    }

    [Fact]
    public void Costs_of_exits_follow_from_energy_and_time_to_the_next_answer()
    {
        EnergyBuffer buffer = new(1e-3, 3.0, 1.9);
        CompiledFirmware compiled = FirmwareCompiler.Compile(Network, new FirmwareOptions { Policy = ExitPolicy.Energy }, buffer);
        ImmutableArray<ExitCost> costs = compiled.Firmware.Options.ExitCosts;
        const double VoltsPerCount = 2 * 2.0 / 4096;
        for (int exit = 0; exit < costs.Length; exit++)
        {
            Work way = compiled.Costs.ToNextAnswer(Network, exit);
            double stored = 0.5 * buffer.Farads * ((costs[exit].Need * VoltsPerCount * VoltsPerCount) - (buffer.TurnOffVolts * buffer.TurnOffVolts));
            Assert.Equal(way.TotalJoules, stored, 1e-8);
            Assert.Equal(way.Seconds, costs[exit].Ticks / 15625.0, 1e-4);
        }

        // From the first exit to the second one's answer: not the first head, but the second.
        double difference = compiled.Costs.Answers[1].TotalJoules - compiled.Costs.Answers[0].TotalJoules + compiled.Costs.Exits[0].TotalJoules;
        Assert.Equal(difference, compiled.Costs.ToNextAnswer(Network, 0).TotalJoules, 0.02 * difference);
    }

    [Theory]
    [InlineData(100e-6)]
    [InlineData(1e-3)]
    public void A_tile_takes_a_quarter_of_the_buffer_at_most(double farads)
    {
        EnergyBuffer buffer = new(farads, 3.0, 1.9);
        CompiledFirmware compiled = FirmwareCompiler.Compile(Network, new FirmwareOptions { Strategy = Strategy.Tiled }, buffer);
        IntegerOperation[] operations = [.. Network.AllOperations];
        for (int step = 0; step < operations.Length; step++)
        {
            int elements = Network.Values[operations[step].Output].Length;
            double tile = compiled.Costs.Operations[step].TotalJoules * Math.Min(1, (double)compiled.Firmware.Options.Tiles[step] / elements);
            Assert.True(compiled.Firmware.Options.Tiles[step] == 1 || tile <= buffer.UsableJoules / 4);
        }

        Assert.InRange(compiled.SmallestFarads, 0, farads);
    }

    [Fact]
    public void The_warning_comes_while_there_is_enough_to_save()
    {
        EnergyBuffer buffer = new(20e-6, 3.0, 1.9);
        CompiledFirmware compiled = FirmwareCompiler.Compile(Network, new FirmwareOptions { Strategy = Strategy.Checkpoint }, buffer);
        double warning = ComparatorLevel.Volts(compiled.Firmware.Options.WarningLevel);
        double left = buffer with { TurnOnVolts = warning } is { UsableJoules: var joules } ? joules : 0;
        Assert.InRange(left, compiled.LargestBlock.Joules / 2.2, 0.9 * buffer.UsableJoules);
        Assert.InRange(ComparatorLevel.Volts(compiled.Firmware.Options.ResumeLevel), warning + 0.1, 3.0);
    }

    [Fact]
    public void A_policy_without_exits_is_refused()
    {
        IntegerNetwork plain = new("plain", Network.Values, Network.Operations, Network.Output);
        InputException refusal = Assert.Throws<InputException>(() => FirmwareCompiler.Compile(plain, new FirmwareOptions { Policy = ExitPolicy.Energy }));
        Assert.Equal("plain: found exit policy energy for a network without exits, expected a network compressed with exits, or the policy never", refusal.Message);
    }

    private static (int, long, string) Run(BoundFirmware firmware)
    {
        using InferenceRunner runner = new(firmware);
        Inference inference = runner.Run(DigitsModel.Digits.Sample(7));
        return (inference.Answer, inference.Total.Cycles, string.Join(' ', inference.Logits));
    }
}
