using FreeML.Compiler.Lowering;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Jit;
using FreeML.Sim.Msp430.Loading;
using FreeML.Sim.Tests.Support;

namespace FreeML.Sim.Tests.Firmware;

/// <summary>A device with a prebuilt image of <c>firmware/tests/operations.c</c>, and a network's tables and maps in its FRAM.</summary>
internal sealed class OperationDevice : IDisposable
{
    private const uint Upper = 0x1_0000;
    private const uint UpperEnd = 0x4_4000;
    private const long MaximumCycles = 2_000_000_000;

    private readonly FirmwareImage _image;
    private readonly uint _tables;
    private readonly uint _arena;
    private readonly Random _random;

    /// <summary>Loads image and network. The maps hold noise.</summary>
    /// <param name="strategy">freeml, tiled or restart.</param>
    /// <param name="network">The network.</param>
    /// <param name="seed">Of the noise, and of the size of tiles.</param>
    /// <param name="fast">With the fast engine, where the host has it.</param>
    public OperationDevice(string strategy, IntegerNetwork network, int seed, bool fast = false)
    {
        Network = network;
        Plan = ArenaPlanner.Plan(network);
        _random = new Random(seed);
        ImagePath = Path.Combine(RepositoryRoot.Path, "firmware", "prebuilt", $"operations_{strategy}.elf");
        _image = ImageReader.Read(ImagePath);
        Device = new Device(
            DeviceCatalogue.Find("msp430fr5994"),
            new DeviceOptions { Engine = fast && JitEngine.IsSupported ? () => new JitEngine() : null },
            (ulong)seed);
        Device.Load(_image);

        byte[] tables = DeviceImage.Create(network, Plan);
        ushort[] tiles = [.. network.AllOperations.Select(_ => (ushort)_random.Next(0, 40))];
        _tables = Upper + (uint)(2 * _random.Next(50));
        _arena = _tables + (uint)(tables.Length + (tables.Length & 1) + (2 * _random.Next(50)));
        uint tileTable = (uint)(_arena + Plan.Bytes);
        Assert.True(tileTable + (2 * tiles.Length) < UpperEnd, "the network does not fit");
        Device.Poke(_tables, tables);
        byte[] noise = new byte[Plan.Bytes];
        _random.NextBytes(noise);
        Device.Poke(_arena, noise);
        for (int i = 0; i < tiles.Length; i++)
        {
            Device.PokeWord(tileTable + (uint)(2 * i), tiles[i]);
        }

        uint task = Symbol("task");
        PokeAddress(task, _tables);
        PokeAddress(task + 4, _arena);
        PokeAddress(task + 8, tileTable);
        SetSteps(0, network.Operations.Length);
    }

    /// <summary>The image it runs.</summary>
    public string ImagePath { get; }

    /// <summary>The network.</summary>
    public IntegerNetwork Network { get; }

    /// <summary>Where its maps are.</summary>
    public ArenaPlan Plan { get; }

    /// <summary>The device.</summary>
    public Device Device { get; }

    /// <summary>The class the firmware found.</summary>
    public int Answer => Device.PeekWord(Symbol("answer"));

    /// <summary>From the next start on at 16 MHz, where FRAM wants a wait state.</summary>
    public void SetFast() => Device.PokeWord(Symbol("task") + 16, 1);

    /// <summary>Which records are to be run, from their begin.</summary>
    public void SetSteps(int first, int end)
    {
        uint task = Symbol("task");
        Device.PokeWord(Symbol("place"), 0);
        Device.PokeWord(task + 12, (ushort)first);
        Device.PokeWord(task + 14, (ushort)end);
        for (uint i = 0; i < 4; i++)
        {
            Device.PokeWord(Symbol("places") + (2 * i), 0);
        }
    }

    /// <summary>Writes elements of a value.</summary>
    public void Put(int value, ReadOnlySpan<short> elements)
    {
        for (int i = 0; i < elements.Length; i++)
        {
            Device.PokeWord(_arena + (uint)(Plan.Offsets[value] + (2 * i)), (ushort)elements[i]);
        }
    }

    /// <summary>Elements of a value.</summary>
    public short[] Get(int value) =>
        [.. Enumerable.Range(0, Network.Values[value].Length).Select(i => (short)Device.PeekWord(_arena + (uint)(Plan.Offsets[value] + (2 * i))))];

    /// <summary>Starts the firmware anew, and runs it to its end.</summary>
    /// <returns>Cycles it took.</returns>
    public long Run()
    {
        Fail();
        long start = Device.Cycles;
        Assert.Equal(StopReason.Parked, Device.Run(start + MaximumCycles));
        return Device.Cycles - start;
    }

    /// <summary>Runs with power failures after random numbers of cycles: more and more, until something is done between two of them.</summary>
    /// <param name="most">Most cycles between two failures, at first.</param>
    /// <returns>How many there were.</returns>
    public int RunThroughFailures(int most)
    {
        Fail();
        int limit = most;
        (int, int, int) before = Progress();
        for (int failures = 0; ; failures++)
        {
            if (Device.Run(Device.Cycles + _random.Next(1, limit)) == StopReason.Parked)
            {
                return failures;
            }

            Assert.True(limit < 10_000_000, "no progress");
            (int, int, int) after = Progress();
            limit = after == before ? limit + (limit / 2) : most;
            before = after;
            Fail();
        }
    }

    /// <summary>Loses power; all RAM is noise afterwards.</summary>
    public void Fail() => Device.PowerCycle(Device.Now, ResetCause.BrownOut, SramAfterFailure.Noise, 1);

    /// <inheritdoc/>
    public void Dispose() => Device.Dispose();

    private uint Symbol(string name) => _image.TryGetSymbol(name, out ImageSymbol? symbol) ? symbol.Value : throw new InvalidOperationException($"no symbol {name}");

    // The place that holds, and the partial sum.
    private (int Steps, int Element, int Partial) Progress()
    {
        uint place = Symbol("places") + (4u * Device.PeekWord(Symbol("place")));
        int partial = _image.TryGetSymbol("partial_current", out ImageSymbol? current) ? Device.PeekWord(current.Value) : 0;
        return (Device.PeekWord(place), Device.PeekWord(place + 2), partial);
    }

    private void PokeAddress(uint at, uint address)
    {
        Device.PokeWord(at, (ushort)address);
        Device.PokeWord(at + 2, (ushort)(address >> 16));
    }
}
