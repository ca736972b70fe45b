namespace FreeML.Compiler.Training;

/// <summary>
/// The loss: softmax cross-entropy against the label, smoothed if asked, mixed with the divergence from a teacher's softened answer.
/// </summary>
/// <param name="Smoothing">Part of the label's weight spread over all classes; 0 to 1.</param>
/// <param name="TeacherWeight">Part of the loss that is the teacher's; 0 to 1.</param>
/// <param name="Temperature">Both answers are softened by it before they are compared.</param>
internal readonly record struct CrossEntropy(float Smoothing = 0, float TeacherWeight = 0, float Temperature = 1)
{
    /// <summary>Loss of one sample, and its gradient.</summary>
    /// <param name="logits">The network's answer.</param>
    /// <param name="label">The class.</param>
    /// <param name="teacher">The teacher's logits; empty if there is none.</param>
    /// <param name="factor">The gradient is multiplied by it.</param>
    /// <param name="gradient">Result.</param>
    public double Of(ReadOnlySpan<float> logits, int label, ReadOnlySpan<float> teacher, float factor, Span<float> gradient)
    {
        double logarithm = Probabilities.Of(logits, 1, gradient);
        double loss = 0;
        float own = teacher.IsEmpty ? 1 : 1 - TeacherWeight;
        for (int n = 0; n < logits.Length; n++)
        {
            float wanted = ((n == label ? 1 : 0) * (1 - Smoothing)) + (Smoothing / logits.Length);
            loss += own * wanted * (logarithm - logits[n]);
            gradient[n] = factor * own * (gradient[n] - wanted);
        }

        return teacher.IsEmpty || TeacherWeight == 0 ? loss : loss + AddTeacher(logits, teacher, factor, gradient);
    }

    // The divergence is multiplied by the square of the temperature, so that its gradient is of the same size at any temperature.
    private double AddTeacher(ReadOnlySpan<float> logits, ReadOnlySpan<float> teacher, float factor, Span<float> gradient)
    {
        float[] mine = new float[logits.Length];
        float[] theirs = new float[logits.Length];
        double myLogarithm = Probabilities.Of(logits, Temperature, mine);
        double theirLogarithm = Probabilities.Of(teacher, Temperature, theirs);
        double divergence = 0;
        for (int n = 0; n < logits.Length; n++)
        {
            divergence += theirs[n] * ((teacher[n] / Temperature) - theirLogarithm - ((logits[n] / Temperature) - myLogarithm));
            gradient[n] += factor * TeacherWeight * Temperature * (mine[n] - theirs[n]);
        }

        return TeacherWeight * Temperature * Temperature * divergence;
    }
}
