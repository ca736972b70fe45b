using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Conformance.Generation;

/// <summary>Format I: flags on registers, every pair of addressing modes, flags in memory, special registers.</summary>
internal static class TwoOperandCases
{
    private static readonly Size[] PlainSizes = [Size.Byte, Size.Word];
    private static readonly Size[] AllSizes = [Size.Byte, Size.Word, Size.Address];

    public static IEnumerable<CaseFile> Files()
    {
        yield return Flags("msp430-flags.txt", "Format I, registers below 64 KB: every pair of edge values, carry in 0 and 1.", PlainSizes, extended: false, garbage: false);
        yield return MemoryFlags("msp430-memory-flags.txt", "Format I: edge values in memory.", PlainSizes, Place.Low, extended: false);
        yield return Modes("msp430-modes.txt", "Format I: every source mode with every destination mode.", PlainSizes, Place.Low, extended: false);
        yield return SpecialRegisters();
        yield return Flags("msp430x-flags.txt", "Format I with extension word, .B .W .A: every pair of edge values, unused high bits of registers set.", AllSizes, extended: true, garbage: true);
        yield return HighBits();
        yield return MemoryFlags("msp430x-memory-flags.txt", "Format I with extension word: edge values in memory above 64 KB.", AllSizes, Place.High, extended: true);
        yield return Modes("msp430x-modes.txt", "Format I with extension word: every source mode with every destination mode, above 64 KB.", AllSizes, Place.High, extended: true);
        yield return Modes("msp430x-modes-plain.txt", "Format I without extension word, code and pointers above 64 KB.", PlainSizes, Place.HighPlain, extended: false);
        yield return ExtendedSpecialRegisters();
        yield return Indexing();
    }

    private static CaseFile Flags(string name, string title, Size[] sizes, bool extended, bool garbage)
    {
        var file = new CaseFile(name, title);
        foreach (Operation operation in Edges.Operations)
        {
            foreach (Size size in sizes)
            {
                int index = 0;
                foreach (int source in Edges.For(operation, size))
                {
                    foreach (int destination in Edges.For(operation, size))
                    {
                        foreach (int status in Edges.Status(operation, index))
                        {
                            // Bits above the operand must neither count nor survive.
                            int above = garbage ? 0xFFFFF & ~size.Mask() : 0xFFFF & ~size.Mask();
                            int sourceRegister = source + (index % 3 == 0 ? above : 0);
                            int destinationRegister = destination + (index % 2 == 0 ? above : 0);
                            var instruction = new TwoOperand(operation, size, Operand.R(5), Operand.R(6)) { Extended = extended };
                            file.Add(
                                Setup.At(extended ? 0x24000 : 0x8000).R(5, sourceRegister).R(6, destinationRegister).Sr(status),
                                instruction,
                                $"{source:x} {destination:x} c={status & 1}");
                        }

                        index++;
                    }
                }
            }
        }

        return file;
    }

    private static CaseFile HighBits()
    {
        var file = new CaseFile("msp430x-high-bits.txt", "Format I without extension word on registers with bits 19:16 set.");
        foreach (Operation operation in Edges.Operations)
        {
            foreach (Size size in PlainSizes)
            {
                IReadOnlyList<int> edges = Edges.For(operation, size);
                int index = 0;
                foreach (int source in edges.Where((_, position) => position % 2 == 1))
                {
                    foreach (int destination in edges.Where((_, position) => position % 2 == 1))
                    {
                        int status = Edges.StatusAt(index++);
                        int above = 0xFFFFF & ~size.Mask();
                        var instruction = new TwoOperand(operation, size, Operand.R(5), Operand.R(6));
                        file.Add(
                            Setup.At(0x8000).R(5, source + (above & 0xB5AFF)).R(6, destination + (above & 0xDA5FF)).Sr(status),
                            instruction,
                            $"{source:x} {destination:x} c={status & 1}");
                    }
                }
            }
        }

        return file;
    }

    private static CaseFile MemoryFlags(string name, string title, Size[] sizes, Place place, bool extended)
    {
        var file = new CaseFile(name, title);
        foreach (Operation operation in Edges.Operations)
        {
            foreach (Size size in sizes)
            {
                int[] edges = [.. Edges.For(operation, size).Where((_, position) => position is 0 or 1 or 2 or 3 or 7)];
                int index = 0;
                foreach (int source in edges)
                {
                    foreach (int destination in edges)
                    {
                        int status = Edges.StatusAt(index);
                        int odd = size == Size.Byte ? index % 2 : 0;
                        Operand target = index % 2 == 0 ? Operand.Indexed(2, 6) : Operand.Absolute(place.Absolute + 0x402 + odd);
                        Setup setup = Setup.At(place.Code).R(5, place.Data + odd).R(6, place.Data + 0x400 + odd).Sr(status);
                        setup.Operand(place.Data + odd, size, source).Operand((index % 2 == 0 ? place.Data : place.Absolute) + 0x402 + odd, size, destination, guarded: true);
                        file.Add(
                            setup,
                            new TwoOperand(operation, size, Operand.At(5), target) { Extended = extended },
                            $"{source:x} {destination:x} c={status & 1}");
                        index++;
                    }
                }
            }
        }

        return file;
    }

    private static CaseFile Modes(string name, string title, Size[] sizes, Place place, bool extended)
    {
        var file = new CaseFile(name, title);
        foreach (Operation operation in Edges.Operations)
        {
            foreach (Size size in sizes)
            {
                foreach (int variant in new[] { 0, 1 })
                {
                    (int source, int destination) = Edges.Typical(operation, size, variant);
                    int odd = size == Size.Byte ? variant : 0;
                    int sourceAddress = place.Data + 0x30 + odd;
                    int sourceAbsolute = place.Absolute + 0x130 + odd;
                    int sourceSymbolic = (variant == 0 ? place.Code + 0x230 : place.Code - 0x450) + odd;
                    (Operand Operand, int? Address)[] sources =
                    [
                        (Operand.R(5), null),
                        .. Operand.Constants
                            .Where(constant => operation != Operation.Dadd || constant != -1)
                            .Select(constant => (Operand.Constant(constant), (int?)null)),
                        (Operand.At(5), sourceAddress),
                        (Operand.AtPlus(5), sourceAddress),
                        (Operand.Immediate(extended && size == Size.Address ? source : source & 0xFFFF), null),
                        (Operand.Indexed(variant == 0 ? 0x24 : -0x1236, 5), sourceAddress),
                        (Operand.Symbolic(sourceSymbolic), sourceSymbolic),
                        (Operand.Absolute(sourceAbsolute), sourceAbsolute),
                    ];
                    int targetAddress = place.Data + 0x440 + odd;
                    int targetAbsolute = place.Absolute + 0x540 + odd;
                    int targetSymbolic = (variant == 0 ? place.Code - 0x340 : place.Code + 0x560) + odd;
                    (Operand Operand, int? Address)[] targets =
                    [
                        (Operand.R(6), null),
                        (Operand.Indexed(variant == 0 ? -0x20 : 0x1234, 6), targetAddress),
                        (Operand.Symbolic(targetSymbolic), targetSymbolic),
                        (Operand.Absolute(targetAbsolute), targetAbsolute),
                    ];
                    foreach ((Operand from, int? sourceAt) in sources)
                    {
                        foreach ((Operand to, int? targetAt) in targets)
                        {
                            Setup setup = Setup.At(place.Code).Sr(Edges.StatusAt(file.Cases.Count));
                            SetUp(setup, from, 5, sourceAt, size, source, guarded: false);
                            SetUp(setup, to, 6, targetAt, size, destination, guarded: true);
                            file.Add(setup, new TwoOperand(operation, size, from, to) { Extended = extended }, $"{variant}");
                        }
                    }
                }
            }
        }

        return file;
    }

    private static void SetUp(Setup setup, Operand operand, int register, int? address, Size size, int value, bool guarded)
    {
        if (address is { } location)
        {
            setup.Operand(location, size, value, guarded);
        }

        switch (operand.Mode)
        {
            case Mode.Register:
                setup.R(register, value);
                break;
            case Mode.Indirect or Mode.AutoIncrement:
                setup.R(register, address!.Value);
                break;
            case Mode.Indexed:
                setup.R(register, address!.Value - operand.Value);
                break;
        }
    }

    private static CaseFile SpecialRegisters()
    {
        var file = new CaseFile("msp430-special-registers.txt", "Format I: PC, SP, SR and R3 as operands; both operands on one register.");
        const int Code = 0x8000;
        Setup Start(int status = 0) => Setup.At(Code).Sr(status);

        // Branches: MOV to PC from every mode, and jump tables (ADD to PC).
        file.Add(Start().R(5, 0x9ABC), Two(Operation.Mov, Operand.R(5), Operand.R(0)), "branch");
        file.Add(Start().R(5, 0x9ABD), Two(Operation.Mov, Operand.R(5), Operand.R(0)), "branch, bit 0 of PC stays 0");
        file.Add(Start().R(5, 0x2000).Word(0x2000, 0x9ABC), Two(Operation.Mov, Operand.At(5), Operand.R(0)), "branch");
        file.Add(Start().R(5, 0x2000).Word(0x2000, 0x9ABC), Two(Operation.Mov, Operand.AtPlus(5), Operand.R(0)), "branch");
        file.Add(Start(), Two(Operation.Mov, Operand.Immediate(0x9ABC), Operand.R(0)), "branch");
        file.Add(Start(), Two(Operation.Mov, Operand.Immediate(0x9ABD), Operand.R(0)), "branch, bit 0 of PC stays 0");
        file.Add(Start().R(5, 0x2000).Word(0x2010, 0x9ABC), Two(Operation.Mov, Operand.Indexed(0x10, 5), Operand.R(0)), "branch");
        file.Add(Start().Word(0x8400, 0x9ABC), Two(Operation.Mov, Operand.Symbolic(0x8400), Operand.R(0)), "branch");
        file.Add(Start().Word(0x2200, 0x9ABC), Two(Operation.Mov, Operand.Absolute(0x2200), Operand.R(0)), "branch");
        file.Add(Start().Sp(0x2FFE).Word(0x2FFE, 0x9ABC), Two(Operation.Mov, Operand.AtPlus(1), Operand.R(0)), "ret");
        foreach (int entry in new[] { 0, 2, 4, 6, 0x0A, 0x20 })
        {
            file.Add(Start().R(5, entry), Two(Operation.Add, Operand.R(5), Operand.R(0)), $"jump table entry {entry}");
            file.Add(Start().Word(0x2200, entry), Two(Operation.Add, Operand.Absolute(0x2200), Operand.R(0)), $"jump table entry {entry}");
            file.Add(Start().R(5, 0x2000).Word(0x2000, entry), Two(Operation.Add, Operand.At(5), Operand.R(0)), $"jump table entry {entry}");
        }

        file.Add(Start(), Two(Operation.Add, Operand.Immediate(0x0100), Operand.R(0)), "relative branch");
        file.Add(Start(), Two(Operation.Sub, Operand.Immediate(0x0100), Operand.R(0)), "relative branch");
        file.Add(Start(), Two(Operation.Add, Operand.Constant(2), Operand.R(0)), "skip");
        file.Add(Start(), Two(Operation.Sub, Operand.Constant(4), Operand.R(0)), "back");
        file.Add(Start().R(5, 0x7FF0), Two(Operation.Sub, Operand.R(5), Operand.R(0)), "flags of a sum with PC");

        // PC as source, without operand words.
        foreach (Operation operation in new[] { Operation.Mov, Operation.Add, Operation.Sub, Operation.Cmp, Operation.Xor, Operation.And })
        {
            file.Add(Start().R(6, 0x1234), Two(operation, Operand.R(0), Operand.R(6)), "pc is the address of the next instruction");
        }

        // SP.
        file.Add(Start().R(5, 0x2F00), Two(Operation.Mov, Operand.R(5), Operand.R(1)));
        file.Add(Start().Sp(0x2F00), Two(Operation.Mov, Operand.R(1), Operand.R(6)));
        file.Add(Start().Sp(0x2F00), Two(Operation.Add, Operand.Constant(2), Operand.R(1)));
        file.Add(Start().Sp(0x2F00), Two(Operation.Sub, Operand.Constant(8), Operand.R(1)));
        file.Add(Start().Sp(0x2F00), Two(Operation.Sub, Operand.Immediate(0x40), Operand.R(1)));
        file.Add(Start().Sp(0x2F00).Word(0x2F00, 0x2468), Two(Operation.Mov, Operand.AtPlus(1), Operand.R(1)), "pop sp: the popped word, no increment on top");
        foreach (Size size in PlainSizes)
        {
            file.Add(Start().Sp(0x2F00).Word(0x2F00, 0x2468), new TwoOperand(Operation.Mov, size, Operand.AtPlus(1), Operand.R(6)), "pop: sp counts 2 for bytes too");
            file.Add(Start().Sp(0x2F00).Word(0x2F00, 0x2468).Word(0x2200, 0x1111), new TwoOperand(Operation.Add, size, Operand.AtPlus(1), Operand.Absolute(0x2200)), "pop: sp counts 2 for bytes too");
            file.Add(Start().Sp(0x2F00).Word(0x2F00, 0x2468), new TwoOperand(Operation.Mov, size, Operand.At(1), Operand.R(6)));
            file.Add(Start().Sp(0x2F00).Word(0x2F04, 0x2468), new TwoOperand(Operation.Mov, size, Operand.Indexed(4, 1), Operand.R(6)));
            file.Add(Start().Sp(0x2F00).R(5, 0x1357).Operand(0x2F04, size, 0x42, guarded: true), new TwoOperand(Operation.Mov, size, Operand.R(5), Operand.Indexed(4, 1)));
            file.Add(Start().Sp(0x2F00).R(5, 0x1357).Operand(0x2F00, size, 0x42, guarded: true), new TwoOperand(Operation.Xor, size, Operand.R(5), Operand.Indexed(0, 1)));
        }

        StatusRegister(file, Code);

        // R3 takes no value.
        file.Add(Start(0x103), Two(Operation.Mov, Operand.Constant(0), Operand.R(3)), "nop");
        file.Add(Start(0x103).R(5, 0x1234), Two(Operation.Mov, Operand.R(5), Operand.R(3)), "written nowhere");
        file.Add(Start(0x103).R(5, 0x2000).Word(0x2000, 0x1234), Two(Operation.Mov, Operand.AtPlus(5), Operand.R(3)), "written nowhere, but counts");

        // One register twice.
        foreach (Operation operation in Edges.Operations)
        {
            foreach (Size size in PlainSizes)
            {
                int value = operation == Operation.Dadd ? 0x4567 : 0xC567;
                file.Add(Start(1).R(5, value), new TwoOperand(operation, size, Operand.R(5), Operand.R(5)), "same register");
                int address = 0x2040;
                Setup Memory() => Start(1).R(5, address).Words(address, 0x2345, 0x6789, 0x1357, 0x8642);
                if (operation != Operation.Dadd)
                {
                    file.Add(Memory(), new TwoOperand(operation, size, Operand.At(5), Operand.R(5)), "pointer overwritten");
                    file.Add(Memory(), new TwoOperand(operation, size, Operand.AtPlus(5), Operand.R(5)), "pointer incremented, then overwritten");
                    file.Add(Memory(), new TwoOperand(operation, size, Operand.Indexed(2, 5), Operand.R(5)), "pointer overwritten");
                }

                file.Add(Memory(), new TwoOperand(operation, size, Operand.At(5), Operand.Indexed(2, 5)), "both through one pointer");
                file.Add(Memory(), new TwoOperand(operation, size, Operand.AtPlus(5), Operand.Indexed(2, 5)), "incremented before the destination");
                file.Add(Memory(), new TwoOperand(operation, size, Operand.AtPlus(5), Operand.Indexed(-2, 5)), "incremented before the destination");
                file.Add(Memory(), new TwoOperand(operation, size, Operand.Indexed(4, 5), Operand.Indexed(2, 5)), "both through one pointer");
            }
        }

        return file;
    }

    private static void StatusRegister(CaseFile file, int code)
    {
        Setup Start(int status) => Setup.At(code).Sr(status);
        foreach (int status in new[] { 0x000, 0x107, 0x02B, 0x144 })
        {
            file.Add(Start(status), Two(Operation.Mov, Operand.R(2), Operand.R(6)), $"sr={status:x}");
            file.Add(Start(status).R(6, 0x1234), Two(Operation.Add, Operand.R(2), Operand.R(6)), $"sr={status:x} read before flags change");
            file.Add(Start(status).R(6, 0x1234), Two(Operation.Addc, Operand.R(2), Operand.R(6)), $"sr={status:x} read before flags change");
            file.Add(Start(status).R(6, 0x0044), Two(Operation.Sub, Operand.R(2), Operand.R(6)), $"sr={status:x} read before flags change");
            file.Add(Start(status).R(6, 0x00FF), Two(Operation.And, Operand.R(2), Operand.R(6)), $"sr={status:x} read before flags change");
            file.Add(Start(status).Word(0x2200, 0xFFFF), Two(Operation.Mov, Operand.R(2), Operand.Absolute(0x2200)), $"sr={status:x}");

            // The result word is what SR gets.
            file.Add(Start(status).R(5, 0x104), Two(Operation.Mov, Operand.R(5), Operand.R(2)), $"sr={status:x}");
            file.Add(Start(status), Two(Operation.Mov, Operand.Constant(0), Operand.R(2)), $"sr={status:x}");
            file.Add(Start(status), Two(Operation.Bis, Operand.Constant(8), Operand.R(2)), $"eint sr={status:x}");
            file.Add(Start(status), Two(Operation.Bic, Operand.Constant(8), Operand.R(2)), $"dint sr={status:x}");
            foreach (int flag in new[] { 1, 2, 4 })
            {
                file.Add(Start(status), Two(Operation.Bis, Operand.Constant(flag), Operand.R(2)), $"set flag sr={status:x}");
                file.Add(Start(status), Two(Operation.Bic, Operand.Constant(flag), Operand.R(2)), $"clear flag sr={status:x}");
                file.Add(Start(status), Two(Operation.Bit, Operand.Constant(flag), Operand.R(2)), $"test flag sr={status:x}");
            }

            file.Add(Start(status), Two(Operation.Bic, Operand.Immediate(0x0107), Operand.R(2)), $"sr={status:x}");
            file.Add(Start(status), Two(Operation.Bis, Operand.Immediate(0x0100), Operand.R(2)), $"set v sr={status:x}");
            file.Add(Start(status), Two(Operation.Bit, Operand.Immediate(0x0100), Operand.R(2)), $"test v sr={status:x}");
            file.Add(Start(status), Two(Operation.Cmp, Operand.Immediate(status), Operand.R(2)), $"equal sr={status:x}");
            file.Add(Start(status), Two(Operation.Cmp, Operand.Constant(1), Operand.R(2)), $"sr={status:x}");
            file.Add(Start(status), Two(Operation.And, Operand.Immediate(0x0105), Operand.R(2)), $"result is the new sr, sr={status:x}");
            file.Add(Start(status).R(5, 0x005), Two(Operation.Xor, Operand.R(5), Operand.R(2)), $"result is the new sr, sr={status:x}");
            file.Add(Start(status), Two(Operation.Add, Operand.Constant(4), Operand.R(2)), $"result is the new sr, sr={status:x}");
            file.Add(Start(status).R(5, 0x000), Two(Operation.Addc, Operand.R(5), Operand.R(2)), $"result is the new sr, sr={status:x}");
            file.Add(Start(status).Sp(0x2F00).Word(0x2F00, 0x0105), Two(Operation.Mov, Operand.AtPlus(1), Operand.R(2)), $"pop sr, sr={status:x}");
            file.Add(Start(status).Word(0x2200, 0x0041), Two(Operation.Mov, Operand.Absolute(0x2200), Operand.R(2)), $"sr={status:x}");
        }

        file.Add(Start(0x000), Two(Operation.Bis, Operand.Immediate(0x0010), Operand.R(2)), "cpuoff is set; the CPU stops after this instruction");
        file.Add(Start(0x108), Two(Operation.Bis, Operand.Immediate(0x00D0), Operand.R(2)), "low-power mode bits; the CPU stops after this instruction");
    }

    private static CaseFile ExtendedSpecialRegisters()
    {
        var file = new CaseFile("msp430x-special-registers.txt", "Format I on CPUX: PC and SP as operands, one register twice, plain and extended.");
        const int Code = 0x24000;
        Setup Start(int status = 0) => Setup.At(Code).Sr(status);

        // A word written to PC clears PC.19:16.
        file.Add(Start().R(5, 0x39ABC), Two(Operation.Mov, Operand.R(5), Operand.R(0)), "into the lower 64 KB");
        file.Add(Start(), Two(Operation.Mov, Operand.Immediate(0x9ABC), Operand.R(0)), "into the lower 64 KB");
        file.Add(Start().R(5, 0x32000).Word(0x32000, 0x9ABC), Two(Operation.Mov, Operand.AtPlus(5), Operand.R(0)), "into the lower 64 KB");
        file.Add(Start().Sp(0x32000).Word(0x32000, 0x9ABC), Two(Operation.Mov, Operand.AtPlus(1), Operand.R(0)), "ret into the lower 64 KB");
        file.Add(Start().R(6, 0xC3000), Two(Operation.Mov, Operand.R(0), Operand.R(6)), "pc read as a word");

        foreach (Size size in new[] { Size.Word, Size.Address })
        {
            int target = size == Size.Address ? 0x39ABC : 0x9ABC;
            TwoOperand Extended(Operation operation, Operand source, Operand destination) =>
                new(operation, size, source, destination) { Extended = true };
            file.Add(Start().R(5, target), Extended(Operation.Mov, Operand.R(5), Operand.R(0)), "branch");
            file.Add(Start().R(5, 0x32000).Operand(0x32000, size, target), Extended(Operation.Mov, Operand.At(5), Operand.R(0)), "branch");
            file.Add(Start().R(5, 0x32000).Operand(0x32000, size, target), Extended(Operation.Mov, Operand.AtPlus(5), Operand.R(0)), "branch");
            file.Add(Start(), Extended(Operation.Mov, Operand.Immediate(target), Operand.R(0)), "branch");
            file.Add(Start().R(5, 0x32000).Operand(0x31FF0, size, target), Extended(Operation.Mov, Operand.Indexed(-0x10, 5), Operand.R(0)), "branch");
            file.Add(Start().Operand(0x34560, size, target), Extended(Operation.Mov, Operand.Absolute(0x34560), Operand.R(0)), "branch");
            file.Add(Start().Operand(0x14560, size, target), Extended(Operation.Mov, Operand.Symbolic(0x14560), Operand.R(0)), "branch");
            file.Add(Start().R(5, 0x0124), Extended(Operation.Add, Operand.R(5), Operand.R(0)), "jump table");
            file.Add(Start(), Extended(Operation.Add, Operand.Immediate(0x0124), Operand.R(0)), "relative branch");
            file.Add(Start(), Extended(Operation.Sub, Operand.Immediate(0x0124), Operand.R(0)), "relative branch");
            file.Add(Start().R(5, 0x32000).Operand(0x32002, size, 0x0124), Extended(Operation.Add, Operand.Indexed(2, 5), Operand.R(0)), "jump table");
            file.Add(Start().R(5, 0x32000).Operand(0x32002, size, 0x0124), Extended(Operation.Sub, Operand.Indexed(2, 5), Operand.R(0)), "jump table");
            file.Add(Start().R(6, 0x12345), Extended(Operation.Mov, Operand.R(0), Operand.R(6)), "pc is the address of the next instruction");
            file.Add(Start().R(6, 0x12345), Extended(Operation.Add, Operand.R(0), Operand.R(6)), "pc is the address of the next instruction");
            file.Add(Start().R(5, target), Extended(Operation.Mov, Operand.R(5), Operand.R(1)), "sp");
            file.Add(Start().Sp(0x42F00), Extended(Operation.Mov, Operand.R(1), Operand.R(6)), "sp");
            file.Add(Start().Sp(0x42F00), Extended(Operation.Sub, Operand.Immediate(0x1000), Operand.R(1)), "sp");
            file.Add(Start().Sp(0x42F00), Extended(Operation.Add, Operand.Constant(8), Operand.R(1)), "sp");
            file.Add(Start().Sp(0x42F00).Operand(0x42F00, size, target), Extended(Operation.Mov, Operand.AtPlus(1), Operand.R(1)), "pop sp: no increment on top");
        }

        foreach (Size size in AllSizes)
        {
            TwoOperand Extended(Operation operation, Operand source, Operand destination) =>
                new(operation, size, source, destination) { Extended = true };
            file.Add(Start().Sp(0x42F00).Words(0x42F00, 0x2468, 0x0003), Extended(Operation.Mov, Operand.AtPlus(1), Operand.R(6)), "sp counts 2, 2, 4");
            file.Add(Start().Sp(0x42F00).Words(0x42F04, 0x2468, 0x0003), Extended(Operation.Mov, Operand.Indexed(4, 1), Operand.R(6)));
            file.Add(Start().Sp(0x42F00).R(5, 0xB1357).Operand(0x42F04, size, 0x42, guarded: true), Extended(Operation.Mov, Operand.R(5), Operand.Indexed(4, 1)));
            foreach (Operation operation in Edges.Operations)
            {
                int value = operation == Operation.Dadd ? 0x94567 : 0x9C567;
                file.Add(Start(1).R(5, value), Extended(operation, Operand.R(5), Operand.R(5)), "same register");
                int address = 0x12040;
                Setup Memory() => Start(1).R(5, address).Words(address - 4, 0x2345, 0x0007, 0x1357, 0x0004, 0x5678, 0x0003, 0x8642, 0x0001);
                if (operation != Operation.Dadd)
                {
                    file.Add(Memory(), Extended(operation, Operand.At(5), Operand.R(5)), "pointer overwritten");
                    file.Add(Memory(), Extended(operation, Operand.AtPlus(5), Operand.R(5)), "pointer incremented, then overwritten");
                }

                file.Add(Memory(), Extended(operation, Operand.AtPlus(5), Operand.Indexed(4, 5)), "incremented before the destination");
                file.Add(Memory(), Extended(operation, Operand.AtPlus(5), Operand.Indexed(-4, 5)), "incremented before the destination");
                file.Add(Memory(), Extended(operation, Operand.Indexed(-4, 5), Operand.Indexed(4, 5)), "both through one pointer");
            }
        }

        return file;
    }

    private static CaseFile Indexing()
    {
        var file = new CaseFile("msp430x-indexing.txt", "Effective addresses: wrap in the lower 64 KB without extension word, 20-bit sums above it and with one.");
        (int Register, int Index)[] plain =
        [
            (0x08000, 0x7FFF - 1), (0x08000, -0x7000), (0x0F000, 0x2000), (0x0FE00, 0x0800), (0x00600, -0x0800), (0x00900, -0x6000),
            (0x10000, -2), (0x10000, 0x7FFE), (0x10100, -0x0800), (0x1FFFE, 4), (0x24000, -0x8000), (0x24000, 0x7FFE), (0x18000, -0x8000),
            (0xFFFF0, 0x0610), (0xFF000, 0x7000), (0xFFFFE, 0x0602), (0x0FFFE, 0x0700),
        ];
        foreach ((int register, int index) in plain)
        {
            int address = register < 0x10000 ? (register + index) & 0xFFFF : (register + index) & 0xFFFFF;
            foreach (Size size in PlainSizes)
            {
                string remark = $"r={register:x} address={address:x}";
                file.Add(Setup.At(0x44000).R(5, register).Word(address, 0x3412), new TwoOperand(Operation.Mov, size, Operand.Indexed(index, 5), Operand.R(6)), remark);
                file.Add(Setup.At(0x44000).R(5, 0x3412).R(6, register).Word(address, 0x7856), new TwoOperand(Operation.Add, size, Operand.R(5), Operand.Indexed(index, 6)), remark);
            }

            file.Add(Setup.At(0x44000).R(5, register).Word(address, 0x3413), new OneOperand(SingleOperation.Rra, Size.Word, Operand.Indexed(index, 5)), $"r={register:x} address={address:x}");
            file.Add(Setup.At(0x44000).R(5, register).Word(address, 0x3412), new OneOperand(SingleOperation.Push, Size.Word, Operand.Indexed(index, 5)), $"r={register:x} address={address:x}");
            file.Add(Setup.At(0x44000).R(5, register).Word(address, 0x3412), new OneOperand(SingleOperation.Call, Size.Word, Operand.Indexed(index, 5)), $"r={register:x} address={address:x}");
        }

        (int Register, int Index)[] extended =
        [
            (0x08000, 0x7FFE), (0x08000, 0xF8800 - 0x100000), (0x0FE00, 0x00800), (0x0F000, 0x08000), (0x00600, 0xFF900 - 0x100000), (0x00600, 0x12000),
            (0x24000, 0x23456), (0x24000, -0x13000), (0xFFFF0, 0x00610), (0xFF000, 0x46800), (0x12345, 0x6789B), (0x80000, 0x7FFF0),
            (0x00700, 0x08000), (0x00700, 0x0FF00), (0x10000, -0x8000), (0x10000, -2),
        ];
        foreach ((int register, int index) in extended)
        {
            int address = (register + index) & 0xFFFFF;
            foreach (Size size in AllSizes)
            {
                string remark = $"r={register:x} address={address:x}";
                Setup Memory() => Setup.At(0x44000).Words(address & ~1, 0x3412, 0x0005);
                file.Add(Memory().R(5, register), new TwoOperand(Operation.Mov, size, Operand.Indexed(index, 5), Operand.R(6)) { Extended = true }, remark);
                file.Add(Memory().R(5, 0x13412).R(6, register), new TwoOperand(Operation.Add, size, Operand.R(5), Operand.Indexed(index, 6)) { Extended = true }, remark);
                file.Add(Memory().R(5, register), new OneOperand(SingleOperation.Rra, size, Operand.Indexed(index, 5)) { Extended = true }, remark);
                file.Add(Memory().R(5, register), new OneOperand(SingleOperation.Push, size, Operand.Indexed(index, 5)) { Extended = true }, remark);
            }
        }

        // Symbolic mode: the same rule with the address of the index word as base.
        (int Code, int Target)[] symbolic =
        [
            (0x0FE00, 0x00700), (0x0C000, 0x00900), (0x00800, 0x0F000), (0x08000, 0x0FFF0), (0x10000, 0x0F000), (0x10000, 0x17000), (0x1FFF0, 0x20800), (0x24000, 0x1D000), (0xFFF00, 0x00600),
        ];
        foreach ((int code, int target) in symbolic)
        {
            foreach (Size size in PlainSizes)
            {
                string remark = $"code={code:x}";
                file.Add(Setup.At(code).Word(target, 0x3412), new TwoOperand(Operation.Mov, size, Operand.Symbolic(target), Operand.R(6)), remark);
                file.Add(Setup.At(code).R(5, 0x3412).Word(target, 0x7856), new TwoOperand(Operation.Add, size, Operand.R(5), Operand.Symbolic(target)), remark);
            }
        }

        (int Code, int Target)[] extendedSymbolic =
        [
            (0x0FE00, 0x10700), (0x0C000, 0x00900), (0x00800, 0xFF000), (0x08000, 0x7FFF0), (0x24000, 0x0F000), (0x24000, 0xE0000), (0xFFF00, 0x00600),
        ];
        foreach ((int code, int target) in extendedSymbolic)
        {
            foreach (Size size in AllSizes)
            {
                string remark = $"code={code:x}";
                Setup Memory() => Setup.At(code).Words(target, 0x3412, 0x0005);
                file.Add(Memory(), new TwoOperand(Operation.Mov, size, Operand.Symbolic(target), Operand.R(6)) { Extended = true }, remark);
                file.Add(Memory().R(5, 0x13412), new TwoOperand(Operation.Add, size, Operand.R(5), Operand.Symbolic(target)) { Extended = true }, remark);
            }
        }

        // Pointers use all 20 bits, with and without extension word; autoincrement carries into bits 19:16.
        foreach (int pointer in new[] { 0x0FFF0, 0x0FFFE, 0x10000, 0x1FFFE, 0x7FFFE, 0xFFFF0 })
        {
            foreach (Size size in PlainSizes)
            {
                file.Add(Setup.At(0x44000).R(5, pointer).Word(pointer, 0x3412), new TwoOperand(Operation.Mov, size, Operand.AtPlus(5), Operand.R(6)), $"r={pointer:x}");
                file.Add(Setup.At(0x44000).R(5, pointer).Word(pointer, 0x3412), new TwoOperand(Operation.Mov, size, Operand.At(5), Operand.R(6)), $"r={pointer:x}");
            }

            foreach (Size size in AllSizes)
            {
                Setup Memory() => Setup.At(0x44000).R(5, pointer).Words(pointer, 0x3412, 0x0006);
                file.Add(Memory(), new TwoOperand(Operation.Mov, size, Operand.AtPlus(5), Operand.R(6)) { Extended = true }, $"r={pointer:x}");
            }
        }

        foreach (int target in new[] { 0x0600, 0x7FFE, 0x8000, 0xFE00 })
        {
            file.Add(Setup.At(0x44000).Word(target, 0x3412).Word(target + 0xF0000, 0xDEAD), Two(Operation.Mov, Operand.Absolute(target), Operand.R(6)), "absolute reaches the lower 64 KB only");
            file.Add(Setup.At(0x44000).R(5, 0x3412).Word(target, 0x1111).Word(target + 0xF0000, 0xDEAD), Two(Operation.Mov, Operand.R(5), Operand.Absolute(target)), "absolute reaches the lower 64 KB only");
        }

        return file;
    }

    private static TwoOperand Two(Operation operation, Operand source, Operand destination) => new(operation, Size.Word, source, destination);
}

/// <summary>Where a file's code and operands live.</summary>
internal sealed record Place(int Code, int Data, int Absolute)
{
    public static readonly Place Low = new(0x8000, 0x2000, 0x2800);
    public static readonly Place High = new(0x24000, 0x36000, 0x1E000);
    public static readonly Place HighPlain = new(0x24000, 0x36000, 0xA000);
}
