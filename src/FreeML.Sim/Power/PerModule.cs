using System.Runtime.CompilerServices;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Power;

/// <summary>Cycles or seconds for each <see cref="ModuleActivity"/>.</summary>
[InlineArray(Count)]
public struct PerModule
{
    /// <summary>Number of activities.</summary>
    public const int Count = (int)ModuleActivity.Modosc + 1;

    private double _first;

    /// <summary>What a device's modules did since power-up.</summary>
    public static PerModule Of(Device device)
    {
        PerModule amounts = default;
        device.Activities.CopyTo(amounts, device.Now);
        return amounts;
    }
}
