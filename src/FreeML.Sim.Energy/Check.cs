using System.Runtime.CompilerServices;

namespace FreeML.Sim.Energy;

/// <summary>Argument checks that name the value, what it was and what was expected.</summary>
internal static class Check
{
    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "expected a finite number above 0");

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "expected a finite number not below 0");

    public static double Within(double value, double lowest, double highest, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= lowest && value <= highest ? value : throw new ArgumentOutOfRangeException(name, value, $"expected {lowest} to {highest}");

    public static void That(bool holds, string message)
    {
        if (!holds)
        {
            throw new ArgumentException(message);
        }
    }
}
