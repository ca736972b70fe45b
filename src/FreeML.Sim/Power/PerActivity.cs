using System.Runtime.CompilerServices;

namespace FreeML.Sim.Power;

/// <summary>Coulombs, or joules, for each <see cref="Activity"/>.</summary>
[InlineArray(Count)]
public struct PerActivity
{
    /// <summary>Number of activities.</summary>
    public const int Count = (int)Activity.Boot + 1;

    private double _first;

    /// <summary>The sum over all activities, added in their order.</summary>
    public readonly double Total
    {
        get
        {
            double total = 0;
            foreach (double part in this)
            {
                total += part;
            }

            return total;
        }
    }

    /// <summary>Adds another stack's parts, each times a factor.</summary>
    public void Add(PerActivity other, double factor)
    {
        for (int n = 0; n < Count; n++)
        {
            this[n] += factor * other[n];
        }
    }
}
