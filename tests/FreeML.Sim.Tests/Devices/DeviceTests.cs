using System.Reflection;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Peripherals;

namespace FreeML.Sim.Tests.Devices;

public class DeviceTests
{
    public static TheoryData<string> Names => new("msp430fr5994", "msp430fr5969", "msp430fr6989", "generic");

    public static TheoryData<string> Parts => new("msp430fr5994", "msp430fr5969", "msp430fr6989");

    [Fact]
    public void The_catalogue_finds_devices_in_any_case_and_lists_them_when_it_does_not()
    {
        Assert.Equal("msp430fr5994", DeviceCatalogue.Default.Name);
        Assert.Same(DeviceCatalogue.Default, DeviceCatalogue.Find("MSP430FR5994"));
        Assert.False(DeviceCatalogue.TryFind("msp430g2553", out _));
        string message = Assert.Throws<ArgumentException>(() => DeviceCatalogue.Find("msp430g2553")).Message;
        Assert.Contains("msp430fr5994, msp430fr5969, msp430fr6989, generic", message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_memory_map_covers_the_address_space_without_gap_or_overlap(string name)
    {
        uint next = 0;
        foreach (MemoryRegion region in DeviceCatalogue.Find(name).Memory)
        {
            Assert.Equal(next, region.Start);
            Assert.True(region.Length > 0);
            next = region.End;
        }

        Assert.Equal(0x10_0000u, next);
    }

    [Theory]
    [InlineData("msp430fr5994", 0x0_0000, MemoryKind.Vacant)]
    [InlineData("msp430fr5994", 0x0_0005, MemoryKind.Vacant)]
    [InlineData("msp430fr5994", 0x0_0006, MemoryKind.Ram)]
    [InlineData("msp430fr5994", 0x0_001F, MemoryKind.Ram)]
    [InlineData("msp430fr5994", 0x0_0020, MemoryKind.Peripheral)]
    [InlineData("msp430fr5994", 0x0_0FFF, MemoryKind.Peripheral)]
    [InlineData("msp430fr5994", 0x0_1000, MemoryKind.Vacant)]
    [InlineData("msp430fr5994", 0x0_1800, MemoryKind.Fram)]
    [InlineData("msp430fr5994", 0x0_19FF, MemoryKind.Fram)]
    [InlineData("msp430fr5994", 0x0_1A00, MemoryKind.Rom)]
    [InlineData("msp430fr5994", 0x0_1C00, MemoryKind.Ram)]
    [InlineData("msp430fr5994", 0x0_3BFF, MemoryKind.Ram)]
    [InlineData("msp430fr5994", 0x0_3C00, MemoryKind.Vacant)]
    [InlineData("msp430fr5994", 0x0_4000, MemoryKind.Fram)]
    [InlineData("msp430fr5994", 0x0_FFFE, MemoryKind.Fram)]
    [InlineData("msp430fr5994", 0x4_3FFF, MemoryKind.Fram)]
    [InlineData("msp430fr5994", 0x4_4000, MemoryKind.Vacant)]
    [InlineData("msp430fr5969", 0x0_0006, MemoryKind.Vacant)]
    [InlineData("msp430fr5969", 0x0_23FF, MemoryKind.Ram)]
    [InlineData("msp430fr5969", 0x0_2400, MemoryKind.Vacant)]
    [InlineData("msp430fr5969", 0x0_43FF, MemoryKind.Vacant)]
    [InlineData("msp430fr5969", 0x0_4400, MemoryKind.Fram)]
    [InlineData("msp430fr5969", 0x1_3FFF, MemoryKind.Fram)]
    [InlineData("msp430fr5969", 0x1_4000, MemoryKind.Vacant)]
    [InlineData("msp430fr6989", 0x0_0006, MemoryKind.Ram)]
    [InlineData("msp430fr6989", 0x0_4400, MemoryKind.Fram)]
    [InlineData("msp430fr6989", 0x2_3FFF, MemoryKind.Fram)]
    [InlineData("msp430fr6989", 0x2_4000, MemoryKind.Vacant)]
    [InlineData("generic", 0x0_0000, MemoryKind.Ram)]
    [InlineData("generic", 0x0_0130, MemoryKind.Peripheral)]
    [InlineData("generic", 0x0_0180, MemoryKind.Ram)]
    [InlineData("generic", 0x0_04C0, MemoryKind.Peripheral)]
    [InlineData("generic", 0x0_0500, MemoryKind.Ram)]
    [InlineData("generic", 0xF_FFFF, MemoryKind.Ram)]
    public void Addresses_are_what_the_data_sheet_says(string name, uint address, MemoryKind kind) =>
        Assert.Equal(kind, DeviceCatalogue.Find(name).RegionAt(address).Kind);

    [Fact]
    public void An_address_of_more_than_20_bits_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DeviceCatalogue.Default.RegionAt(0x10_0000));

    [Theory]
    [InlineData("msp430fr5994", 0xFFFE, "RESET")]
    [InlineData("msp430fr5994", 0xFFF2, "WDT")]
    [InlineData("msp430fr5994", 0xFFEA, "TA0 CCR0")]
    [InlineData("msp430fr5994", 0xFFDE, "P1")]
    [InlineData("msp430fr5994", 0xFFCC, "AES256")]
    [InlineData("msp430fr5994", 0xFFB4, "LEA")]
    [InlineData("msp430fr5994", 0xFFB2, null)]
    [InlineData("msp430fr5969", 0xFFF0, "eUSCI_A0")]
    [InlineData("msp430fr5969", 0xFFCE, "RTC_B")]
    [InlineData("msp430fr5969", 0xFFCC, "AES256")]
    [InlineData("msp430fr5969", 0xFFCA, null)]
    [InlineData("msp430fr6989", 0xFFF0, "ESI")]
    [InlineData("msp430fr6989", 0xFFEE, "eUSCI_A0")]
    [InlineData("msp430fr6989", 0xFFE2, "eUSCI_B1")]
    [InlineData("msp430fr6989", 0xFFC6, "AES256")]
    [InlineData("msp430fr6989", 0xFFC4, null)]
    public void Vectors_are_where_the_data_sheet_has_them(string name, uint address, string? vector) =>
        Assert.Equal(vector, DeviceCatalogue.Find(name).VectorName(address));

    [Theory]
    [MemberData(nameof(Parts))]
    public void Vectors_are_listed_by_falling_priority(string name)
    {
        uint[] addresses = [.. DeviceCatalogue.Find(name).Vectors.Select(vector => vector.Address)];
        Assert.Equal(addresses.Order().Reverse(), addresses);
        Assert.Distinct(addresses);
        Assert.All(addresses, address => Assert.InRange(address, 0xFF90u, 0xFFFEu));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Modules_and_their_registers_do_not_overlap(string name)
    {
        DeviceDescription device = DeviceCatalogue.Find(name);
        uint next = 0x0020;
        foreach (DeviceModule module in device.Modules.OrderBy(module => module.BaseAddress))
        {
            Assert.True(module.BaseAddress >= next, module.Name);
            next = module.BaseAddress + module.Length;
            Assert.True(next <= PeripheralBus.Size, module.Name);
            Assert.All(module.Registers, register => Assert.InRange(register.Address, module.BaseAddress, next - (uint)register.Bytes));
            Assert.All(module.Registers, register => Assert.True(register.Bytes == 1 || register.Address % 2 == 0, register.Name));
            Assert.Distinct(module.Registers.Select(register => (register.Address, register.Bytes)));
        }

        if (name != "generic")
        {
            Assert.Distinct(device.Modules.SelectMany(module => module.Registers).Select(register => register.Name));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_modelled_has_the_name_that_the_table_gives_it(string name)
    {
        FakeDevice device = new(name);
        foreach (RegisterName register in DeviceCatalogue.Find(name).Modules.SelectMany(module => module.Registers))
        {
            // Two byte registers are one word in the model, and the table names that too.
            string modelled = device.Bus.RegisterAt(register.Address).Name;
            Assert.True(modelled.Length == 0 || modelled == register.Name || register.Bytes == 1, $"0x{register.Address:X4}: {modelled} in the model, {register.Name} in the table");
        }
    }

    [Theory]
    [InlineData("msp430fr5994", 0x0640, "UCB0CTLW0")]
    [InlineData("msp430fr5994", 0x070C, "UCB3RXBUF")]
    [InlineData("msp430fr5994", 0x072E, "UCB3IV")]
    [InlineData("msp430fr5994", 0x0648, "UCB0STATW")]
    [InlineData("msp430fr5994", 0x09C4, "AESASTAT")]
    [InlineData("msp430fr5994", 0x0AD0, "LEAPMCB")]
    [InlineData("msp430fr5994", 0x04A2, "RTCCTL13")]
    [InlineData("msp430fr5969", 0x04A2, "RTCCTL23")]
    [InlineData("msp430fr6989", 0x0A00, "LCDCCTL0")]
    [InlineData("msp430fr6989", 0x0A55, "LCDBM22")]
    [InlineData("msp430fr6989", 0x0D9E, "ESITSM31")]
    [InlineData("msp430fr6989", 0x0E7F, "ESIRAM127")]
    public void Registers_that_are_not_modelled_are_noted_by_their_name(string name, uint address, string register)
    {
        FakeDevice device = new(name);
        if ((address & 1) == 0)
        {
            _ = device.Read(address);
        }
        else
        {
            _ = device.Bus.ReadByte(address);
        }

        Assert.Equal(new UnmodelledAccess(register, address, IsWrite: false), Assert.Single(device.Bus.UnmodelledTouched));
    }

    [Theory]
    [InlineData("msp430fr5969", 0x07C0)]
    [InlineData("msp430fr5969", 0x0A80)]
    [InlineData("msp430fr5969", 0x0240)]
    [InlineData("msp430fr6989", 0x0A80)]
    [InlineData("msp430fr5994", 0x0A00)]
    [InlineData("msp430fr5994", 0x0D00)]
    public void Modules_of_another_part_are_vacant(string name, uint address)
    {
        FakeDevice device = new(name);
        Assert.Equal(0x3FFF, device.Read(address));
        Assert.Equal(8, device.Read(0x0102) & 8);
    }

    [Theory]
    [InlineData("msp430fr5994", 0x82A1)]
    [InlineData("msp430fr5969", 0x8169)]
    [InlineData("msp430fr6989", 0x81A8)]
    public void The_device_descriptor_says_who_it_is_and_its_checksum_is_right(string name, int id)
    {
        DeviceDescription device = DeviceCatalogue.Find(name);
        (uint address, ReadOnlyMemory<byte> memory) = device.FactoryContent!.Value;
        ReadOnlySpan<byte> bytes = memory.Span;
        Assert.Equal(0x1A00u, address);
        Assert.Equal(0x100, bytes.Length);
        Assert.Equal(id, device.DeviceId);
        Assert.Equal(id, bytes[4] | (bytes[5] << 8));
        Assert.Equal(DeviceDescriptorTable.Crc16(bytes[4..]), bytes[2] | (bytes[3] << 8));

        // Tags follow one another, each with its length.
        int at = 8;
        List<int> tags = [];
        while (bytes[at] != 0xFF)
        {
            tags.Add(bytes[at]);
            at += 2 + bytes[at + 1];
        }

        Assert.Equal([0x08, 0x11, 0x12, 0x15, 0x1C], tags);
    }

    [Fact]
    public void The_checksum_is_the_usual_CCITT_one() =>
        Assert.Equal(0x29B1, DeviceDescriptorTable.Crc16("123456789"u8));

    [Fact]
    public void The_calibration_is_that_of_an_ideal_part()
    {
        ReadOnlySpan<byte> bytes = DeviceCatalogue.Default.FactoryContent!.Value.Bytes.Span;
        int Word(ReadOnlySpan<byte> table, int offset) => table[offset] | (table[offset + 1] << 8);
        Assert.Equal(0x8000, Word(bytes, 0x16));
        Assert.Equal(0, Word(bytes, 0x18));

        // 0.775 V at 30 degrees and 0.9125 V at 85, against 2.0 V: what a conversion gives, which rounds.
        Assert.Equal(1587, Word(bytes, 0x1E));
        Assert.Equal(1869, Word(bytes, 0x20));
        Assert.Equal(0x8000, Word(bytes, 0x28));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Every_constant_is_listed_with_its_source(string name)
    {
        DeviceConstants constants = DeviceCatalogue.Find(name).Constants!;
        IEnumerable<DeviceConstant> declared = typeof(DeviceConstants).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.PropertyType == typeof(DeviceConstant))
            .Select(property => (DeviceConstant)property.GetValue(constants)!);
        Assert.Equal(declared.Concat(constants.Analog.All), constants.All);
        Assert.Distinct(constants.All.Select(constant => constant.Name));
        Assert.All(constants.All, constant => Assert.NotEmpty(constant.Source));
        Assert.Contains("vlo.frequency = 9400 Hz", constants.VloFrequency.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_device_can_be_made_and_reset_again_and_again(string name)
    {
        FakeDevice device = new(name);
        foreach (ResetKind kind in Enum.GetValues<ResetKind>())
        {
            device.Modules.Reset(kind, ResetCause.None);
            device.Advance(SimTime.FromMicroseconds(10));
        }

        Assert.Empty(device.Resets);
        Assert.Empty(device.Bus.UnmodelledTouched);
        Assert.Equal(0UL, device.Interrupts.Requested);
    }

    [Fact]
    public void The_generic_device_runs_at_the_clock_it_is_given()
    {
        FakeDevice device = new("generic", new DeviceOptions { FixedClock = ClockRate.FromHertz(4_000_000) });
        Assert.Equal(ClockRate.FromHertz(4_000_000), device.Mclk);
        Assert.Equal((0, false), device.Fram);
        Assert.Equal(0xFFFEu, device.Modules.VectorAddress(0xFFFE));
    }

    [Theory]
    [InlineData(0x0130)]
    [InlineData(0x04C0)]
    public void The_generic_device_multiplies_at_both_places(uint multiplier)
    {
        FakeDevice device = new("generic");
        device.Write(multiplier + 0x02, 1234);
        device.Write(multiplier + 0x08, -567);
        device.Advance(SimTime.FromMicroseconds(1));
        int product = device.Read(multiplier + 0x0A) | (device.Read(multiplier + 0x0C) << 16);
        Assert.Equal(1234 * -567, product);
        device.Write(multiplier + 0x10, 0x5678);
        device.Write(multiplier + 0x12, 0x1234);
        device.Write(multiplier + 0x20, 0x0003);
        device.Write(multiplier + 0x22, 0x0000);
        device.Advance(SimTime.FromMicroseconds(1));
        Assert.Equal(0x1234_5678 * 3, device.Read(multiplier + 0x24) | (device.Read(multiplier + 0x26) << 16));
        Assert.Empty(device.Bus.UnmodelledTouched);
    }

    [Fact]
    public void An_interrupt_or_a_nearer_event_asks_for_attention()
    {
        FakeDevice device = new();
        int before = device.Attentions;
        device.Write(0x015C, 0x5A1F);
        Assert.True(device.Attentions > before);
        before = device.Attentions;
        device.Write(0x0100, 1);
        device.Advance(SimTime.FromMicroseconds(64));
        Assert.True(device.Attentions > before);
    }

    /// <summary>Register writes as common start-up code makes them, for 1, 8 and 16 MHz, on every part.</summary>
    [Theory]
    [MemberData(nameof(Parts))]
    public void Real_start_up_code_gets_through(string name)
    {
        FakeDevice device = new(name);
        device.Write(0x015C, 0x5A80);
        device.Write(0x0130, device.Read(0x0130) & ~1);
        device.Write(0x0140, 0xA510);
        device.WriteByte(0x0161, 0xA5);
        device.Write(0x0162, 0x0048);
        device.Write(0x0164, 0x0133);
        device.Write(0x0166, 0x0000);
        device.Write(0x0168, device.Read(0x0168) | 0x0101);
        do
        {
            device.Write(0x016A, device.Read(0x016A) & ~3);
            device.Write(0x0102, device.Read(0x0102) & ~2);
        }
        while ((device.Read(0x0102) & 2) != 0);

        device.WriteByte(0x0161, 0x00);
        device.Advance(SimTime.FromSeconds(100));
        Assert.Empty(device.Resets);
        Assert.Equal(ClockRate.FromHertz(16_000_000), device.Mclk);
        Assert.Equal((1, false), device.Fram);
        Assert.Empty(device.Bus.UnmodelledTouched);
        Assert.Equal(2, device.Read(0x019E));
    }
}
