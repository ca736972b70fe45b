using FreeML.Sim.Conformance;

namespace FreeML.Sim.Tests.Conformance;

/// <summary>The guide's tables against a count of bus accesses: two accounts of the same processor.</summary>
public class CycleTableTests
{
    private const int Mov = 4;
    private const int Cmp = 9;
    private const int Bit = 11;

    [Fact]
    public void Format_one_cycles_are_one_a_bus_access()
    {
        int compared = 0;
        foreach (ConformanceCase test in ConformanceSuite.Load(ConformanceFolder.Path).Cases.Where(test => test.Steps == 1))
        {
            bool extended = test.Code[0] is >= 0x1800 and <= 0x1FFF;
            int opcode = extended ? test.Code[1] : test.Code[0];
            bool toPc = (opcode & 0x8F) == 0;
            if (opcode < 0x4000 || toPc)
            {
                continue;
            }

            Assert.True(Accesses(test, extended, opcode) == test.Cycles, $"{test.Location}: {test.Name}: {Accesses(test, extended, opcode)} accesses, {test.Cycles} cycles");
            compared++;
        }

        Assert.True(compared > 15_000);
    }

    private static int Accesses(ConformanceCase test, bool extended, int opcode)
    {
        int operation = opcode >> 12;
        int source = (opcode >> 8) & 0xF;
        int mode = (opcode >> 4) & 3;
        bool memoryTarget = (opcode & 0x80) != 0;
        int wide = extended && (test.Code[0] & 0x40) == 0 ? 2 : 1;
        bool immediate = mode == 3 && source == 0;
        bool constant = source == 3 || (source == 2 && mode >= 2);
        bool registerMode = mode == 0 && !memoryTarget;
        int accesses = test.Code.Count;
        if (mode != 0 && !constant && !immediate)
        {
            accesses += wide;
        }

        if (memoryTarget)
        {
            accesses += operation == Mov ? 0 : wide;
            accesses += operation is Cmp or Bit ? 0 : wide;
        }

        if (extended && registerMode)
        {
            int count = (test.Code[0] & 0x80) != 0 ? test.RegisterBefore(test.Code[0] & 0xF) & 0xF : test.Code[0] & 0xF;
            accesses += count;
        }

        return accesses;
    }
}
