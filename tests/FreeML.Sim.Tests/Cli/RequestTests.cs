namespace FreeML.Sim.Tests.Cli;

public class RequestTests
{
    private const string Devices = "msp430fr5994, msp430fr5969, msp430fr6989, generic";

    [Theory]
    [InlineData("", "freeml-sim: found no verb, expected run, exec, compress, compile, eval, report, plot, trace, digits, disasm, info, bench (see freeml-sim --help)")]
    [InlineData("frob", "freeml-sim: found 'frob', expected run, exec, compress, compile, eval, report, plot, trace, digits, disasm, info, bench (see freeml-sim --help)")]
    [InlineData("--frob", "freeml-sim: found '--frob', expected run, exec, compress, compile, eval, report, plot, trace, digits, disasm, info, bench (see freeml-sim --help)")]
    [InlineData("[suggest] exec", "exec: found no IMAGE, expected at least one", "freeml-sim: found '[suggest]', expected run, exec, compress, compile, eval, report, plot, trace, digits, disasm, info, bench (see freeml-sim --help)")]
    [InlineData("exec", "exec: found no IMAGE, expected at least one")]
    [InlineData("exec --json", "exec: found no IMAGE, expected at least one")]
    [InlineData("exec a --frob", "exec: found '--frob', expected an option that exec --help shows")]
    [InlineData("exec -x", "exec: found '-x', expected an option that exec --help shows")]
    [InlineData("exec a --until", "--until: found nothing, expected a value: 10s")]
    [InlineData("exec a --until --json", "--until: found '--json', expected a value: 10s")]
    [InlineData("exec a --until 1s --until 2s", "--until: found 2 values, expected one")]
    [InlineData("exec a --until 10", "--until: found 10 without a unit, expected a time such as 20ms")]
    [InlineData("exec a --until 0s", "--until: found 0s, expected a time from 1ps to 2400h")]
    [InlineData("exec a --until 2401h", "--until: found 2401h, expected a time from 1ps to 2400h")]
    [InlineData("exec a --device x", "--device: found 'x', expected one of " + Devices)]
    [InlineData("exec a --engine frob", "--engine: found 'frob', expected interpreter, jit or compare")]
    [InlineData("exec a --semihosting arm", "--semihosting: found 'arm', expected one of none, gnu")]
    [InlineData("exec a --semihosting-root .", "--semihosting-root: found no --semihosting gnu, expected it, because other programs have no files")]
    [InlineData("exec a --semihosting gnu --semihosting-root no-such", "--semihosting-root: found no directory 'no-such', expected one that holds the program's files")]
    [InlineData("exec a --device generic --clock 8", "--clock: found 8 without a unit, expected a frequency such as 8MHz")]
    [InlineData("exec a --device generic --clock 2GHz", "--clock: found 2GHz, expected a frequency from 1Hz to 1GHz")]
    [InlineData("exec a --clock 8MHz", "--clock: found device msp430fr5994, whose firmware sets the clock, expected --device generic")]
    [InlineData("exec a --hfxt 48MHz", "--hfxt: found 48MHz, expected a frequency from 1MHz to 24MHz")]
    [InlineData("exec a --device generic --lfxt", "--lfxt: found device generic, which has no crystal pins, expected --clock")]
    [InlineData("exec a --device generic --hfxt 16MHz", "--hfxt: found device generic, which has no crystal pins, expected --clock")]
    [InlineData("exec a --max-cycles 0", "--max-cycles: found '0', expected a whole number from 1 to 9223372036854775807")]
    [InlineData("exec a --max-cycles 1e6", "--max-cycles: found '1e6', expected a whole number from 1 to 9223372036854775807")]
    [InlineData("exec a --max-cycles 9223372036854775808", "--max-cycles: found '9223372036854775808', expected a whole number from 1 to 9223372036854775807")]
    [InlineData("exec a --seed 18446744073709551616", "--seed: found '18446744073709551616', expected a whole number from 0 to 18446744073709551615")]
    [InlineData("exec a --seed -1", "--seed: found '-1', expected a whole number from 0 to 18446744073709551615")]
    [InlineData("disasm", "disasm: found no IMAGE, expected at least one")]
    [InlineData("disasm a b", "disasm: found 'b' as well, expected one IMAGE")]
    [InlineData("info", "info: found no FILE, expected at least one")]
    [InlineData("run scenario.yaml", "scenario.yaml: found no such file, expected a scenario")]
    [InlineData("exec no-such.elf", "no-such.elf: found no such file, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)")]
    [InlineData("disasm no-such.elf", "no-such.elf: found no such file, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)")]
    [InlineData("info no-such.elf", "no-such.elf: found no such file, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)")]
    [InlineData("bench no-such.elf", "no-such.elf: found no such file, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)")]
    [InlineData("exec @no-such", "@no-such: found no such file, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)")]
    [InlineData("exec -- --json", "--json: found no such file, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)")]
    public void A_bad_request_is_one_line_and_exit_code_2(string arguments, params string[] messages)
    {
        Shell.Outcome outcome = Shell.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal(2, outcome.Code);
        Assert.Contains(outcome.Error, messages.Select(message => message + "\n"));
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public void A_file_that_is_no_firmware_is_one_line_and_exit_code_2()
    {
        using TinyFirmware files = new();
        File.WriteAllText(files.Path("poem.txt"), "Shall I compare thee\n");
        Assert.All(
            new[] { "exec", "disasm", "info", "bench" },
            verb =>
            {
                Shell.Outcome outcome = Shell.Run(verb, files.Path("poem.txt"));
                Assert.Equal(2, outcome.Code);
                Assert.EndsWith("poem.txt: found 5368616C6C204920 as first bytes, expected firmware as ELF, TI-TXT (begins with @) or Intel HEX (begins with :)\n", outcome.Error, StringComparison.Ordinal);
                Assert.Single(outcome.Error, '\n');
            });
    }

    [Theory]
    [InlineData("--help", "run", "exec", "trace", "disasm", "info", "bench", "--version")]
    [InlineData("-h", "run", "exec", "trace", "disasm", "info", "bench", "--version")]
    [InlineData("exec --help", "--device", "--engine", "--semihosting", "--semihosting-root", "--clock", "--lfxt", "--hfxt", "--max-cycles", "--until", "--seed", "--json", "--trace", "--capacitor", "--turn-on", "--record")]
    [InlineData("disasm --help", "--cycles", "--section", "--json")]
    [InlineData("info --help", "--json")]
    [InlineData("bench --help", "--json")]
    [InlineData("run --help", "--json")]
    public void Help_names_what_there_is(string arguments, params string[] names)
    {
        Shell.Outcome outcome = Shell.Run(arguments.Split(' '));

        Assert.Equal(0, outcome.Code);
        Assert.Equal("", outcome.Error);
        Assert.StartsWith("Description:", outcome.Output, StringComparison.Ordinal);
        Assert.All(names, name => Assert.Contains($"  {name} ", outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Version_is_one_line()
    {
        Shell.Outcome outcome = Shell.Run("--version");

        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"^freeml-sim \d+\.\d+\.\d+\n$", outcome.Output);
    }
}
