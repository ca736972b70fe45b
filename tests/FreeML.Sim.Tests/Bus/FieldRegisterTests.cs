using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

/// <summary>The register language, on its own.</summary>
public class FieldRegisterTests
{
    private const uint At = 0x0400;

    [Theory]
    [InlineData(0, 17)]
    [InlineData(15, 2)]
    [InlineData(-1, 1)]
    [InlineData(3, 0)]
    [InlineData(16, 1)]
    public void A_field_that_does_not_fit_is_refused(int bit, int width) =>
        AssertRefused(register => register.Field(bit, width, "A"), "does not fit");

    [Fact]
    public void Overlapping_fields_are_refused()
    {
        AssertRefused(register => register.Field(0, 4, "A").Field(3, 1, "B"), "overlaps");
        AssertRefused(register => register.Field(0, 4, "A").Reserved(2, 8), "overlaps");
        AssertRefused(register => register.Reserved(2, 8).NotModelled(9, 1, "A"), "overlaps");
        AssertRefused(register => register.Field(8, 1, "A").Password(new PasswordLock(1, 2, () => { })), "overlaps");
    }

    [Fact]
    public void Two_fields_of_one_name_are_refused() =>
        AssertRefused(register => register.Field(0, 1, "A").Field(1, 1, "A"), "two fields A");

    [Fact]
    public void A_reset_value_wider_than_its_field_is_refused()
    {
        AssertRefused(register => register.Field(0, 2, "A", reset: 4), "does not fit");
        AssertRefused(register => register.Field(0, 2, "A", reset: -1), "does not fit");
        AssertRefused(register => register.Reserved(0, 2, reads: 4), "does not fit");
    }

    [Fact]
    public void Two_passwords_are_refused() =>
        AssertRefused(register => register.Protected(new PasswordLock(1, 2, () => { })).PasswordEachWrite(1, 2), "two passwords");

    [Fact]
    public void Two_registers_at_one_offset_are_refused()
    {
        RegisterMap map = new(At);
        map.Word(0, "A");
        Assert.Throws<InvalidOperationException>(() => map.Word(0, "B"));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Word(1, "ODD"));
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Word(PeripheralBus.Size, "FAR"));
    }

    [Fact]
    public void Names_carry_the_prefix_of_the_instance() =>
        Assert.Equal("TCTL", TestPeripheral.Bus(map => map.Word(0, "CTL")).RegisterAt(At).Name);

    [Fact]
    public void A_plain_field_reads_what_was_written_and_nothing_else_does()
    {
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(4, 4, "A"));
        bus.WriteWord(At, 0xFFFF);
        Assert.Equal(0x00F0, bus.ReadWord(At));
        bus.WriteWord(At, 0x0050);
        Assert.Equal(0x0050, bus.ReadWord(At));
    }

    [Fact]
    public void Bytes_are_the_halves_of_the_word()
    {
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(0, 16, "A"));
        bus.WriteWord(At, 0x1234);
        Assert.Equal(0x34, bus.ReadByte(At));
        Assert.Equal(0x12, bus.ReadByte(At + 1));
        bus.WriteByte(At, 0xAB);
        Assert.Equal(0x12AB, bus.ReadWord(At));
        bus.WriteByte(At + 1, 0xCD);
        Assert.Equal(0xCDAB, bus.ReadWord(At));
    }

    [Fact]
    public void A_word_at_an_odd_address_is_the_aligned_word()
    {
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(0, 16, "A"));
        bus.WriteWord(At + 1, 0x1234);
        Assert.Equal(0x1234, bus.ReadWord(At));
        Assert.Equal(0x1234, bus.ReadWord(At + 1));
    }

    [Fact]
    public void Reserved_bits_read_their_constant_and_ignore_writes()
    {
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Reserved(0, 8, reads: 0x5A).Field(8, 8, "A"));
        bus.WriteWord(At, 0x1200);
        Assert.Equal(0x125A, bus.ReadWord(At));
    }

    [Fact]
    public void A_read_only_field_changes_by_hardware_only()
    {
        Field field = default;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(3, 2, "A", out field, Access.ReadOnly));
        bus.WriteWord(At, 0xFFFF);
        Assert.Equal(0, bus.ReadWord(At));
        field.Value = 2;
        Assert.Equal(0x0010, bus.ReadWord(At));
    }

    [Fact]
    public void Write_zero_to_clear_keeps_ones_and_sets_nothing()
    {
        Field field = default;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "IFG").Field(0, 4, "A", out field, Access.WriteZeroToClear));
        bus.WriteWord(At, 0x000F);
        Assert.Equal(0, bus.ReadWord(At));
        field.Value = 0b1110;
        bus.WriteWord(At, 0b0110);
        Assert.Equal(0b0110, bus.ReadWord(At));
    }

    [Fact]
    public void A_byte_write_of_the_other_half_does_not_clear_by_zero()
    {
        Field field = default;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "IFG").Field(0, 4, "A", out field, Access.WriteZeroToClear));
        field.Set();
        bus.WriteByte(At + 1, 0);
        Assert.Equal(0x000F, bus.ReadWord(At));
        bus.WriteByte(At, 0);
        Assert.Equal(0, bus.ReadWord(At));
    }

    [Fact]
    public void Write_one_to_clear_keeps_zeros()
    {
        Field field = default;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "IFG").Field(0, 4, "A", out field, Access.WriteOneToClear));
        field.Value = 0b1110;
        bus.WriteWord(At, 0b0110);
        Assert.Equal(0b1000, bus.ReadWord(At));
    }

    [Fact]
    public void Write_one_to_set_is_cleared_by_hardware_only()
    {
        Field field = default;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(0, 4, "A", out field, Access.WriteOneToSet));
        bus.WriteWord(At, 0b0101);
        bus.WriteWord(At, 0b1000);
        Assert.Equal(0b1101, bus.ReadWord(At));
        field.Clear();
        Assert.Equal(0, bus.ReadWord(At));
    }

    [Fact]
    public void A_command_field_passes_the_write_on_and_reads_zero()
    {
        List<int> written = [];
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(2, 2, "A", Access.WriteOnlyReadsZero, onWrite: written.Add));
        bus.WriteWord(At, 0x000C);
        bus.WriteWord(At, 0x0004);
        bus.WriteByte(At + 1, 0xFF);
        Assert.Equal([3, 1], written);
        Assert.Equal(0, bus.ReadWord(At));
    }

    [Fact]
    public void Change_is_told_once_and_after_all_fields_are_up_to_date()
    {
        Field low = default;
        Field high = default;
        List<int> seen = [];
        void Changed() => seen.Add((high.Value << 4) | low.Value);
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL")
            .Field(0, 4, "LOW", out low, onChange: Changed)
            .Field(4, 4, "OTHER", onChange: () => { })
            .Field(8, 4, "HIGH", out high, onChange: Changed));
        bus.WriteWord(At, 0x0502);
        bus.WriteWord(At, 0x0502);
        bus.WriteWord(At, 0x0602);
        Assert.Equal([0x52, 0x62], seen);
    }

    [Fact]
    public void Writes_are_told_before_changes_and_the_whole_write_last()
    {
        List<string> order = [];
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL")
            .Field(0, 1, "A", onChange: () => order.Add("change"), onWrite: _ => order.Add("write"))
            .OnWritten(() => order.Add("written")));
        bus.WriteWord(At, 1);
        Assert.Equal(["write", "change", "written"], order);
    }

    [Fact]
    public void A_computed_field_is_asked_only_when_a_read_touches_it()
    {
        int asked = 0;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "IV").Field(8, 8, "A", Access.ReadOnly, onRead: () => ++asked));
        Assert.Equal(0, bus.ReadByte(At));
        Assert.Equal(0, asked);
        Assert.Equal(0x0100, bus.ReadWord(At));
        Assert.Equal(2, bus.ReadByte(At + 1));
    }

    [Fact]
    public void Peeking_computes_and_tells_nothing()
    {
        int asked = 0;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "IV").Field(0, 8, "A", Access.ReadOnly, onRead: () => ++asked).Field(8, 8, "B", reset: 7));
        Assert.Equal(0x0700, bus.Peek(At));
        Assert.Equal(0, asked);
    }

    [Theory]
    [InlineData(ResetKind.Puc, 0x0FF1)]
    [InlineData(ResetKind.Por, 0x0F21)]
    [InlineData(ResetKind.Bor, 0x0321)]
    public void A_field_is_reset_by_its_reset_and_all_deeper_ones(ResetKind kind, int expected)
    {
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL")
            .Field(0, 4, "PUC", reset: 1)
            .Field(4, 4, "POR", reset: 2, resetBy: ResetKind.Por)
            .Field(8, 4, "BOR", reset: 3, resetBy: ResetKind.Bor));
        Assert.Equal(0x0321, bus.ReadWord(At));
        bus.WriteWord(At, 0x0FFF);
        bus.Reset(kind);
        Assert.Equal(expected, bus.ReadWord(At));
    }

    [Fact]
    public void A_bit_that_is_not_modelled_keeps_its_value_and_is_noted_once_when_it_changes()
    {
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").NotModelled(8, 2, "CAP", reset: 1).Field(0, 1, "A"));
        bus.WriteWord(At, 0x0101);
        _ = bus.ReadWord(At);
        Assert.Empty(bus.UnmodelledTouched);
        bus.WriteWord(At, 0x0301);
        bus.WriteWord(At, 0x0001);
        Assert.Equal(0x0001, bus.ReadWord(At));
        Assert.Equal([new UnmodelledAccess("TCTL.CAP", At, IsWrite: true)], bus.UnmodelledTouched);
    }

    [Fact]
    public void A_field_can_be_set_by_its_peripheral_without_telling_anybody()
    {
        Field field = default;
        int told = 0;
        PeripheralBus bus = TestPeripheral.Bus(map => map.Word(0, "CTL").Field(4, 4, "A", out field, onChange: () => told++));
        field.Value = 0x15;
        Assert.Equal(5, field.Value);
        Assert.Equal(0x0050, bus.ReadWord(At));
        field.Assign(true);
        Assert.Equal(0x00F0, bus.ReadWord(At));
        field.Assign(false);
        Assert.False(field.IsSet);
        Assert.Equal(0, told);
    }

    private static void AssertRefused(Action<FieldRegister> declare, string message)
    {
        FieldRegister register = new RegisterMap(At).Word(0, "CTL");
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => declare(register)).Message, StringComparison.Ordinal);
    }
}
