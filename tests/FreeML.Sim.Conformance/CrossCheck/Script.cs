using System.Diagnostics;
using System.Globalization;

namespace FreeML.Sim.Conformance.CrossCheck;

/// <summary>Helpers to drive a debugger with a script and to group what goes into it.</summary>
internal static class Script
{
    /// <summary>Runs a program, feeds it <paramref name="input"/>, returns the lines it printed.</summary>
    /// <exception cref="IOException">The program cannot be started.</exception>
    public static IReadOnlyList<string> Run(string program, IEnumerable<string> arguments, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start) ?? throw new IOException($"{program}: cannot be started");
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            Task writing = Task.Run(() => Feed(process, input));
            var lines = new List<string>();
            while (process.StandardOutput.ReadLine() is { } line)
            {
                lines.Add(line);
            }

            writing.Wait();
            process.WaitForExit();
            return lines;
        }
        catch (System.ComponentModel.Win32Exception problem)
        {
            throw new IOException($"{program}: {problem.Message}", problem);
        }
    }

    /// <summary>Contiguous words as runs of (address, words).</summary>
    public static IEnumerable<(int Address, IReadOnlyList<ushort> Words)> Runs(IReadOnlyDictionary<int, ushort> memory)
    {
        var run = new List<ushort>();
        int start = 0;
        foreach ((int address, ushort word) in memory)
        {
            if (run.Count > 0 && address != start + (2 * run.Count))
            {
                yield return (start, run);
                run = [];
            }

            if (run.Count == 0)
            {
                start = address;
            }

            run.Add(word);
        }

        if (run.Count > 0)
        {
            yield return (start, run);
        }
    }

    public static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static void Feed(Process process, string input)
    {
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it read everything: the missing answers tell.
        }
    }
}
