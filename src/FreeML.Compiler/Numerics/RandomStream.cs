namespace FreeML.Compiler.Numerics;

/// <summary>Reproducible random numbers: the SplitMix64 sequence of a seed and a place, the same on every host.</summary>
internal struct RandomStream
{
    private ulong _state;

    /// <summary>The sequence of a seed.</summary>
    public RandomStream(ulong seed) => _state = seed;

    /// <summary>A sequence of its own for each place: an epoch, a sample, a layer.</summary>
    public RandomStream(ulong seed, long place, long detail = 0)
        : this(seed)
    {
        _state = Next() ^ (ulong)place;
        _state = Next() ^ (ulong)detail;
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 up to, not including, a bound of at most 2^32.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    /// <summary>Evenly in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Evenly between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>Roughly normal with mean 0 and deviation 1: the sum of twelve even ones, which needs no logarithm and so differs on no host.</summary>
    public double Normal()
    {
        double sum = -6;
        for (int n = 0; n < 12; n++)
        {
            sum += Uniform();
        }

        return sum;
    }

    /// <summary>Puts elements in random order.</summary>
    public void Shuffle<T>(Span<T> elements)
    {
        for (int n = elements.Length - 1; n > 0; n--)
        {
            int other = Below(n + 1);
            (elements[n], elements[other]) = (elements[other], elements[n]);
        }
    }
}
