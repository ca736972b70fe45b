using FreeML.Compiler.Data;
using FreeML.Compiler.Execution;
using FreeML.Compiler.Lowering;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;
using FreeML.Compiler.Quantization;
using FreeML.Sim.Tests.Support;
using Xunit.Abstractions;

namespace FreeML.Compiler.Tests.Quantization;

/// <summary>Trained networks of others in the device's integers.</summary>
public class RecordedNetworkQuantizationTests(ITestOutputHelper output)
{
    /// <summary>
    /// There are only 1,000 records. Scales are set by the first 200, without their labels, and accuracy is that of all: so a fifth of what is
    /// reported was seen in calibration.
    /// </summary>
    [DataTheory("dataset-kws-mfcc-int8")]
    [InlineData(8)]
    [InlineData(16)]
    public void The_keyword_network_loses_at_most_a_point(int bits)
    {
        Network network = OnnxReader.Read(Path.Combine(SharedData.Data!, "models-onnx-mlperftiny", "model_kws.onnx"));
        LabelledData all = DataSets.Load(Path.Combine(SharedData.Data!, "dataset-kws-mfcc-int8"), DataSplit.Test).As(network.InputShape);
        IntegerNetwork integer = Quantizer.Quantize(network, all.Take(200), new QuantizationOptions { WeightBits = bits });
        IntegerEvaluation evaluation = IntegerEvaluation.Of(integer, all);
        output.WriteLine($"{bits} bits: {evaluation.Right} of {all.Count}, {DeployedSize.Of(integer).Bytes} B, saturations {evaluation.Saturations.Sum()}");
        Assert.InRange(evaluation.Right, 888, 908);
    }

    [DataTheory("dataset-mnist")]
    [InlineData(8)]
    [InlineData(16)]
    public void LeNet5_stays_within_its_bounds_and_keeps_its_accuracy(int bits)
    {
        Network network = OnnxReader.Read(Path.Combine(SharedData.Data!, "models-onnx-lenet5", "lenet5-28.onnx"));
        LabelledData training = Scaled(DataSets.Load(Path.Combine(SharedData.Data!, "dataset-mnist"), DataSplit.Training, 200));
        LabelledData test = Scaled(DataSets.Load(Path.Combine(SharedData.Data!, "dataset-mnist"), DataSplit.Test, 1000));
        Network canonical = Canonical.Of(network);
        LoweredNetwork lowered = Lowerer.Lower(canonical, Calibration.Ranges(canonical, training), new QuantizationOptions { WeightBits = bits });
        IntegerEvaluation evaluation = IntegerEvaluation.Of(lowered.Network, test);
        output.WriteLine($"{bits} bits: {evaluation.Right} of {test.Count}, {DeployedSize.Of(lowered.Network).Bytes} B, saturations {evaluation.Saturations.Sum()}");
        foreach (IntegerValue value in lowered.Network.Values)
        {
            output.WriteLine($"{value.Name} e {value.Exponent} [{value.Low}, {value.High}] error {value.Error:g3}");
        }

        Assert.InRange(evaluation.Right, 980, 984);
        Assert.Equal(0, evaluation.Saturations.Sum());
        IntegerExecutor executor = new(lowered.Network);
        IntegerMemory memory = executor.CreateMemory();
        for (int sample = 0; sample < 20; sample++)
        {
            executor.Run(test.Sample(sample), memory);
            float[][] real = ReferenceExecutor.RunAll(canonical, test.Sample(sample));
            for (int value = 0; value < real.Length; value++)
            {
                if (lowered.Values[value] is >= 0 and var index)
                {
                    // Single precision adds a part in a million of its own.
                    double slack = 1e-6 * real[value].Max(Math.Abs);
                    double error = memory.Reals(index).Zip(real[value], (a, b) => Math.Abs(a - b)).Max();
                    Assert.InRange(error, 0, lowered.Network.Values[index].Error + slack);
                }
            }
        }
    }

    private static LabelledData Scaled(LabelledData data) =>
        new(data.Name, data.SampleShape, data.Samples.ToArray().Select(value => value / 255).ToArray(), data.Labels.ToArray(), data.Classes);
}
