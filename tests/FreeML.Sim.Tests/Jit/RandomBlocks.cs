using System.Globalization;
using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Jit;
using Decoder = FreeML.Sim.Msp430.Isa.Decoder;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// A random program and how it is run: everything follows from a seed. Its pieces are those of <see cref="RandomPieces"/>; around it, interrupts
/// of a timer, DMA onto code at another's pace, a host that patches code, takes writes back and listens to calls, runs cut into slices of a few
/// cycles, power failures. What fails is made smaller: by what happens around it, by pieces, by instructions.
/// </summary>
internal sealed class RandomBlocks
{
    private const uint Vector = 0xFFEA;
    private const uint ResetVector = 0xFFFE;
    private const ushort Alternating = 0x4780;
    private const int Slices = 160;
    private const ushort Nop = 0x4303;

    private readonly int _seed;
    private readonly RandomLayout _layout;
    private readonly List<(uint Address, ushort Turn)> _targets;
    private readonly IReadOnlyList<Chunk> _chunks;
    private readonly Surroundings _around;

    private RandomBlocks(int seed)
    {
        _seed = seed;
        var random = new Random(seed);
        _layout = RandomLayout.Next(random);
        _around = Surroundings.Next(random);
        var targets = new List<(uint, ushort)>();
        var pieces = new RandomPieces(random, _layout, targets);
        _chunks = [Body(pieces, targets, _layout, random), Function(pieces, _layout.Subroutine), .. Overlays(pieces, random), Handler(pieces, random), Start(targets)];
        _targets = targets;
    }

    private RandomBlocks(RandomBlocks larger, IReadOnlyList<Chunk> chunks, Surroundings around)
    {
        (_seed, _layout, _targets) = (larger._seed, larger._layout, larger._targets);
        (_chunks, _around) = (chunks, around);
    }

    /// <summary>Budgets of so many cycles are counted each for itself; longer ones together, at index 0.</summary>
    public const int ShortBudgets = 3;

    /// <summary>Runs that the cases were cut into, by the cycles that each was given.</summary>
    public static long[] Budgets { get; } = new long[ShortBudgets + 1];

    /// <summary>Instructions that one of the engines executed in all cases.</summary>
    public static long Instructions { get; private set; }

    /// <summary>How many of these ran as translated code on the other.</summary>
    public static long Executed { get; private set; }

    /// <summary>Instructions that were translated.</summary>
    public static long Translated { get; private set; }

    /// <summary>Power failures in all cases.</summary>
    public static long PowerFailures { get; private set; }

    /// <summary>Interrupts in all cases.</summary>
    public static long Interrupts { get; private set; }

    /// <summary>Runs the case of a seed on both engines; null if nothing told them apart, else what did, and the smallest case in which it does.</summary>
    public static string? Try(int seed)
    {
        var whole = new RandomBlocks(seed);
        return whole.Difference(isCounted: true) is null ? null : whole.Shrunk().ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"seed {_seed}: {Difference() ?? "equal (!)"}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{_around}");
        foreach (Chunk chunk in _chunks)
        {
            foreach (ListingLine line in Listing.Lines(Bytes(chunk.Words), chunk.Address, showZeros: true).Where(line => line.Mnemonic != "nop"))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {line.Address:x5}:  {line.Text}");
            }
        }

        return text.ToString();
    }

    private RandomBlocks Shrunk()
    {
        RandomBlocks smallest = this;
        foreach (Func<Surroundings, Surroundings> simpler in Surroundings.Simpler)
        {
            TryWith(smallest._chunks, simpler(smallest._around));
        }

        for (int chunk = 0; chunk < _chunks.Count; chunk++)
        {
            Remove(chunk, _chunks[chunk].Pieces);
        }

        for (int chunk = 0; chunk < _chunks.Count; chunk++)
        {
            Remove(chunk, smallest._chunks[chunk].Instructions());
        }

        foreach (Func<Surroundings, Surroundings> simpler in Surroundings.Simpler)
        {
            TryWith(smallest._chunks, simpler(smallest._around));
        }

        return smallest;

        void Remove(int chunk, IReadOnlyList<(int Start, int Count)> parts)
        {
            for (int size = Math.Max(parts.Count, 1); size > 0; size /= 2)
            {
                for (int first = 0; first < parts.Count; first += size)
                {
                    TryWith([.. smallest._chunks.Select((each, n) => n == chunk ? each.Without(parts.Skip(first).Take(size)) : each)], smallest._around);
                }
            }
        }

        void TryWith(IReadOnlyList<Chunk> chunks, Surroundings around)
        {
            var candidate = new RandomBlocks(smallest, chunks, around);
            if (candidate.Difference() is not null)
            {
                smallest = candidate;
            }
        }
    }

    // Null if both engines did the same. What is tried while a case is made smaller is not counted.
    private string? Difference(bool isCounted = false)
    {
        using var engines = new EngineEquality("msp430fr5994", (ulong)_seed, () => new JitEngine(warmUpCycles: 0, _around.SampleCycles) { NeverPauses = _seed % 8 != 0, Watches = _seed % 3 == 0 });
        var calls = (Expected: new List<(uint, long)>(), Found: new List<(uint, long)>());
        Listen(engines.Reference, calls.Expected);
        Listen(engines.Translated, calls.Found);
        var random = new Random(_seed ^ 0x5EED);
        int registers = random.Next();
        byte[] data = new byte[RandomLayout.DataBytes];
        random.NextBytes(data);

        // Erased memory would be a long program that nobody runs, and a translator would have to translate it.
        byte[] nothing = Bytes([.. Enumerable.Repeat<ushort>(0x3FFF, RandomLayout.FramBytes / 2)]);
        engines.Both(device =>
        {
            device.Poke(RandomLayout.Fram, nothing);
            device.Poke(RandomLayout.Data, data);
            device.Poke(RandomLayout.FarData, data);
            Begin(device, registers);
        });
        string? difference = null;
        long[] budgets = new long[Budgets.Length];
        long failures = 0;
        for (int slice = 0; slice < Slices && difference is null; slice++)
        {
            int budget = _around.NextSlice(random);
            budgets[budget <= ShortBudgets ? budget : 0]++;
            long cycles = engines.Reference.Cycles + budget;
            int chance = random.Next(30);
            int choice = random.Next(1 << 20);
            if (chance == 0 && _around.Pokes && _targets.Count > 0)
            {
                (uint target, ushort turn) = _targets[choice % _targets.Count];
                engines.Both(device => device.PokeWord(target, (ushort)(device.PeekWord(target) ^ turn)));
            }

            bool journals = chance == 1 && _around.Journals;
            if (journals)
            {
                engines.Both(device => device.JournalsWrites = true);
            }

            StopReason? expected = Run(engines.Reference, cycles);
            StopReason? found = Run(engines.Translated, cycles);
            if (journals)
            {
                engines.Both(device => device.UndoWritesAfter(choice % (device.JournaledWrites + 1)));
                engines.Both(device => device.JournalsWrites = false);
            }

            bool isStuck = expected is not (StopReason.MaxCycles or null);
            bool isLooking = isStuck || slice % 16 == 15 || slice == Slices - 1;
            difference = expected != found ? $"stopped {found}, not {expected}"
                : engines.Difference(isLooking) ?? (calls.Expected.SequenceEqual(calls.Found) ? null : "calls of the host differ");
            if (isStuck || (_around.Fails && choice % 40 == 0))
            {
                failures++;
                Fail(engines, choice, registers);
            }
            else if (IsAstray(engines.Reference.ProgramCounter) && chance % 3 == 0)
            {
                engines.Both(device => device.ProgramCounter = RandomLayout.Start);
            }

            if (difference is not null)
            {
                difference += string.Create(CultureInfo.InvariantCulture, $" in slice {slice} to cycle {cycles}, PC {engines.Reference.ProgramCounter:X5}; R4 to R15: {string.Join(' ', Enumerable.Range(4, 12).Select(register => engines.Reference.GetRegister(register).ToString("X5", CultureInfo.InvariantCulture)))}");
            }
        }

        if (isCounted)
        {
            Instructions += engines.Reference.Ledger.Instructions;
            Interrupts += engines.Reference.Ledger.Interrupts;
            Executed += engines.Engine.ExecutedInstructions;
            Translated += engines.Engine.TranslatedInstructions;
            PowerFailures += failures;
            for (int n = 0; n < budgets.Length; n++)
            {
                Budgets[n] += budgets[n];
            }
        }

        return difference;
    }

    // What has run out of the program mostly runs through data once: nothing for a translator.
    private bool IsAstray(uint counter) =>
        !_chunks.Any(chunk => counter >= chunk.Address && counter < chunk.Address + (2 * chunk.Words.Length)) && !RandomLayout.IsInSlot(counter);

    // As whoever keeps a supply's books would.
    private StopReason? Run(Device device, long cycles)
    {
        if (!_around.KeepsBooks)
        {
            return device.Run(cycles);
        }

        StopReason? stop = null;
        for (int n = 0; n < 1000 && stop is null; n++)
        {
            stop = device.RunWhileAwake(cycles, SimTime.MaxValue);
            if (stop is null && device.IsAsleep && !device.HasAcceptableInterrupt && device.WakeTime != SimTime.MaxValue)
            {
                device.SleepUntil(device.WakeTime);
            }
        }

        return stop;
    }

    private void Fail(EngineEquality engines, int choice, int registers)
    {
        var sram = (SramAfterFailure)(choice % 3);
        engines.Both(device =>
        {
            device.LosePower();
            device.PowerCycle(device.Now + SimTime.FromMilliseconds(3), ResetCause.BrownOut, sram, 0.003);
            if (_layout.IsInRam || choice % 7 < 2)
            {
                Begin(device, registers);
            }
        });
    }

    private void Begin(Device device, int registers)
    {
        foreach (Chunk chunk in _chunks)
        {
            device.Poke(chunk.Address, Bytes(chunk.Words));
        }

        device.PokeWord(Vector, (ushort)RandomLayout.Handler);
        device.PokeWord(ResetVector, (ushort)RandomLayout.Start);
        for (int n = 0; n < _targets.Count; n++)
        {
            device.PokeWord(RandomLayout.Patches + (uint)(2 * n), device.PeekWord(_targets[n].Address));
        }

        if (_targets.Count > 0)
        {
            ushort word = device.PeekWord(_targets[0].Address);
            device.Poke(Alternating, Bytes([word, (ushort)(word ^ _targets[0].Turn)]));
        }

        RandomProgram.SetRegisters(device, registers);
        device.ProgramCounter = RandomLayout.Start;
        device.SetRegister(2, 0);
    }

    private void Listen(Device device, List<(uint, long)> calls)
    {
        if (_around.Listens)
        {
            device.TrapAt(_layout.Subroutine);
            device.HostCalls = (caller, address) =>
            {
                calls.Add((address, caller.Cycles));
                return HostCallOutcome.Continue;
            };
        }
    }

    private static Chunk Body(RandomPieces pieces, List<(uint, ushort)> targets, RandomLayout layout, Random random)
    {
        var made = new List<Piece>();
        int words = 0;
        ushort[] stack = [0x4031, RandomLayout.Stack];
        Add(new Piece(random.Next(4) == 0 ? [Nop, Nop] : stack));
        while (words < layout.BodyWords)
        {
            Piece piece = pieces.Next(Here());
            if (piece.Words.Length + words <= layout.BodyWords + 8)
            {
                Add(piece);
            }
        }

        Chunk body = Chunk.Of(layout.Origin, made);

        // Back to the beginning, and for what runs past that, here.
        return body with { Words = [.. body.Words, (ushort)(0x3C00 | ((-words - 1) & 0x3FF)), 0x3FFF] };

        uint Here() => layout.Origin + (uint)(2 * words);

        void Add(Piece piece)
        {
            if (piece.Target >= 0)
            {
                targets.Add((Here() + (uint)(2 * piece.Target), piece.Turn));
            }

            made.Add(piece);
            words += piece.Words.Length;
        }
    }

    private static Chunk Function(RandomPieces pieces, uint address)
    {
        Chunk function = Chunk.Of(address, pieces.Function(address));
        return function with { Words = [.. function.Words, pieces.Return] };
    }

    // Each is the one before with a word changed, or another one.
    private static IEnumerable<Chunk> Overlays(RandomPieces pieces, Random random)
    {
        Chunk? last = null;
        for (int n = 0; n < RandomLayout.OverlayCount; n++)
        {
            uint address = RandomLayout.Overlays + ((uint)n * RandomLayout.OverlayBytes);
            Chunk next;
            do
            {
                next = Function(pieces, address);
            }
            while (next.Words.Length > RandomLayout.OverlayBytes / 2);
            if (last is not null && n % 2 == 1)
            {
                ushort[] words = [.. last.Words];
                words[random.Next(words.Length - 1)] ^= (ushort)(random.Next(2) == 0 ? 1 : 1 << random.Next(16));
                next = last with { Address = address, Words = words };
            }

            last = next;
            yield return next;
        }
    }

    // Counts, looks at the timer, does this or that, wakes the CPU and returns.
    private Chunk Handler(RandomPieces pieces, Random random)
    {
        var made = new List<Piece> { new(0x5392, RandomLayout.HandlerCount, 0x4292, 0x0350, RandomLayout.HandlerCount + 2) };
        switch (random.Next(5))
        {
            case 0:
                made.Add(pieces.Change(RandomLayout.Handler));
                break;
            case 1:
                made.Add(new Piece([0x1517, .. pieces.Plain(RandomLayout.Handler + 16, 1, 3), 0x1716])); // PUSHM.W #2,R7 ... POPM.W #2,R7
                break;
            case 2 when _around.Period > 400:
                made.Add(new Piece([0xD232, .. pieces.Plain(RandomLayout.Handler + 16, 1, 3), 0xC232]));
                break;
        }

        made.Add(new Piece(0xC0B1, 0x0010, 0x0000));
        Chunk handler = Chunk.Of(RandomLayout.Handler, made);
        return handler with { Words = [.. handler.Words, 0x1300] };
    }

    // Watchdog, wait states, timers, stack; and to the origin.
    private Chunk Start(List<(uint Address, ushort Turn)> targets)
    {
        List<ushort> words = [0x40B2, 0x5A80, 0x015C, 0x40B2, _around.HasWaitState ? (ushort)0xA510 : (ushort)0xA500, 0x0140];
        if (_around.Period > 0)
        {
            words.AddRange([0x40B2, (ushort)_around.Period, 0x0352, 0x40B2, 0x0010, 0x0342, 0x40B2, 0x0214, 0x0340]);
        }

        if (_around.TransferPeriod > 0 && targets.Count > 0)
        {
            (uint target, _) = targets[0];
            words.AddRange([0x40B2, 0x0300, 0x0500, 0x40B2, Alternating, 0x0522, 0x40B2, (ushort)target, 0x0526, 0x40B2, (ushort)(target >> 16), 0x0528]);
            words.AddRange([0x40B2, 2, 0x052A, 0x40B2, 0x4310, 0x0520, 0x40B2, (ushort)_around.TransferPeriod, 0x0392, 0x40B2, 0x0214, 0x0380]);
        }

        words.AddRange([0x4031, RandomLayout.Stack, (ushort)(0x0080 | (_layout.Origin >> 16 << 8)), (ushort)_layout.Origin]);
        return new Chunk(RandomLayout.Start, [.. words], []);
    }

    private static byte[] Bytes(ushort[] words) => [.. words.SelectMany(word => new[] { (byte)word, (byte)(word >> 8) })];

    // Words at an address, and the pieces that may be taken out.
    private sealed record Chunk(uint Address, ushort[] Words, IReadOnlyList<(int Start, int Count)> Pieces)
    {
        public static Chunk Of(uint address, IReadOnlyList<Piece> pieces)
        {
            var places = new List<(int, int)>();
            int start = 0;
            foreach (Piece piece in pieces)
            {
                places.Add((start, piece.Words.Length));
                start += piece.Words.Length;
            }

            return new Chunk(address, [.. pieces.SelectMany(piece => piece.Words)], places);
        }

        public Chunk Without(IEnumerable<(int Start, int Count)> parts)
        {
            ushort[] words = [.. Words];
            foreach ((int start, int count) in parts)
            {
                words.AsSpan(start, count).Fill(Nop);
            }

            return this with { Words = words };
        }

        // Those that are still there.
        public List<(int Start, int Count)> Instructions()
        {
            var places = new List<(int, int)>();
            foreach ((int start, int count) in Pieces)
            {
                for (int at = start; at < start + count;)
                {
                    Instruction decoded = Decoder.Decode(Address + (uint)(2 * at), [.. Words[at..], 0, 0, 0]);
                    int words = decoded.IsLegal ? decoded.Words : 1;
                    if (Words[at] != Nop && at + words <= start + count)
                    {
                        places.Add((at, words));
                    }

                    at += words;
                }
            }

            return places;
        }
    }

    // What happens around a program.
    private sealed record Surroundings(int Slicing, int SampleCycles, int Period, int TransferPeriod, bool HasWaitState, bool Fails, bool Pokes, bool Journals, bool Listens, bool KeepsBooks)
    {
        public static Func<Surroundings, Surroundings>[] Simpler { get; } =
        [
            around => around with { Period = 0 },
            around => around with { TransferPeriod = 0 },
            around => around with { Fails = false },
            around => around with { Pokes = false },
            around => around with { Journals = false },
            around => around with { Listens = false },
            around => around with { KeepsBooks = false },
            around => around with { HasWaitState = false },
        ];

        public static Surroundings Next(Random random) => new(
            Slicing: random.Next(4),
            SampleCycles: random.Next(3) switch { 0 => 1, 1 => 20, _ => 150 },
            Period: random.Next(3) == 0 ? 0 : random.Next(60, 900),
            TransferPeriod: random.Next(4) == 0 ? random.Next(100, 2000) : 0,
            HasWaitState: random.Next(2) == 0,
            Fails: random.Next(2) == 0,
            Pokes: random.Next(3) == 0,
            Journals: random.Next(4) == 0,
            Listens: random.Next(6) == 0,
            KeepsBooks: random.Next(4) == 0);

        // Long ones, short ones, and a few cycles at a time when code is hot.
        public int NextSlice(Random random)
        {
            int any = random.Next(1, 2000);
            bool isShort = random.Next(4) != 0;
            return Slicing switch
            {
                0 => isShort ? 1 + (any % 3) : any,
                1 => isShort ? 1 + (any % 40) : any,
                2 => isShort ? 1 + (any % 250) : any,
                _ => any,
            };
        }
    }
}
