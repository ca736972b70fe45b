using System.Text;
using FreeML.Sim.Conformance;
using FreeML.Sim.Conformance.CrossCheck;
using FreeML.Sim.Conformance.Generation;

const string Usage = """
    usage: generate [--out FOLDER]
           crosscheck gnu --run PATH-OF-msp430-elf-gdb [--suite FOLDER]
           crosscheck mspdebug [--run PATH-OF-mspdebug] [--suite FOLDER]
    """;

string? Option(string name)
{
    int index = Array.IndexOf(args, name);
    return index >= 0 && index + 1 < args.Length ? args[index + 1] : null;
}

int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 2;
}

// Options come in pairs behind the verb; a misspelt one must not pass for a default.
string[] options = ["--out", "--run", "--suite"];
int firstOption = Array.FindIndex(args, argument => argument.StartsWith("--", StringComparison.Ordinal));
string[] pairs = firstOption < 0 ? [] : args[firstOption..];
bool wellFormed = pairs.Length % 2 == 0 && pairs.Where((_, index) => index % 2 == 0).All(name => options.Contains(name));
if (!wellFormed)
{
    return Fail(Usage);
}

const string DefaultFolder = "tests/conformance";

int CrossCheck(IOracle oracle) =>
    CrossChecker.Run(ConformanceSuite.Load(Option("--suite") ?? DefaultFolder), oracle, Console.Out) ? 0 : 1;

try
{
    switch (args)
    {
        case ["generate"] or ["generate", "--out", _]:
            string folder = Option("--out") ?? DefaultFolder;
            Directory.CreateDirectory(folder);
            foreach ((string name, string text) in SuiteGenerator.Generate())
            {
                File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(false));
            }

            ConformanceSuite suite = ConformanceSuite.Load(folder);
            Console.WriteLine($"{suite.Cases.Count} cases in {folder}");
            return 0;
        case ["crosscheck", "gnu", ..] when Option("--run") is { } debugger:
            return CrossCheck(new GnuOracle(debugger));
        case ["crosscheck", "mspdebug", ..]:
            return CrossCheck(new MspdebugOracle(Option("--run") ?? "mspdebug"));
        default:
            return Fail(Usage);
    }
}
catch (Exception problem) when (problem is ConformanceFormatException or IOException or UnauthorizedAccessException or ArgumentException)
{
    return Fail(problem.Message);
}
