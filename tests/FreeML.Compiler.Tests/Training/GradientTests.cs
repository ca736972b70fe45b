using FreeML.Compiler.Models;
using FreeML.Compiler.Training;

namespace FreeML.Compiler.Tests.Training;

public class GradientTests
{
    private const int Samples = 3;

    public static TheoryData<string> Layers => [.. LayerSamples.Names];

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradients_are_those_of_small_steps(string name)
    {
        Network network = LayerSamples.Of(name);
        var plan = new Plan(network, _ => true);
        ParameterSet parameters = ParameterSet.Of(network);
        ParameterSet gradients = parameters.Zeros();
        var workspace = new Workspace(plan, Samples + 2, withGradients: true);
        float[] inputs = LayerSamples.Inputs(network, Samples);
        Loss(plan, workspace, parameters, inputs, gradients);
        foreach ((float[] values, float[] gradient) in parameters.Arrays.Zip(gradients.Arrays))
        {
            for (int n = 0; n < values.Length; n++)
            {
                double slope = Slope(plan, workspace, parameters, inputs, ref values[n]);
                Assert.True(Math.Abs(slope - gradient[n]) < 1e-3 + (0.005 * Math.Abs(slope)), $"{n} of {values.Length}: {slope} and {gradient[n]}");
            }
        }
    }

    [Fact]
    public void Loss_gradients_with_smoothing_and_a_teacher_are_those_of_small_steps()
    {
        var loss = new CrossEntropy(0.1f, 0.4f, 3);
        float[] logits = [0.3f, -1.2f, 2.1f, 0.5f];
        float[] teacher = [1, 0.2f, -0.4f, 2];
        float[] gradient = new float[4];
        float[] other = new float[4];
        loss.Of(logits, 2, teacher, 1, gradient);
        for (int n = 0; n < logits.Length; n++)
        {
            float before = logits[n];
            logits[n] = before + 0.01f;
            double up = loss.Of(logits, 2, teacher, 1, other);
            logits[n] = before - 0.01f;
            double down = loss.Of(logits, 2, teacher, 1, other);
            logits[n] = before;
            Assert.Equal((up - down) / 0.02, gradient[n], 1e-4);
        }

        Assert.Equal(0, loss.Of([5, 5], 0, [5, 5], 1, new float[2]) - (0.6 * Math.Log(2)), 1e-6);
    }

    private static double Slope(Plan plan, Workspace workspace, ParameterSet parameters, float[] inputs, ref float value)
    {
        const float step = 1f / 512;
        float before = value;
        value = before + step;
        double up = Loss(plan, workspace, parameters, inputs, null);
        value = before - step;
        double down = Loss(plan, workspace, parameters, inputs, null);
        value = before;
        return (up - down) / (2 * step);
    }

    private static double Loss(Plan plan, Workspace workspace, ParameterSet parameters, float[] inputs, ParameterSet? gradients)
    {
        plan.Load(workspace, inputs, Samples);
        plan.Forward(workspace, parameters, plan.LogitsValue);
        float[] logits = new float[Samples * 3];
        float[] gradient = new float[Samples * 3];
        plan.Read(workspace, plan.LogitsValue, logits);
        double loss = 0;
        for (int n = 0; n < Samples; n++)
        {
            loss += default(CrossEntropy).Of(logits.AsSpan(n * 3, 3), n % 3, default, 1, gradient.AsSpan(n * 3, 3));
        }

        if (gradients is not null)
        {
            plan.Backward(workspace, plan.LogitsValue, gradient, parameters, gradients);
        }

        return loss;
    }
}
