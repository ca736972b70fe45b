using FreeML.Sim.Cli.Report;
using FreeML.Sim.Tests.Recording;

namespace FreeML.Sim.Tests.Report;

/// <summary>The page and the figures of a run. With FREEML_REPORT naming a directory, the sample is left there to be looked at.</summary>
public sealed class ReportTests
{
    [Fact]
    public void A_sample()
    {
        if (Environment.GetEnvironmentVariable("FREEML_REPORT") is { Length: > 0 } directory)
        {
            SampleRun.Write(directory);
            ReportFiles.Write(directory);
        }
    }
}
