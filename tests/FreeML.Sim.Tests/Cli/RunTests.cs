using System.Text.Json;

namespace FreeML.Sim.Tests.Cli;

public class RunTests
{
    [Fact]
    public void Without_argument_it_runs_the_bundled_firmware_and_says_so()
    {
        Shell.Outcome outcome = Shell.Run("run");

        Assert.Equal(0, outcome.Code);
        Assert.Equal("", outcome.Error);
        Assert.StartsWith("This version has no scenarios yet. It ran the bundled firmware", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  device          msp430fr5994 at 16 MHz\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  answers         0 1 2 3 4 5 1 4, 8 of 8 right\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  checksum        4715\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void It_gives_the_same_bytes_each_time()
    {
        Assert.Equal(Shell.Run("run").Output, Shell.Run("run").Output);
        Assert.Equal(Shell.Run("run", "--json").Repeatable, Shell.Run("run", "--json").Repeatable);
    }

    [Fact]
    public void The_JSON_has_what_exec_has_and_the_mailbox()
    {
        JsonElement json = Shell.Run("run", "--json").Json;

        Assert.Equal("parked", json.GetProperty("stop").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("scenario").ValueKind);
        Assert.True(json.GetProperty("ledger").GetProperty("fram_read").GetInt64() > 10_000);
        JsonElement mailbox = json.GetProperty("mailbox");
        Assert.True(mailbox.GetProperty("done").GetBoolean());
        Assert.Equal(1, mailbox.GetProperty("boots").GetInt32());
        Assert.Equal([0, 1, 2, 3, 4, 5, 1, 4], mailbox.GetProperty("answers").EnumerateArray().Select(answer => answer.GetInt32()));
        Assert.Equal(8, mailbox.GetProperty("correct").GetInt32());
        Assert.Equal(0x4715, mailbox.GetProperty("crc").GetInt32());
    }
}
