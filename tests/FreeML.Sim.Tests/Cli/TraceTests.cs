using System.Text.Json;
using FreeML.Sim.Energy.Harvesting.Generators;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Cli;

public sealed class TraceTests : IDisposable
{
    private readonly ScratchDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_trace_is_described_with_what_was_repaired()
    {
        string trace = Write("time_s,power_mW,other_mW\n0,1,5\n1,3,5\n2,,5\n9,-2,5\n10,,\n");
        Shell.Outcome outcome = Shell.Run("trace", "info", trace);

        Assert.Equal(0, outcome.Code);
        Assert.Contains("  quantity     power\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  duration     10 s\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  maximum      3 mW\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 gaps", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 negative values, set to 0", outcome.Output, StringComparison.Ordinal);

        JsonElement json = Shell.Run("trace", "info", "--json", trace).Json;
        Assert.Equal("trace", json.GetProperty("kind").GetString());
        Assert.Equal(10, json.GetProperty("durationSeconds").GetDouble());
        Assert.Equal(0.025, json.GetProperty("energy_J").GetDouble(), 12);
        Assert.Equal(["gap", "missingValue", "negativeValue"], json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("kind").GetString()));
        Assert.Equal(50, Shell.Run("trace", "info", "--json", "--column", "other_mW", trace).Json.GetProperty("energy_J").GetDouble() * 1e3, 9);
    }

    [Fact]
    public void Every_trace_that_comes_with_the_program_is_known_by_name() => Assert.All(ShippedTraces.All, shipped =>
    {
        JsonElement json = Shell.Run("trace", "info", "--json", shipped.Name).Json;
        Assert.Equal(shipped.Generate(shipped.Seed).DurationSeconds, json.GetProperty("durationSeconds").GetDouble());
    });

    [Fact]
    public void What_is_generated_is_what_comes_with_the_program()
    {
        string path = _directory.Root + "/a.csv";
        Shell.Outcome outcome = Shell.Run("trace", "generate", "kinetic-walk", "-o", path);

        Assert.Equal(0, outcome.Code);
        Assert.Contains($"  written to   {path}\n", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(ShippedTraces.Find("kinetic-walk")!.ToText(), File.ReadAllText(path));
        Assert.Equal("a.csv", Path.GetFileName(Assert.Single(Directory.GetFiles(_directory.Root))));
    }

    [Fact]
    public void Seed_and_duration_make_another()
    {
        string path = _directory.Root + "/a.csv";
        JsonElement json = Shell.Run("trace", "generate", "kinetic-walk", "--json", "--seed", "9", "--duration", "2.5s", "-o", path).Json;

        Assert.Equal(2.5, json.GetProperty("durationSeconds").GetDouble());
        Assert.Equal(250, json.GetProperty("samples").GetInt32());
        Assert.Equal(path, json.GetProperty("output").GetString());
        Assert.False(ShippedTraces.Find("kinetic-walk")!.ToText().StartsWith(File.ReadAllText(path)[..200], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "time_s,power_W\n0,1\n1,2\n2,3\n3,\n")]
    [InlineData("--scale 2", "time_s,power_W\n0,2\n1,4\n2,6\n3,\n")]
    [InlineData("--offset -1500mW", "time_s,power_W\n0,0\n1,0.5\n2,1.5\n3,\n")]
    [InlineData("--offset 1W --scale 2", "time_s,power_W\n0,4\n1,6\n2,8\n3,\n")]
    [InlineData("--cut 0.5s,1500ms", "time_s,power_W\n0,1\n0.5,2\n1,\n")]
    [InlineData("--loop 2", "time_s,power_W\n0,1\n1,2\n2,3\n3,1\n4,2\n5,3\n6,\n")]
    [InlineData("--loop 4s", "time_s,power_W\n0,1\n1,2\n2,3\n3,1\n4,\n")]
    [InlineData("--resample 2s", "time_s,power_W\n0,1.5\n2,3\n3,\n")]
    [InlineData("--resample 1s --cut 1s,2s", "time_s,power_W\n0,2\n1,\n")]
    public void A_trace_is_converted(string options, string expected)
    {
        string output = _directory.Root + "/out.csv";
        Shell.Outcome outcome = Shell.Run(["trace", "convert", Write("time_s,power_mW\n0,1000\n1,2000\n2,3000\n"), "-o", output, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        Assert.Equal("", outcome.Error);
        Assert.Equal(expected, File.ReadAllText(output));
    }

    [Theory]
    [InlineData("svg", "<svg")]
    [InlineData("tex", "\\begin{tikzpicture}")]
    [InlineData("csv", ",")]
    public void A_trace_is_drawn(string extension, string content)
    {
        string path = $"{_directory.Root}/out.{extension}";
        Shell.Outcome outcome = Shell.Run("trace", "plot", "kinetic-walk", "--width", "two-columns", "-o", path);

        Assert.Equal("", outcome.Error);
        Assert.Equal(0, outcome.Code);
        Assert.Contains(content, File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trace", "trace: found nothing, expected info, convert, generate, plot")]
    [InlineData("trace frob", "trace: found 'frob', expected info, convert, generate, plot")]
    [InlineData("trace info", "info: found no FILE, expected at least one")]
    [InlineData("trace info no-such.csv", "no-such.csv: found no such file, expected a harvesting trace, or one of solar-outdoor-day, solar-outdoor-irradiance, solar-indoor-office, rf-moving-reader, kinetic-walk")]
    [InlineData("trace convert kinetic-walk", "-o: found nothing, expected a file to write, such as OUT.csv")]
    [InlineData("trace convert kinetic-walk -o", "--output: found nothing, expected a value: OUT.csv")]
    [InlineData("trace convert kinetic-walk -o x/", "-o: found 'x/', expected the path of a file")]
    [InlineData("trace convert kinetic-walk -o x --offset 1", "--offset: found 1 without a unit, expected a power such as 1.5mW")]
    [InlineData("trace convert kinetic-walk -o x --offset 1V", "--offset: found '1V', expected a power such as 1.5mW")]
    [InlineData("trace convert kinetic-walk -o x --scale -1", "--scale: found '-1', expected a factor of 0 or more, such as 2.5")]
    [InlineData("trace convert kinetic-walk -o x --cut 1s", "--cut: found '1s', expected two times such as 10s,2min")]
    [InlineData("trace convert kinetic-walk -o x --cut 2s,1s", "--cut: found '2s,1s', expected 0 <= from < to <= 180 s")]
    [InlineData("trace convert kinetic-walk -o x --loop 0", "--loop: found '0', expected 1 or more, and at most 50000000 samples in all")]
    [InlineData("trace convert kinetic-walk -o x --resample 1ps", "--resample: found '1ps', expected a step above 0 that gives at most 50000000 values")]
    [InlineData("trace convert kinetic-walk -o x --gaps fill", "--gaps: found 'fill', expected one of hold, zero")]
    [InlineData("trace generate sunshine -o x", "generate: found 'sunshine', expected one of solar-outdoor-day, solar-outdoor-irradiance, solar-indoor-office, rf-moving-reader, kinetic-walk")]
    [InlineData("trace generate kinetic-walk -o x --duration 1h", "--duration: found 1h, expected at most 180 s, the length of the model (convert --loop repeats a trace)")]
    [InlineData("trace plot kinetic-walk -o x.png", "-o: found 'x.png', expected a name that ends in .svg, .tex or .csv")]
    public void A_bad_request_is_one_line_and_exit_code_2(string arguments, string message)
    {
        Shell.Outcome outcome = Shell.Run(arguments.Split(' '));

        Assert.Equal(message + "\n", outcome.Error);
        Assert.Equal(2, outcome.Code);
        Assert.Equal("", outcome.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("time_s,power\n0,1\n")]
    [InlineData("time_s,power_V\n0,1\n")]
    [InlineData("\u001b[31mred\n")]
    public void A_file_that_is_no_trace_is_one_line(string text)
    {
        string trace = Write(text);
        foreach (string[] verb in (string[][])[["info"], ["convert", "-o", _directory.Root + "/out.csv"], ["plot", "-o", _directory.Root + "/out.svg"]])
        {
            Shell.Outcome outcome = Shell.Run(["trace", .. verb, trace]);

            Assert.Equal(2, outcome.Code);
            Assert.Single(outcome.Error, '\n');
            Assert.StartsWith(trace, outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', outcome.Error);
            Assert.Equal(trace, Assert.Single(Directory.GetFiles(_directory.Root)));
        }
    }

    [Fact]
    public void What_is_written_replaces_a_file_whole_even_the_one_that_is_read()
    {
        string trace = Write("time_s,power_mW\n0,1000\n1,2000\n");

        Assert.Equal(0, Shell.Run("trace", "convert", trace, "-o", trace).Code);
        Assert.Equal("time_s,power_W\n0,1\n1,2\n2,\n", File.ReadAllText(trace));
        Assert.Single(Directory.GetFiles(_directory.Root));
    }

    private string Write(string text)
    {
        string path = Path.Combine(_directory.Root, "trace.csv");
        File.WriteAllText(path, text);
        return path;
    }
}
