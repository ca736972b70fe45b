using System.Numerics;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FsCheck;
using FsCheck.Fluent;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>The multiplier against arithmetic in unlimited integers.</summary>
public class Mpy32Tests
{
    private const uint Base = 0x04C0;
    private const uint Op2 = Base + 0x08;
    private const uint Reslo = Base + 0x0A;
    private const uint Reshi = Base + 0x0C;
    private const uint Sumext = Base + 0x0E;
    private const uint Op2L = Base + 0x20;
    private const uint Op2H = Base + 0x22;
    private const uint Res0 = Base + 0x24;
    private const uint Ctl0 = Base + 0x2C;
    private const int Saturate = 0x08;
    private const int Fraction = 0x04;
    private const int Carry = 0x01;

    private readonly PatientBus _bus = new(new FakeDevice());

    public enum Operation
    {
        Multiply,
        MultiplySigned,
        Accumulate,
        AccumulateSigned,
    }

    public static TheoryData<Operation, bool, bool> Shapes
    {
        get
        {
            TheoryData<Operation, bool, bool> shapes = [];
            foreach (Operation operation in Enum.GetValues<Operation>())
            {
                shapes.Add(operation, false, false);
                shapes.Add(operation, false, true);
                shapes.Add(operation, true, false);
                shapes.Add(operation, true, true);
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_mode_and_width_agrees_with_plain_arithmetic(Operation operation, bool op1Is32, bool op2Is32)
    {
        Prop.ForAll(Operands.ToArbitrary(), operands =>
        {
            bool isSigned = operation is Operation.MultiplySigned or Operation.AccumulateSigned;
            bool accumulates = operation is Operation.Accumulate or Operation.AccumulateSigned;
            int width = op1Is32 || op2Is32 ? 64 : 32;
            WriteResult(operands.Start);
            BigInteger product = Value(operands.One, op1Is32, isSigned) * Value(operands.Two, op2Is32, isSigned);
            BigInteger start = accumulates ? Wrap(operands.Start, width, isSigned) : 0;
            BigInteger sum = start + product;
            Multiply(operation, operands.One, op1Is32, operands.Two, op2Is32);

            ulong mask = width == 64 ? ulong.MaxValue : uint.MaxValue;
            Assert.Equal((ulong)(sum & mask), Result() & mask);
            bool negative = Wrap(sum, width, isSigned: true) < 0;
            int extension = operation switch
            {
                Operation.Multiply => 0,
                Operation.Accumulate => (sum >> width).IsZero ? 0 : 1,
                _ => negative ? 0xFFFF : 0,
            };
            Assert.Equal(extension, _bus.ReadWord(Sumext));
            bool carry = isSigned ? sum < 0 : accumulates && !(sum >> width).IsZero;
            Assert.Equal(carry ? Carry : 0, _bus.ReadWord(Ctl0) & Carry);
            if (isSigned && width == 32)
            {
                Assert.Equal(negative ? uint.MaxValue : 0u, (uint)(Result() >> 32));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Saturation_and_fraction_change_what_is_read(Operation operation, bool op1Is32, bool op2Is32)
    {
        bool isSigned = operation is Operation.MultiplySigned or Operation.AccumulateSigned;
        bool accumulates = operation is Operation.Accumulate or Operation.AccumulateSigned;
        int width = op1Is32 || op2Is32 ? 64 : 32;
        ulong mask = width == 64 ? ulong.MaxValue : uint.MaxValue;
        Prop.ForAll(Operands.ToArbitrary(), Gen.Choose(0, 3).ToArbitrary(), (operands, mode) =>
        {
            bool saturates = (mode & 1) != 0;
            bool isFractional = (mode & 2) != 0;

            // An accumulator preloaded together with the bit above it.
            BigInteger start = Wrap(operands.Start, width, isSigned);
            WriteResult(operands.Start);
            _bus.WriteWord(Ctl0, (ushort)((saturates ? Saturate : 0) | (isFractional ? Fraction : 0)));
            if (saturates && isFractional && isSigned)
            {
                // Stay where the accumulator itself is in range.
                start = Wrap(start, width - 1, true);
                WriteResult((ulong)(start & ulong.MaxValue));
            }

            SetMode(operation, start < 0);
            BigInteger sum = (accumulates ? start : 0) + (Value(operands.One, op1Is32, isSigned) * Value(operands.Two, op2Is32, isSigned));
            Multiply(operation, operands.One, op1Is32, operands.Two, op2Is32);

            BigInteger shown = isFractional ? sum << 1 : sum;
            if (saturates && isSigned)
            {
                BigInteger limit = BigInteger.One << (width - 1);
                shown = BigInteger.Max(-limit, BigInteger.Min(limit - 1, shown));
            }

            Assert.Equal((ulong)(shown & mask), Result() & mask);
            _bus.WriteWord(Ctl0, (ushort)(_bus.ReadWord(Ctl0) & ~(Saturate | Fraction)));
            Assert.Equal((ulong)(sum & mask), Result() & mask);
        }).QuickCheckThrowOnFailure();

        // As code that preloads the accumulator has to: MPYC and MPYM belong to it.
        void SetMode(Operation to, bool negative) =>
            _bus.WriteWord(Ctl0, (ushort)((_bus.ReadWord(Ctl0) & ~0x31) | ((int)to << 4) | (negative && isSigned ? Carry : 0)));
    }

    [Fact]
    public void An_accumulation_goes_on_from_the_saturated_value()
    {
        _bus.WriteWord(Ctl0, Saturate);
        WriteResult(0x7FFF_0000);
        Multiply(Operation.AccumulateSigned, 0x7FFF, false, 0x7FFF, false);
        Assert.Equal(0x7FFF_FFFFu, (uint)Result());
        Multiply(Operation.AccumulateSigned, 0xFFFF, false, 1, false);
        Assert.Equal(0x7FFF_FFFEu, (uint)Result());
    }

    [Theory]
    [InlineData(Operation.Multiply, 0x80, 0x80, 0x4000)]
    [InlineData(Operation.MultiplySigned, 0x80, 0x80, 0x4000)]
    [InlineData(Operation.MultiplySigned, 0x80, 0x7F, 0xFFFF_C080)]
    [InlineData(Operation.Multiply, 0xFF, 0xFF, 0xFE01)]
    [InlineData(Operation.MultiplySigned, 0xFF, 0xFF, 0x0001)]
    public void Byte_operands_are_extended(Operation operation, int one, int two, uint expected)
    {
        // What the operand registers held before must not show.
        Multiply(Operation.Multiply, 0x1234, false, 0x5678, false);
        _bus.WriteByte(Op1Low(operation, is32: false), (byte)one);
        _bus.WriteByte(Op2, (byte)two);
        Assert.Equal(expected, (uint)Result());
    }

    [Fact]
    public void A_24_bit_operand_is_a_word_and_a_byte()
    {
        uint low = Op1Low(Operation.MultiplySigned, is32: true);
        _bus.WriteWord(low, 0x0000);
        _bus.WriteByte(low + 2, 0x80);
        _bus.WriteWord(Op2L, 0xFFFF);
        _bus.WriteByte(Op2H, 0xFF);
        Assert.Equal(0x0080_0000UL, Result());
    }

    [Fact]
    public void The_first_operand_stays_for_more_second_ones()
    {
        _bus.WriteWord(Op1Low(Operation.Accumulate, is32: false), 3);
        for (int i = 1; i <= 4; i++)
        {
            _bus.WriteWord(Op2, (ushort)i);
        }

        Assert.Equal(30UL, Result());
        Assert.Equal(3, _bus.ReadWord(Base));
        Assert.Equal(4, _bus.ReadWord(Op2));
    }

    [Fact]
    public void A_high_word_makes_the_first_operand_32_bits_and_a_low_word_makes_it_16_again()
    {
        uint low = Op1Low(Operation.Multiply, is32: true);
        _bus.WriteWord(low, 1);
        Assert.Equal(0, _bus.ReadWord(Ctl0) & 0x40);
        _bus.WriteWord(low + 2, 1);
        Assert.Equal(0x40, _bus.ReadWord(Ctl0) & 0x40);
        _bus.WriteWord(Op2, 2);
        Assert.Equal(0x2_0002UL, Result());
        _bus.WriteWord(low, 1);
        _bus.WriteWord(Op2, 2);
        Assert.Equal(0x0_0002u, (uint)Result());
    }

    [Fact]
    public void A_high_word_of_the_second_operand_alone_is_ignored()
    {
        Multiply(Operation.Multiply, 3, false, 5, false);
        _bus.WriteWord(Op2H, 7);
        Assert.Equal(15UL, Result());
        _bus.WriteWord(Op2L, 2);
        Assert.Equal(15UL, Result());
        _bus.WriteWord(Op2H, 0);
        Assert.Equal(6UL, Result());
        _bus.WriteWord(Op2H, 1);
        Assert.Equal(6UL, Result());
        Assert.Equal(0x80, _bus.ReadWord(Ctl0) & 0x80);
    }

    [Fact]
    public void RESLO_and_RESHI_are_RES0_and_RES1()
    {
        Multiply(Operation.Multiply, 0x1234, false, 0x5678, false);
        Assert.Equal(0x0060, _bus.ReadWord(Reslo));
        Assert.Equal(0x0626, _bus.ReadWord(Reshi));
        Assert.Equal(0x0060, _bus.ReadWord(Res0));
        Assert.Equal(0x0626, _bus.ReadWord(Res0 + 2));
        Assert.Equal(0x06, _bus.ReadByte(Reshi + 1));
        _bus.WriteByte(Reslo + 1, 0xAB);
        Assert.Equal(0xAB60, _bus.ReadWord(Res0));
    }

    [Theory]
    [InlineData("MPY", 0x00, 0x00)]
    [InlineData("MPYS", 0x02, 0x10)]
    [InlineData("MAC", 0x04, 0x20)]
    [InlineData("MACS", 0x06, 0x30)]
    [InlineData("MPY32L", 0x10, 0x00)]
    [InlineData("MPYS32L", 0x14, 0x10)]
    [InlineData("MAC32L", 0x18, 0x20)]
    [InlineData("MACS32L", 0x1C, 0x30)]
    public void The_register_of_the_first_operand_chooses_the_mode(string name, int offset, int mode)
    {
        Assert.Equal(name, _bus.RegisterAt(Base + (uint)offset).Name);
        _bus.WriteWord(Base + (uint)offset, 0x1234);
        Assert.Equal(mode, _bus.ReadWord(Ctl0) & 0x30);
        Assert.Equal(0x1234, _bus.ReadWord(Base));
    }

    [Fact]
    public void An_interrupt_can_save_and_restore_the_multiplier()
    {
        _bus.WriteWord(Op1Low(Operation.AccumulateSigned, is32: true), 0x5678);
        _bus.WriteWord(Op1Low(Operation.AccumulateSigned, is32: true) + 2, 0x1234);
        _bus.WriteWord(Op2, 10);
        ushort control = _bus.ReadWord(Ctl0);
        ulong result = Result();
        uint operand1 = _bus.ReadWord(Base + 0x10) | ((uint)_bus.ReadWord(Base + 0x12) << 16);

        Multiply(Operation.Multiply, 1, false, 1, false);

        _bus.WriteWord(Base + 0x1C, (ushort)operand1);
        _bus.WriteWord(Base + 0x1E, (ushort)(operand1 >> 16));
        WriteResult(result);
        _bus.WriteWord(Ctl0, control);
        _bus.WriteWord(Op2, 1);
        Assert.Equal(0x1234_5678UL * 11, Result());
    }

    [Fact]
    public void A_PUC_clears_the_control_register_only()
    {
        Multiply(Operation.Multiply, 3, false, 5, false);
        _bus.WriteWord(Ctl0, 0x03FF);
        _bus.Reset(ResetKind.Puc);
        Assert.Equal(0, _bus.ReadWord(Ctl0));
        Assert.Equal(15UL, Result());
        _bus.Reset(ResetKind.Bor);
        Assert.Equal(0UL, Result());
    }

    [Fact]
    public void SUMEXT_cannot_be_written()
    {
        _bus.WriteWord(Sumext, 0x1234);
        Assert.Equal(0, _bus.ReadWord(Sumext));
    }

    [Fact]
    public void Multiplying_allocates_nothing()
    {
        Multiply(Operation.AccumulateSigned, 3, false, 5, false);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _bus.WriteWord(Base + 6, (ushort)i);
            _bus.WriteWord(Op2, 77);
            _ = _bus.ReadWord(Reslo);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Code that gives the multiplier time after each write.</summary>
    private sealed class PatientBus(FakeDevice device)
    {
        private static readonly SimTime Longest = SimTime.FromMicroseconds(11);

        public ushort ReadWord(uint address) => device.Bus.ReadWord(address);

        public byte ReadByte(uint address) => device.Bus.ReadByte(address);

        public Register RegisterAt(uint address) => device.Bus.RegisterAt(address);

        public void Reset(ResetKind kind) => device.Bus.Reset(kind);

        public void WriteWord(uint address, ushort value)
        {
            device.Bus.WriteWord(address, value);
            device.Advance(Longest);
        }

        public void WriteByte(uint address, byte value)
        {
            device.Bus.WriteByte(address, value);
            device.Advance(Longest);
        }
    }

    private static Gen<(uint One, uint Two, ulong Start)> Operands =>
        from one in Edgy
        from two in Edgy
        from low in Edgy
        from high in Edgy
        select (one, two, ((ulong)high << 32) | low);

    // Halves that are often at an edge.
    private static Gen<uint> Edgy =>
        from low in Half
        from high in Half
        select ((uint)high << 16) | (uint)low;

    private static Gen<int> Half =>
        Gen.OneOf(Gen.Elements(0, 1, 2, 0x7FFF, 0x8000, 0x8001, 0xFFFE, 0xFFFF), Gen.Choose(0, 0xFFFF));

    private static uint Op1Low(Operation operation, bool is32) => Base + (is32 ? 0x10 + (4 * (uint)operation) : 2 * (uint)operation);

    private static BigInteger Value(uint raw, bool is32, bool isSigned) => Wrap(raw, is32 ? 32 : 16, isSigned);

    private static BigInteger Wrap(BigInteger value, int width, bool isSigned)
    {
        BigInteger modulus = BigInteger.One << width;
        BigInteger low = ((value % modulus) + modulus) % modulus;
        return isSigned && low >= modulus / 2 ? low - modulus : low;
    }

    private void Multiply(Operation operation, uint one, bool op1Is32, uint two, bool op2Is32)
    {
        _bus.WriteWord(Op1Low(operation, op1Is32), (ushort)one);
        if (op1Is32)
        {
            _bus.WriteWord(Op1Low(operation, true) + 2, (ushort)(one >> 16));
        }

        if (op2Is32)
        {
            _bus.WriteWord(Op2L, (ushort)two);
            _bus.WriteWord(Op2H, (ushort)(two >> 16));
        }
        else
        {
            _bus.WriteWord(Op2, (ushort)two);
        }
    }

    private ulong Result()
    {
        ulong result = 0;
        for (int word = 3; word >= 0; word--)
        {
            result = (result << 16) | _bus.ReadWord(Res0 + (2 * (uint)word));
        }

        return result;
    }

    private void WriteResult(ulong value)
    {
        for (int word = 0; word < 4; word++)
        {
            _bus.WriteWord(Res0 + (2 * (uint)word), (ushort)(value >> (16 * word)));
        }
    }
}
