using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Tests.Loading;

public sealed class IntelHexTests
{
    private const string End = ":00000001FF\n";

    [Fact]
    public void Data_lands_at_offset_plus_linear_base()
    {
        FirmwareImage image = Read(":02FFFE000044BD\n:020000040001F9\n:0100000055AA\n:020000040000FA\n:0144000001BA\n" + End);

        Assert.Equal(ImageFormat.IntelHex, image.Format);
        Assert.Equal([0x4400u, 0xFFFEu], image.Segments.Select(segment => segment.Address));
        Assert.Equal([0x00, 0x44, 0x55], image.Segments[1].Bytes.ToArray());
        Assert.Null(image.EntryPoint);
    }

    [Fact]
    public void A_segment_base_counts_sixteen() =>
        Assert.Equal(
            0x1F010u,
            Assert.Single(Read(Record("02 00 00 02 10 00") + "\n" + Record("01 F0 10 00 55") + "\n" + End).Segments).Address);

    [Theory]
    [InlineData("04 00 00 03 10 00 44 02", 0x14402u)]
    [InlineData("04 00 00 05 00 01 44 02", 0x14402u)]
    [InlineData("04 00 00 05 00 00 00 00", null)]
    public void A_start_record_gives_the_entry_point(string start, uint? entry) =>
        Assert.Equal(entry, Read(Record("01 44 00 00 01") + "\n" + Record(start) + "\n" + End).EntryPoint);

    [Fact]
    public void Lower_case_and_carriage_returns_are_no_harm() =>
        Assert.Equal([0xAB], Assert.Single(Read("\r\n:01440000ab10\r\n\r\n:00000001ff").Segments).Bytes.ToArray());

    [Theory]
    [InlineData(":0144000001BA\n", "fw.hex:1: found the end of the file, expected an end record, :00000001FF")]
    [InlineData(":0144000001BA\n:00000001FF\n\n:0144010001B9\n", "fw.hex:4: found ':0144010001B9', expected nothing after the end record")]
    [InlineData(":0144000001BB\n", "fw.hex:1: found checksum BB, expected BA")]
    [InlineData(":0144000001BA\nhello\n", "fw.hex:2: found 'hello', expected a record, which begins with :")]
    [InlineData(":01440G0001BA\n", "fw.hex:1: found 'G' as digit 6, expected hexadecimal digits")]
    [InlineData(":0144000001BA0\n", "fw.hex:1: found a record of 13 digits, expected ten digits, and two for each data byte of the length given")]
    [InlineData(":0144000001BA00\n", "fw.hex:1: found a record of 14 digits, expected ten digits, and two for each data byte of the length given")]
    [InlineData(":0244000001B9\n", "fw.hex:1: found a record of 12 digits, expected ten digits, and two for each data byte of the length given")]
    [InlineData(":00\n", "fw.hex:1: found a record of 2 digits, expected ten digits, and two for each data byte of the length given")]
    [InlineData(":00000006FA\n", "fw.hex:1: found record type 06, expected 00 to 05")]
    [InlineData(":0100000400FB\n", "fw.hex:1: found 01 as length of a record of type 04, expected 02")]
    [InlineData(":0100000100FE\n", "fw.hex:1: found 01 as length of a record of type 01, expected 00")]
    [InlineData(":020000040010EA\n:0100000055AA\n", "fw.hex:2: found address 0x100000, expected at most 0xFFFFF")]
    [InlineData(":02000004FFFFFC\n:02FFFF000102FD\n", "fw.hex:2: found address 0xFFFFFFFF, expected at most 0xFFFFF")]
    [InlineData(":0400000500100000E7\n", "fw.hex:1: found address 0x100000, expected at most 0xFFFFF")]
    [InlineData(":020000020000FC\n:02FFFF000102FD\n", "fw.hex:2: found data past the end of a 64 KiB segment, expected records that stay inside the segment of record type 02")]
    [InlineData(":0144000001BA\n:0144000001BA\n", "fw.hex:2: found a second byte for 0x04400, already given in line 1, expected each address once")]
    [InlineData(":00000001FF\n", "fw.hex: found no data, expected at least one byte of firmware")]
    public void A_mistake_is_told_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Read(text)).Message);

    [Fact]
    public void A_line_of_any_length_is_one_short_error()
    {
        string message = Assert.Throws<InputException>(() => Read(":01440000" + new string('0', 1 << 20) + "\n")).Message;

        Assert.Equal("fw.hex:1: found a record of 1048584 digits, expected ten digits, and two for each data byte of the length given", message);
    }

    [Fact]
    public void Written_records_do_not_cross_64_KiB_and_end_with_the_entry_point()
    {
        FirmwareImage image = new(
            "fw", ImageFormat.Elf, [new ImageSegment(0xFFFE, 0xFFFE, new byte[] { 0, 0x44, 0x55 }), new ImageSegment(0x4400, 0x4400, new byte[17])])
        {
            EntryPoint = 0x14402,
        };

        Assert.Equal(
            string.Join('\n',
                Record("10 44 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"),
                Record("01 44 10 00 00"),
                ":02FFFE000044BD",
                ":020000040001F9",
                ":0100000055AA",
                Record("04 00 00 05 00 01 44 02"),
                End),
            ImageText.IntelHex(image));
    }

    private static FirmwareImage Read(string text) => ImageReader.Read("fw.hex", Encoding.UTF8.GetBytes(text));

    /// <summary>The record of some bytes, checksum added.</summary>
    private static string Record(string bytes)
    {
        byte[] record = Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal));
        int sum = record.Sum(value => value);
        return $":{Convert.ToHexString(record)}{(byte)-sum:X2}";
    }
}
