namespace FreeML.Sim.Cli.Figures;

/// <summary>Draws figures in one format. The seam where another plotting library goes: it needs the model and, if it cannot place things itself, the layout.</summary>
public interface IFigureWriter
{
    /// <summary>What names of its files end in, without the dot.</summary>
    string Extension { get; }

    /// <summary>Writes a figure. The same figure gives the same bytes.</summary>
    void Write(FigureLayout layout, TextWriter output);
}
