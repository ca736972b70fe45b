using System.Text.Json;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Power;

namespace FreeML.Sim.Cli.Info;

/// <summary>A device: memory map, vectors, and the numbers its models use, each with its source.</summary>
internal sealed class DeviceInfo(DeviceDescription device) : ISubject
{
    // A device without data sheet has no prices either.
    private readonly IReadOnlyList<Coefficient> _prices = device.Constants is null ? [] : PowerModel.For(device.Name).Coefficients;

    /// <inheritdoc/>
    public void WriteText(TextWriter output)
    {
        output.WriteLine($"{device.Name}: {device.Summary}");
        output.WriteLine();
        output.WriteLine("  memory");
        foreach (MemoryRegion region in device.Memory)
        {
            output.WriteLine($"    {region.Start:X5}-{region.End - 1:X5}  {region.Length,7}  {Name(region.Kind),-10}  {region.Name}");
        }

        output.WriteLine();
        output.WriteLine("  vectors, highest priority first");
        foreach (InterruptVector vector in device.Vectors)
        {
            output.WriteLine($"    {vector.Address:X5}  {vector.Name}");
        }

        if (device.Constants is { } constants)
        {
            output.WriteLine();
            output.WriteLine("  constants that are not certain, with their sources");
            foreach (DeviceConstant constant in constants.All)
            {
                output.WriteLine("    " + constant);
            }
        }

        if (_prices.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("  prices of the power model, with their sources; exec --price overrides them");
            foreach (Coefficient price in _prices)
            {
                output.WriteLine("    " + price);
            }
        }
    }

    /// <inheritdoc/>
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("device", device.Name);
        json.WriteString("kind", "device");
        json.WriteString("summary", device.Summary);
        json.WriteArray("memory", device.Memory, (item, region) =>
        {
            item.WriteNumber("start", region.Start);
            item.WriteNumber("size", region.Length);
            item.WriteString("kind", Name(region.Kind));
            item.WriteString("name", region.Name);
        });
        json.WriteArray("vectors", device.Vectors, (item, vector) =>
        {
            item.WriteNumber("address", vector.Address);
            item.WriteString("name", vector.Name);
        });
        json.WriteArray("constants", device.Constants?.All ?? [], (item, constant) =>
        {
            item.WriteString("name", constant.Name);
            item.WriteNumber("value", constant.Value);
            item.WriteString("unit", constant.Unit);
            item.WriteString("source", constant.Source);
            item.WriteString("confidence", Name(constant.Confidence));
        });
        json.WriteArray("prices", _prices, (item, price) =>
        {
            item.WriteString("name", price.Name);
            item.WriteNumber("value", price.Value);
            item.WriteString("unit", price.Unit);
            item.WriteString("source", price.Source);
            item.WriteString("confidence", price.Confidence);
        });
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
