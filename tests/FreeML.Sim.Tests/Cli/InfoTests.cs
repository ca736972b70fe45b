using System.Text.Json;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Cli;

public sealed class InfoTests : IDisposable
{
    private readonly TinyFirmware _files = new();

    private static string Demo { get; } = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", "demo.elf");

    public void Dispose() => _files.Dispose();

    [Fact]
    public void An_ELF_image_is_described()
    {
        Shell.Outcome outcome = Shell.Run("info", Demo);

        Assert.Equal(0, outcome.Code);
        Assert.StartsWith(Demo + ": ELF32 for MSP430, ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  entry point   0x04000\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  reset vector  0x04000\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("  e_flags       0x2D (MSP430X)\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("instruction set msp430x, code model small, data model small\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("AXC   .text\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("msp430fr5994  fits\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("msp430fr5969  does not fit: ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_says_the_same()
    {
        JsonElement image = Shell.Run("info", "--json", Demo).Json;

        Assert.Equal("image", image.GetProperty("kind").GetString());
        Assert.Equal("elf", image.GetProperty("format").GetString());
        Assert.Equal(0x4000, image.GetProperty("entryPoint").GetInt32());
        Assert.Equal("msp430x", image.GetProperty("instructionSet").GetString());
        Assert.Equal(
            image.GetProperty("bytes").GetInt32(),
            image.GetProperty("segments").EnumerateArray().Sum(segment => segment.GetProperty("size").GetInt32()));
        Assert.Equal("FRAM", image.GetProperty("segments")[0].GetProperty("region").GetString());
        Assert.Contains(image.GetProperty("sections").EnumerateArray(), section => section.GetProperty("name").GetString() == ".persistent");
        Assert.Equal(
            [true, false, false, true],
            image.GetProperty("devices").EnumerateArray().Select(device => device.GetProperty("fits").GetBoolean()));
    }

    [Fact]
    public void Text_formats_are_told_apart()
    {
        string text = _files.TiTxt("a", TinyFirmware.Parked);
        File.WriteAllText(_files.Path("b"), ":02000000FF3FC0\n:00000001FF\n");

        Assert.Contains(": TI-TXT, 10 bytes to load\n", Shell.Run("info", text).Output, StringComparison.Ordinal);
        Shell.Outcome hex = Shell.Run("info", _files.Path("b"));
        Assert.Contains(": Intel HEX, 2 bytes to load\n", hex.Output, StringComparison.Ordinal);
        Assert.Contains("reset vector  none\n", hex.Output, StringComparison.Ordinal);
        Assert.Contains("generic       does not fit: no reset vector at 0xFFFE\n", hex.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_described_with_the_sources_of_its_numbers()
    {
        Shell.Outcome outcome = Shell.Run("info", "msp430fr5994");
        DeviceDescription device = DeviceCatalogue.Find("msp430fr5994");

        Assert.Equal(0, outcome.Code);
        Assert.All(device.Memory, region => Assert.Contains($"    {region.Start:X5}-{region.End - 1:X5}  ", outcome.Output, StringComparison.Ordinal));
        Assert.All(device.Vectors, vector => Assert.Contains($"    {vector.Address:X5}  {vector.Name}\n", outcome.Output, StringComparison.Ordinal));
        Assert.All(device.Constants!.All, constant => Assert.Contains($"    {constant}\n", outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_device_has_a_description_in_JSON()
    {
        Assert.All(DeviceCatalogue.All, device =>
        {
            JsonElement json = Shell.Run("info", "--json", device.Name).Json;
            Assert.Equal(device.Name, json.GetProperty("device").GetString());
            Assert.Equal(device.Memory.Count, json.GetProperty("memory").GetArrayLength());
            Assert.Equal(device.Vectors.Count, json.GetProperty("vectors").GetArrayLength());
            Assert.Equal(device.Constants?.All.Count ?? 0, json.GetProperty("constants").GetArrayLength());
            Assert.All(json.GetProperty("constants").EnumerateArray(), constant => Assert.NotEqual("", constant.GetProperty("source").GetString()));
        });
    }
}
