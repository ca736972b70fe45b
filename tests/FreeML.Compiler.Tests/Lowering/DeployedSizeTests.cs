using System.Buffers.Binary;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Quantization;
using FreeML.Compiler.Tests.Quantization;

namespace FreeML.Compiler.Tests.Lowering;

public class DeployedSizeTests
{
    [Fact]
    public void The_size_is_that_of_the_tables_for_the_device()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            LoweredNetwork lowered = Lower(seed, new QuantizationOptions { PerChannel = seed % 2 == 0, WeightBits = seed % 3 == 0 ? 16 : 8 });
            DeployedSize size = DeployedSize.Of(lowered.Network);
            Assert.Equal(DeviceImage.Create(lowered.Network, size.Arena).Length, size.Bytes);
        }
    }

    [Fact]
    public void A_layer_is_never_larger_than_foreseen()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            QuantizationOptions options = new() { PerChannel = seed % 2 == 0, WeightBits = seed % 3 == 0 ? 16 : 8 };
            Network canonical = Canonical.Of(RandomNetworks.Create(seed));
            IntegerNetwork network = Lower(seed, options).Network;
            foreach (WeightedOperation operation in network.Operations.OfType<WeightedOperation>())
            {
                var layer = (WeightedLayer)canonical.Layers.Single(layer => layer.Name == operation.Name);
                Assert.InRange(DeployedSize.Of(operation).Bytes, 1, DeployedSize.Of(layer, options).Bytes);
            }
        }
    }

    [Fact]
    public void Records_and_arrays_lie_where_the_README_says()
    {
        Network network = new("two", [1, 2, 2],
        [
            new Convolution("conv", [0], new Tensor([2, 1, 1, 2], [1, -1, 0, 0.5f]), new Tensor([2], [0.25f, 0]), new Window(1, 2, 1, 1, default)),
            new Activation("relu", [1], ActivationKind.Relu),
            new Reshape("flat", [2], [4]),
            new Dense("fc", [3], new Tensor([2, 4], [0, 0, 0, 1, 0, 0, 0, 0]), null),
        ]);
        IntegerNetwork integer = Lowerer.Lower(network, [.. Enumerable.Repeat(new ValueRange(-1, 1), 5)], new QuantizationOptions { Headroom = 1 }).Network;
        ArenaPlan plan = ArenaPlanner.Plan(integer);
        byte[] image = DeviceImage.Create(integer, plan);
        Assert.Equal("FML1"u8, image.AsSpan(0, 4));
        Assert.Equal(2, Word(image, 4));
        Span<byte> conv = image.AsSpan(28, 44);
        Span<byte> fc = image.AsSpan(72, 44);
        Assert.Equal((byte)OperationKind.Convolution, conv[0]);
        Assert.Equal(64 + 32, conv[1]);
        Assert.Equal(plan.Offsets[1] / 2, Word(conv, 6));
        Assert.Equal(0, Word(conv, 8));
        Assert.Equal(32767, Word(conv, 10));
        Assert.Equal([1, 2, 2, 2, 2, 1], new[] { 12, 14, 16, 18, 20, 22 }.Select(at => Word(image, 28 + at)));
        Assert.Equal([1, 2, 1, 1, 0, 0, 1, 1], conv[24..32].ToArray());
        Assert.Equal(116, BinaryPrimitives.ReadInt32LittleEndian(conv[36..]));

        // Two shifts, two biases, then the weights as they are.
        var operation = (WeightedOperation)integer.Operations[0];
        Assert.Equal([.. operation.Shifts], image.AsSpan(116, 2).ToArray());
        Assert.Equal(operation.Biases[0], BinaryPrimitives.ReadInt16LittleEndian(image.AsSpan(118)));
        Assert.Equal([.. operation.Weights.Values], image.AsSpan(122, 4).ToArray());
        Assert.Equal((byte)OperationKind.FullyConnected, fc[0]);
        Assert.Equal(126, BinaryPrimitives.ReadInt32LittleEndian(fc[36..]));
        Assert.Equal(DeployedSize.Of(integer).Bytes, image.Length);
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static LoweredNetwork Lower(int seed, QuantizationOptions options)
    {
        Network network = RandomNetworks.Create(seed);
        return RandomNetworks.Quantize(Canonical.Of(network), RandomNetworks.Samples(network, seed, 1), options);
    }
}
