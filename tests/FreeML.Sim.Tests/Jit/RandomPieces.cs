namespace FreeML.Sim.Tests.Jit;

/// <summary>A piece of a random program.</summary>
/// <param name="Words">Its words.</param>
internal readonly record struct Piece(params ushort[] Words)
{
    /// <summary>The word that others may change, counted from the piece's first; -1 if there is none.</summary>
    public int Target { get; init; } = -1;

    /// <summary>What turns the target into another instruction or operand, and back.</summary>
    public ushort Turn { get; init; }
}

/// <summary>The pieces that random programs are put together from: what a program does, and what no program should.</summary>
/// <param name="random">Where they come from.</param>
/// <param name="layout">Where the program lies.</param>
/// <param name="targets">Words that may be changed, with what turns them over.</param>
internal sealed class RandomPieces(Random random, RandomLayout layout, List<(uint Address, ushort Turn)> targets)
{
    private const ushort Nop = 0x4303;
    private const ushort Eint = 0xD232;
    private const ushort Dint = 0xC232;
    private const ushort FramControl = 0x0140;

    // Registers of the multiplier.
    private const ushort Mpy = 0x04C0;
    private const ushort Op2 = 0x04C8;
    private const ushort ResultLow = 0x04CA;
    private const ushort SumExtension = 0x04CE;
    private const ushort Mpy32Low = 0x04D0;
    private const ushort Op2Low = 0x04E0;
    private const ushort Result0 = 0x04E4;
    private const ushort MultiplierControl = 0x04EC;

    /// <summary>The next piece of the body.</summary>
    /// <param name="at">Where it will lie.</param>
    public Piece Next(uint at)
    {
        int which = random.Next(100);
        return which switch
        {
            < 30 => Plain(at),
            < 37 => Aim(),
            < 44 => Loop(at),
            < 47 => new Piece(Multiplication()),
            < 50 => new Piece(WideMultiplication(at)),
            < 52 => random.Next(2) == 0 ? MultiplierLoop() : WideMultiplierLoop(at),
            < 55 => Status(at),
            < 57 => Window(at),
            < 60 => Stacked(at),
            < 63 => Call(at),
            < 66 => Jump(at),
            < 68 => IntoTheMiddle(at),
            < 71 => Repetition(),
            < 76 => Changeable(),
            < 83 => Change(at),
            < 88 => Overlay(),
            < 90 => Neighbour(at),
            < 91 => Peripheral(),
            < 93 => Branch(at),
            < 94 => Fram(at),
            < 95 => ReturnFromInterrupt(at),
            < 96 => OntoCode(at),
            < 97 => new Piece(Plain(at, 1, 4)),
            _ => new Piece(Plain(at, 2, 5)),
        };
    }

    /// <summary>Some instructions that go on to what follows.</summary>
    public ushort[] Plain(uint at, int least, int most)
    {
        var words = new List<ushort>();
        for (int n = random.Next(least, most + 1); n > 0; n--)
        {
            words.AddRange(RandomInstruction.Next(random, at + (uint)(2 * words.Count)));
        }

        return [.. words];
    }

    /// <summary>A subroutine's or overlay's body: some instructions, perhaps a loop, and the return.</summary>
    public Piece[] Function(uint at)
    {
        var pieces = new List<Piece>();
        uint Here() => at + (uint)(2 * pieces.Sum(piece => piece.Words.Length));
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            pieces.Add(random.Next(6) switch
            {
                0 => Loop(Here()),
                1 => MultiplierLoop(),
                2 => Repetition(),
                3 => WideMultiplierLoop(Here()),
                _ => Plain(Here()),
            });
        }

        return [.. pieces];
    }

    /// <summary>RET or RETA.</summary>
    public ushort Return => layout.IsFar ? (ushort)0x0110 : (ushort)0x4130;

    private Piece Plain(uint at) => new(RandomInstruction.Next(random, at));

    // A register points to data again: MOVA #,Rn.
    private Piece Aim()
    {
        uint to = random.Next(6) switch
        {
            0 => (uint)random.Next(0x6000, 0x7000),
            1 => (uint)random.Next(0x2_0000, 0x2_1000),
            2 => random.Next(3) switch { 0 => layout.Origin + (uint)random.Next(0x100), 1 => (uint)random.Next(0x1_0000 - 8, 0x1_0000 + 8), _ => (uint)random.Next(0x10_0000) },
            _ => (uint)random.Next(0x2200, 0x2A00),
        };
        return new Piece(MoveAddress(to, random.Next(11, 16)));
    }

    private Piece Loop(uint at)
    {
        ushort[] body = Plain(at + 6, 1, 4);
        ushort[] count = [0x40B2, (ushort)random.Next(1, random.Next(4) == 0 ? 90 : 20), RandomLayout.LoopCount];
        return new Piece([.. count, .. body, 0x8392, RandomLayout.LoopCount, (ushort)(0x2000 | ((-body.Length - 3) & 0x3FF))]);
    }

    // What a program does with SR, and what it should not.
    private Piece Status(uint at) => new(random.Next(14) switch
    {
        0 => [(ushort)(0xC002 | Constant())], // BIC #1, 2, 4, 8,SR
        1 => [(ushort)(0xD002 | Constant())], // BIS
        2 => [0x4032, (ushort)(random.Next(16) | (random.Next(2) << 8))], // MOV #n,SR
        3 => [0xE032, (ushort)(random.Next(16) | (random.Next(2) << 8))], // XOR #n,SR
        4 => [0x1202, .. Plain(at + 2, 1, 2), 0x4132], // PUSH SR ... POP SR
        5 => [(ushort)(0x4200 | Number())], // MOV SR,Rn
        6 => [(ushort)(0xF200 | Number())], // AND SR,Rn
        7 => [0x4282, 0x2B10], // MOV SR,&
        8 => [(ushort)(0xF030 | 6), 0x010F, 0x4602], // AND #10F,R6; MOV R6,SR
        9 => [(ushort)(0x5032), (ushort)random.Next(8)], // ADD #n,SR
        10 => [(ushort)(0xB032), (ushort)random.Next(0x10)], // BIT #n,SR
        11 => [(ushort)(0xD072), (ushort)random.Next(8)], // BIS.B #n,SR
        12 => [(ushort)(0x9200 | Number())], // CMP SR,Rn
        _ => [0x1524, .. Plain(at + 2, 1, 2), 0x1722], // PUSHM.W #3,R4 ... POPM.W #3,R4: R2 with the rest
    });

    // Interrupts let in for an instruction or a few.
    private Piece Window(uint at) => new(random.Next(5) switch
    {
        0 => [Eint, Dint],
        1 => [Eint, Nop, Dint],
        2 => [Eint, .. Plain(at + 2, 1, 3), Dint],
        3 => [Dint, .. Plain(at + 2, 1, 3), Eint],
        _ => [Eint],
    });

    private Piece Stacked(uint at)
    {
        int register = random.Next(4, 12);
        int count = random.Next(1, 5);
        int top = register + count - 1;
        return new Piece(random.Next(6) switch
        {
            0 => [(ushort)(0x1500 | ((count - 1) << 4) | top), .. Plain(at + 2, 1, 2), (ushort)(0x1700 | ((count - 1) << 4) | register)], // PUSHM.W ... POPM.W
            1 => [(ushort)(0x1400 | ((count - 1) << 4) | top), .. Plain(at + 2, 1, 2), (ushort)(0x1600 | ((count - 1) << 4) | register)], // PUSHM.A ... POPM.A
            2 => [(ushort)(0x1200 | register), .. Plain(at + 2, 1, 2), (ushort)(0x4130 | Number())], // PUSH ... POP
            3 => [0x1230, (ushort)random.Next(0x10000), (ushort)(0x1270 | Pointer()), 0x4191, 0x0002, 0x0000, 0x5221], // PUSH #; PUSH.B @Rn+; MOV 2(SP),0(SP); ADD #4,SP
            4 => [(ushort)(0x1800 | random.Next(2)), (ushort)(0x1240 | register), .. Plain(at + 4, 1, 2), (ushort)(0x0110 | Number())], // RPT PUSHX.A ... MOVA @SP+,Rn
            _ => [(ushort)(0x1210 | Pointer()), (ushort)random.Next(-8, 8), 0x5321], // PUSH x(Rn); ADD #2,SP
        });
    }

    private Piece Call(uint at)
    {
        uint to = layout.Subroutine;
        ushort low = (ushort)to;
        ushort high = (ushort)(to >> 16);
        if (layout.IsFar)
        {
            return new Piece(random.Next(4) switch
            {
                0 => [(ushort)(0x13B0 | high), low], // CALLA #
                1 => [.. MoveAddress(to, 10), 0x134A], // CALLA R10
                2 => [0x40B2, low, 0x2B30, 0x40B2, high, 0x2B32, 0x1380, 0x2B30], // CALLA &
                _ => [0x40B2, low, 0x2B30, 0x40B2, high, 0x2B32, .. MoveAddress(0x2B30, 10), 0x137A], // CALLA @R10+
            });
        }

        return new Piece(random.Next(6) switch
        {
            0 => [0x12B0, low], // CALL #
            1 => [0x403A, low, 0x128A], // CALL R10
            2 => [0x40B2, low, 0x2B30, 0x1292, 0x2B30], // CALL &
            3 => [0x40B2, low, 0x2B30, 0x403A, 0x2B30, 0x12BA], // CALL @R10+
            4 => [0x40B2, low, 0x2B30, 0x1290, (ushort)(0x2B30 - (at + 8))], // CALL by an address relative to PC
            _ => [0x12B0, low, 0x12B0, low],
        });
    }

    private Piece Jump(uint at)
    {
        ushort[] over = Plain(at + 4, 1, 2);
        ushort jump = (ushort)(0x2000 | (random.Next(8) << 10) | over.Length);
        return random.Next(3) switch
        {
            0 => new Piece([jump, .. Plain(at + 2, 1, 1)]), // Where it goes, it goes.
            1 => new Piece([Nop, jump, .. over]),
            _ => new Piece([(ushort)(0x9000 | (Number() << 8) | Number()), jump, .. over]), // CMP
        };
    }

    // An operand that is an instruction: reached by a jump, and as an operand.
    private Piece IntoTheMiddle(uint at)
    {
        ushort inner = random.Next(3) switch { 0 => (ushort)(0x5310 | Number()), 1 => (ushort)(0x5000 | (Number() << 8) | Number()), _ => RandomInstruction.Next(random, at)[0] };
        return new Piece((ushort)(0x2000 | (random.Next(8) << 10) | 1), (ushort)(0x5030 | Number()), inner);
    }

    // RPT of what is worth repeating, in all widths.
    private Piece Repetition()
    {
        int repetitions = random.Next(2) == 0 ? random.Next(16) : 0x80 | random.Next(4, 16);
        ushort extension = (ushort)(0x1800 | (random.Next(3) == 0 ? 0 : 0x40) | (random.Next(4) == 0 ? 0x100 : 0) | repetitions);
        int one = Number();
        ushort instruction = random.Next(6) switch
        {
            0 => (ushort)(0x5000 | (one << 8) | one), // RLAX
            1 => (ushort)(0x6000 | (one << 8) | one), // RLCX
            2 => (ushort)(0x1000 | one), // RRCX
            3 => (ushort)(0x1100 | one), // RRAX
            4 => (ushort)(0xA000 | (one << 8) | Number()), // DADDX
            _ => (ushort)((random.Next(4, 16) << 12) | (one << 8) | Number()),
        };
        bool isByte = (extension & 0x40) == 0 || random.Next(3) == 0;
        return new Piece(extension, (ushort)(instruction | (isByte ? 0x40 : 0)));
    }

    // An instruction that is changed while the program runs: what it does, its number, its index, its address, or where it jumps to.
    private Piece Changeable() => random.Next(9) switch
    {
        0 => new Piece((ushort)(0x5000 | (Number() << 8) | Number())) { Target = 0, Turn = 0xD000 }, // ADD, SUB
        1 => new Piece((ushort)(0x5030 | Number()), (ushort)random.Next(32)) { Target = 1, Turn = (ushort)random.Next(1, 16) },
        2 => new Piece((ushort)(0x4010 | (Pointer() << 8) | Number()), (ushort)random.Next(16)) { Target = 1, Turn = 2 },
        3 => new Piece(0x3C01, Nop, Nop) { Target = 0, Turn = 0x0001 }, // JMP over one, over none
        4 => new Piece((ushort)(0x1000 | Number())) { Target = 0, Turn = (ushort)(random.Next(1, 4) << 7) }, // RRC, SWPB, RRA, SXT
        5 => new Piece((ushort)(0x1840 | random.Next(4)), (ushort)(0x5000 | (Number() << 8) | Number())) { Target = 0, Turn = 3 }, // RPT
        6 => new Piece((ushort)(0x4210 | Number()), 0x2300) { Target = 1, Turn = 0x4700 ^ 0x2300 ^ 0x0010 }, // from SRAM, from FRAM
        7 => new Piece((ushort)(0x5000 | (Number() << 8) | Number())) { Target = 0, Turn = 0xF000 }, // ADD, DADD
        _ => new Piece((ushort)(0x2000 | (random.Next(8) << 10) | 1), Nop) { Target = 0, Turn = 0x0400 }, // a jump and its opposite
    };

    /// <summary>Changes an instruction: by word or byte, in place or through a pointer, on the stack's way, by DMA, or to what it is.</summary>
    public Piece Change(uint at)
    {
        if (targets.Count == 0)
        {
            return Neighbour(at);
        }

        int which = random.Next(targets.Count);
        (uint target, ushort turn) = targets[which];
        ushort patch = (ushort)(RandomLayout.Patches + (2 * which));
        ushort low = (ushort)target;
        ushort far = (ushort)(0x1840 | (target >> 16));
        ushort[] extension = target > 0xFFFF ? [far] : [];
        return new Piece(random.Next(10) switch
        {
            0 or 1 => [.. extension, 0xE0B2, turn, low], // XOR
            2 => [.. extension, 0xE0F2, (ushort)(turn & 0xFF), low], // XOR.B
            3 => [.. extension, 0xE0F2, (ushort)(turn >> 8), (ushort)(low + 1)],
            4 => [.. MoveAddress(target, 11), 0xE0BB, turn, 0x0000], // XOR #,0(R11)
            5 => [.. MoveAddress(target, 11), 0x4BAB, 0x0000], // MOV @R11,0(R11): what it is
            6 => [0x4182, RandomLayout.SavedStack, .. MoveAddress(target, 11), 0x4B26, .. MoveAddress(target + 2, 1), 0x1206, 0x4211, RandomLayout.SavedStack], // PUSH of what it is
            7 => [.. MoveAddress(target - 2, 11), 0x1800, 0x4BEB, 0x0000], // MOVX.A @R11,0(R11)
            8 => [0xE0B2, turn, patch, 0x40B2, patch, 0x0512, 0x40B2, low, 0x0516, 0x40B2, (ushort)(target >> 16), 0x0518, 0x4392, 0x051A, 0x40B2, 0x0011, 0x0510], // DMA of a word that may be another one
            _ => [.. MoveAddress(target & ~63u, 11), 0x4BAB, 0x0000, 0x4BEB, 0x0003], // words and bytes beside it
        });
    }

    // Copies one of the overlays to a place, and calls it there.
    private Piece Overlay()
    {
        ushort slot = RandomLayout.Slot(random);
        int first = random.Next(RandomLayout.OverlayCount);
        ushort source = (ushort)(RandomLayout.Overlays + (first * RandomLayout.OverlayBytes));
        const ushort Words = (ushort)(RandomLayout.OverlayBytes / 2);
        ushort[] call = layout.IsFar ? [0x13B0, slot] : [0x12B0, slot];
        ushort[] pick = random.Next(2) == 0
            ? [0x403D, source] // MOV #source,R13
            : [0xE0B2, (ushort)RandomLayout.OverlayBytes, RandomLayout.Turn, 0x403D, (ushort)RandomLayout.Overlays, 0x521D, RandomLayout.Turn, 0xF03D, (ushort)(RandomLayout.Overlays | RandomLayout.OverlayBytes)]; // alternately
        return new Piece(random.Next(3) == 0
            ? [.. pick, 0x4D82, 0x0512, 0x40B2, slot, 0x0516, 0x40B2, Words, 0x051A, 0x40B2, 0x1F11, 0x0510, Nop, .. call] // DMA, a block
            : [.. pick, 0x403E, slot, 0x403C, Words, 0x4DBE, 0x0000, 0x532E, 0x831C, 0x23FB, .. call]);
    }

    // Variables between code.
    private Piece Neighbour(uint at)
    {
        uint address = (layout.Origin & ~63u) + (uint)(2 * layout.BodyWords) + 0x20 + (uint)(2 * random.Next(64));
        address = address >= 0x4_4000 || (layout.IsInRam && address >= 0x3C00) ? at & ~63u : address;
        return new Piece(address < 0x1_0000 ? [0x5392, (ushort)address] : [(ushort)(0x1840 | (address >> 16)), 0x5392, (ushort)address]);
    }

    private Piece Peripheral() => new(random.Next(3) switch
    {
        0 => [(ushort)(0x4210 | Number()), 0x0350], // MOV &TA0R,Rn
        1 => [(ushort)(0x4082 | (Number() << 8)), 0x0150], // MOV Rn,&CRCDI
        _ => [(ushort)(0x4210 | Number()), 0x0154], // MOV &CRCINIRES,Rn
    });

    // Over something, by what is written to PC.
    private Piece Branch(uint at)
    {
        ushort[] over = Plain(at + 16, 1, 2);
        uint to;
        switch (random.Next(4))
        {
            case 0: // BRA #
                to = at + 4 + (uint)(2 * over.Length);
                return new Piece([(ushort)(0x0080 | (to >> 16 << 8)), (ushort)to, .. over]);
            case 1: // ADD #n,PC
                return new Piece([0x5030, (ushort)(2 * over.Length), .. over]);
            case 2: // AND #2,R8; ADDA R8,PC: over a word or not
                return new Piece(0xF038, 2, 0x08E0, Nop, Nop);
            default: // MOVA #,R9; MOVA R9,PC
                to = at + 6 + (uint)(2 * over.Length);
                return new Piece([.. MoveAddress(to, 9), 0x09C0, .. over]);
        }
    }

    // Wait states, or writes to FRAM that count for nothing.
    private Piece Fram(uint at) => new(random.Next(2) == 0
        ? [0x40B2, (ushort)(0xA500 | (random.Next(3) << 4)), FramControl]
        : [0x40B2, 0xA501, FramControl, .. Plain(at + 6, 1, 3), 0x40B2, 0xA500, FramControl]);

    private Piece ReturnFromInterrupt(uint at)
    {
        // PUSH #to; PUSH #SR with the upper bits of to; RETI
        uint to = at + 10;
        return new Piece(0x1230, (ushort)to, 0x1230, (ushort)((to >> 16 << 12) | (uint)random.Next(16) | (uint)(random.Next(2) << 8)), 0x1300);
    }

    // The stack onto code for a moment: what is pushed is what is there, but for the interrupt that comes in between.
    private static Piece OntoCode(uint at)
    {
        uint stack = (at & ~63u) + 64;
        return new Piece([0x4182, RandomLayout.SavedStack, .. MoveAddress(stack, 1), 0x4121 | 0x5, 0x5321, 0x1205, 0x4211, RandomLayout.SavedStack]);
    }

    private ushort[] Multiplication()
    {
        // MPY to SUMEXT, the 32-bit operands, RES0 to RES3; now and then the control register.
        ushort register = random.Next(30) == 0 ? MultiplierControl : (ushort)(Mpy + (2 * random.Next(22)));
        ushort result = random.Next(5) switch { 0 => SumExtension, 1 => (ushort)(ResultLow + (2 * random.Next(2))), _ => (ushort)(Result0 + (2 * random.Next(4))) };
        ushort operand = random.Next(3) == 0 ? Op2 : register;
        ushort mode = (ushort)(Mpy + (2 * random.Next(4)));
        ushort wide = (ushort)(Mpy32Low + (4 * random.Next(4)));
        int size = random.Next(12) == 0 ? 0x40 : 0;
        return random.Next(11) switch
        {
            0 => [0x40B2, (ushort)random.Next(0x10000), mode, 0x4582, Op2], // MOV #n,&MPY..; MOV R5,&OP2
            1 => [(ushort)(0x4082 | size | (Number() << 8)), operand], // MOV Rn,&
            2 => [(ushort)(0x40B2 | size | (Pointer() << 8)), mode, (ushort)(0x40B2 | (Pointer() << 8)), Op2], // MOV @Rn+,&; MOV @Rm+,&OP2
            3 => [(ushort)(0x4210 | size | Number()), result], // MOV &RES,Rn
            4 => [(ushort)(0x5210 | Number()), result], // ADD &RES,Rn
            5 => [(ushort)(0x4092 | (Pointer() << 8)), (ushort)random.Next(64), operand], // MOV x(Rn),&
            6 => [0x4482, wide, 0x4582, (ushort)(wide + 2), 0x4682, Op2Low, 0x4782, Op2Low + 2, .. random.Next(2) == 0 ? [Nop, Nop, Nop] : Array.Empty<ushort>(), (ushort)(0x4210 | Number()), result], // 32 x 32
            7 => [0x4482, wide, 0x4582, (ushort)(wide + 2), 0x4682, Op2, (ushort)(0x4210 | Number()), result], // 32 x 16
            8 => [0x403B, result, 0x4482, mode, 0x4582, Op2, (ushort)(0x4B20 | Number())], // read through a register, too early
            9 => [0x4382, ResultLow, 0x4382, ResultLow + 2], // CLR &RESLO; CLR &RESHI
            _ => [(ushort)(0x5082 | (Number() << 8)), result], // ADD Rn,&RES: read, then written
        };
    }

    // Operands of 16 and 32 bits in all modes, words and bytes, with this or that between, and what comes of them, ready or not. Halves may be missing,
    // and the control register may say something else.
    private ushort[] WideMultiplication(uint at)
    {
        List<ushort> words = [];
        int mode = random.Next(4);
        if (random.Next(20) == 0)
        {
            words.AddRange([0x40B2, (ushort)(random.Next(4) == 0 ? random.Next(0x400) : random.Next(0x100) & 0xF1), MultiplierControl]);
        }

        if (random.Next(5) != 0)
        {
            Write(random.Next(3) == 0 ? Mpy + (2 * mode) : Mpy32Low + (4 * mode));
        }

        if (random.Next(3) != 0)
        {
            Write(Mpy32Low + 2 + (4 * random.Next(4)));
        }

        switch (random.Next(6))
        {
            case 0 or 1:
                Write(Op2);
                break;
            case 2:
                Write(Op2Low + (2 * random.Next(2)));
                break;
            default:
                Write(Op2Low);
                Write(Op2Low + 2);
                break;
        }

        for (int reads = random.Next(5); reads > 0; reads--)
        {
            ushort result = random.Next(6) == 0 ? SumExtension : (ushort)(Result0 + (2 * random.Next(4)));
            words.AddRange(random.Next(8) switch
            {
                0 => [0x403B, result, (ushort)(0x4B20 | Number())], // MOV #,R11; MOV @R11,Rn
                1 => [(ushort)(0x5290 | Pointer()), result, (ushort)random.Next(-8, 8)], // ADD &RES,x(Rn)
                2 => [(ushort)(0x4250 | Number()), result], // MOV.B &RES,Rn
                3 => [(ushort)(0x4082 | (Number() << 8)), result], // MOV Rn,&RES
                4 => [0x4292, result, (ushort)(Mpy32Low + (2 * random.Next(10)))], // MOV &RES,&operand
                _ => [(ushort)(0x4210 | Number()), result], // MOV &RES,Rn
            });
            if (random.Next(4) == 0)
            {
                words.Add(Nop);
            }
        }

        return [.. words];

        void Write(int register)
        {
            int size = random.Next(8) == 0 ? 0x40 : 0;
            words.AddRange(random.Next(5) switch
            {
                0 => [(ushort)(0x40B2 | size), (ushort)random.Next(0x10000), (ushort)register], // MOV #n,&
                1 => [(ushort)(0x4092 | size | (Pointer() << 8)), (ushort)random.Next(64), (ushort)register], // MOV x(Rn),&
                2 => [(ushort)(0x40B2 | size | (Pointer() << 8)), (ushort)register], // MOV @Rn+,&
                _ => [(ushort)(0x4082 | size | (Number() << 8)), (ushort)register], // MOV Rn,&
            });
            if (random.Next(6) == 0)
            {
                words.AddRange(Plain(at + (uint)(2 * words.Count), 1, 1));
            }
        }
    }

    // What one leaves is what the next one finds.
    private Piece WideMultiplierLoop(uint at)
    {
        List<ushort> words = [0x40B2, (ushort)random.Next(2, 20), RandomLayout.LoopCount];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            words.AddRange(WideMultiplication(at + (uint)(2 * words.Count)));
        }

        return new Piece([.. words, 0x8392, RandomLayout.LoopCount, (ushort)(0x2000 | ((3 - words.Count - 3) & 0x3FF))]);
    }

    // A product of vectors, as compiled networks make it.
    private Piece MultiplierLoop()
    {
        int pairs = random.Next(1, 4);
        ushort mode = (ushort)(Mpy + (2 * random.Next(4)));
        ushort vector = (ushort)random.Next(0x2200, 0x2A00);
        uint weights = random.Next(3) == 0 ? (uint)random.Next(0x2_0000, 0x2_1000) : (uint)random.Next(0x6000, 0x7000);
        List<ushort> words = [0x403C, vector, .. MoveAddress(weights, 13), 0x403B, (ushort)random.Next(1, 20), 0x4382, ResultLow, 0x4382, ResultLow + 2];
        int start = words.Count;
        for (int pair = 0; pair < pairs; pair++)
        {
            words.AddRange(random.Next(3) == 0 ? [0x40B2, (ushort)random.Next(0x10000), mode] : (ushort[])[0x4CB2, mode]);
            words.AddRange([0x4DB2, Op2]);
        }

        words.AddRange([0x831B, (ushort)(0x2000 | ((start - words.Count - 2) & 0x3FF))]);
        words.AddRange(random.Next(2) == 0 ? [0x4214, ResultLow, 0x4215, ResultLow + 2] : (ushort[])[0x4219, (ushort)(Result0 + (2 * random.Next(4)))]);
        return new Piece([.. words]);
    }

    private static ushort[] MoveAddress(uint address, int register) => [(ushort)(0x0080 | ((address >> 16 & 0xF) << 8) | (uint)register), (ushort)address];

    private int Number() => random.Next(4, 11);

    private int Pointer() => random.Next(11, 16);

    // Source bits of the constants 1, 2, 4 and 8.
    private ushort Constant() => random.Next(4) switch
    {
        0 => 0x0310,
        1 => 0x0320,
        2 => 0x0220,
        _ => 0x0230,
    };
}
