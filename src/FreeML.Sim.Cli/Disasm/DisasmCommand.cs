using System.CommandLine;
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
            FirmwareImage firmware = ImageReader.Read(request.GetRequiredValue(image));
            IReadOnlyList<CodeRange> ranges = CodeRange.Of(firmware, request.GetValue(section));
            SymbolNames names = new(firmware);
            if (request.GetValue(json))
            {
                DisasmJson.Write(terminal, firmware, ranges, names);
                return ExitCode.Done;
            }

            foreach (CodeRange range in ranges)
            {
                DisasmText.Write(terminal.Output, range, names, request.GetValue(cycles));
            }

            return ExitCode.Done;
        });
        return command;
    }
}
