using System.CommandLine;
using FreeML.Compiler.Fml;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Info;

/// <summary><c>info FILE</c>: what a file is. <c>info DEVICE</c>: what a device is, with the sources of its numbers.</summary>
internal static class InfoCommand
{
    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> subject = new("FILE") { Description = $"A file, or a device: {string.Join(", ", DeviceCatalogue.All.Select(device => device.Name))}" };
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

    // A file may be called like a device; then the file is meant.
    private static ISubject Find(string subject) => !File.Exists(subject) && DeviceCatalogue.TryFind(subject, out DeviceDescription? device)
        ? new DeviceInfo(device)
        : FmlReader.IsFml(subject) ? new FmlInfo(subject, FmlReader.Read(subject))
        : new ImageInfo(ImageReader.Read(subject));
}
