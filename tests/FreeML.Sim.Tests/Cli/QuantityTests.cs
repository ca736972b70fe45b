using System.Globalization;
using FreeML.Sim.Cli;
using FreeML.Sim.Msp430;
using FsCheck;
using FsCheck.Fluent;

namespace FreeML.Sim.Tests.Cli;

public class QuantityTests
{
    private static readonly Unit[] Units =
    [
        Unit.Frequency, Unit.Time, Unit.Voltage, Unit.Current, Unit.Power, Unit.Energy, Unit.Capacitance, Unit.Resistance, Unit.Size,
    ];

    [Theory]
    [InlineData("8MHz", "Hz", "8000000")]
    [InlineData("8 MHz", "Hz", "8000000")]
    [InlineData("32768Hz", "Hz", "32768")]
    [InlineData("32.768kHz", "Hz", "32768")]
    [InlineData("1GHz", "Hz", "1000000000")]
    [InlineData("1e6Hz", "Hz", "1000000")]
    [InlineData("1.5E+3Hz", "Hz", "1500")]
    [InlineData("2e-3kHz", "Hz", "2")]
    [InlineData("1mHz", "Hz", "0.001")]
    [InlineData("10s", "s", "10")]
    [InlineData("20ms", "s", "0.02")]
    [InlineData("5us", "s", "0.000005")]
    [InlineData("5\u00B5s", "s", "0.000005")]
    [InlineData("5\u03BCs", "s", "0.000005")]
    [InlineData("62.5ns", "s", "0.0000000625")]
    [InlineData("1ps", "s", "0.000000000001")]
    [InlineData("2min", "s", "120")]
    [InlineData("1.5h", "s", "5400")]
    [InlineData("2.4V", "V", "2.4")]
    [InlineData("-2.4V", "V", "-2.4")]
    [InlineData("+1800mV", "V", "1.8")]
    [InlineData(".5V", "V", "0.5")]
    [InlineData("0V", "V", "0")]
    [InlineData("5uA", "A", "0.000005")]
    [InlineData("1.5mW", "W", "0.0015")]
    [InlineData("3mJ", "J", "0.003")]
    [InlineData("100uF", "F", "0.0001")]
    [InlineData("47pF", "F", "0.000000000047")]
    [InlineData("47kOhm", "Ohm", "47000")]
    [InlineData("47k\u03A9", "Ohm", "47000")]
    [InlineData("47k\u2126", "Ohm", "47000")]
    [InlineData("30kB", "B", "30000")]
    [InlineData("30KiB", "B", "30720")]
    [InlineData("1MiB", "B", "1048576")]
    [InlineData("7B", "B", "7")]
    public void A_quantity_is_read_in_its_base_unit(string text, string symbol, string expected) =>
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), Quantity.Parse("--x", text, Of(symbol)));

    [Theory]
    [InlineData("8", "Hz", "--x: found 8 without a unit, expected a frequency such as 8MHz")]
    [InlineData("1e6", "Hz", "--x: found 1e6 without a unit, expected a frequency such as 8MHz")]
    [InlineData("0", "V", "--x: found 0 without a unit, expected a voltage such as 2.4V")]
    [InlineData("", "s", "--x: found '', expected a time such as 20ms")]
    [InlineData("s", "s", "--x: found 's', expected a time such as 20ms")]
    [InlineData("-s", "s", "--x: found '-s', expected a time such as 20ms")]
    [InlineData(".s", "s", "--x: found '.s', expected a time such as 20ms")]
    [InlineData("ten s", "s", "--x: found 'ten s', expected a time such as 20ms")]
    [InlineData("8mhz", "Hz", "--x: found '8mhz', expected a frequency such as 8MHz")]
    [InlineData("8HZ", "Hz", "--x: found '8HZ', expected a frequency such as 8MHz")]
    [InlineData("8M", "Hz", "--x: found '8M', expected a frequency such as 8MHz")]
    [InlineData("8KHz", "Hz", "--x: found '8KHz', expected a frequency such as 8MHz")]
    [InlineData("8mMHz", "Hz", "--x: found '8mMHz', expected a frequency such as 8MHz")]
    [InlineData("8MHz ", "Hz", "--x: found '8MHz ', expected a frequency such as 8MHz")]
    [InlineData(" 8MHz", "Hz", "--x: found ' 8MHz', expected a frequency such as 8MHz")]
    [InlineData("8  MHz", "Hz", "--x: found '8  MHz', expected a frequency such as 8MHz")]
    [InlineData("8M Hz", "Hz", "--x: found '8M Hz', expected a frequency such as 8MHz")]
    [InlineData("8MHz8", "Hz", "--x: found '8MHz8', expected a frequency such as 8MHz")]
    [InlineData("1,5s", "s", "--x: found '1,5s', expected a time such as 20ms")]
    [InlineData("1.2.3s", "s", "--x: found '1.2.3s', expected a time such as 20ms")]
    [InlineData("1_000s", "s", "--x: found '1_000s', expected a time such as 20ms")]
    [InlineData("0x10s", "s", "--x: found '0x10s', expected a time such as 20ms")]
    [InlineData("1es", "s", "--x: found '1es', expected a time such as 20ms")]
    [InlineData("1e+s", "s", "--x: found '1e+s', expected a time such as 20ms")]
    [InlineData("--1s", "s", "--x: found '--1s', expected a time such as 20ms")]
    [InlineData("NaNs", "s", "--x: found 'NaNs', expected a time such as 20ms")]
    [InlineData("Infinitys", "s", "--x: found 'Infinitys', expected a time such as 20ms")]
    [InlineData("１s", "s", "--x: found '１s', expected a time such as 20ms")]
    [InlineData("3kmin", "s", "--x: found '3kmin', expected a time such as 20ms")]
    [InlineData("3mh", "s", "--x: found '3mh', expected a time such as 20ms")]
    [InlineData("10V", "s", "--x: found '10V', expected a time such as 20ms")]
    [InlineData("10mF", "W", "--x: found '10mF', expected a power such as 1.5mW")]
    [InlineData("4kKiB", "B", "--x: found '4kKiB', expected a size such as 30kB")]
    [InlineData("9e28THz", "Hz", "--x: found '9e28THz', expected a frequency such as 8MHz")]
    [InlineData("7e28THz", "Hz", "--x: found 7e28THz, which is out of any range, expected a frequency such as 8MHz")]
    [InlineData("1e-20ps", "s", "--x: found 1e-20ps, which is out of any range, expected a time such as 20ms")]
    [InlineData("1e999999999s", "s", "--x: found '1e999999999s', expected a time such as 20ms")]
    public void What_is_no_quantity_of_that_unit_is_told_in_one_line(string text, string symbol, string message)
    {
        InputException error = Assert.Throws<InputException>(() => Quantity.Parse("--x", text, Of(symbol)));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_very_long_text_is_refused_and_not_quoted_at_length()
    {
        InputException error = Assert.Throws<InputException>(() => Quantity.Parse("--x", new string('1', 1_000_000) + "s", Unit.Time));
        Assert.InRange(error.Message.Length, 10, 200);
    }

    [Theory]
    [InlineData("1Hz")]
    [InlineData("8MHz")]
    [InlineData("1GHz")]
    public void The_bounds_of_a_range_belong_to_it(string text) => Assert.True(Quantity.Parse("--x", text, Unit.Frequency, "1Hz", "1GHz") >= 1);

    [Theory]
    [InlineData("0Hz")]
    [InlineData("-8MHz")]
    [InlineData("999mHz")]
    [InlineData("1.000001GHz")]
    public void What_is_out_of_range_is_told_with_the_range(string text)
    {
        InputException error = Assert.Throws<InputException>(() => Quantity.Parse("--x", text, Unit.Frequency, "1Hz", "1GHz"));
        Assert.Equal($"--x: found {text}, expected a frequency from 1Hz to 1GHz", error.Message);
    }

    [Fact]
    public void Every_unit_reads_its_own_example() =>
        Assert.All(Units, unit => Assert.True(Quantity.Parse("--x", unit.Example, unit) > 0));

    [Fact]
    public void No_unit_reads_the_example_of_another() => Assert.All(
        from unit in Units from other in Units where unit != other select (unit, other),
        pair => Assert.False(Quantity.TryParse(pair.other.Example, pair.unit, out _, out _), $"{pair.other.Example} as {pair.unit.Name}"));

    [Fact]
    public void Any_text_gives_a_value_or_one_line() => Prop.ForAll<string?>(text =>
    {
        try
        {
            Quantity.Parse("--x", text ?? "", Unit.Time);
            return text!.Any(char.IsAsciiDigit);
        }
        catch (InputException error)
        {
            return error.Message.Length < 200 && !error.Message.Any(char.IsControl);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_whole_number_of_any_prefix_is_exact() => Prop.ForAll<int>(number =>
    {
        decimal[] read = [.. new[] { "m", "", "k", "M" }.Select(prefix => Quantity.Parse("--x", $"{number}{prefix}V", Unit.Voltage))];
        return read.SequenceEqual([number / 1000m, number, number * 1000m, number * 1_000_000m]);
    }).QuickCheckThrowOnFailure();

    private static Unit Of(string symbol) => Units.Single(unit => unit.Symbol == symbol);
}
