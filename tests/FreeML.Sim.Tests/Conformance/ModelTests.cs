using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Tests.Conformance;

/// <summary>Worked examples: of the guide, and results other simulators are known to get wrong.</summary>
public class ModelTests
{
    private const int V = 0x100;
    private const int N = 4;
    private const int Z = 2;
    private const int C = 1;

    [Theory]
    [InlineData("Add", 16, 0x0001, 0xFFFF, 0, 0x0000, Z | C)]
    [InlineData("Sub", 16, 0x0001, 0x8000, 0, 0x7FFF, V | C)]
    [InlineData("Sub", 16, 0x0000, 0x0000, 0, 0x0000, Z | C)]
    [InlineData("Subc", 16, 0x0000, 0x0000, 0, 0xFFFF, N)]
    [InlineData("Cmp", 8, 0x80, 0x7F, 1, 0xFF, V | N)]
    [InlineData("Addc", 20, 0x7FFFF, 0x00000, 1, 0x80000, V | N)]
    [InlineData("Xor", 16, 0x8000, 0x8000, 0, 0x0000, V | Z)]
    [InlineData("And", 8, 0xF0, 0x8F, 0, 0x80, N | C)]
    [InlineData("Bit", 16, 0x0001, 0x0002, 1, 0x0000, Z)]
    public void Two_operand_results_and_flags(string operation, int width, int source, int destination, int carry, int value, int flags)
    {
        Outcome outcome = Arithmetic.TwoOperand(Enum.Parse<Operation>(operation), width, source, destination, carry != 0);
        Assert.Equal(value, outcome.Value);
        Assert.Equal(flags, Bits(outcome));
    }

    [Theory]
    [InlineData(16, 0x0001, 0x1299, 0, 0x1300, 0)]
    [InlineData(16, 0x0001, 0x9999, 0, 0x0000, Z | C)]
    [InlineData(8, 0x99, 0x99, 1, 0x99, N | C)]
    [InlineData(20, 0x00001, 0x99999, 0, 0x00000, Z | C)]
    [InlineData(20, 0x50000, 0x49999, 1, 0x00000, Z | C)]
    public void Decimal_sums_carry_at_every_width(int width, int source, int destination, int carry, int value, int flags)
    {
        Outcome outcome = Arithmetic.TwoOperand(Operation.Dadd, width, source, destination, carry != 0);
        Assert.Equal(value, outcome.Value);
        Assert.Equal(flags, Bits(outcome));
        Assert.True(outcome.OverflowIsUndefined);
    }

    [Fact]
    public void Digits_above_nine_are_refused() =>
        Assert.Throws<ArgumentException>(() => Arithmetic.TwoOperand(Operation.Dadd, 16, 0x000A, 0, false));

    [Fact]
    public void Shifts_put_the_lowest_bit_into_C_and_clear_V()
    {
        Assert.Equal((1L, C), Pair(Arithmetic.ShiftRightArithmetic(16, 3)));
        Assert.Equal((0xC000L, N), Pair(Arithmetic.ShiftRightArithmetic(16, 0x8000)));
        Assert.Equal((1L, C), Pair(Arithmetic.RotateRightThroughCarry(16, 3, carry: false)));
        Assert.Equal((0x8001L, N), Pair(Arithmetic.RotateRightThroughCarry(16, 2, carry: true)));
        Assert.Equal((0xFFFFFL, N | C), Pair(Arithmetic.SignExtendByte(20, 0xFF)));
        Assert.Equal((0L, Z), Pair(Arithmetic.SignExtendByte(20, 0xF00)));
    }

    [Fact]
    public void An_address_word_lies_low_word_first_and_clears_the_rest()
    {
        var machine = new Machine();
        machine.WriteWord(0x2002, 0xFFFF);
        machine.WriteMemory(0x2001, Size.Address, 0xABCDE);
        Assert.Equal(0xBCDE, machine.ReadWord(0x2000));
        Assert.Equal(0x000A, machine.ReadWord(0x2002));
    }

    [Fact]
    public void A_register_write_clears_the_bits_above_its_size()
    {
        var machine = new Machine { [5] = 0xFFFFF };
        machine.Write(5, Size.Word, 0x12345);
        Assert.Equal(0x2345, machine[5]);
        machine.Write(5, Size.Byte, 0x12345);
        Assert.Equal(0x45, machine[5]);
        machine[0] = 0x8001;
        Assert.Equal(0x8000, machine[0]);
    }

    private static (long Value, int Flags) Pair(Outcome outcome) => (outcome.Value, Bits(outcome));

    private static int Bits(Outcome outcome)
    {
        Flags flags = Assert.NotNull(outcome.Flags);
        return (flags.V ? V : 0) + (flags.N ? N : 0) + (flags.Z ? Z : 0) + (flags.C ? C : 0);
    }
}
