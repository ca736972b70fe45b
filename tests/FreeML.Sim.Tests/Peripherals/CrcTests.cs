using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Tests.Peripherals;

/// <summary>CRC16 and CRC32 against published check values of "123456789" and a bit-by-bit shift register.</summary>
public sealed class CrcTests
{
    private const uint Crc16 = 0x0150;
    private const uint Crc32 = 0x0980;

    private static readonly byte[] Digits = [.. "123456789"u8];

    private readonly FakeDevice _device = new();

    [Fact]
    public void Registers_after_reset()
    {
        Assert.Equal(0xFFFF, _device.Read(Crc16 + 4));
        Assert.Equal(0xFFFF, _device.Read(Crc16 + 6));
        Assert.Equal(0, _device.Read(Crc32 + 0x08));
        Assert.Equal(0, _device.Read(Crc32 + 0x0A));
        Assert.Equal(0xFFFF, _device.Read(Crc32 + 0x0C));
        Assert.Equal(0xFFFF, _device.Read(Crc32 + 0x0E));
        Assert.Equal(0, _device.Read(Crc32 + 0x18));
        Assert.Equal(0xFFFF, _device.Read(Crc32 + 0x1E));
    }

    // CRC-CCITT-FALSE is 29B1; CRC-16/MCRF4XX is 6F91, which the mirrored result shows.
    [Theory]
    [InlineData(Crc16 + 0x00, Crc16 + 0x04, Crc16 + 0x06, 0x89F6, 0x6F91)]
    [InlineData(Crc16 + 0x02, Crc16 + 0x04, Crc16 + 0x06, 0x29B1, 0x8D94)]
    [InlineData(Crc32 + 0x10, Crc32 + 0x18, Crc32 + 0x1E, 0x89F6, 0x6F91)]
    [InlineData(Crc32 + 0x16, Crc32 + 0x18, Crc32 + 0x1E, 0x29B1, 0x8D94)]
    public void The_CCITT_signatures_of_123456789(uint input, uint signature, uint mirrored, int expected, int expectedMirrored)
    {
        _device.Write(signature, 0xFFFF);
        foreach (byte digit in Digits)
        {
            _device.WriteByte(input, digit);
        }

        Assert.Equal(expected, _device.Read(signature));
        Assert.Equal(expectedMirrored, _device.Read(mirrored));
    }

    [Fact]
    public void The_usual_CRC_32_is_the_complement_of_the_mirrored_result()
    {
        Seed32(uint.MaxValue);
        foreach (byte digit in Digits)
        {
            _device.WriteByte(Crc32, digit);
        }

        Assert.Equal(0xCBF4_3926, ~Mirrored32());
    }

    [Fact]
    public void CRC_32_BZIP2_takes_the_highest_bit_first()
    {
        Seed32(uint.MaxValue);
        foreach (byte digit in Digits)
        {
            _device.WriteByte(Crc32 + 0x06, digit);
        }

        Assert.Equal(0xFC89_1918, ~Signature32());
    }

    [Theory]
    [InlineData(Crc32 + 0x00, Crc32 + 0x02, 0x3231, 0x3433)]
    [InlineData(Crc32 + 0x06, Crc32 + 0x04, 0x3132, 0x3334)]
    public void A_word_is_two_bytes_reversed_the_high_one_first_and_both_words_of_the_input_take_them(uint word0, uint word1, int first, int second)
    {
        Seed32(uint.MaxValue);
        _device.Write(word0, first);
        _device.Write(word1, second);
        uint byWords = Signature32();
        Seed32(uint.MaxValue);
        foreach (byte digit in Digits.AsSpan(0, 4))
        {
            _device.WriteByte(word1 + 1, digit);
        }

        Assert.Equal(byWords, Signature32());
    }

    [Fact]
    public void Data_of_any_length_agree_with_a_shift_register()
    {
        Random random = new(5);
        for (int run = 0; run < 50; run++)
        {
            uint seed = (uint)random.NextInt64(1L << 32);
            Seed32(seed);
            _device.Write(Crc16 + 4, (ushort)seed);
            uint crc32 = seed;
            uint crc16 = (ushort)seed;
            for (int n = random.Next(40); n > 0; n--)
            {
                byte value = (byte)random.Next(0x100);
                _device.WriteByte(Crc16, value);
                _device.WriteByte(Crc32, value);
                for (int bit = 0; bit < 8; bit++)
                {
                    crc32 = Shift(crc32, (value >> bit) & 1, 32, 0x04C1_1DB7);
                    crc16 = Shift(crc16, (value >> bit) & 1, 16, 0x1021);
                }
            }

            Assert.Equal(crc32, Signature32());
            Assert.Equal(crc16, _device.Read(Crc16 + 4));
        }

        static uint Shift(uint state, int input, int width, uint polynomial)
        {
            bool overflows = ((state >> (width - 1)) & 1) != (uint)input;
            return ((state << 1) & (uint.MaxValue >> (32 - width))) ^ (overflows ? polynomial : 0);
        }
    }

    [Fact]
    public void Both_inputs_read_as_the_data_that_DI_would_have_had()
    {
        _device.Write(Crc16 + 2, 0x0180);
        Assert.Equal(0x8001, _device.Read(Crc16));
        Assert.Equal(0x8001, _device.Read(Crc16 + 2));
    }

    [Fact]
    public void The_seed_can_be_written_by_halves()
    {
        _device.WriteByte(Crc16 + 4, 0x34);
        _device.WriteByte(Crc16 + 5, 0x12);
        Assert.Equal(0x1234, _device.Read(Crc16 + 4));
        Assert.Equal(0x2C48, _device.Read(Crc16 + 6));
        _device.Write(Crc16 + 6, 0x5555);
        Assert.Equal(0x1234, _device.Read(Crc16 + 4));
    }

    [Fact]
    public void Every_byte_is_a_cycle_of_work()
    {
        _device.Write(Crc16, 0x1234);
        _device.WriteByte(Crc32, 1);
        Assert.Equal(3, _device.Modules.Activities.AmountAt(ModuleActivity.Crc, _device.Now));
    }

    [Theory]
    [InlineData("msp430fr5994", true)]
    [InlineData("msp430fr6989", true)]
    [InlineData("msp430fr5969", false)]
    public void CRC32_is_where_the_data_sheet_has_it(string name, bool expected) =>
        Assert.Equal(expected, new FakeDevice(name).Bus.Peripherals.Any(peripheral => peripheral.Name == "CRC32"));

    private void Seed32(uint seed)
    {
        _device.Write(Crc32 + 0x0A, (int)(seed >> 16));
        _device.Write(Crc32 + 0x08, (ushort)seed);
    }

    private uint Signature32() => _device.Read(Crc32 + 0x08) | ((uint)_device.Read(Crc32 + 0x0A) << 16);

    // As driver code puts it together.
    private uint Mirrored32() => ((uint)_device.Read(Crc32 + 0x0E) << 16) | _device.Read(Crc32 + 0x0C);
}
