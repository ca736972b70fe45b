using System.Text;
using System.Text.Json;
using FreeML.Sim.Cli;

namespace FreeML.Sim.Tests.Cli;

/// <summary>Runs the program inside the test, with streams that are kept.</summary>
internal static class Shell
{
    public static Outcome Run(params string[] arguments) => Run("", CancellationToken.None, arguments);

    public static Outcome Run(string input, CancellationToken interrupted, params string[] arguments)
    {
        using MemoryStream output = new();
        using MemoryStream error = new();
        int code;
        using (Terminal terminal = new(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, interrupted))
        {
            code = Application.Run(arguments, terminal);
        }

        return new Outcome(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    internal sealed record Outcome(int Code, string Output, string Error)
    {
        public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public JsonElement Json => JsonDocument.Parse(Output).RootElement;

        /// <summary>The output without the one figure that is another each time.</summary>
        public string Repeatable => System.Text.RegularExpressions.Regex.Replace(Output, "\"hostSeconds\": [^,]+,", "");
    }
}
