using FreeML.Compiler.Data;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Training;
using FreeML.Sim.Tests.Support;

namespace FreeML.Compiler.Tests.Onnx;

/// <summary>Trained networks of others, with the outputs and accuracies that their notes state.</summary>
public class RecordedNetworkTests
{
    private const string Mnist = "models-onnx-mnist";
    private const string LeNet = "models-onnx-lenet5";
    private const string Tiny = "models-onnx-mlperftiny";

    private static readonly Lazy<LabelledData> Digits = new(() => DataSets.Load(Data("dataset-mnist"), DataSplit.Test, 1000));

    [DataTheory(Mnist)]
    [InlineData(Mnist, "mnist-8.onnx", "raw", 987)]
    [InlineData(Mnist, "mnist-8.onnx", "unit", 984)]
    [InlineData(Mnist, "mnist-7.onnx", "raw", 987)]
    [InlineData(Mnist, "opt-mnist.onnx", "raw", 987)]
    [InlineData(Mnist, "mnist-mlp-pytorch.onnx", "unit", 908)]
    [InlineData(Mnist, "mnist-14x14-atmega.onnx", "unit", 929)]
    [InlineData(LeNet, "lenet5-28.onnx", "unit", 982)]
    public void Digits_are_recognised_as_often_as_stated(string folder, string file, string scaling, int right)
    {
        Network network = OnnxReader.Read(Data(folder, file));
        LabelledData scaled = InputScaling.Parse(scaling, Digits.Value).Apply(Digits.Value);
        Assert.InRange(CountRight(network, DataFit.To(scaled, network.InputShape).Data), right - 1, right + 1);
        ImportTests.AssertRoundTrip(network);
    }

    [DataFact(LeNet)]
    public void Standardised_digits_are_recognised_as_often_as_stated()
    {
        Network network = OnnxReader.Read(Data(LeNet, "lenet5-28.onnx"));
        InputScaling scaling = new("torchvision", [0.1307f * 255], [1 / (0.3081f * 255)]);
        Assert.InRange(CountRight(network, scaling.Apply(Digits.Value)), 979, 981);
    }

    [DataTheory(Mnist)]
    [InlineData(LeNet, "lenet5-28.onnx")]
    [InlineData(Mnist, "mnist-8.onnx")]
    [InlineData(Mnist, "mnist-mlp-pytorch.onnx")]
    public void Pixels_from_0_to_1_are_found_to_be_right(string folder, string file)
    {
        LabelledData training = DataSets.Load(Data("dataset-mnist"), DataSplit.Training, 400);
        (InputScaling found, string note) = InputScaling.Choose(OnnxReader.Read(Data(folder, file)), training);
        Assert.True(found.Name == "unit", note);
    }

    [DataTheory(Mnist)]
    [InlineData("mnist-8.onnx")]
    [InlineData("mnist-7.onnx")]
    [InlineData("opt-mnist.onnx")]
    public void Recorded_inputs_give_the_recorded_outputs(string file)
    {
        Network network = OnnxReader.Read(Data(Mnist, file));
        for (int pair = 0; pair < 3; pair++)
        {
            float[] output = ReferenceExecutor.Run(network, Recorded($"test_data_set_{pair}_input_0.pb"));
            float[] expected = Recorded($"test_data_set_{pair}_output_0.pb");

            // Logits are in the thousands; the recording itself is single precision.
            Assert.All(output.Zip(expected), both => Assert.InRange(both.First, both.Second - 0.001, both.Second + 0.001));
        }

        static float[] Recorded(string file) =>
            OnnxTensor.Parse(File.ReadAllBytes(Data(Mnist, file)), file).ToConstant(file, new Budget(file)).ToFloats();
    }

    [DataFact(Tiny)]
    public void Keywords_are_recognised_as_often_as_stated()
    {
        Network network = OnnxReader.Read(Data(Tiny, "model_kws.onnx"));
        LabelledData keywords = DataSets.Load(Data("dataset-kws-mfcc-int8"), DataSplit.Test);
        Assert.Equal(1000, keywords.Count);
        Assert.Equal(7212, network.Parameters);
        Assert.InRange(CountRight(network, DataFit.To(keywords, network.InputShape).Data), 897, 899);
        ImportTests.AssertRoundTrip(network);
    }

    [DataFact(Tiny)]
    public void Pictures_are_recognised_as_often_as_stated()
    {
        Network network = OnnxReader.Read(Data(Tiny, "model_ic.onnx"));
        LabelledData pictures = DataSets.Load(Data("dataset-cifar10-subset"), DataSplit.Test, 100);
        InputScaling scaling = new("ImageNet", [0.4914f * 255, 0.4822f * 255, 0.4465f * 255], [1 / (0.2470f * 255), 1 / (0.2435f * 255), 1 / (0.2616f * 255)]);
        Assert.InRange(CountRight(network, scaling.Apply(pictures)), 84, 86);
        Assert.DoesNotContain(network.Layers, layer => layer is ChannelAffine);
        ImportTests.AssertRoundTrip(network);
    }

    [DataTheory(Tiny)]
    [InlineData("model_ad.onnx")]
    [InlineData("model_kws.onnx")]
    [InlineData("model_ic.onnx")]
    [InlineData("model_vww.onnx")]
    [InlineData("../models-onnx-lenet5/lenet5-28.onnx")]
    [InlineData("../models-onnx-mnist/mnist-mlp-pytorch.onnx")]
    public void Every_network_computes_what_its_graph_says(string file)
    {
        byte[] bytes = File.ReadAllBytes(Data(Tiny, file));
        Network network = OnnxReader.Read(bytes, file, file);
        Random random = new(3);
        float[] input = [.. Enumerable.Range(0, network.InputShape.Count).Select(_ => (random.NextSingle() * 2) - 1)];
        double[] expected = Oracle.Run(bytes, input);
        float[] actual = ReferenceExecutor.Run(network, input);
        double size = expected.Max(Math.Abs);
        Assert.All(actual.Zip(expected), both => Assert.InRange(both.First, both.Second - (1e-4 * size), both.Second + (1e-4 * size)));
        ImportTests.AssertRoundTrip(network);
    }

    [DataTheory(Mnist)]
    [InlineData(Mnist, "mnist-8-quantized.onnx", "QuantizeLinear")]
    [InlineData(Tiny, "kws_mlp_w3a3_qonnx.onnx", "Quant")]
    public void Quantised_networks_are_refused_by_the_name_of_a_node(string folder, string file, string type)
    {
        var error = Assert.Throws<ModelException>(() => OnnxReader.Read(Data(folder, file)));
        Assert.Contains($"({type})", error.Message, StringComparison.Ordinal);
        Assert.Contains("an operator that is not supported", error.Message, StringComparison.Ordinal);
    }

    private static string Data(params string[] parts) => Path.Combine([SharedData.Data!, .. parts]);

    private static int CountRight(Network network, LabelledData data) => (int)Math.Round(Evaluator.Accuracy(network, data) * data.Count);
}
