namespace FreeML.Sim.Tests.Peripherals;

/// <summary>
/// A timer as the user's guide tells it, clock by clock: what the one that computes is compared with. Compare mode only; written to be
/// obvious, not fast.
/// </summary>
internal sealed class TickedTimer(int channels)
{
    public int Mode { get; set; }

    public int Value { get; set; }

    public bool CountsDown { get; set; }

    public int Maximum { get; set; } = 0xFFFF;

    public int[] Compare { get; } = new int[channels];

    public int[] OutputMode { get; } = new int[channels];

    public bool[] Flags { get; } = new bool[channels];

    public bool[] Outputs { get; } = new bool[channels];

    public bool Overflow { get; set; }

    public void Tick()
    {
        int top = Math.Min(Compare[0], Maximum);
        switch (Mode)
        {
            case 1:
                if (top == 0 && Value == 0)
                {
                    return;
                }

                Value = Value >= top ? 0 : Value + 1;
                Overflow |= Value == 0;
                Arrive(endOfPeriod: Value == 0);
                break;
            case 2:
                Value = Value == Maximum ? 0 : Value + 1;
                Overflow |= Value == 0;
                Arrive(endOfPeriod: Value == Compare[0]);
                break;
            case 3:
                if (top == 0 && Value == 0)
                {
                    return;
                }

                // It turns when it arrives at an end.
                CountsDown = Value >= top || (Value > 0 && CountsDown);
                Value += CountsDown ? -1 : 1;
                CountsDown = Value >= top || (Value > 0 && CountsDown);
                Overflow |= Value == 0;
                Arrive(endOfPeriod: Value == Compare[0]);
                break;
        }
    }

    private void Arrive(bool endOfPeriod)
    {
        for (int n = 0; n < Compare.Length; n++)
        {
            bool equal = Value == Compare[n];
            Flags[n] |= equal;
            bool end = endOfPeriod && n != 0;
            Outputs[n] = (OutputMode[n], equal, end) switch
            {
                (1 or 3, true, _) => true,
                (5 or 7, true, _) => false,
                (2 or 4 or 6, true, _) => !Outputs[n],
                (2 or 3, false, true) => false,
                (6 or 7, false, true) => true,
                _ => Outputs[n],
            };
        }
    }
}
