using System.Net;
using System.Net.Sockets;
using System.Text;
using FreeML.Sim.Cli;
using FreeML.Sim.Cli.Exec.Uart;
using FreeML.Sim.Tests.Recording;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Cli;

/// <summary>Programs that print and read over a UART, and the host's end of it.</summary>
public sealed class UartTests : IDisposable
{
    private static readonly string Hello = Image("uart_hello.elf");
    private static readonly string Echo = Image("uart_echo.elf");

    private readonly ScratchDirectory _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("uart_hello.elf", "msp430fr5994")]
    [InlineData("uart_hello_fr5969.elf", "msp430fr5969")]
    [InlineData("uart_hello_fr6989.elf", "msp430fr6989")]
    public void What_the_boards_UART_sends_is_output(string image, string device)
    {
        Shell.Outcome outcome = Shell.Run("exec", "--json", "--device", device, Image(image));
        Assert.Equal("Hello, world\r\n", Output(outcome));
    }

    [Fact]
    public void It_goes_to_a_file_or_to_standard_output()
    {
        string file = _files["uart.txt"];
        Assert.Equal(0, Shell.Run("exec", Hello, "--uart", file).Code);
        Assert.Equal("Hello, world\r\n", File.ReadAllText(file));

        Shell.Outcome outcome = Shell.Run("exec", Hello, "--uart", "uca0:-");
        Assert.Equal("Hello, world\r\n", outcome.Output);
        Assert.Contains("parked", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_UARTs_can_be_connected_and_one_that_sends_nothing_gets_nothing()
    {
        string first = _files["0.txt"];
        string second = _files["1.txt"];
        Assert.Equal(0, Shell.Run("exec", Hello, "--uart", "uca0:" + first, "--uart", "uca1:" + second).Code);
        Assert.Equal("Hello, world\r\n", File.ReadAllText(first));
        Assert.Equal("", File.ReadAllText(second));
    }

    // The FR6989's image prints on UCA1, which is another UART than the FR5994's board connects.
    [Fact]
    public void Another_UART_is_shown_if_the_boards_sends_nothing()
    {
        string file = _files["uart.txt"];
        Shell.Outcome outcome = Shell.Run("exec", "--json", "--device", "msp430fr5994", Image("uart_hello_fr6989.elf"), "--uart", file);
        Assert.Equal("Hello, world\r\n", Output(outcome));
        Assert.Equal("Hello, world\r\n", File.ReadAllText(file));
    }

    [Fact]
    public void Input_from_a_file_is_repeatable_and_lets_the_program_sleep_between_characters()
    {
        string input = _files["in.txt"];
        File.WriteAllText(input, "Wisdom is a living stream\n\u0004");
        string[] results = [.. Enumerable.Range(0, 2).Select(_ => Shell.Run("exec", "--json", Echo, "--uart-input", input).Repeatable)];
        Assert.Equal(results[0], results[1]);
        Assert.Contains("WISDOM IS A LIVING STREAM", results[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_heard_to_its_end()
    {
        Shell.Outcome outcome = Shell.Run("stop\u0004", CancellationToken.None, "exec", Echo, "--uart", "-");
        Assert.Equal("STOP", outcome.Output);
        Assert.Contains("parked", outcome.Error, StringComparison.Ordinal);

        // Without its end the program sleeps; that there is nothing more to come ends the run.
        outcome = Shell.Run("go", CancellationToken.None, "exec", "--json", Echo, "--uart", "-");
        Assert.Equal("GO", Output(outcome));
        Assert.Equal("parked", outcome.Json[0].GetProperty("stop").GetString());
    }

    [Fact]
    public async Task A_program_can_connect_over_loopback_TCP()
    {
        using MemoryStream output = new();
        using AnnouncedStream error = new();
        Task<int> run = Task.Run(() =>
        {
            using Terminal terminal = new(Stream.Null, output, error);
            return Application.Run(["exec", Echo, "--uart", "tcp:0"], terminal);
        });
        string line = await error.FirstLine.WaitAsync(TimeSpan.FromSeconds(30));
        IPEndPoint address = IPEndPoint.Parse(line.Split(' ')[^1]);
        Assert.Equal(IPAddress.Loopback, address.Address);
        using TcpClient client = new();
        await client.ConnectAsync(address);
        NetworkStream stream = client.GetStream();
        byte[] answer = new byte[4];
        foreach (string word in new[] { "ping", "pong" })
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(word));
            await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal(word.ToUpperInvariant(), Encoding.ASCII.GetString(answer));
        }

        await stream.WriteAsync(new byte[] { 4 });
        Assert.Equal(0, await run.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_pseudo_terminal_passes_bytes_as_they_are()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        byte[] bytes = [0x00, 0x03, 0x04, 0x0A, 0x0D, 0x11, 0x1A, 0x7F, 0xFF];
        using PseudoTerminal master = PseudoTerminal.Open();
        using FileStream slave = new(master.Name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        byte[] heard = new byte[bytes.Length];
        master.Write(bytes, 0, bytes.Length);
        await Task.Run(() => slave.ReadExactly(heard)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(bytes, heard);
        slave.Write(bytes);
        Array.Clear(heard);
        await Task.Run(() => master.ReadExactly(heard)).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(bytes, heard);
    }

    [Theory]
    [InlineData("--uart: found 'uca4', expected uca0 to uca3 on msp430fr5994", "--uart", "uca4:-")]
    [InlineData("--uart: found 'tcp:x', expected tcp: and a port from 0 to 65535", "--uart", "tcp:x")]
    [InlineData("--uart: found device generic, expected one that has a UART", "--uart", "-", "--device", "generic")]
    [InlineData("--uart: found nothing, expected FILE, -, pty or tcp:PORT", "--uart", "uca0:")]
    [InlineData("--uart: found - with --semihosting gnu, expected one of them, because both have the standard streams", "--uart", "-", "--semihosting", "gnu")]
    public void A_request_that_makes_no_sense_is_one_line(string line, params string[] options)
    {
        Shell.Outcome outcome = Shell.Run(["exec", Hello, .. options]);
        Assert.Equal(2, outcome.Code);
        Assert.Equal(line + "\n", outcome.Error);
    }

    [Fact]
    public void An_input_that_is_not_there_is_one_line()
    {
        Shell.Outcome outcome = Shell.Run("exec", Hello, "--uart-input", _files["none"]);
        Assert.Equal(2, outcome.Code);
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Image(string name) => Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", name);

    private static string Output(Shell.Outcome outcome) => Assert.Single(outcome.Json.EnumerateArray()).GetProperty("output").GetString()!;

    /// <summary>Tells when its first line is complete.</summary>
    private sealed class AnnouncedStream : MemoryStream
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => _line.Task;

        public override void Write(byte[] buffer, int offset, int count)
        {
            base.Write(buffer, offset, count);
            string text = Encoding.UTF8.GetString(ToArray());
            if (text.Contains('\n', StringComparison.Ordinal))
            {
                _line.TrySetResult(text[..text.IndexOf('\n', StringComparison.Ordinal)]);
            }
        }
    }
}
