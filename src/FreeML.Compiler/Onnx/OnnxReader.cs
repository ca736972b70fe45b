using FreeML.Compiler.Data;
using FreeML.Compiler.Models;

namespace FreeML.Compiler.Onnx;

/// <summary>
/// Reads a trained network from an ONNX file: operators 7 to 22, IR 3 and on. Shape arithmetic is worked out, batch normalisation folded, and
/// what does nothing dropped; the batch axis is gone. Files come from strangers: whatever they hold, memory and time are bounded, and what
/// cannot be used is said in one line.
/// </summary>
public static class OnnxReader
{
    private const long LargestFile = 64L << 20;
    private const int OldestOpset = 7;
    private const int NewestOpset = 22;
    private const int OldestIr = 3;

    /// <summary>Reads a file; the network is called like it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keepsNormalisation">Leaves batch normalisation a layer of its own.</param>
    /// <exception cref="ModelException">It is not there, no ONNX model, or holds what is not supported.</exception>
    public static Network Read(string path, bool keepsNormalisation = false) =>
        Read(InputFile.ReadAll(path, LargestFile), path, Path.GetFileNameWithoutExtension(path), keepsNormalisation);

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="file">The bytes, which must not change meanwhile.</param>
    /// <param name="source">For messages.</param>
    /// <param name="name">Name of the network.</param>
    /// <param name="keepsNormalisation">Leaves batch normalisation a layer of its own.</param>
    /// <exception cref="ModelException">It is no ONNX model, or holds what is not supported.</exception>
    public static Network Read(ReadOnlyMemory<byte> file, string source, string name, bool keepsNormalisation = false)
    {
        OnnxModel model = OnnxModel.Parse(file, source);
        if (model.Graph is not { } graph || model.IrVersion < OldestIr)
        {
            throw new ModelException(source, model.Graph is null ? "no graph" : $"IR version {model.IrVersion}", $"an ONNX model of IR version {OldestIr} or later");
        }

        return model.Opset is >= OldestOpset and <= NewestOpset
            ? new OnnxImporter(graph, model.Opset, source).Import(name, keepsNormalisation)
            : throw new ModelException(source, model.Opset == 0 ? "no version of the standard operators" : $"operators of version {model.Opset}", $"version {OldestOpset} to {NewestOpset}");
    }
}
