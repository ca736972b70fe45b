using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Tests.Jit;

/// <summary>What was translated for one device is run by others that are alike, and by none that is not.</summary>
public class TranslationStoreTests
{
    private const uint Code = 0x5000;
    private const ushort Constant = 3;

    // ADD #3,R5; ADD R5,R6; DEC R7; JMP back
    private static readonly ushort[] Loop = [0x5035, Constant, 0x5506, 0x8317, 0x3FFB];

    [Fact]
    public void A_device_like_another_one_translates_nothing_anew()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        using var shelf = new StoreShelf(disposes: true);
        using Device first = Device(shelf, out JitEngine translates, Loop);
        using Device second = Device(shelf, out JitEngine adopts, Loop);
        using var plain = new Device(DeviceCatalogue.Default);
        Load(plain, Loop);

        foreach (Device device in (Device[])[first, second, plain])
        {
            device.Run(100_000);
        }

        Assert.True(translates.TranslatedInstructions > 0);
        Assert.Equal(0, adopts.TranslatedInstructions);
        Assert.True(adopts.ExecutedInstructions > 10_000);
        Assert.Equal(Seen(plain), Seen(first));
        Assert.Equal(Seen(plain), Seen(second));
    }

    [Fact]
    public void Other_words_at_the_same_address_are_other_code()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        ushort[] changed = [.. Loop];
        changed[1] = Constant + 1;
        using var shelf = new StoreShelf(disposes: true);
        using Device first = Device(shelf, out _, Loop);
        using Device second = Device(shelf, out JitEngine translates, changed);
        using var plain = new Device(DeviceCatalogue.Default);
        Load(plain, changed);

        foreach (Device device in (Device[])[first, second, plain])
        {
            device.Run(100_000);
        }

        Assert.True(translates.TranslatedInstructions > 0);
        Assert.Equal(Seen(plain), Seen(second));
    }

    [Fact]
    public void Another_wait_state_has_a_store_of_its_own_and_comes_back_to_it()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        // MOV #A510,&FRCTL0 or MOV #A500,&FRCTL0, then 40 passes of a loop; again
        ushort[] program =
        [
            0x40B2, 0xA510, 0x0140, 0x4037, 40, 0x5506, 0x8317, 0x23FD,
            0x40B2, 0xA500, 0x0140, 0x4037, 40, 0x5506, 0x8317, 0x23FD, 0x3FEF,
        ];
        using var shelf = new StoreShelf(disposes: true);
        using Device device = Device(shelf, out JitEngine engine, program);
        using var plain = new Device(DeviceCatalogue.Default);
        Load(plain, program);

        device.Run(500_000);
        long translated = engine.TranslatedInstructions;
        device.Run(1_500_000);
        plain.Run(1_500_000);

        Assert.True(translated > 0);
        Assert.Equal(translated, engine.TranslatedInstructions);
        Assert.Equal(Seen(plain), Seen(device));
        Assert.Equal(plain.Ledger.WaitCycles, device.Ledger.WaitCycles);
    }

    [Fact]
    public void A_full_store_gives_way_to_an_empty_one()
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        // INC &(the constant of the ADD behind it); ADD #n,R5; ADD R5,R6; DEC R7; JNZ back; JMP back: new words all the time.
        ushort[] program = [0x5392, (ushort)(Code + 6), 0x5035, 0, 0x5506, 0x4037, 30, 0x5506, 0x8317, 0x23FD, 0x3FF5];
        using var shelf = new StoreShelf(disposes: true);
        using Device device = Device(shelf, out JitEngine engine, program);
        using var plain = new Device(DeviceCatalogue.Default);
        Load(plain, program);

        device.Run(3_000_000);
        plain.Run(3_000_000);

        Assert.True(engine.TranslatedInstructions > 1000);
        Assert.Equal(Seen(plain), Seen(device));
    }

    private static Device Device(StoreShelf shelf, out JitEngine engine, ushort[] words)
    {
        var made = new JitEngine(warmUpCycles: 0, sampleCycles: 20) { NeverPauses = true, Stores = shelf };
        engine = made;
        var device = new Device(DeviceCatalogue.Default, new DeviceOptions { Engine = () => made });
        Load(device, words);
        return device;
    }

    private static void Load(Device device, ushort[] words)
    {
        for (int n = 0; n < words.Length; n++)
        {
            device.PokeWord(Code + (uint)(2 * n), words[n]);
        }

        device.ProgramCounter = Code;
        for (int register = 4; register < 16; register++)
        {
            device.SetRegister(register, 0);
        }

        // The watchdog would start it anew.
        device.PokeWord(0x4400, 0x4303);
        device.SetRegister(1, 0x2B00);
        device.SetRegister(2, 0);
        device.Registers.WriteWord(0x015C, 0x5A80);
    }

    private static (uint, uint, uint, long, long, long) Seen(Device device) =>
        (device.GetRegister(5), device.GetRegister(6), device.ProgramCounter, device.Cycles, device.Ledger.Instructions, device.Ledger.CacheMisses);
}
