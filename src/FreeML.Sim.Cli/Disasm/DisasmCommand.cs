using System.CommandLine;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Cli.Disasm;

/// <summary><c>disasm IMAGE</c>: a listing, in the words of objdump.</summary>
internal static class DisasmCommand
{
    /// <summary>Declares the verb.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<string> image = new("IMAGE") { Description = "Firmware: ELF, TI-TXT or Intel HEX" };
        Option<bool> cycles = CommonOptions.Flag("--cycles", "Show MCLK cycles, without wait states");
        Option<string?> section = CommonOptions.Text("--section", "NAME", "List this section (default: all that are executable)");
        Option<bool> json = CommonOptions.Json();
        Command command = new("disasm", "List an image's instructions") { image, cycles, section, json };
        command.SetAction(request =>
        {
            FirmwareImage firmware = SectionChoice.Apply(ImageReader.Read(request.GetRequiredValue(image)), request.GetValue(section));
            IEnumerable<ListingBlock> blocks = ImageListing.Blocks(firmware);
            if (request.GetValue(json))
            {
                Json.WriteObject(terminal, writer => DisasmJson.Write(writer, firmware.Source, blocks));
            }
            else
            {
                DisasmText.Write(terminal.Output, blocks, request.GetValue(cycles));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
