using FreeML.Compiler;
using FreeML.Compiler.Compression;
using FreeML.Compiler.Models;
using FreeML.Compiler.Onnx;

namespace FreeML.Sim.Cli.Compress;

/// <summary>A network that the user named: a file, or a published network by its name.</summary>
internal static class ModelSource
{
    /// <summary>Reads a network. A file may be called like a published network; then the file is meant.</summary>
    /// <param name="name">As the user named it.</param>
    /// <param name="keepsNormalisation">Leaves batch normalisation a layer of its own: the published code counts its numbers.</param>
    /// <exception cref="ModelException">It is none.</exception>
    public static Network Read(string name, bool keepsNormalisation) =>
        !File.Exists(name) && PublishedNetworks.Find(name) is { } published ? published : OnnxReader.Read(name, keepsNormalisation);
}
