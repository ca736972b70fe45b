using System.Numerics.Tensors;
using FreeML.Compiler.Models;
using FreeML.Compiler.Numerics;

namespace FreeML.Compiler.Training.Kernels;

/// <summary>Fully connected layer.</summary>
internal sealed unsafe class DenseKernel(Network network, int index) : LayerKernel(network, index)
{
    private int Inputs => InputShapes[0].Count;

    private int Outputs => OutputShape.Count;

    /// <inheritdoc/>
    public override void Forward(Workspace workspace, ParameterSet parameters)
    {
        int samples = workspace.Samples;
        Span<float> output = Output(workspace);
        fixed (float* input = Input(workspace), weights = parameters.First[Index], result = output)
        {
            MatrixProduct.Multiply(
                MatrixView.Of(input, samples, Inputs),
                MatrixView.Of(weights, Outputs, Inputs).Transposed,
                MatrixView.Of(result, samples, Outputs));
        }

        float[] bias = parameters.Second[Index];
        for (int sample = 0; bias.Length > 0 && sample < samples; sample++)
        {
            Span<float> row = output.Slice(sample * Outputs, Outputs);
            TensorPrimitives.Add(row, bias, row);
        }
    }

    /// <inheritdoc/>
    public override void Backward(Workspace workspace, ParameterSet parameters, ParameterSet? gradients)
    {
        int samples = workspace.Samples;
        fixed (float* input = Input(workspace), inputGradient = InputGradient(workspace), outputGradient = OutputGradient(workspace))
        fixed (float* weights = parameters.First[Index], weightGradient = gradients?.First[Index])
        {
            MatrixView above = MatrixView.Of(outputGradient, samples, Outputs);
            if (weightGradient is not null)
            {
                MatrixProduct.Multiply(above.Transposed, MatrixView.Of(input, samples, Inputs), MatrixView.Of(weightGradient, Outputs, Inputs));
            }

            if (inputGradient is not null)
            {
                MatrixProduct.Multiply(above, MatrixView.Of(weights, Outputs, Inputs), MatrixView.Of(inputGradient, samples, Inputs), accumulate: true);
            }
        }

        if (gradients?.Second[Index] is { Length: > 0 } bias)
        {
            bias.AsSpan().Clear();
            for (int sample = 0; sample < samples; sample++)
            {
                TensorPrimitives.Add(bias, OutputGradient(workspace).Slice(sample * Outputs, Outputs), bias);
            }
        }
    }
}
