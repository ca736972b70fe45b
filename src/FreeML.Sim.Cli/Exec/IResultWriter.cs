namespace FreeML.Sim.Cli.Exec;

/// <summary>Shows results one after the other.</summary>
internal interface IResultWriter
{
    /// <summary>Shows one.</summary>
    void Write(ExecResult result);

    /// <summary>There are no more.</summary>
    void End();
}
