namespace FreeML.Sim.Msp430.Peripherals;

/// <summary>How a timer counts (MC).</summary>
internal enum TimerMode
{
    /// <summary>It stands.</summary>
    Stop,

    /// <summary>From 0 to CCR0, and from there to 0.</summary>
    Up,

    /// <summary>From 0 to the largest value, and from there to 0.</summary>
    Continuous,

    /// <summary>From 0 up to CCR0 and down again.</summary>
    UpDown,
}

/// <summary>A timer's counter as arithmetic: where it is after so many clocks, and how many clocks it is away from a value.</summary>
internal struct TimerCounter
{
    public TimerCounter()
    {
    }

    /// <summary>How it counts.</summary>
    public TimerMode Mode { readonly get; set; }

    /// <summary>Its value.</summary>
    public int Position { readonly get; set; }

    /// <summary>Whether it counts down.</summary>
    public bool IsDown { readonly get; set; }

    /// <summary>CCR0, or its latch.</summary>
    public int Limit { readonly get; set; }

    /// <summary>The largest value it can have.</summary>
    public int Maximum { readonly get; set; } = 0xFFFF;

    /// <summary>The largest value it reaches.</summary>
    public readonly int Top => Mode is TimerMode.Continuous ? Maximum : Math.Min(Limit, Maximum);

    /// <summary>Whether no clock moves it: stopped, or at 0 with CCR0 = 0.</summary>
    public readonly bool Stands => Mode is TimerMode.Stop || (Top == 0 && Position == 0);

    /// <summary>Clocks until it is where it was, once it is in range.</summary>
    public readonly long Period => Mode is TimerMode.UpDown ? 2L * Top : Top + 1L;

    /// <summary>How often it comes to a value in a period.</summary>
    public readonly int VisitsTo(int value) =>
        value > Top ? 0 : Mode is TimerMode.UpDown && value > 0 && value < Top ? 2 : 1;

    /// <summary>Clocks until it comes to a value, at least 1; <see cref="long.MaxValue"/> for never.</summary>
    public readonly long TicksTo(int value)
    {
        if (Stands)
        {
            return long.MaxValue;
        }

        if (Position > Top)
        {
            // CCR0 was lowered under it: it rolls to 0, or turns back.
            return Mode is TimerMode.UpDown ? (value < Position ? Position - value : long.MaxValue)
                : value > Top ? long.MaxValue : value + 1;
        }

        if (value > Top)
        {
            return long.MaxValue;
        }

        if (Mode is not TimerMode.UpDown)
        {
            return Distance(Position, value);
        }

        int phase = Phase;
        return Math.Min(Distance(phase, value), Distance(phase, (2 * Top) - value));
    }

    /// <summary>Counts.</summary>
    public void Move(long ticks)
    {
        if (Position > Top && ticks > 0)
        {
            int back = Mode is TimerMode.UpDown ? (int)Math.Min(ticks, Position - Top) : Position;
            ticks -= Mode is TimerMode.UpDown ? back : 1;
            (Position, IsDown) = (Position - back, Mode is TimerMode.UpDown && Position > back);
        }

        if (ticks == 0 || Stands)
        {
            return;
        }

        if (Mode is not TimerMode.UpDown)
        {
            Position = (int)((Position + ticks) % Period);
            return;
        }

        int phase = (int)((Phase + ticks) % Period);
        (Position, IsDown) = phase < Top ? (phase, false) : ((2 * Top) - phase, true);
    }

    // 0 at the bottom, Top at the turning point, 2 Top at the bottom again.
    private readonly int Phase => IsDown && Position > 0 ? (2 * Top) - Position : Position;

    private readonly long Distance(long from, long to)
    {
        long distance = (to - from) % Period;
        return distance <= 0 ? distance + Period : distance;
    }
}
