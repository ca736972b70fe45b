namespace FreeML.Sim.Msp430.Bus;

/// <summary>A peripheral's wire to its interrupt vector.</summary>
public sealed class InterruptLine
{
    private readonly InterruptController _controller;
    private readonly Action? _acknowledged;

    internal InterruptLine(InterruptController controller, uint vector, string name, Action? acknowledged)
    {
        _controller = controller;
        _acknowledged = acknowledged;
        Vector = vector;
        Name = name;
    }

    /// <summary>Address in the vector table.</summary>
    public uint Vector { get; }

    /// <summary>Name for diagnostics.</summary>
    public string Name { get; }

    /// <summary>Requests the interrupt.</summary>
    public void Set() => _controller.Request(Vector);

    /// <summary>Withdraws the request.</summary>
    public void Clear() => _controller.Clear(Vector);

    /// <summary>Requests or withdraws.</summary>
    public void Assign(bool requested)
    {
        if (requested)
        {
            Set();
        }
        else
        {
            Clear();
        }
    }

    internal void Acknowledge() => _acknowledged?.Invoke();
}
