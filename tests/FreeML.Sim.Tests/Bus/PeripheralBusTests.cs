using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

public class PeripheralBusTests
{
    private readonly PeripheralBus _bus = new();

    [Fact]
    public void Vacant_space_reads_3FFF_ignores_writes_and_is_noted_once()
    {
        int told = 0;
        _bus.VacantAccessed = () => told++;
        Assert.Equal(0x3FFF, _bus.ReadWord(0x0F00));
        Assert.Equal(0xFF, _bus.ReadByte(0x0F00));
        Assert.Equal(0x3F, _bus.ReadByte(0x0F01));
        _bus.WriteWord(0x0F00, 0x1234);
        Assert.Equal(0x3FFF, _bus.ReadWord(0x0F00));
        _bus.WriteByte(0x0F05, 1);
        Assert.Equal(6, told);
        Assert.Equal([new UnmodelledAccess("vacant 0x0F00", 0x0F00, false), new UnmodelledAccess("vacant 0x0F04", 0x0F04, true)], _bus.UnmodelledTouched);
    }

    [Fact]
    public void An_unused_address_of_a_module_reads_zero()
    {
        int told = 0;
        _bus.VacantAccessed = () => told++;
        _bus.AddWindow("TA9", 0x0340, 0x30);
        _bus.WriteWord(0x036C, 0xFFFF);
        Assert.Equal(0, _bus.ReadWord(0x036C));
        Assert.Equal(0x3FFF, _bus.ReadWord(0x0370));
        Assert.Equal(1, told);
        Assert.Equal("TA9 + 0x2C", _bus.UnmodelledTouched[0].Name);
    }

    [Fact]
    public void An_unmodelled_register_is_storage_noted_once_in_the_order_of_first_touch()
    {
        _bus.AddName(new RegisterName(0x0340, "TA0CTL"));
        _bus.AddName(new RegisterName(0x05DC, "UCA0IFG", Reset: 2));
        Assert.Equal(2, _bus.ReadWord(0x05DC));
        _bus.WriteWord(0x0340, 0x0210);
        _bus.WriteByte(0x0341, 0x01);
        Assert.Equal(0x0110, _bus.ReadWord(0x0340));
        _ = _bus.ReadWord(0x05DC);
        Assert.Equal([new UnmodelledAccess("UCA0IFG", 0x05DC, false), new UnmodelledAccess("TA0CTL", 0x0340, true)], _bus.UnmodelledTouched);
        _bus.Reset(ResetKind.Puc);
        Assert.Equal(0, _bus.ReadWord(0x0340));
        Assert.Equal(2, _bus.ReadWord(0x05DC));
    }

    [Fact]
    public void Byte_ports_are_named_by_what_was_touched()
    {
        _bus.AddName(new RegisterName(0x0202, "PAOUT"));
        _bus.AddName(new RegisterName(0x0202, "P1OUT", Bytes: 1));
        _bus.AddName(new RegisterName(0x0203, "P2OUT", Bytes: 1));
        _bus.WriteByte(0x0203, 0x80);
        _bus.WriteWord(0x0202, 0x8001);
        Assert.Equal(0x01, _bus.ReadByte(0x0202));
        Assert.Equal(0x80, _bus.ReadByte(0x0203));
        Assert.Equal(["P2OUT", "PAOUT", "P1OUT"], _bus.UnmodelledTouched.Select(touched => touched.Name));
        Assert.Equal(0x0203u, _bus.UnmodelledTouched[0].Address);
    }

    [Fact]
    public void A_word_access_to_a_pair_of_byte_registers_takes_the_first_name()
    {
        _bus.AddName(new RegisterName(0x0A20, "LCDM1", Bytes: 1, Reset: 0x11));
        _bus.AddName(new RegisterName(0x0A21, "LCDM2", Bytes: 1, Reset: 0x22));
        Assert.Equal(0x2211, _bus.ReadWord(0x0A20));
        Assert.Equal("LCDM1", Assert.Single(_bus.UnmodelledTouched).Name);
    }

    [Fact]
    public void Peeking_notes_nothing()
    {
        _bus.AddName(new RegisterName(0x0340, "TA0CTL", Reset: 5));
        _bus.AddWindow("TA0", 0x0340, 0x30);
        Assert.Equal(5, _bus.Peek(0x0340));
        Assert.Equal(0, _bus.Peek(0x0342));
        Assert.Equal(0x3FFF, _bus.Peek(0x0380));
        Assert.Empty(_bus.UnmodelledTouched);
    }

    [Fact]
    public void A_peripheral_takes_the_place_of_names_and_a_name_never_that_of_a_peripheral()
    {
        _bus.AddName(new RegisterName(0x0400, "OLD"));
        _bus.Attach(new TestPeripheral(map => map.Word(0, "CTL").Field(0, 16, "A")));
        _bus.AddName(new RegisterName(0x0400, "LATE"));
        _bus.AddWindow("LATE", 0x0400, 2);
        _bus.WriteWord(0x0400, 0x1234);
        Assert.Equal(0x1234, _bus.ReadWord(0x0400));
        Assert.Equal("TCTL", _bus.RegisterAt(0x0401).Name);
        Assert.Empty(_bus.UnmodelledTouched);
    }

    [Fact]
    public void Two_peripherals_cannot_share_an_address()
    {
        _bus.Attach(new TestPeripheral(map => map.Word(0, "CTL")));
        string message = Assert.Throws<InvalidOperationException>(() => _bus.Attach(new TestPeripheral(map => map.Word(2, "CTL"), 0x03FE, "U"))).Message;
        Assert.Contains("TCTL", message, StringComparison.Ordinal);
        Assert.Contains("UCTL", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_reaches_registers_first_and_then_peripherals_in_order()
    {
        Field field = default;
        int seen = -1;
        TestPeripheral first = new(map => map.Word(0, "CTL").Field(0, 4, "A", out field, reset: 3));
        _bus.Attach(first);
        _bus.WriteWord(0x0400, 9);
        _bus.Attach(new Observer(() => seen = field.Value));
        _bus.Reset(ResetKind.Por);
        Assert.Equal([ResetKind.Por], first.Resets);
        Assert.Equal(3, seen);
    }

    [Fact]
    public void On_a_device_that_is_all_memory_the_page_is_memory()
    {
        PeripheralBus bus = new(unclaimedIsMemory: true);
        bus.WriteWord(0x0500, 0x1234);
        bus.WriteByte(0x0501, 0x56);
        Assert.Equal(0x5634, bus.ReadWord(0x0500));
        bus.Reset(ResetKind.Bor);
        Assert.Equal(0x5634, bus.ReadWord(0x0500));
        Assert.False(bus.IsClaimed(0x0500));
        Assert.Empty(bus.UnmodelledTouched);
    }

    [Fact]
    public void Accesses_allocate_nothing()
    {
        _bus.Attach(new TestPeripheral(map => map.Word(0, "CTL").Field(0, 8, "A").Field(8, 8, "B", onChange: () => { })));
        _bus.WriteWord(0x0400, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _bus.WriteWord(0x0400, (ushort)(i * 77));
            _ = _bus.ReadByte(0x0401);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Observer(Action onReset) : Peripheral("OBSERVER", 0x0500)
    {
        public override void Reset(ResetKind kind) => onReset();

        protected override void DefineRegisters(RegisterMap map)
        {
        }
    }
}
