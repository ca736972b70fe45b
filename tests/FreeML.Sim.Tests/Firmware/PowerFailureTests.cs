using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Benchmarks;
using FreeML.Sim.Firmware;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>
/// Whatever the supply does, the answer is that of the compiler's executor, bit for bit. A few seconds of what the studies of
/// <c>docs/firmware.md</c> do at length.
/// </summary>
public sealed class PowerFailureTests
{
    private const int Schedules = 100;

    private static readonly LabelledData Digits = DigitsModel.Digits.Take(30);

    public static TheoryData<Strategy> Persistent => [Strategy.FreeMl, Strategy.Tiled, Strategy.Checkpoint];

    /// <summary>The bundled networks, and how many exits each has.</summary>
    public static TheoryData<string, int> Bundled => new()
    {
        { "digits", 0 },
        { "digits-gnet", 2 },
        { "digits-separate", 2 },
    };

    [Theory]
    [MemberData(nameof(Bundled))]
    public void Thirty_digits_are_answered_alike_at_all_exits(string name, int exits)
    {
        IntegerNetwork network = Model(name);
        Assert.Equal(exits, network.Exits.Length);
        IntegerExecutor executor = new(network);
        IntegerMemory memory = executor.CreateMemory();
        for (int exit = 0; exit <= exits; exit++)
        {
            using InferenceRunner runner = new(FailingFirmware.Bind(network, Strategy.FreeMl, exit));
            for (int sample = 0; sample < Digits.Count; sample++)
            {
                string expected = FailingFirmware.Expected(executor, memory, Digits.Sample(sample))[exit];
                Inference inference = runner.Run(Digits.Sample(sample));
                Assert.Equal(expected, FailingFirmware.Text(inference.Answer, inference.Exit, inference.Logits));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Persistent))]
    public void Random_failures_change_no_answer(Strategy strategy)
    {
        FailureTally tally = PowerFailures.Random(SmallNetwork.Network, strategy, SmallNetwork.Data, Schedules);

        Assert.Empty(tally.Faults);
        Assert.Equal(Schedules, tally.Runs);
        Assert.InRange(tally.Failures, 4 * Schedules, 20 * Schedules);
        Assert.Equal(strategy is Strategy.Checkpoint, tally.Warnings > Schedules);
    }

    // Begins anew each time, and is right if it ever gets through.
    [Fact]
    public void Restart_answers_alike_once_power_stays() =>
        Assert.Empty(PowerFailures.Random(SmallNetwork.Network, Strategy.Restart, SmallNetwork.Data, 24).Faults);

    // Between two writes to FRAM a failure leaves the same behind, whichever instruction it hits.
    [Theory]
    [MemberData(nameof(Persistent))]
    public void A_failure_after_any_write_changes_no_answer(Strategy strategy)
    {
        for (int exit = 0; exit <= SmallNetwork.Network.Exits.Length; exit += 2)
        {
            FailureTally tally = PowerFailures.EveryInstruction(SmallNetwork.Network, strategy, exit, SmallNetwork.Data, onlyWrites: true);

            Assert.Empty(tally.Faults);
            Assert.InRange(tally.Failures, 200, 20_000);
        }
    }

    // An output counted before it is there, which is what a wrong order of commits does.
    [Theory]
    [InlineData(Strategy.FreeMl)]
    [InlineData(Strategy.Tiled)]
    public void An_output_that_is_counted_too_early_is_found(Strategy strategy)
    {
        FailureTally tally = PowerFailures.Random(SmallNetwork.Network, strategy, SmallNetwork.Data, 24, CountOneMore);

        Assert.NotEmpty(tally.Faults);
    }

    [Fact]
    public void The_small_network_has_all_that_is_to_be_tried()
    {
        IntegerNetwork network = SmallNetwork.Network;
        ConvolutionOperation[] convolutions = [.. network.Operations.OfType<ConvolutionOperation>()];
        FullyConnectedOperation[] connected = [.. network.Operations.OfType<FullyConnectedOperation>()];

        Assert.Contains(convolutions, one => one.Weights.Form is WeightForm.Dense && one.Groups == 1);
        Assert.Contains(convolutions, one => one.Weights.Form is not WeightForm.Dense);
        Assert.Contains(convolutions, one => one.Groups > 1);
        Assert.Contains(connected, one => one.Weights.Form is not WeightForm.Dense && one.Weights.Entries > 256 * one.Weights.Rows);
        Assert.Contains(network.Operations, one => one is MaximumPoolOperation);
        Assert.Contains(network.Operations, one => one is AveragePoolOperation);
        Assert.Contains(network.Operations, one => one is AdditionOperation);
        Assert.Equal(2, network.Exits.Length);
    }

    private static IntegerNetwork Model(string name) => FmlReader.Read(Path.Combine(RepositoryRoot.Path, "models", "digits", name + ".fml")).Integer;

    private static void CountOneMore(FailingFirmware board)
    {
        const uint Slots = 46;
        const uint SlotBytes = 16;
        const uint Element = 6;
        const uint Current = 44;
        uint slot = board.Firmware.MailboxAddress + Slots + (SlotBytes * board.Device.PeekWord(board.Firmware.MailboxAddress + Current));
        Position position = board.Mailbox.Position;
        if (position.Step != Mailbox.NoStep && position.Element > 0)
        {
            board.Device.PokeWord(slot + Element, (ushort)(position.Element + 1));
        }
    }
}
