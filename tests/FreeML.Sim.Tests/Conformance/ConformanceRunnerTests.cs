using FreeML.Sim.Conformance;

namespace FreeML.Sim.Tests.Conformance;

public class ConformanceRunnerTests
{
    private const string Case = "inc.w r6 ; probe|5316|pc=8000 r6=41 @2000=1234|pc=8002 r6=42 @2000=1235|1|ignore-sr=100";

    [Fact]
    public void A_target_that_does_what_the_case_says_passes() => Assert.Empty(Run(new Scripted()));

    [Fact]
    public void Each_wrong_register_word_and_cycle_is_one_line()
    {
        var target = new Scripted { Wrong = true };
        Assert.Equal(
            ["pc: found 8004, expected 8002", "sr: found 1, expected 0", "r6: found 43, expected 42", "@2000: found 1236, expected 1235", "cycles: found 2, expected 1"],
            Run(target));
    }

    [Fact]
    public void Ignored_status_bits_are_not_compared() => Assert.Empty(Run(new Scripted { Status = 0x100 }));

    [Fact]
    public void Code_is_in_memory_and_unnamed_registers_hold_their_defaults()
    {
        var target = new Scripted();
        Run(target);
        Assert.Equal(0x5316, target.CodeSeen);
        Assert.Equal(0x3000, target.GetRegister(1));
        Assert.Equal(0xFFFF, target.GetRegister(15));
    }

    private static IReadOnlyList<string> Run(IConformanceTarget target)
    {
        ConformanceCase test = Assert.Single(ConformanceFormat.Parse("a.txt", new StringReader("msp430-conformance 1\n" + Case)));
        return ConformanceRunner.Run(test, target);
    }

    private sealed class Scripted : IConformanceTarget
    {
        private readonly int[] _registers = new int[16];
        private readonly Dictionary<int, ushort> _memory = [];

        public bool Wrong { get; init; }

        public int Status { get; init; }

        public int CodeSeen { get; private set; }

        public void Reset() => _memory.Clear();

        public void SetRegister(int register, int value) => _registers[register] = value;

        public int GetRegister(int register) => _registers[register];

        public void WriteWord(int address, ushort value) => _memory[address] = value;

        public ushort ReadWord(int address) => _memory.GetValueOrDefault(address);

        public int Step()
        {
            CodeSeen = _memory[_registers[0]];
            _registers[0] += Wrong ? 4 : 2;
            _registers[2] = Wrong ? 1 : Status;
            _registers[6] += Wrong ? 2 : 1;
            _memory[0x2000] += (ushort)(Wrong ? 2 : 1);
            return Wrong ? 2 : 1;
        }
    }
}
