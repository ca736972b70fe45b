namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Puts a suite to an oracle and accounts for every difference.</summary>
internal static class CrossChecker
{
    private const int MostPrinted = 40;

    /// <summary>Prints the account; true if every difference is a known fault.</summary>
    public static bool Run(ConformanceSuite suite, IOracle oracle, TextWriter output)
    {
        var skipped = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var suitable = new List<ConformanceCase>();
        foreach (ConformanceCase test in suite.Cases)
        {
            if (oracle.Unsuitable(test) is { } reason)
            {
                skipped[reason] = skipped.GetValueOrDefault(reason) + 1;
            }
            else
            {
                suitable.Add(test);
            }
        }

        IReadOnlyList<Observation> observations = oracle.Run(suitable);
        var excused = oracle.Masks.ToDictionary(mask => mask.Name, _ => 0);
        int equal = 0;
        int excusedCases = 0;
        int unexplained = 0;
        foreach ((ConformanceCase test, Observation observation) in suitable.Zip(observations))
        {
            (SortedSet<string> names, List<string> faults) = Judge(oracle, test, observation);
            foreach (string name in names)
            {
                excused[name]++;
            }

            if (faults.Count > 0)
            {
                if (unexplained++ < MostPrinted)
                {
                    output.WriteLine($"{test.Location}: {test.Name}: {string.Join("; ", faults)}");
                }
            }
            else if (names.Count > 0)
            {
                excusedCases++;
            }
            else
            {
                equal++;
            }
        }

        output.WriteLine($"{oracle.Name}: {suitable.Count} of {suite.Cases.Count} cases run, {equal} equal, {excusedCases} excused by known faults, {unexplained} unexplained");
        foreach ((string reason, int count) in skipped)
        {
            output.WriteLine($"  not run: {count,6}  {reason}");
        }

        foreach (Mask mask in oracle.Masks)
        {
            output.WriteLine($"  excused: {excused[mask.Name],6}  {mask.Name}: {mask.Fault}");
        }

        return unexplained == 0;
    }

    private static (SortedSet<string> Names, List<string> Faults) Judge(IOracle oracle, ConformanceCase test, Observation observation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var faults = new List<string>();
        if (observation.Failure is { } failure)
        {
            faults.Add(failure);
            return (names, faults);
        }

        Shape shape = Shape.Of(test);
        foreach (Difference difference in Differences(test, observation))
        {
            if (oracle.Masks.FirstOrDefault(mask => mask.Excuses(test, shape, difference)) is { } known)
            {
                names.Add(known.Name);
            }
            else
            {
                faults.Add(difference.ToString());
            }
        }

        return (names, faults);
    }

    private static IEnumerable<Difference> Differences(ConformanceCase test, Observation observation)
    {
        for (int register = 0; register < 16; register++)
        {
            if (register == 3)
            {
                continue;
            }

            int ignored = register == Difference.Status ? test.IgnoredStatusBits : 0;
            int expected = test.RegisterAfter(register) & ~ignored;
            int found = observation.Registers.GetValueOrDefault(register, -1) & ~ignored;
            if (expected != found)
            {
                yield return new Difference(register, expected, found);
            }
        }

        foreach ((int address, ushort expected) in test.MemoryAfter())
        {
            int found = observation.Words.TryGetValue(address, out ushort word) ? word : -1;
            if (expected != found)
            {
                yield return new Difference(Difference.MemoryBase + address, expected, found);
            }
        }
    }
}
