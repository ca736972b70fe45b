using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Bus;
using FreeML.Sim.Msp430.Cpu;
using FreeML.Sim.Msp430.Devices;
using FreeML.Sim.Msp430.Isa;
using FreeML.Sim.Msp430.Jit;
using Decoder = FreeML.Sim.Msp430.Isa.Decoder;

namespace FreeML.Sim.Tests.Jit;

/// <summary>
/// A program of random blocks, and how it is run: everything follows from a seed. Instructions of the whole set, jumps, calls, loops, writes
/// of SR, the multiplier, code that changes itself, variables beside code; interrupts of a timer; runs cut into slices of a few cycles;
/// power failures. What fails is made smaller by putting NOPs in the place of whatever is not needed.
/// </summary>
internal sealed class RandomBlocks
{
    private const uint Stack = 0x2B00;
    private const uint Handler = 0x4400;
    private const uint Trampoline = 0x4480;
    private const uint Vector = 0xFFEA;
    private const uint SubroutineOffset = 0x180;
    private const int BodyWords = 90;
    private const int Slices = 250;
    private const ushort Nop = 0x4303;

    private readonly int _seed;
    private readonly uint _origin;
    private readonly List<(int Start, int Count)> _pieces = [];
    private readonly ushort[] _body;
    private readonly ushort[] _subroutine;
    private readonly int _longestSlice;
    private readonly int _sampleCycles;
    private readonly int _period;
    private readonly bool _waits;
    private readonly bool _fails;

    private RandomBlocks(int seed)
    {
        _seed = seed;
        var random = new Random(seed);
        _origin = random.Next(4) switch
        {
            0 => 0x1C00,
            1 => 0x12000,
            _ => 0x5000u + (2 * (uint)random.Next(32)),
        };
        _longestSlice = random.Next(4) switch { 0 => 1, 1 => 3, 2 => 120, _ => 1500 };
        _sampleCycles = random.Next(3) switch { 0 => 1, 1 => 20, _ => 150 };
        _period = random.Next(3) == 0 ? 0 : random.Next(40, 700);
        _waits = random.Next(2) == 0;
        _fails = random.Next(2) == 0;
        var words = new List<ushort>();
        while (words.Count < BodyWords)
        {
            ushort[] piece = Piece(random, _origin + (uint)(2 * words.Count), _origin + SubroutineOffset);
            _pieces.Add((words.Count, piece.Length));
            words.AddRange(piece);
        }

        // Back to the beginning, and for what runs past that, here.
        words.Add((ushort)(0x3C00 | ((-words.Count - 1) & 0x3FF)));
        words.Add(0x3FFF);
        _body = [.. words];
        var subroutine = new List<ushort>();
        while (subroutine.Count < 6)
        {
            subroutine.AddRange(Plain(random, _origin + SubroutineOffset + (uint)(2 * subroutine.Count)));
        }

        _subroutine = [.. subroutine, 0x4130]; // RET
    }

    private RandomBlocks(RandomBlocks larger, ushort[] body, int period, bool fails)
    {
        (_seed, _origin, _pieces, _subroutine) = (larger._seed, larger._origin, larger._pieces, larger._subroutine);
        (_longestSlice, _sampleCycles, _waits) = (larger._longestSlice, larger._sampleCycles, larger._waits);
        (_body, _period, _fails) = (body, period, fails);
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
        text.AppendLine(CultureInfo.InvariantCulture, $"slices up to {_longestSlice} cycles, samples of {_sampleCycles}, timer period {_period}, {(_waits ? "a wait state" : "no wait states")}, {(_fails ? "with" : "no")} power failures");
        foreach ((uint at, ushort[] words) in ((uint, ushort[])[])[(_origin, _body), (_origin + SubroutineOffset, _subroutine)])
        {
            foreach (ListingLine line in Listing.Lines(Bytes(words), at, showZeros: true).Where(line => line.Mnemonic != "nop"))
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {line.Address:x5}:  {line.Text}");
            }
        }

        return text.ToString();
    }

    private RandomBlocks Shrunk()
    {
        RandomBlocks smallest = this;
        TryWith(new RandomBlocks(smallest, smallest._body, 0, smallest._fails));
        TryWith(new RandomBlocks(smallest, smallest._body, smallest._period, fails: false));
        for (int size = _pieces.Count / 2; size > 0; size /= 2)
        {
            for (int first = 0; first < _pieces.Count; first += size)
            {
                ushort[] body = [.. smallest._body];
                foreach ((int start, int count) in _pieces.Skip(first).Take(size))
                {
                    body.AsSpan(start, count).Fill(Nop);
                }

                TryWith(new RandomBlocks(smallest, body, smallest._period, smallest._fails));
            }
        }

        return smallest;

        void TryWith(RandomBlocks candidate)
        {
            if (candidate.Difference() is not null)
            {
                smallest = candidate;
            }
        }
    }

    // Null if both engines did the same. What is tried while a case is made smaller is not counted.
    private string? Difference(bool isCounted = false)
    {
        DeviceDescription description = DeviceCatalogue.Find("msp430fr5994");
        using var reference = new Device(description, null, (ulong)_seed);
        using var subject = new Device(description, new DeviceOptions { Engine = () => new JitEngine(warmUpCycles: 0, _sampleCycles) { NeverPauses = _seed % 8 != 0 } }, (ulong)_seed);
        Begin(reference);
        Begin(subject);
        var random = new Random(_seed ^ 0x5EED);
        string? difference = null;
        long[] budgets = new long[Budgets.Length];
        long failures = 0;
        for (int slice = 0; slice < Slices && difference is null; slice++)
        {
            int budget = random.Next(1, _longestSlice + 1) + (_longestSlice < 10 && slice % 5 == 0 ? random.Next(400) : 0);
            budgets[budget <= ShortBudgets ? budget : 0]++;
            long cycles = reference.Cycles + budget;
            StopReason expected = reference.Run(cycles);
            StopReason found = subject.Run(cycles);
            difference = expected != found ? $"stopped {found}, not {expected}" : Different(reference, subject);
            bool isLast = slice == Slices - 1;
            bool isStuck = expected is not StopReason.MaxCycles;
            if (difference is null && (isLast || isStuck || slice % 50 == 49))
            {
                difference = DifferentMemory(reference, subject);
            }

            if (isStuck || (_fails && random.Next(60) == 0))
            {
                var sram = (SramAfterFailure)random.Next(3);
                foreach (Device device in (ReadOnlySpan<Device>)[reference, subject])
                {
                    device.LosePower();
                    device.PowerCycle(device.Now + SimTime.FromMilliseconds(3), ResetCause.BrownOut, sram, 0.003);
                    Begin(device);
                }

                failures++;
            }

            if (difference is not null)
            {
                difference += $" in slice {slice} to cycle {cycles}, PC {reference.ProgramCounter:X5}";
            }
        }

        if (isCounted)
        {
            Instructions += reference.Ledger.Instructions;
            Interrupts += reference.Ledger.Interrupts;
            Executed += ((JitEngine)subject.Engine).ExecutedInstructions;
            Translated += ((JitEngine)subject.Engine).TranslatedInstructions;
            PowerFailures += failures;
            for (int n = 0; n < budgets.Length; n++)
            {
                Budgets[n] += budgets[n];
            }
        }

        return difference;
    }

    private void Begin(Device device)
    {
        device.Poke(_origin, Bytes(_body));
        device.Poke(_origin + SubroutineOffset, Bytes(_subroutine));

        // Counts, looks at a register of the timer, and returns.
        device.Poke(Handler, Bytes([0x5392, 0x2B20, 0x4292, 0x0350, 0x2B22, 0x1300]));
        device.PokeWord(Vector, (ushort)Handler);
        device.Poke(Trampoline, Bytes([(ushort)(0x0080 | (_origin >> 16 << 8)), (ushort)_origin])); // MOVA #origin,PC
        device.PokeWord(0xFFFE, (ushort)Trampoline);
        device.Registers.WriteWord(0x015C, 0x5A80);
        device.Registers.WriteWord(0x0140, (ushort)(_waits ? 0xA510 : 0xA500));
        if (_period > 0)
        {
            device.Registers.WriteWord(0x0352, (ushort)_period);
            device.Registers.WriteWord(0x0342, 0x0010);
            device.Registers.WriteWord(0x0340, 0x0214);
        }

        device.ProgramCounter = _origin;
        var random = new Random(_seed);
        RandomProgram.SetRegisters(device, random.Next());
        device.SetRegister(1, Stack);
        device.SetRegister(2, (uint)random.Next(16));
    }

    private static string? Different(Device reference, Device subject)
    {
        for (int register = 0; register < 16; register++)
        {
            if (reference.GetRegister(register) != subject.GetRegister(register))
            {
                return $"R{register} is {subject.GetRegister(register):X5}, not {reference.GetRegister(register):X5}";
            }
        }

        if (reference.Cycles != subject.Cycles || reference.Now != subject.Now)
        {
            return $"cycles are {subject.Cycles}, not {reference.Cycles}";
        }

        ActivityLedger expected = reference.Ledger;
        ActivityLedger found = subject.Ledger;
        if (MemoryMarshal.AsBytes(new ReadOnlySpan<ActivityLedger>(ref expected)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<ActivityLedger>(ref found))))
        {
            return null;
        }

        return string.Join(", ", typeof(ActivityLedger).GetFields()
            .Where(field => field.FieldType == typeof(long) && !Equals(field.GetValue(expected), field.GetValue(found)))
            .Select(field => $"{field.Name} is {field.GetValue(found)}, not {field.GetValue(expected)}"));
    }

    private static string? DifferentMemory(Device reference, Device subject)
    {
        byte[] expected = new byte[1 << 20];
        byte[] found = new byte[1 << 20];
        reference.Peek(0, expected);
        subject.Peek(0, found);
        int same = expected.AsSpan().CommonPrefixLength(found);
        return same == expected.Length ? null : $"memory at {same:X5} is {found[same]:X2}, not {expected[same]:X2}";
    }

    private static ushort[] Piece(Random random, uint address, uint subroutine)
    {
        switch (random.Next(24))
        {
            case 0: // SR as a whole: flags and GIE
                return random.Next(5) switch
                {
                    0 => [(ushort)(0xC002 | Constant(random))], // BIC #1, 2, 4, 8
                    1 => [(ushort)(0xD002 | Constant(random))], // BIS
                    2 => [0x4032, (ushort)(random.Next(16) | (random.Next(2) << 8))], // MOV #n,SR
                    3 => [0xE032, (ushort)(random.Next(8) | (random.Next(2) << 8))], // XOR #n,SR
                    _ => [0x1202, .. Plain(random, address + 2), 0x4132], // PUSH SR ... POP SR
                };
            case 1: // SR read
                return random.Next(3) switch
                {
                    0 => [(ushort)(0x4200 | Register(random))], // MOV SR,Rn
                    1 => [(ushort)(0xF200 | Register(random))], // AND SR,Rn
                    _ => [0x4282, 0x2B10], // MOV SR,&
                };
            case 2 or 3 or 4: // the multiplier
                return Multiplier(random);
            case 5: // another register: the timer's count, a CRC
                return random.Next(3) switch
                {
                    0 => [(ushort)(0x4210 | Register(random)), 0x0350], // MOV &TA0R,Rn
                    1 => [(ushort)(0x4082 | (Register(random) << 8)), 0x0150], // MOV Rn,&CRCDI
                    _ => [(ushort)(0x4210 | Register(random)), 0x0154], // MOV &CRCINIRES,Rn
                };
            case 6: // calls
                return random.Next(4) switch
                {
                    0 when subroutine < 0x10000 => [0x12B0, (ushort)subroutine], // CALL #sub
                    1 when subroutine < 0x10000 => [0x403A, (ushort)subroutine, 0x128A], // MOV #sub,R10; CALL R10
                    2 when subroutine < 0x10000 => [0x12B0, (ushort)subroutine, 0x12B0, (ushort)subroutine],
                    _ => [Nop],
                };
            case 7: // what is pushed and popped
                int register = random.Next(4, 12);
                int count = random.Next(1, 5);
                int top = register + count - 1;
                return random.Next(3) switch
                {
                    0 => [(ushort)(0x1500 | ((count - 1) << 4) | top), .. Plain(random, address + 2), (ushort)(0x1700 | ((count - 1) << 4) | register)], // PUSHM.W ... POPM.W
                    1 => [(ushort)(0x1400 | ((count - 1) << 4) | top), .. Plain(random, address + 2), (ushort)(0x1600 | ((count - 1) << 4) | register)], // PUSHM.A ... POPM.A
                    _ => [(ushort)(0x1200 | register), .. Plain(random, address + 2), (ushort)(0x4130 | Register(random))], // PUSH ... POP
                };
            case 8 or 9: // a loop
                ushort[] body = [.. Plain(random, address + 4), .. random.Next(2) == 0 ? Plain(random, address + 4) : []];
                return [0x40B2, (ushort)random.Next(1, 30), 0x2B40, .. body, 0x8392, 0x2B40, (ushort)(0x2000 | ((-body.Length - 3) & 0x3FF))]; // MOV #n,&; ...; DEC &; JNZ
            case 10 when random.Next(2) == 0: // its own constant
                return [(ushort)(0x5030 | Register(random)), (ushort)random.Next(8), .. Change(address + 2)];
            case 11: // a variable beside the code
                return [.. Change(address + (uint)random.Next(1, 4) * 0x40), .. random.Next(2) == 0 ? Array.Empty<ushort>() : Change(address + 0x100)];
            case 12: // a jump over something
                ushort[] over = Plain(random, address + 2);
                return [(ushort)(0x2000 | (random.Next(8) << 10) | over.Length), .. over];
            case 13: // compare, and a jump on it
                ushort[] between = Plain(random, address + 4);
                return [(ushort)(0x9000 | (Register(random) << 8) | Register(random)), (ushort)(0x2000 | (random.Next(8) << 10) | between.Length), .. between];
            default:
                return Plain(random, address);
        }
    }

    // MOV R5, INC and the like of a word in memory: INCX.W where it lies above 64 KiB.
    private static ushort[] Change(uint address)
    {
        address &= ~1u;
        return address < 0x10000 ? [0x5392, (ushort)address] : [(ushort)(0x1840 | (address >> 16)), 0x5392, (ushort)address];
    }

    private static ushort[] Multiplier(Random random)
    {
        // MPY to SUMEXT, the 32-bit operands, RES0 to RES3; now and then the control register.
        ushort register = random.Next(20) == 0 ? (ushort)0x04EC : (ushort)(0x04C0 + (2 * random.Next(22)));
        ushort result = (ushort)(random.Next(2) == 0 ? 0x04CA + (2 * random.Next(3)) : 0x04E4 + (2 * random.Next(4)));
        ushort operand = (ushort)(random.Next(3) == 0 ? 0x04C8 : register);
        int size = random.Next(12) == 0 ? 0x40 : 0;
        return random.Next(6) switch
        {
            0 => [0x40B2, (ushort)random.Next(0x10000), (ushort)(0x04C0 + (2 * random.Next(4))), 0x4582, 0x04C8], // MOV #n,&MPY..; MOV R5,&OP2
            1 => [(ushort)(0x4082 | size | (Register(random) << 8)), operand], // MOV Rn,&
            2 => [(ushort)(0x40B2 | size | (Register(random) << 8)), (ushort)(0x04C0 + (2 * random.Next(4))), (ushort)(0x40B2 | (Register(random) << 8)), 0x04C8], // MOV @Rn+,&; MOV @Rm+,&OP2
            3 => [(ushort)(0x4210 | size | Register(random)), result], // MOV &RES,Rn
            4 => [(ushort)(0x5210 | Register(random)), result], // ADD &RES,Rn
            _ => [(ushort)(0x4092 | (Register(random) << 8)), (ushort)random.Next(64), operand], // MOV x(Rn),&
        };
    }

    // One instruction that does not leave the neighbourhood.
    private static ushort[] Plain(Random random, uint address)
    {
        while (true)
        {
            ushort[] candidate = RandomProgram.Candidate(random);
            Instruction decoded = Decoder.Decode(address, candidate);
            if (decoded.IsLegal && decoded.Words <= candidate.Length && !RandomProgram.IsTooWild(decoded) && decoded.Definition!.Format is not Format.Jump)
            {
                return candidate[..decoded.Words];
            }
        }
    }

    private static int Register(Random random) => random.Next(4, 16);

    // Source bits of the constants 1, 2, 4 and 8.
    private static ushort Constant(Random random) => random.Next(4) switch
    {
        0 => 0x0310,
        1 => 0x0320,
        2 => 0x0220,
        _ => 0x0230,
    };

    private static byte[] Bytes(ushort[] words) => [.. words.SelectMany(word => new[] { (byte)word, (byte)(word >> 8) })];
}
