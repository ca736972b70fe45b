using FreeML.Compiler.Compression;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;

namespace FreeML.Compiler.Tests.Compression;

public class PaperPolicyTests
{
    public static TheoryData<string, double, double, double[], string[]> Published => new()
    {
        {
            "cifar10-s", 929.3, 30_000,
            [718.4, 452, 186, 127.5, 102, 76, 52, 30],
            ["fc1: SVD of rank ", "conv2: density 0.04783", "conv3: density 0.04783", "fc2: density 0.04783", "conv2: density 0.00382", "conv3: density 0.00424", "fc1b: density 0.03138", "fc1a: density 0.04783"]
        },
        {
            "cifar10-m", 2410, 160_000,
            [1465.6, 933, 666, 533, 453, 386, 327, 268, 208, 157],
            ["fc1: SVD of rank ", "conv6", "conv5", "conv4", "fc1a", "conv3", "fc2", "fc3", "fc4", "conv6"]
        },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Sizes_and_order_are_those_of_the_published_code_also_for_a_file_of_that_shape(string name, double kilobytes, double budget, double[] sizes, string[] changes)
    {
        Network network = PublishedNetworks.Find(name)!;
        Check(network, kilobytes, budget, sizes, changes);
        Check(OnnxReader.Read(OnnxWriter.ToBytes(network), "file", "network", keepsNormalisation: true), kilobytes, budget, sizes, changes);
    }

    private static void Check(Network network, double kilobytes, double budget, double[] sizes, string[] changes)
    {
        Assert.Equal(kilobytes, PublishedSize.Total(network, new CompressionState(network).Densities) / 1000, 1.0);
        var policy = new PaperPolicy(budget);
        CompressionState state = PaperPolicy.Separate(network, byShape: true);
        for (int n = 0; n < sizes.Length; n++)
        {
            Assert.Equal(sizes[n], PaperPolicy.Bytes(state) / 1000, 1.0);
            Assert.StartsWith(changes[n], $"{state.Steps[^1].Layer}: {state.Steps[^1].Change}", StringComparison.Ordinal);
            Assert.Equal(PaperPolicy.Bytes(state), state.Steps[^1].Bytes);
            Assert.Equal(n == sizes.Length - 1, policy.IsMet(state));
            if (!policy.IsMet(state))
            {
                state = policy.Cut(state);
            }
        }
    }

    [Fact]
    public void Non_zeros_of_the_small_network_at_30_kB_are_those_of_the_published_code()
    {
        var policy = new PaperPolicy(30_000);
        CompressionState state = PaperPolicy.Separate(PublishedNetworks.Find("cifar10-s")!, byShape: true);
        while (!policy.IsMet(state))
        {
            state = policy.Cut(state);
        }

        foreach ((string layer, int kept) in (ReadOnlySpan<(string, int)>)[("conv2", 282), ("conv3", 313), ("fc1a", 307), ("fc1b", 201), ("fc2", 784)])
        {
            Assert.Equal(kept, state.Kept(state.Network.Layers.Select((layer, n) => (layer.Name, n)).First(pair => pair.Name == layer).n));
        }
    }

    [Fact]
    public void The_networks_have_the_published_number_of_parameters()
    {
        Assert.Equal(232_330, PublishedNetworks.Find("cifar10-s")!.Parameters);
        Assert.Equal(601_258, PublishedNetworks.Find("CIFAR10-M")!.Parameters);
        Assert.Null(PublishedNetworks.Find("cifar10-l"));
    }

    [Fact]
    public void Untrained_convolutions_are_left_alone_also_when_their_weights_are_looked_at()
    {
        Network network = PublishedNetworks.Find("cifar10-s")!;
        Assert.Equal(PaperPolicy.Separate(network, byShape: true).Rewrites.AsEnumerable(), PaperPolicy.Separate(network).Rewrites);
    }

    [Fact]
    public void A_budget_below_biases_and_tables_ends_with_an_error_that_names_the_least_size()
    {
        var policy = new PaperPolicy(3000);
        CompressionState state = PaperPolicy.Separate(PublishedNetworks.Find("cifar10-s")!, byShape: true);
        ModelException error = Assert.Throws<ModelException>(() =>
        {
            for (int n = 0; n < 10_000; n++)
            {
                state = policy.Cut(state);
            }
        });
        Assert.Contains("found a budget of 3000 B, expected one of at least", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_that_costs_five_points_makes_its_layer_fragile_and_spares_it_next_time()
    {
        var policy = new PaperPolicy(1000);
        CompressionState before = PaperPolicy.Separate(PublishedNetworks.Find("cifar10-s")!, byShape: true) with { Accuracy = 0.70 };
        CompressionState cut = policy.Cut(before);
        string first = cut.Steps[^1].Layer;
        CompressionState after = policy.Judge(cut, 0.65);
        Assert.Single(after.Fragile, fragile => fragile);
        Assert.DoesNotContain(true, policy.Judge(cut, 0.66).Fragile);
        CompressionState again = after with { Densities = before.Densities };
        Assert.NotEqual(first, policy.Cut(again).Steps[^1].Layer);
        Assert.Equal(first, policy.Cut(again with { Fragile = [.. again.Fragile.Select(_ => true)] }).Steps[^1].Layer);
    }
}
