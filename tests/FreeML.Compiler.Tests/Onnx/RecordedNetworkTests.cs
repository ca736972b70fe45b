using FreeML.Compiler.Data;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Sim.Tests.Support;

namespace FreeML.Compiler.Tests.Onnx;

/// <summary>Trained networks of others, with the outputs and accuracies that their notes state.</summary>
public class RecordedNetworkTests
{
    private const string Mnist = "models-onnx-mnist";

    [DataTheory(Mnist)]
    [InlineData("mnist-8.onnx", 1, 987)]
    [InlineData("mnist-7.onnx", 1, 987)]
    [InlineData("opt-mnist.onnx", 1, 987)]
    [InlineData("mnist-8.onnx", 255, 984)]
    [InlineData("../models-onnx-lenet5/lenet5-28.onnx", 255, 982)]
    [InlineData("mnist-mlp-pytorch.onnx", 255, 908)]
    public void Digits_are_recognised_as_often_as_stated(string file, float divisor, int right)
    {
        Network network = OnnxReader.Read(Path.Combine(SharedData.Data!, Mnist, file));
        LabelledData digits = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-mnist"), DataSplit.Test, 1000);
        Assert.InRange(CountRight(network, digits, value => value / divisor), right - 1, right + 1);
    }

    private static int CountRight(Network network, LabelledData data, Func<float, float> scale)
    {
        int right = 0;
        Parallel.For(0, data.Count, index =>
        {
            float[] output = ReferenceExecutor.Run(network, [.. data.Sample(index).ToArray().Select(scale)]);
            if (output.AsSpan().IndexOf(output.Max()) == data.Labels[index])
            {
                Interlocked.Increment(ref right);
            }
        });
        return right;
    }
}
