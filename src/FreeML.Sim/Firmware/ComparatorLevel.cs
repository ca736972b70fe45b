namespace FreeML.Sim.Firmware;

/// <summary>Levels of the comparator on half of the buffer's voltage, as firmware/runtime/configuration.h has them: a reference and a step of its ladder.</summary>
public static class ComparatorLevel
{
    private const int Steps = 32;
    private const int ReferenceShift = 13;
    private const double Rounding = 1e-9;

    // Field CEREFL, from 1.
    private static readonly double[] References = [1.2, 2.0, 2.5];

    /// <summary>The lowest level that is not below a voltage of the buffer; the highest there is for more than 5 V.</summary>
    public static ushort AtLeast(double bufferVolts)
    {
        for (int reference = 0; reference < References.Length; reference++)
        {
            int step = Math.Max(0, (int)Math.Ceiling((bufferVolts / 2 / References[reference] * Steps) - Rounding) - 1);
            if (step < Steps)
            {
                return (ushort)(step | ((reference + 1) << ReferenceShift));
            }
        }

        return (ushort)((Steps - 1) | (References.Length << ReferenceShift));
    }

    /// <summary>The voltage of the buffer that a level means.</summary>
    public static double Volts(ushort level) => level >> ReferenceShift is >= 1 and <= 3 and var reference
        ? 2 * References[reference - 1] * ((level % Steps) + 1) / Steps
        : 0;
}
