using System.Text.Json;
using FreeML.Sim.Tests.Loading;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Cli;

public sealed class DisasmTests : IDisposable
{
    private readonly TinyFirmware _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void A_listing_has_labels_addresses_words_and_instructions()
    {
        Shell.Outcome outcome = Shell.Run("disasm", _files.Elf("a.elf", TinyFirmware.Exit(3)));

        Assert.Equal(0, outcome.Code);
        Assert.Equal(
            """
            section .text:

            00004400 <main>:
               04400:  403c 0003            mov     #3, r12
               04404:  12b0 0181            call    #385                      ; 0x00181

            """.ReplaceLineEndings("\n"),
            outcome.Output);
    }

    [Fact]
    public void Cycles_are_shown_on_request()
    {
        Shell.Outcome outcome = Shell.Run("disasm", "--cycles", _files.Elf("a.elf", [.. TinyFirmware.Exit(3), 0x13C0]));

        Assert.Matches(@"mov     #3, r12 +2\n", outcome.Output);
        Assert.Matches(@"call    #385 +4  ; 0x00181\n", outcome.Output);
        Assert.Matches(@"13c0 .* -\n", outcome.Output);
    }

    [Fact]
    public void A_section_is_listed_by_name()
    {
        string image = _files.Elf("a.elf", TinyFirmware.Exit(3), "text");

        Assert.StartsWith("section .rodata:\n", Shell.Run("disasm", "--section", ".rodata", image).Output, StringComparison.Ordinal);
        Shell.Outcome none = Shell.Run("disasm", "--section", ".frob", image);
        Assert.Equal(2, none.Code);
        Assert.Equal("--section: found '.frob', expected one of .text, .vectors, .rodata\n", none.Error);
    }

    [Fact]
    public void An_image_without_sections_is_listed_whole()
    {
        Shell.Outcome outcome = Shell.Run("disasm", _files.TiTxt("a.txt", TinyFirmware.Exit(3)));

        Assert.StartsWith("   04400:  403c 0003            mov     #3, r12\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\n\n   0fffe:  4400                 ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_has_the_same_lines()
    {
        JsonElement document = Shell.Run("disasm", "--json", _files.Elf("a.elf", TinyFirmware.Exit(3))).Json;

        JsonElement block = Assert.Single(document.GetProperty("blocks").EnumerateArray());
        Assert.Equal(".text", block.GetProperty("section").GetString());
        Assert.Equal("main", block.GetProperty("label").GetString());
        JsonElement[] lines = [.. block.GetProperty("lines").EnumerateArray()];
        Assert.Equal(2, lines.Length);
        Assert.Equal(0x4400, lines[0].GetProperty("address").GetInt32());
        Assert.Equal("3c400300", lines[0].GetProperty("bytes").GetString());
        Assert.Equal("mov", lines[0].GetProperty("mnemonic").GetString());
        Assert.Equal("#3, r12", lines[0].GetProperty("operands").GetString());
        Assert.Equal(2, lines[0].GetProperty("cycles").GetInt32());
    }

    [Fact]
    public void Sections_on_top_of_one_another_do_not_make_an_endless_listing()
    {
        var builder = new ElfBuilder().Load(0, new byte[0x10_0000]);
        for (int n = 0; n < 3; n++)
        {
            builder.Section(".again", 1, 6, 0, new byte[0x8_0000]);
        }

        File.WriteAllBytes(_files.Path("a.elf"), builder.Build());
        Shell.Outcome outcome = Shell.Run("disasm", _files.Path("a.elf"));

        Assert.Equal(2, outcome.Code);
        Assert.EndsWith("a.elf: found 2621440 bytes to list, expected at most 1048576, which is the address space\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_leaves_the_address_space_is_refused()
    {
        File.WriteAllBytes(_files.Path("a.elf"), new ElfBuilder().Load(0x4400, [0, 0]).Section(".high", 1, 6, 0xF_FFFE, new byte[8]).Build());
        Shell.Outcome outcome = Shell.Run("disasm", _files.Path("a.elf"));

        Assert.Equal(2, outcome.Code);
        Assert.Single(outcome.Error, '\n');
    }

    [Fact]
    public void An_image_without_code_says_which_sections_it_has()
    {
        File.WriteAllBytes(_files.Path("a.elf"), new ElfBuilder().Load(0x4400, [1, 2], name: ".rodata", flags: 2).Build());
        Shell.Outcome outcome = Shell.Run("disasm", _files.Path("a.elf"));

        Assert.Equal(2, outcome.Code);
        Assert.EndsWith("a.elf: found no executable section, expected --section with one of .rodata\n", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_bundled_image_lists_all_bytes_of_its_code()
    {
        string[] images = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt"), "*.elf");
        Assert.All(images, image =>
        {
            Shell.Outcome outcome = Shell.Run("disasm", "--json", image);
            Assert.Equal(0, outcome.Code);
            (string? Section, int Address) next = (null, 0);
            foreach (JsonElement block in outcome.Json.GetProperty("blocks").EnumerateArray())
            {
                int address = block.GetProperty("address").GetInt32();
                string? section = block.GetProperty("section").GetString();
                Assert.True(section != next.Section || address == next.Address, $"{image}: {section} goes from {next.Address:x} to {address:x}");
                foreach (JsonElement line in block.GetProperty("lines").EnumerateArray())
                {
                    Assert.Equal(address, line.GetProperty("address").GetInt32());
                    address += line.GetProperty("bytes").GetString()!.Length / 2;
                }

                next = (section, address);
            }

            Assert.NotNull(next.Section);
        });
    }
}
