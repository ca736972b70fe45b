using FreeML.Sim.Msp430.Analog;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// Everything of a device but its CPU and memory: the bus with its peripherals, the interrupt controller and the scheduler, wired
/// together by the device's own file.
/// </summary>
public sealed class DeviceModules
{
    private readonly List<EusciA> _uarts = [];

    internal DeviceModules(DeviceDescription description, IDeviceControl control, DeviceOptions options)
    {
        Description = description;
        Control = control;
        Options = options;
        Bus = new PeripheralBus(description.UnclaimedPeripheralSpaceIsMemory);
        foreach (DeviceModule module in description.Modules)
        {
            Bus.AddWindow(module.Name, module.BaseAddress, module.Length);
            foreach (RegisterName register in module.Registers)
            {
                Bus.AddName(register);
            }
        }

        Pins = [.. description.Pins.Select(pin => new Pin(pin.Name, () => control.Now))];
        Activities = new ModuleLedger { Begun = control.PricesChanged };
        Analog = new AnalogInputs(description.Pins, Pins, () => control.Volts) { WatchChanged = control.PricesChanged };
    }

    /// <summary>The device.</summary>
    public DeviceDescription Description { get; }

    /// <summary>What peripherals ask of it.</summary>
    public IDeviceControl Control { get; }

    /// <summary>How it was put together.</summary>
    public DeviceOptions Options { get; }

    /// <summary>The peripheral page.</summary>
    public PeripheralBus Bus { get; }

    /// <summary>Interrupt requests.</summary>
    public InterruptController Interrupts { get; } = new();

    /// <summary>Coming events.</summary>
    public Scheduler Scheduler { get; } = new();

    /// <summary>How long modules were active.</summary>
    public ModuleLedger Activities { get; }

    /// <summary>
    /// Each says whether something outside the chip may still act on it at a time that no event tells: while one does, the device is not parked.
    /// </summary>
    public List<Func<bool>> OutsideInputs { get; } = [];

    /// <summary>Wires between modules and pins.</summary>
    public SignalTable Signals { get; } = new();

    /// <summary>Requests from modules to others.</summary>
    public TriggerTable Triggers { get; } = new();

    /// <summary>Who takes the bus from the CPU; nobody if null.</summary>
    public IBusMaster? BusMaster { get; private set; }

    /// <summary>The port pins, in the order of <see cref="DeviceDescription.Pins"/>.</summary>
    public IReadOnlyList<Pin> Pins { get; }

    /// <summary>Voltages at the analog pins.</summary>
    public AnalogInputs Analog { get; }

    /// <summary>ADC12_B.</summary>
    public Adc12? Adc { get; internal set; }

    /// <summary>The ports.</summary>
    public IReadOnlyList<Port> Ports { get; internal set; } = [];

    /// <summary>The timers.</summary>
    public IReadOnlyList<TimerModule> Timers { get; internal set; } = [];

    /// <summary>SFR and SYS; null on a device without.</summary>
    public SystemModule? System { get; internal set; }

    /// <summary>PMM.</summary>
    public PowerManagement? Power { get; internal set; }

    /// <summary>CS.</summary>
    public ClockSystem? Clocks { get; internal set; }

    /// <summary>FRCTL or FRCTL_A.</summary>
    public FramController? Fram { get; internal set; }

    /// <summary>WDT_A.</summary>
    public Watchdog? Watchdog { get; internal set; }

    /// <summary>eUSCI_A modules, by number.</summary>
    public IReadOnlyList<EusciA> Uarts => _uarts;

    /// <summary>Attaches the first eUSCI_A modules, each at the vector that has its name.</summary>
    /// <param name="count">How many.</param>
    public void AttachUarts(int count)
    {
        for (int index = 0; index < count; index++)
        {
            uint vector = Description.VectorOf($"eUSCI_A{index}");
            EusciA uart = Attach(new EusciA(index, Control, Clocks!, Scheduler, Interrupts, vector, Signals, Activities));
            Triggers.Add(uart.ReceiveTrigger);
            Triggers.Add(uart.TransmitTrigger);
            _uarts.Add(uart);
        }
    }

    /// <summary>Attaches the DMA controller.</summary>
    /// <param name="triggers">For each channel, the names of its triggers.</param>
    public void AttachDma(IReadOnlyList<IReadOnlyList<string?>> triggers) =>
        BusMaster = Attach(new Dma(triggers, Triggers, Signals["DMAE0"], Control, Scheduler, Interrupts, Description.VectorOf("DMA"), Bus.Note));

    /// <summary>Attaches a peripheral and gives it back.</summary>
    public T Attach<T>(T peripheral)
        where T : Peripheral
    {
        Bus.Attach(peripheral);
        return peripheral;
    }

    /// <summary>
    /// Resets all modules and queues the causes for SYSRSTIV. Sets MCLK and the FRAM controller's settings through
    /// <see cref="Control"/>. A device calls it after power-up (BOR) and when a requested reset takes effect.
    /// </summary>
    public void Reset(ResetKind kind, params ReadOnlySpan<ResetCause> causes)
    {
        Interrupts.Clear();
        Bus.Reset(kind);
        System?.AddCauses(causes);
        if (Clocks is null)
        {
            Control.SetMclk(Options.FixedClock, SimTime.Zero);
            Control.SetFram(0, writesBlocked: false);
        }
    }

    /// <summary>The supply is gone: nothing drives a pin any more.</summary>
    public void LosePower()
    {
        foreach (Port port in Ports)
        {
            port.Release();
        }
    }

    /// <summary>The pin of a name: "P1.0", in any case; null if the device has none.</summary>
    public Pin? FindPin(string name)
    {
        foreach (Pin pin in Pins)
        {
            if (string.Equals(pin.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return pin;
            }
        }

        return null;
    }

    /// <summary>The CPU's status register changed its low-power bits: clocks stop or start.</summary>
    public void StatusRegisterChanged(int statusRegister) => Clocks?.StatusRegisterChanged((uint)statusRegister);

    /// <summary>From an interrupt's request to its acceptance, when it comes in a low-power mode.</summary>
    /// <param name="powerMode">0 to 4.</param>
    public SimTime WakeUpTime(int powerMode)
    {
        if (Description.Constants is not { } constants || Clocks is not { } clocks)
        {
            return SimTime.Zero;
        }

        (DeviceConstant seconds, DeviceConstant? cycles) = powerMode switch
        {
            0 => (constants.WakeFromLpm0, constants.WakeCyclesFromLpm0),
            1 or 2 => (constants.WakeFromLpm1, null),
            _ => (constants.WakeFromLpm3, constants.WakeCyclesFromLpm3),
        };
        return SimTime.FromSeconds(seconds.Value + ((cycles?.Value ?? 0) / clocks.DcoRate.Hertz));
    }

    /// <summary>Where the CPU finds a vector (SYSRIVECT).</summary>
    public uint VectorAddress(uint vector) => System?.VectorAddress(vector) ?? vector;

    /// <summary>The CPU read or wrote vacant memory outside the peripheral page.</summary>
    public void ReportVacantAccess() => System?.ReportVacantAccess();
}
