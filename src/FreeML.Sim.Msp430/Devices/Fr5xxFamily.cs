using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Peripherals;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>What the devices of the FR58xx, FR59xx and FR6xxx family have in common.</summary>
internal static class Fr5xxFamily
{
    private const uint PortJ = 0x0320;
    private const uint PortJSelect0 = 0x032A;
    private const uint PortJSelect1 = 0x032C;
    private const int LfxtInput = 4;
    private const int HfxtInput = 6;

    // By ADC12SHS, from 1 on.
    private static readonly string[] AdcTriggers = ["TA0.1", "TB0.0", "TB0.1", "TA1.1", "TA2.1", "TA3.1", "TA4.1"];

    /// <summary>The family's numbers; devices correct them with <c>with</c>.</summary>
    /// <param name="ramTop">Highest RAM address.</param>
    public static DeviceConstants Constants(uint ramTop) => new()
    {
        MaximumMclk = new("mclk.maximum", 16e6, "Hz", "SLASE54, recommended operating conditions", Confidence.Recalled),
        WaitlessMclk = new("fram.waitless_mclk", 8e6, "Hz", "SLAU367P, FRCTL_A, wait state control", Confidence.Stated),
        AutomaticWaitStates = new("fram.automatic_wait_states", 3, "", "SLAU367P, FRCTL_A, AUTO", Confidence.Stated),
        VloFrequency = new("vlo.frequency", 9.4e3, "Hz", "SLASE54, VLO, typical (user's guide text: 10 kHz)", Confidence.Recalled),
        ModoscFrequency = new("modosc.frequency", 4.8e6, "Hz", "SLASE54, MODOSC, typical (user's guide text: 5 MHz)", Confidence.Recalled),
        LfxtFrequency = new("lfxt.frequency", 32768, "Hz", "watch crystal, as on the LaunchPads", Confidence.Stated),
        LfxtStartUp = new("lfxt.start_up", 0.8, "s", "SLASE54, LFXT, typical", Confidence.Recalled),
        HfxtFrequency = new("hfxt.frequency", 16e6, "Hz", "the fastest crystal without a divider", Confidence.Inferred),
        HfxtStartUp = new("hfxt.start_up", 1.6e-3, "s", "SLASE54, HFXT, 16 MHz, typical", Confidence.Recalled),
        WakeFromLpm0 = new("wake.lpm0", 400e-9, "s", "SLASE54, wake-up from LPM0, typical", Confidence.Stated),
        WakeCyclesFromLpm0 = new("wake.lpm0_cycles", 1.5, "", "SLASE54, wake-up from LPM0: cycles of the DCO on top", Confidence.Stated),
        WakeFromLpm1 = new("wake.lpm1", 6e-6, "s", "SLASE54, wake-up from LPM1 and LPM2, typical", Confidence.Stated),
        WakeFromLpm3 = new("wake.lpm3", 6.6e-6, "s", "SLASE54, wake-up from LPM3 and LPM4, typical", Confidence.Stated),
        WakeCyclesFromLpm3 = new("wake.lpm3_cycles", 2, "", "SLASE54, wake-up from LPM3 and LPM4: cycles of the DCO on top", Confidence.Stated),
        BootAfterReset = new("boot.after_reset", 300e-6, "s", "SLASE54, RST pin to active mode, typical; taken for PMMSWBOR too", Confidence.Stated),
        Analog = AnalogConstants.Family,
        RamVectorTop = new("sys.ram_vector_top", ramTop, "", "SLAU367P, SYSRIVECT: \"top of RAM\"; taken to be the highest RAM address", Confidence.Inferred),
    };

    /// <summary>The same for the older devices, FR59x9 and FR6xxx.</summary>
    public static DeviceConstants OlderConstants(uint ramTop) => Constants(ramTop) with
    {
        WakeFromLpm3 = new("wake.lpm3", 7e-6, "s", "SLAS704, wake-up from LPM3 and LPM4, typical", Confidence.Stated),
        BootAfterReset = new("boot.after_reset", 250e-6, "s", "SLAS704, RST pin to active mode, typical; taken for PMMSWBOR too", Confidence.Stated),
    };

    /// <summary>The modules that every device of the family has.</summary>
    public static IEnumerable<DeviceModule> Modules =>
    [
        ModuleTable.Sfr,
        ModuleTable.Pmm,
        ModuleTable.Frctl,
        ModuleTable.Crc16,
        ModuleTable.Watchdog,
        ModuleTable.Cs,
        ModuleTable.Sys,
        ModuleTable.Ref,
        ModuleTable.PortPair(0, hasInterrupts: true),
        ModuleTable.PortPair(1, hasInterrupts: true),
        ModuleTable.PortJ,
        ModuleTable.TimerA("TA0", 0x0340, captures: 3),
        ModuleTable.TimerA("TA1", 0x0380, captures: 3),
        ModuleTable.TimerB0,
        ModuleTable.TimerA("TA2", 0x0400, captures: 2),
        ModuleTable.CapTouchIo0,
        ModuleTable.CapTouchIo1,
        ModuleTable.Mpy32(0x04C0),
        ModuleTable.Mpu,
        ModuleTable.EusciA(0),
        ModuleTable.EusciA(1),
        ModuleTable.EusciB(0),
        ModuleTable.Adc12,
        ModuleTable.CompE,
        ModuleTable.Aes256,
    ];

    /// <summary>Attaches the peripherals that every device of the family has.</summary>
    public static void Wire(DeviceModules modules)
    {
        IDeviceControl control = modules.Control;
        DeviceConstants constants = modules.Description.Constants
            ?? throw new InvalidOperationException($"{modules.Description.Name} has no constants.");

        // In this order they are reset: MCLK is slow again before the FRAM controller compares it with its wait states.
        SystemModule system = modules.Attach(new SystemModule(control, modules.Interrupts, (uint)constants.RamVectorTop.Value));
        modules.System = system;
        modules.Power = modules.Attach(new PowerManagement(control, system, modules.Activities));
        ClockSystem clocks = modules.Attach(new ClockSystem(
            control,
            system,
            modules.Scheduler,
            modules.Activities,
            Sources(constants, modules.Options),
            () => IsCrystalPin(modules.Bus, LfxtInput),
            () => IsCrystalPin(modules.Bus, HfxtInput)));
        modules.Clocks = clocks;
        clocks.PowerModeChanged += () => modules.Power.PowerModeChanged(clocks.PowerMode);
        modules.Fram = modules.Attach(FramController.Create(
            modules.Description.FramController,
            control,
            system,
            clocks.Mclk,
            Rate(constants.WaitlessMclk),
            (int)constants.AutomaticWaitStates.Value));
        modules.Watchdog = modules.Attach(new Watchdog(control, system, clocks, modules.Scheduler, modules.Interrupts, 0xFFF2));
        modules.Attach(new Mpy32(0x04C0, control, modules.Activities));
        modules.Attach(new Crc16(modules.Activities));
        modules.Attach(new MemoryProtection(control));
        WireAnalog(modules, clocks, constants.Analog);
        ClockSignal.Connect(control, modules.Scheduler, modules.Signals, clocks.Aclk, clocks.Smclk, clocks.Mclk);
        WirePorts(modules, modules.Power);
        modules.Timers = [.. modules.Description.Timers.Select(timer => modules.Attach(Timer(modules, clocks, timer)))];
        foreach (TriggerLine request in modules.Timers.SelectMany(timer => timer.Requests))
        {
            modules.Triggers.Add(request);
        }
    }

    private static TimerModule Timer(DeviceModules modules, ClockSystem clocks, TimerDescription timer) => new(
        timer,
        modules.Control,
        clocks,
        modules.Signals,
        modules.Scheduler,
        served => Line(modules, timer.Name + " CCR0", served),
        Line(modules, timer.Name),
        modules.Activities);

    private static void WireAnalog(DeviceModules modules, ClockSystem clocks, AnalogConstants constants)
    {
        ReferenceGenerator reference = modules.Attach(new ReferenceGenerator(modules.Control, modules.Scheduler, modules.Activities, constants));
        Adc12 adc = modules.Attach(new Adc12(
            modules.Control,
            modules.Analog,
            reference,
            [clocks.Modclk, clocks.Aclk, clocks.Mclk, clocks.Smclk],
            [null, .. AdcTriggers.Select(name => modules.Signals[name])],
            modules.Scheduler,
            Line(modules, "ADC12_B"),
            modules.Activities,
            constants,
            modules.Options.Celsius));
        modules.Adc = adc;
        modules.Triggers.Add(adc.ConversionEnded);
        ComparatorE comparator = modules.Attach(new ComparatorE(
            modules.Control, modules.Analog, reference, modules.Scheduler, Line(modules, "COMP_E"), modules.Activities, constants));
        modules.Signals.Add(comparator.Output);
    }

    private static InterruptLine Line(DeviceModules modules, string name, Action? served = null) =>
        modules.Interrupts.Connect(modules.Description.VectorOf(name), name, served);

    // Ports with a vector of their own can interrupt.
    private static void WirePorts(DeviceModules modules, PowerManagement power)
    {
        Dictionary<string, PortHalf> halves = [];
        foreach (IGrouping<string, (PinDescription Description, Pin Pin)> port in modules.Description.Pins.Zip(modules.Pins).GroupBy(pin => pin.First.Port))
        {
            bool hasVector = modules.Description.Vectors.Any(vector => vector.Name == port.Key);
            InterruptLine? line = hasVector ? Line(modules, port.Key) : null;
            halves.Add(port.Key, new PortHalf(port.Key, modules.Control, modules.Signals, port, line));
        }

        List<Port> ports = [];
        for (int pair = 0; halves.Remove($"P{(2 * pair) + 1}", out PortHalf? low); pair++)
        {
            halves.Remove($"P{(2 * pair) + 2}", out PortHalf? high);
            ports.Add(modules.Attach(new Port($"P{(char)('A' + pair)}", 0x0200 + (0x20 * (uint)pair), power, low, high)));
        }

        ports.Add(modules.Attach(new Port("PJ", PortJ, power, halves["PJ"], null)));
        modules.Ports = ports.AsReadOnly();
    }

    // The input pin's bits decide for both pins of a crystal.
    private static bool IsCrystalPin(PeripheralBus bus, int bit) =>
        ((bus.Peek(PortJSelect0) >> bit) & 1) == 1 && ((bus.Peek(PortJSelect1) >> bit) & 1) == 0;

    /// <summary>A vector table from 0xFFFE downwards, without the three that all devices share.</summary>
    public static IReadOnlyList<InterruptVector> Vectors(params string[] fromComparatorDown)
    {
        List<InterruptVector> vectors =
        [
            new(InterruptController.Reset, "RESET"),
            new(InterruptController.SystemNmi, "SYSNMI"),
            new(InterruptController.UserNmi, "UNMI"),
        ];
        for (int i = 0; i < fromComparatorDown.Length; i++)
        {
            vectors.Add(new InterruptVector(InterruptController.UserNmi - 2 - (2 * (uint)i), fromComparatorDown[i]));
        }

        return vectors.AsReadOnly();
    }

    private static ClockSources Sources(DeviceConstants constants, DeviceOptions options) => new(
        Rate(constants.VloFrequency),
        Rate(constants.ModoscFrequency),
        options.HasLfxt ? Rate(constants.LfxtFrequency) : ClockRate.Stopped,
        options.HasHfxt ? options.HfxtClock ?? Rate(constants.HfxtFrequency) : ClockRate.Stopped,
        SimTime.FromSeconds(constants.LfxtStartUp.Value),
        SimTime.FromSeconds(constants.HfxtStartUp.Value));

    // Frequencies are given to the millihertz.
    private static ClockRate Rate(DeviceConstant hertz) => ClockRate.FromRatio((long)Math.Round(hertz.Value * 1000), 1000);
}
