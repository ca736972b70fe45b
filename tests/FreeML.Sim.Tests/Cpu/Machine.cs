using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;

namespace FreeML.Sim.Tests.Cpu;

/// <summary>Devices with a few words of code in them.</summary>
internal static class Machine
{
    /// <summary>Where <see cref="Create"/> puts code: FRAM on the FR devices.</summary>
    public const uint Code = 0x4400;

    /// <summary>SR's GIE.</summary>
    public const uint Gie = 8;

    /// <summary>A device that is about to run these words, with the stack in RAM and everything else 0.</summary>
    public static Device Create(string name, params ushort[] words)
    {
        var device = new Device(DeviceCatalogue.Find(name));
        Put(device, Code, words);
        for (int register = 4; register < 16; register++)
        {
            device.SetRegister(register, 0);
        }

        device.SetRegister(1, 0x2400);
        device.SetRegister(2, 0);
        device.ProgramCounter = Code;
        return device;
    }

    /// <summary>Writes words one behind the other.</summary>
    public static void Put(Device device, uint address, params ushort[] words)
    {
        for (int n = 0; n < words.Length; n++)
        {
            device.PokeWord(address + (uint)(2 * n), words[n]);
        }
    }

    /// <summary>Runs instructions one by one.</summary>
    public static void Steps(Device device, int count)
    {
        for (int n = 0; n < count; n++)
        {
            device.Step();
        }
    }

    /// <summary>Everything a program can see and everything that is counted, as text: equal texts, equal states.</summary>
    public static string Snapshot(Device device)
    {
        var text = new System.Text.StringBuilder();
        for (int register = 0; register < 16; register++)
        {
            text.Append($"r{register}={device.GetRegister(register):x} ");
        }

        byte[] memory = new byte[1 << 20];
        device.Peek(0, memory);
        text.Append(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(memory)));
        var ledger = device.Ledger;
        text.Append($" cycles={device.Cycles} time={device.Now.Picoseconds} i={ledger.Instructions} fr={ledger.FramReads} miss={ledger.CacheMisses} fw={ledger.FramWrites}");
        text.Append($" sr={ledger.SramReads} sw={ledger.SramWrites} pr={ledger.PeripheralReads} pw={ledger.PeripheralWrites} w={ledger.WaitCycles} irq={ledger.Interrupts}");
        return text.ToString();
    }
}
