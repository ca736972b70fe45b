using System.Globalization;
using FreeML.Sim.Msp430.Bus;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>A module in a device's peripheral map: where it is and what its registers are called.</summary>
/// <param name="Name">As in the data sheet's peripheral table.</param>
/// <param name="BaseAddress">First address.</param>
/// <param name="Length">Bytes it occupies.</param>
/// <param name="Registers">Its registers.</param>
public sealed record DeviceModule(string Name, uint BaseAddress, uint Length, IReadOnlyList<RegisterName> Registers)
{
    /// <summary>
    /// Reads a table of registers: <c>NAME:offset</c> in hexadecimal, separated by blanks; <c>b</c> after the offset makes it a byte
    /// register, <c>=value</c> gives what it holds after a PUC if that is not 0.
    /// </summary>
    internal static DeviceModule Parse(string name, uint baseAddress, uint length, string prefix, string table)
    {
        List<RegisterName> registers = [];
        foreach (string entry in table.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split(':', '=');
            bool isByte = parts[1].Length > 2;
            uint offset = Hex(parts[1][..2]);
            ushort reset = parts.Length > 2 ? (ushort)Hex(parts[2]) : (ushort)0;
            registers.Add(new RegisterName(baseAddress + offset, prefix + parts[0], isByte ? 1 : 2, reset));
        }

        return new DeviceModule(name, baseAddress, length, registers.AsReadOnly());

        static uint Hex(string text) => uint.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
