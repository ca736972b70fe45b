using System.CommandLine;
using FreeML.Compiler.Data;
using FreeML.Compiler.Fml;
using FreeML.Compiler.Onnx;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Info;

/// <summary><c>info FILE</c>: what a file, or a directory of data, is. <c>info DEVICE</c>: what a device is, with the sources of its numbers.</summary>
internal static class InfoCommand
{
    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> subject = new("FILE") { Description = $"An image, a network (.onnx), a data set (directory or file), or a device: {string.Join(", ", DeviceCatalogue.All.Select(device => device.Name))}" };
        Option<bool> json = CommonOptions.Json();
        Command command = new("info", "Tell what a file is, or a device") { subject, json };
        command.SetAction(request =>
        {
            ISubject found = Find(request.GetRequiredValue(subject));
            if (request.GetValue(json))
            {
                Json.WriteObject(terminal, found.WriteJson);
            }
            else
            {
                found.WriteText(terminal.Output);
            }

            return ExitCode.Done;
        });
        return command;
    }

    // Images and .fml files have content to know them by, and any name; ONNX networks and data are known by their names.
    private static readonly (string Ending, Func<string, ISubject> Read)[] Kinds =
    [
        (".onnx", file => new NetworkInfo(file, OnnxReader.Read(file))),
        (".npz", ReadData),
        (".npy", ReadData),
        (".ts", ReadData),
        (".ts.gz", ReadData),
    ];

    // A file may be called like a device; then the file is meant.
    private static ISubject Find(string subject)
    {
        if (Directory.Exists(subject))
        {
            return ReadData(subject);
        }

        if (!File.Exists(subject) && DeviceCatalogue.TryFind(subject, out DeviceDescription? device))
        {
            return new DeviceInfo(device);
        }

        Func<string, ISubject>? read = Array.Find(Kinds, kind => subject.EndsWith(kind.Ending, StringComparison.OrdinalIgnoreCase)).Read;
        return read is not null ? read(subject)
            : FmlReader.IsFml(subject) ? new FmlInfo(subject, FmlReader.Read(subject))
            : new ImageInfo(ImageReader.Read(subject));
    }

    private static DataSetInfo ReadData(string path)
    {
        LabelledData? training = DataSets.TryLoad(path, DataSplit.Training);
        LabelledData? test = DataSets.TryLoad(path, DataSplit.Test);
        return new DataSetInfo(path, training, test ?? training ?? DataSets.Load(path, DataSplit.Test));
    }
}
