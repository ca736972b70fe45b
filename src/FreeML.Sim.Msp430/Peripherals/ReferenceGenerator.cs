using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>REF_A: REFCTL0 at 0x01B0. The reference voltage that ADC12_B and COMP_E share.</summary>
/// <remarks>
/// Source: SLAU367 chapter REF_A. On while REFON is set or a module asks for it; ready after one settling time, and again after each change
/// of REFVSEL. Below the least AVCC of a level the output stays a headroom below AVCC. Simplified: band gap and generator settle
/// together, always in static mode; a one-time trigger keeps the generator on until a module that used it lets go.
/// REFTCOFF does nothing here: the sensor is switched off by nobody asking for it.
/// </remarks>
public sealed class ReferenceGenerator : Peripheral
{
    private const ushort LockedWhileBusy = 0x00FF;

    // By REFVSEL; both of the last codes are 2.5 V.
    private static readonly double[] Levels = [1.2, 2.0, 2.5, 2.5];

    private readonly IDeviceControl _device;
    private readonly ScheduledEvent _settled;
    private readonly SimTime _settling;
    private readonly double _headroom;
    private readonly ActivityMeter _meter;
    private readonly ActivityMeter _bufferMeter;

    private Field _on;
    private Field _output;
    private Field _level;
    private Field _generatorOnce;
    private Field _bandGapOnce;
    private Field _generatorActive;
    private Field _bandGapActive;
    private Field _busy;
    private Field _staticMode;
    private Field _generatorReady;
    private Field _bandGapReady;
    private bool _isHeld;
    private int _requests;
    private int _converters;

    /// <summary>REF_A.</summary>
    /// <param name="device">The device.</param>
    /// <param name="scheduler">For settling.</param>
    /// <param name="activities">For what it draws.</param>
    /// <param name="constants">Numbers.</param>
    public ReferenceGenerator(IDeviceControl device, Scheduler scheduler, ModuleLedger activities, AnalogConstants constants)
        : base("REF", 0x01B0)
    {
        _device = device;
        _settling = SimTime.FromSeconds(constants.ReferenceSettling.Value);
        _headroom = constants.ReferenceHeadroom.Value;
        _settled = scheduler.Register("REF settled", Settled);
        _meter = activities.Meter(ModuleActivity.Reference);
        _bufferMeter = activities.Meter(ModuleActivity.ReferenceBuffer);
    }

    /// <summary>Called when the reference has become ready, with the time.</summary>
    public event Action<SimTime>? BecameReady;

    /// <summary>Whether the reference has settled.</summary>
    public bool IsReady => _generatorReady.IsSet;

    /// <summary>The level that REFVSEL selects, as it is at a supply of <paramref name="supplyVolts"/>.</summary>
    public double VoltsAt(double supplyVolts) => Drop(Levels[_level.Value], supplyVolts);

    /// <summary>A level of the shared reference as it is at a supply of <paramref name="supplyVolts"/>.</summary>
    public double Drop(double level, double supplyVolts) => Math.Clamp(supplyVolts - _headroom, 0, level);

    /// <summary>A module needs the reference: it is switched on if it is not on.</summary>
    public void Request(SimTime now)
    {
        _requests++;
        Follow(now);
    }

    /// <summary>Ends a <see cref="Request"/>.</summary>
    public void Release(SimTime now)
    {
        _requests--;
        _isHeld &= _requests > 0;
        Follow(now);
    }

    /// <summary>The ADC begins or ends a conversion that uses the buffered reference: its settings are locked meanwhile.</summary>
    public void SetConverting(bool converting, SimTime now)
    {
        _converters += converting ? 1 : -1;
        _busy.Assign(_converters > 0);
        Follow(now);
    }

    /// <inheritdoc/>
    public override void Reset(ResetKind kind)
    {
        _isHeld = false;
        _requests = 0;
        _converters = 0;
        _settled.Cancel();
        Follow(_device.Now);
    }

    /// <inheritdoc/>
    protected override void DefineRegisters(RegisterMap map) => map.Word(0x00, "REFCTL0")
        .Field(0, 1, "REFON", out _on, onChange: Configured)
        .Field(1, 1, "REFOUT", out _output, onChange: Configured)
        .Reserved(2, 1)
        .Field(3, 1, "REFTCOFF")
        .Field(4, 2, "REFVSEL", out _level, onChange: LevelChanged)
        .Field(6, 1, "REFGENOT", out _generatorOnce, Access.WriteOneToSet, onChange: Configured)
        .Field(7, 1, "REFBGOT", out _bandGapOnce, Access.WriteOneToSet, onChange: Configured)
        .Field(8, 1, "REFGENACT", out _generatorActive, Access.ReadOnly)
        .Field(9, 1, "REFBGACT", out _bandGapActive, Access.ReadOnly)
        .Field(10, 1, "REFGENBUSY", out _busy, Access.ReadOnly)
        .Field(11, 1, "BGMODE", out _staticMode, Access.ReadOnly)
        .Field(12, 1, "REFGENRDY", out _generatorReady, Access.ReadOnly)
        .Field(13, 1, "REFBGRDY", out _bandGapReady, Access.ReadOnly)
        .Reserved(14, 2)
        .Locked(LockedWhileBusy, () => _busy.IsSet);

    private void Configured() => Follow(_device.Now);

    private void LevelChanged()
    {
        if (_generatorActive.IsSet)
        {
            _generatorReady.Clear();
            _settled.At(_device.Now + _settling);
        }
    }

    // Switches on and off as it is wanted.
    private void Follow(SimTime now)
    {
        _isHeld |= _generatorOnce.IsSet || _bandGapOnce.IsSet;
        bool wanted = _on.IsSet || _requests > 0 || _isHeld;
        if (wanted != _generatorActive.IsSet)
        {
            _generatorActive.Assign(wanted);
            _bandGapActive.Assign(wanted);
            _staticMode.Assign(wanted);
            _meter.SetActive(wanted, now);
            if (wanted)
            {
                _settled.At(now + _settling);
            }
            else
            {
                _settled.Cancel();
                _generatorReady.Clear();
                _bandGapReady.Clear();
            }
        }

        _bufferMeter.SetActive(wanted && (_converters > 0 || _output.IsSet), now);
    }

    private void Settled(SimTime time)
    {
        _generatorReady.Set();
        _bandGapReady.Set();
        _generatorOnce.Clear();
        _bandGapOnce.Clear();
        BecameReady?.Invoke(time);
    }
}
