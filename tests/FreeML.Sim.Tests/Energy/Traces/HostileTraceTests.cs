using System.Text;
using FreeML.Sim.Energy.Harvesting;
using FreeML.Sim.Energy.Harvesting.Generators;

namespace FreeML.Sim.Tests.Energy.Traces;

/// <summary>Files that mean harm or nothing end in one line, in bounded time and memory.</summary>
public class HostileTraceTests
{
    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("\n\n  \n", "blank lines")]
    [InlineData("\uFEFF", "blank lines")]
    [InlineData("hello world", "no column of times")]
    [InlineData("1,2,3,4\n", "'1,2,3,4'")]
    [InlineData("time_s,power_W\n", "no samples")]
    [InlineData("time_s,power_W\n0,1\n", "one sample without an end")]
    [InlineData("time_s,power_W\n1,1\n2,1\n0,\n", "an end that is not after")]
    [InlineData("time_s,power_W\n0,NaN\n1,NaN\n", "no usable value")]
    [InlineData("time_s,power\n0,1\n", "'power'")]
    [InlineData("time_s,power_kg\n0,1\n", "'power_kg'")]
    [InlineData("time_s,power_V\n0,1\n", "'power_V'")]
    [InlineData("time_W,power_W\n0,1\n", "'time_W'")]
    [InlineData("time,power_W\n0,1\n", "no column of times")]
    [InlineData("power_W\n1\n2\n", "no column of times")]
    [InlineData("time_s,humidity_percent\n0,1\n", "no column with a known unit")]
    [InlineData("time_s,power_W\n0,1\nNaN,2\n", "'NaN'")]
    [InlineData("time_s,power_W\n0,1\n1e300,2\n", "'1e300'")]
    [InlineData("time_s,power_W\n0,1\n-inf,2\n", "'-inf'")]
    [InlineData("time_s,power_W\n0,1\n1,two\n", "'two'")]
    [InlineData("time_s,power_W\n0,1\n1,1,5\n", "more cells")]
    [InlineData("time_s,power_W\n0,1\n1\n", "1 cells in '1'")]
    [InlineData("time_s,power_W\n0;1,5\n", "'0;1'")]
    [InlineData("time_s,current_A@0V,current_A@0V\n0,1,2\n", "'current_A@0V'")]
    [InlineData("time_s,current_A@0V,current_A@xV\n0,1,2\n", "'current_A@xV'")]
    [InlineData("time_s,isc_A,voc_V,vmpp_V,pmpp_W\n0,1e-3,1,2,1e-3\n", "four points")]
    [InlineData("time_s,light_current_A,saturation_current_A,series_ohm,shunt_ohm,diode_voltage_V\n0,1e-3,1e-9,0,0,0.1\n1,1e-3,1e-9,0,0,0\n", "parameters of no cell")]
    [InlineData("time_s,light_current_A,saturation_current_A,series_ohm,shunt_ohm,diode_voltage_V\n0,1e-3,NaN,0,0,0.1\n1,1e-3,1e-9,0,0,0.1\n", "parameters of no cell")]
    [InlineData("30\n0,3\n1,2,3,4\n", "'30'")]
    [InlineData("2\n3,0\n1,2,3,4\n", "volts from 3 to 0")]
    [InlineData("2\n0,3\n1,2,3,4\n", "3 currents")]
    [InlineData("103717744 1\n103717745 1\n103717746 1\n103717747 1\n999999999 1\n", "'999999999'")]
    [InlineData("0 1\n1 2\n2 3\n3 4\n4 5 6\n", "'4 5 6'")]
    [InlineData("1\n2\n3\n4\nx\n", "'x'")]
    [InlineData("\"1/1/2014\",\"5:00\",0\n\"2/30/2014\",\"5:00\",0\n", "2/30/2014")]
    [InlineData("DATE (MM/DD/YYYY),MST,Global [W/m^2]\n1/1/2014,25:00,0\n", "'25:00'")]
    [InlineData("DATE (MM/DD/YYYY),MST,Global [W/m^2]\n1-1-2014,5:00,0\n", "'1-1-2014'")]
    [InlineData("{", "malformed JSON")]
    [InlineData("[1,2]", "JSON StartArray")]
    [InlineData("{\"a\":1}", "JSON of another kind")]
    [InlineData("{\"irradiance\":5}", "JSON Number")]
    [InlineData("{\"irradiance\":{\"0\":\"x\"}}", "JSON String")]
    [InlineData("{\"irradiance\":{\"zero\":1}}", "'zero'")]
    [InlineData("{\"irradiance\":{}}", "no samples")]
    [InlineData("{\"\\ud800\":{}}", "malformed text")]
    [InlineData("{\"0\":{\"0.1\":1}}", "a curve of 1 points")]
    [InlineData("{\"0\":{\"0.2\":1,\"0.1\":1}}", "0.1 V after 0.2 V")]
    [InlineData("{\"0\":{\"-0.2\":1,\"0.1\":1}}", "-0.2 V after 0 V")]
    [InlineData("{\"0\":{\"0.1\":1,\"0.2\":1},\"1\":{\"0.1\":1,\"0.3\":1}}", "other volts")]
    public void A_file_that_is_no_trace_ends_in_one_line(string text, string found) =>
        Assert.Contains(found, TraceText.Refused(text).Message, StringComparison.Ordinal);

    [Fact]
    public void An_error_names_the_line()
    {
        Assert.Equal(4, TraceText.Refused("time_s,power_W\n0,1\n\n1,two\n2,3\n").Line);
        Assert.Equal(3, TraceText.Refused("{\"irradiance\":\n{\"0\":1,\n\"1\":null}}").Line);
        Assert.Equal("some/file.csv:2: found 'two', expected a number for power_W", TraceText.Refused("time_s,power_W\n0,two\n").Message);
    }

    [Fact]
    public void Quotes_are_short_and_harmless()
    {
        string nasty = "\u001b[2J\u202E" + new string('x', 5000);
        TraceFormatException error = TraceText.Refused("time_s,power_W\n0,\u202E" + new string('x', 5000) + "\n");

        Assert.Contains(@"'\u202Exxx", error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 200);
        Assert.Contains("binary data", TraceText.Refused("time_s,power_W\n0," + nasty).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(new TraceFormatException(nasty, 1, nasty, nasty).Message, char.IsControl);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Binary_data_is_told_apart(int kind)
    {
        byte[] bytes = kind switch
        {
            0 => [0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0, 0, 0, 0, 0],
            1 => [0xFF, 0xFE, (byte)'1', 0, (byte)'2', 0],
            _ => [.. "time_s,power_W\n0,1\n"u8, 0, 1, 2],
        };

        Assert.Matches("binary data|UTF-16", TraceText.Refused(bytes).Message);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData(",\n")]
    [InlineData("1.5\n")]
    public void A_gigabyte_of_lines_ends_at_the_line_limit(string pattern)
    {
        using Endless stream = new([.. "time_s,power_W\n0,1\n"u8, .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(pattern, 10_000)))], 1L << 30);

        Assert.Matches("more than 1,000 lines|1 cells", Assert.Throws<TraceFormatException>(() => TraceReader.Read(stream, "huge", new TraceReadOptions { MaxValues = 1000 })).Message);
        Assert.True(stream.Taken < 1 << 20);
    }

    [Theory]
    [InlineData("9")]
    [InlineData("x")]
    [InlineData("1,")]
    [InlineData(" ")]
    public void A_gigabyte_in_one_line_ends_after_a_megabyte(string pattern)
    {
        using Endless stream = new(Encoding.ASCII.GetBytes(pattern), 1L << 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TraceFormatException error = Assert.Throws<TraceFormatException>(() => TraceReader.Read(stream, "huge"));

        Assert.Equal(1, error.Line);
        Assert.Contains("a line of more than", error.Message, StringComparison.Ordinal);
        Assert.True(stream.Taken < 2 << 20, $"{stream.Taken} bytes were read");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    [Fact]
    public void A_gigabyte_of_short_lines_ends_at_the_size_limit()
    {
        using Endless stream = new("1.5\n"u8.ToArray(), 1L << 30);

        Assert.Contains("more than 1,000,000 bytes", Assert.Throws<TraceFormatException>(() => TraceReader.Read(stream, "huge", new TraceReadOptions { MaxBytes = 1_000_000 })).Message, StringComparison.Ordinal);
        using Endless again = new("1.5\n"u8.ToArray(), 1L << 30);
        Assert.Matches("more than 1,000 (values|lines)", Assert.Throws<TraceFormatException>(() => TraceReader.Read(again, "huge", new TraceReadOptions { MaxValues = 1000 })).Message);
        Assert.True(again.Taken < 1 << 20);
    }

    [Fact]
    public void A_gzip_that_unfolds_to_a_gigabyte_ends_at_the_size_limit()
    {
        byte[] bomb = TraceText.Gzip(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1.5\n", 1 << 20))));

        Assert.Contains("more than", TraceText.Refused(bomb, new TraceReadOptions { MaxBytes = 100_000 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_gzip_is_told()
    {
        byte[] whole = TraceText.Gzip(Encoding.ASCII.GetBytes("time_s,power_W\n" + string.Concat(Enumerable.Range(0, 1000).Select(n => $"{n},{n * 7919 % 1000}\n"))));

        for (int length = 2; length < whole.Length; length += length < whole.Length - 20 ? 97 : 1)
        {
            Assert.Contains("cut short", TraceText.Refused(whole[..length]).Message, StringComparison.Ordinal);
        }

        Assert.Contains("damaged or cut short", TraceText.Refused([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_JSON_is_told()
    {
        Assert.Contains("nested deeper than 8 levels", TraceText.Refused(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_document_ends_at_its_limit()
    {
        Assert.Contains("more than 1,000 bytes", TraceText.Refused("{" + new string(' ', 5000), new TraceReadOptions { MaxDocumentBytes = 1000 }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pickles_that_are_cut_short_or_do_other_things_are_told()
    {
        byte[] whole = TraceFormTests.Pickle(["a", "b", "c", "time"], [[1e-3, 2e-3], [1e-9, 1e-9], [10, 10], [0, 0.02]]);
        for (int length = 2; length < whole.Length; length++)
        {
            _ = TraceText.Refused(whole[..length]);
        }

        Assert.Contains("operation 0x69", TraceText.Refused([0x80, 4, (byte)'i']).Message, StringComparison.Ordinal);
        Assert.Contains("0 names", TraceText.Refused([0x80, 4, (byte)'.']).Message, StringComparison.Ordinal);
        Assert.Contains("length beyond its end", TraceText.Refused([0x80, 4, (byte)'B', 0xFF, 0xFF, 0xFF, 0x7F]).Message, StringComparison.Ordinal);
        Assert.Contains("more than 100000 items", TraceText.Refused([0x80, 4, .. Enumerable.Repeat((byte)'N', 200_000)]).Message, StringComparison.Ordinal);
        Assert.Contains("a, b", TraceText.Refused(TraceFormTests.Pickle(["a", "b", "x", "time"], [[1e-3, 2e-3], [1e-9, 1e-9], [10, 10], [0, 0.02]])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_there_are_told()
    {
        Assert.Equal("/no/such/trace.csv: found no such file, expected a readable trace", Assert.Throws<TraceFormatException>(() => TraceReader.ReadFile("/no/such/trace.csv")).Message);
        Assert.Throws<TraceFormatException>(() => TraceReader.ReadFile(Path.GetTempPath()));
        Assert.Throws<TraceFormatException>(() => TraceReader.ReadFile(""));
    }

    [Fact]
    public void Damaged_traces_of_every_form_give_a_trace_or_one_line()
    {
        byte[][] samples =
        [
            "time_s,power_W,voltage_V\n0,1,2\n1,2,3\n2,3,4\n3,4,5\n4,,\n"u8.ToArray(),
            "103717744\t0.07\n103717745\t0.08\n103717746\t0.09\n103717747\t0.09\n"u8.ToArray(),
            "1\n0,3\n0.2,3,2,0\n0.4,4,3,0\n"u8.ToArray(),
            "94255\t2018\t1000\t0\t2010\t0\n1\t1\t7\t12\t8\t12\n1\t2\t9\t12\t8\t12\n"u8.ToArray(),
            "DATE (MM/DD/YYYY),MST,Global PSP [W/m^2]\n10/14/2018,00:00,-7.6\n10/14/2018,00:01,5\n"u8.ToArray(),
            ",Year,Month,Day,Hour,Minute,GHI\nx,2023,1,1,0,0,5\nx,2023,1,1,0,5,6\n"u8.ToArray(),
            "\"1/1/2014\",\"5:00\",0\n\"1/1/2014\",\"5:10\",3\n"u8.ToArray(),
            "{\"irradiance\":{\"0\":1,\"60\":2}}"u8.ToArray(),
            "{\"0\":{\"0.1\":-3e-5,\"0.2\":-2e-5,\"0.4\":0}}"u8.ToArray(),
            TraceFormTests.Pickle(["a", "b", "c", "time"], [[1e-3, 2e-3], [1e-9, 1e-9], [10, 10], [0, 0.02]]),
            TraceText.Gzip("time_s,power_W\n0,1\n1,2\n"u8.ToArray()),
        ];
        SplitMix64 random = new(11);
        for (int round = 0; round < 10_000; round++)
        {
            byte[] bytes = [.. samples[round % samples.Length]];
            for (int change = 0; change <= (int)(random.NextUInt64() % 4); change++)
            {
                byte[] likely = "0123456789.,-eE\t\n\"{}:NaVW@"u8.ToArray();
                int at = (int)(random.NextUInt64() % (ulong)bytes.Length);
                bytes[at] = random.NextDouble() < 0.3 ? (byte)random.NextUInt64() : likely[random.NextUInt64() % (ulong)likely.Length];
            }

            try
            {
                Trace trace = TraceText.Read(bytes).Trace;
                Assert.All(trace.Values, value => Assert.True(double.IsFinite(value)));
            }
            catch (TraceFormatException error)
            {
                Assert.DoesNotContain(error.Message, char.IsControl);
            }
        }
    }

    /// <summary>A pattern over and over, made as it is read.</summary>
    private sealed class Endless(byte[] pattern, long length) : MemoryStream
    {
        public long Taken { get; private set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count = (int)Math.Min(buffer.Length, length - Taken);
            for (int n = 0; n < count; n++)
            {
                buffer[n] = pattern[(Taken + n) % pattern.Length];
            }

            Taken += count;
            return count;
        }
    }
}
