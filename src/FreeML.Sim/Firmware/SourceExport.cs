using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FreeML.Compiler.Emission;
using FreeML.Sim.Msp430.Loading;

namespace FreeML.Sim.Firmware;

/// <summary>
/// Bound firmware as sources that can be built: the runtime's own, the network's tables, the configuration, a linker script and a Makefile. Everything
/// lies where the binder put it, so that the compiler which built the runtime makes the very same memory.
/// </summary>
public static class SourceExport
{
    private const string Device = "msp430fr5994";

    // Takes the place of the runtime's own, in the same place of the linker's order.
    private const string OwnConfiguration = "runtime/configuration.c";

    /// <summary>All files, with paths from the directory they belong in.</summary>
    public static ImmutableArray<(string Path, string Text)> Files(BoundFirmware firmware)
    {
        ArgumentNullException.ThrowIfNull(firmware);
        RuntimeSources sources = RuntimeSources.Of(firmware.Options.Strategy);
        using StringWriter network = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        NetworkSource.Write(firmware.Network, firmware.Plan, network);
        return
        [
            ("Makefile", Makefile(firmware, sources)),
            ("network.c", network.ToString()),
            ("configuration.c", Configuration(firmware)),
            ("firmware.ld", LinkerScript(firmware)),
            .. sources.Files.Where(file => file.Path != OwnConfiguration),
        ];
    }

    private static string Configuration(BoundFirmware firmware)
    {
        StringBuilder text = new();
        text.Append("/* What the runtime is told of its network and of the device; the fields are explained in runtime/configuration.h. Addresses are those of firmware.ld. */\n");
        text.Append("#include \"runtime/configuration.h\"\n\n");
        text.Append("const volatile struct configuration configuration __attribute__((section(\".persistent\"))) =\n{\n");
        foreach (ConfigurationField field in RuntimeConfiguration.Fields(firmware.Options, firmware.Placement))
        {
            string value = field.Bytes == 4 && field.Name is not "deadline_ticks" ? Text($"0x{field.Value:X5}") : Text($"{field.Value}");
            text.Append(Text($"    .{field.Name} = {value}, /* {field.Meaning} */\n"));
        }

        text.Append("};\n");
        if (!firmware.Options.ExitCosts.IsEmpty)
        {
            text.Append("\n/* Of each exit: energy, as the square of the ADC's count, and time that going on to the next answer takes; margin of logits that is certain. */\n");
            text.Append(Text($"extern const struct exit_cost exit_costs[{firmware.Options.ExitCosts.Length}];\n"));
            text.Append(Text($"const struct exit_cost exit_costs[{firmware.Options.ExitCosts.Length}] __attribute__((section(\".exit_costs\"))) =\n{{\n"));
            for (int exit = 0; exit < firmware.Options.ExitCosts.Length; exit++)
            {
                ExitCost cost = firmware.Options.ExitCosts[exit];
                text.Append(Text($"    {{ .need = {cost.Need}u, .ticks = {cost.Ticks}u, .margin = {cost.Margin} }}, /* {exit}: {NetworkSource.Comment(firmware.Network.Exits[exit].Name)} */\n"));
            }

            text.Append("};\n");
        }

        if (!firmware.Options.Tiles.IsEmpty)
        {
            text.Append("\n/* Of each operation: outputs from one commit to the next. */\n");
            text.Append(Text($"extern const uint16_t tiles[{firmware.Options.Tiles.Length}];\n"));
            text.Append(Text($"const uint16_t tiles[{firmware.Options.Tiles.Length}] __attribute__((section(\".tiles\"))) = {{ {string.Join(", ", firmware.Options.Tiles)} }};\n"));
        }

        return text.ToString();
    }

    // The device's script, and behind it what the binder adds.
    private static string LinkerScript(BoundFirmware firmware)
    {
        Placement placement = firmware.Placement;
        (string Name, string Segment, AddressRange Place)[] pieces =
        [
            .. new[] { (NetworkSource.Section, "network", placement.Tables), (".exit_costs", "exit_costs", placement.ExitCosts), (".tiles", "tiles", placement.Tiles) }.Where(piece => piece.Item3.Size > 0),
        ];
        StringBuilder text = new();
        text.Append(Text($"/* The runtime's linker script, and where the network lies. */\nINCLUDE {Device}.ld\n\n/* Each a segment of its own: what is between them is not loaded. */\nPHDRS\n{{\n"));
        foreach ((_, string segment, _) in pieces)
        {
            text.Append(Text($"    {segment} PT_LOAD FLAGS(4);\n"));
        }

        text.Append("}\n\nSECTIONS\n{\n");
        foreach ((string name, string segment, AddressRange place) in pieces)
        {
            text.Append(Text($"    {name} 0x{place.Address:X5} : AT(0x{place.Address:X5}) {{ KEEP(*({name})) }} :{segment}\n"));
        }

        text.Append(Text($"}}\n\n/* The maps, {placement.Maps.Size} bytes: nothing is loaded there. */\nbound_maps = 0x{placement.Maps.Address:X5};\n"));
        return text.ToString();
    }

    private static string Makefile(BoundFirmware firmware, RuntimeSources sources)
    {
        string[] units = [.. sources.Units.Select(unit => unit == OwnConfiguration ? "configuration.c" : unit), "network.c"];
        return Text($$"""
            # Firmware of a network for {{Device}}.  make: firmware.elf and firmware.hex.  make flash: to a LaunchPad, with mspdebug.
            # The runtime of the program that wrote this was built with {{sources.Compiler}}
            # and these flags; the same compiler makes the same memory.
            PREFIX = msp430-elf-
            CC = $(PREFIX)gcc
            OBJCOPY = $(PREFIX)objcopy

            CFLAGS = -I. {{sources.CompileFlags}}
            LDFLAGS = {{sources.LinkFlags}} -T firmware.ld
            LDLIBS = {{sources.Libraries}}
            OBJECTS = {{string.Join(' ', units.Select(unit => unit + ".o"))}}
            HEADERS = $(wildcard device/*.h runtime/*.h)

            all: firmware.elf firmware.hex

            firmware.elf: $(OBJECTS) firmware.ld $(wildcard device/*.ld)
            	$(CC) $(CFLAGS) $(LDFLAGS) $(OBJECTS) $(LDLIBS) -o $@

            firmware.hex: firmware.elf
            	$(OBJCOPY) -O ihex $< $@

            %.c.o: %.c $(HEADERS)
            	$(CC) $(CFLAGS) -c $< -o $@

            %.S.o: %.S $(HEADERS)
            	$(CC) $(CFLAGS) -c $< -o $@

            flash: firmware.elf
            	mspdebug tilib "prog firmware.elf"

            clean:
            	rm -f $(OBJECTS) firmware.elf firmware.hex

            .PHONY: all flash clean

            """).ReplaceLineEndings("\n");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
