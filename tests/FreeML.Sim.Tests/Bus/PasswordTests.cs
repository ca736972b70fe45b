using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

/// <summary>The two kinds of password of the family.</summary>
public class PasswordTests
{
    private const uint Control = 0x0400;
    private const uint Guarded = 0x0402;
    private const uint Lenient = 0x0404;
    private const uint Each = 0x0406;

    private readonly PeripheralBus _bus;
    private readonly PasswordLock _lock;
    private int _violations;
    private int _eachViolations;

    public PasswordTests()
    {
        _lock = new PasswordLock(0xA5, 0x96, () => _violations++);
        _bus = TestPeripheral.Bus(map =>
        {
            map.Word(0, "CTL0").Password(_lock).Field(0, 8, "A");
            map.Word(2, "CTL1").Protected(_lock).Field(0, 16, "B");
            map.Word(4, "CTL2").Protected(_lock, violationWhenClosed: false).Field(0, 16, "C");
            map.Word(6, "CTL3").PasswordEachWrite(0x5A, 0x69, byteReadsGiveLowByte: true, () => _eachViolations++).Field(0, 8, "D");
        });
    }

    [Fact]
    public void The_password_reads_as_something_else()
    {
        Assert.Equal(0x9600, _bus.ReadWord(Control));
        Assert.Equal(0x96, _bus.ReadByte(Control + 1));
        Assert.Equal(0x6900, _bus.ReadWord(Each));
    }

    [Fact]
    public void A_word_write_with_the_password_opens_and_writes_the_low_byte()
    {
        _bus.WriteWord(Control, 0xA512);
        Assert.Equal(0x9612, _bus.ReadWord(Control));
        _bus.WriteWord(Guarded, 0x1234);
        Assert.Equal(0x1234, _bus.ReadWord(Guarded));
        Assert.Equal(0, _violations);
    }

    [Theory]
    [InlineData(0x0012)]
    [InlineData(0x9612)]
    [InlineData(0xA412)]
    public void A_word_write_with_another_value_is_a_violation_and_writes_nothing(ushort value)
    {
        _bus.WriteWord(Control, value);
        Assert.Equal(1, _violations);
        Assert.Equal(0x9600, _bus.ReadWord(Control));
    }

    [Fact]
    public void A_byte_write_of_the_high_byte_opens_and_closes_without_violation()
    {
        _bus.WriteByte(Control + 1, 0xA5);
        _bus.WriteByte(Control, 0x34);
        _bus.WriteWord(Guarded, 0x1111);
        _bus.WriteByte(Control + 1, 0x00);
        Assert.False(_lock.IsOpen);
        Assert.Equal(0, _violations);
        Assert.Equal(0x9634, _bus.ReadWord(Control));
        _bus.WriteWord(Guarded, 0x2222);
        Assert.Equal(1, _violations);
        Assert.Equal(0x1111, _bus.ReadWord(Guarded));
    }

    [Fact]
    public void A_byte_write_of_the_low_byte_needs_the_module_open()
    {
        _bus.WriteByte(Control, 0x34);
        Assert.Equal(1, _violations);
        Assert.Equal(0x9600, _bus.ReadWord(Control));
    }

    [Fact]
    public void A_lenient_register_ignores_writes_while_closed()
    {
        _bus.WriteWord(Lenient, 0x1234);
        Assert.Equal(0, _bus.ReadWord(Lenient));
        Assert.Equal(0, _violations);
        _lock.Open();
        _bus.WriteByte(Lenient + 1, 0x12);
        Assert.Equal(0x1200, _bus.ReadWord(Lenient));
    }

    [Fact]
    public void Every_reset_closes_the_module()
    {
        _lock.Open();
        _bus.Reset(ResetKind.Puc);
        Assert.False(_lock.IsOpen);
    }

    [Fact]
    public void With_a_password_for_each_write_only_a_word_with_it_is_written()
    {
        _bus.WriteWord(Each, 0x5A80);
        Assert.Equal(0x6980, _bus.ReadWord(Each));
        _bus.WriteWord(Each, 0x6911);
        _bus.WriteByte(Each, 0x12);
        _bus.WriteByte(Each + 1, 0x5A);
        Assert.Equal(3, _eachViolations);
        Assert.Equal(0x6980, _bus.ReadWord(Each));
    }

    [Fact]
    public void Its_byte_reads_give_the_low_byte_twice()
    {
        _bus.WriteWord(Each, 0x5A80);
        Assert.Equal(0x80, _bus.ReadByte(Each));
        Assert.Equal(0x80, _bus.ReadByte(Each + 1));
    }
}
