using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Bus;

public class InterruptGroupTests
{
    private const uint Enable = 0x0400;
    private const uint Flags = 0x0402;
    private const uint Vector = 0x0404;
    private const uint Address = 0xFFE8;

    private readonly InterruptController _interrupts = new();
    private readonly PeripheralBus _bus;
    private readonly List<int> _cleared = [];

    public InterruptGroupTests()
    {
        InterruptGroup group = new(_interrupts.Connect(Address, "TEST"));
        _bus = TestPeripheral.Bus(map =>
        {
            FieldRegister enables = map.Word(0, "IE");
            FieldRegister flags = map.Word(2, "IFG");

            // Added out of order: the number decides.
            foreach (int bit in (int[])[2, 0, 1])
            {
                enables.Field(bit, 1, $"IE{bit}", out Field enable, onChange: group.Update);
                flags.Field(bit, 1, $"IFG{bit}", out Field flag, onChange: group.Update);
                group.Add(2 * (bit + 1), flag, enable, () => _cleared.Add(bit));
            }

            map.Word(4, "IV").Field(0, 16, "IV", Access.ReadOnly, onRead: group.Take, onWrite: _ => group.ClearAll());
        });
    }

    [Fact]
    public void Reading_the_vector_gives_and_clears_only_the_highest_enabled_flag()
    {
        _bus.WriteWord(Flags, 0b111);
        Assert.False(_interrupts.IsRequested(Address));
        _bus.WriteWord(Enable, 0b110);
        Assert.True(_interrupts.IsRequested(Address));
        Assert.Equal(4, _bus.ReadWord(Vector));
        Assert.Equal(0b101, _bus.ReadWord(Flags));
        Assert.True(_interrupts.IsRequested(Address));
        Assert.Equal(6, _bus.ReadByte(Vector));
        Assert.False(_interrupts.IsRequested(Address));
        Assert.Equal(0, _bus.ReadWord(Vector));
        Assert.Equal(0b001, _bus.ReadWord(Flags));
        Assert.Equal([1, 2], _cleared);
    }

    [Fact]
    public void Writing_the_vector_clears_all_flags()
    {
        _bus.WriteWord(Enable, 0b001);
        _bus.WriteWord(Flags, 0b111);
        _bus.WriteWord(Vector, 0);
        Assert.Equal(0, _bus.ReadWord(Flags));
        Assert.False(_interrupts.IsRequested(Address));
    }

    [Fact]
    public void Disabling_withdraws_the_request()
    {
        _bus.WriteWord(Enable, 0b001);
        _bus.WriteWord(Flags, 0b001);
        Assert.True(_interrupts.IsRequested(Address));
        _bus.WriteWord(Enable, 0);
        Assert.False(_interrupts.IsRequested(Address));
    }
}
