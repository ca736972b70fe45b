using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Conformance.Generation;

/// <summary>Jumps, address instructions, multiple shifts, PUSHM and POPM, CALLA and the returns.</summary>
internal static class ControlCases
{
    public static IEnumerable<CaseFile> Files()
    {
        yield return Jumps();
        yield return JumpsAbove64K();
        yield return AddressMoves();
        yield return AddressSums();
        yield return MultiShifts();
        yield return PushPop();
        yield return Calls();
    }

    private static CaseFile Jumps()
    {
        var file = new CaseFile("msp430-jumps.txt", "Jumps: every condition with every combination of V N Z C, forwards and backwards, and the reach of the offset.");
        foreach (Condition condition in Enum.GetValues<Condition>())
        {
            for (int flags = 0; flags < 16; flags++)
            {
                int status = (flags & 7) + ((flags & 8) != 0 ? 0x100 : 0);
                foreach (int offset in new[] { 0x24, -0x35 })
                {
                    file.Add(Setup.At(0x8000).Sr(status), new Jump(condition, offset), $"sr={status:x}");
                }
            }

            int taken = condition switch
            {
                Condition.Jeq => 2,
                Condition.Jc => 1,
                Condition.Jn or Condition.Jl => 4,
                _ => 0,
            };
            foreach (int offset in new[] { 511, -512, 0, -1, 1, -2, 255, -256 })
            {
                file.Add(Setup.At(0x8000).Sr(taken), new Jump(condition, offset), "reach");
            }
        }

        return file;
    }

    private static CaseFile JumpsAbove64K()
    {
        var file = new CaseFile("msp430x-jumps.txt", "Jumps above, across and around the borders of the 20-bit address space.");
        (int Address, int Offset)[] cases =
        [
            (0x24000, 0x24), (0x24000, -0x35), (0x24000, 511), (0x24000, -512), (0x0FFF0, 0x24), (0x10000, -0x35), (0x10002, -2), (0x0FFFC, 1), (0x0FFFE, 0),
            (0xFFFF0, 0x180), (0xFFC00, 511), (0x00500, -512), (0x00504, -0x200), (0x8FFFE, 0x10), (0xFFFFC, 0x1FF),
        ];
        foreach (Condition condition in Enum.GetValues<Condition>())
        {
            foreach ((int address, int offset) in cases)
            {
                foreach (int status in new[] { 0x000, 0x007, 0x103, 0x104 })
                {
                    file.Add(Setup.At(address).Sr(status), new Jump(condition, offset), $"at {address:x} sr={status:x}");
                }
            }
        }

        return file;
    }

    private static CaseFile AddressMoves()
    {
        var file = new CaseFile("msp430x-mova.txt", "MOVA in every form; flags stay.");
        int index = 0;
        Setup Start(int code = 0x24000) => Setup.At(code).Sr(index++ % 2 == 0 ? 0x107 : 0x028);
        foreach (int value in Edges.Binary(Size.Address))
        {
            file.Add(Start().R(5, value), Mova(Operand.R(5), Operand.R(6)), $"{value:x}");
            file.Add(Start(), Mova(Operand.Immediate(value), Operand.R(6)));
        }

        foreach (int value in new[] { 0x00000, 0x12345, 0xFEDCB })
        {
            foreach (int address in new[] { 0x02000, 0x0FFFE, 0x1E340, 0xF5670 })
            {
                Setup Memory() => Start().Operand(address, Size.Address, value);
                Setup Target() => Start().R(5, value).Operand(address, Size.Address, 0xA5A5A, guarded: true);
                string remark = $"{value:x} at {address:x}";
                file.Add(Memory().R(5, address), Mova(Operand.At(5), Operand.R(6)), remark);
                file.Add(Memory().R(5, address), Mova(Operand.AtPlus(5), Operand.R(6)), remark);
                file.Add(Memory(), Mova(Operand.Absolute(address), Operand.R(6)), remark);
                file.Add(Target(), Mova(Operand.R(5), Operand.Absolute(address)), remark);
                foreach (int offset in new[] { 0, 0x12, -0x12, 0x7FFE, -0x8000 })
                {
                    int pointer = (address - offset) & 0xFFFFF;
                    file.Add(Memory().R(5, pointer), Mova(Operand.Indexed(offset, 5), Operand.R(6)), remark);
                    file.Add(Target().R(6, pointer), Mova(Operand.R(5), Operand.Indexed(offset, 6)), remark);
                }
            }
        }

        // The signed index does not wrap in the lower 64 KB.
        file.Add(Start().R(5, 0x00700).Operand(0xFFF00, Size.Address, 0x6789A), Mova(Operand.Indexed(-0x800, 5), Operand.R(6)), "below 0");
        file.Add(Start().R(5, 0x0F000).Operand(0x11000, Size.Address, 0x6789A), Mova(Operand.Indexed(0x2000, 5), Operand.R(6)), "above 64 KB");
        file.Add(Start().R(5, 0x6789A).R(6, 0x0F000).Operand(0x11000, Size.Address, 0x12345), Mova(Operand.R(5), Operand.Indexed(0x2000, 6)), "above 64 KB");
        file.Add(Start().R(5, 0x6789A).R(6, 0x00700).Operand(0xFFF00, Size.Address, 0x12345), Mova(Operand.R(5), Operand.Indexed(-0x800, 6)), "below 0");
        file.Add(Start().R(5, 0xFF800).Operand(0x00800, Size.Address, 0x6789A), Mova(Operand.Indexed(0x1000, 5), Operand.R(6)), "around the top");
        file.Add(Start().Operand(0x25000, Size.Address, 0x6789A), Mova(Operand.Indexed(0x25000 - 0x24002, 0), Operand.R(6)), "symbolic");
        file.Add(Start().R(5, 0x6789A).Operand(0x25000, Size.Address, 0x12345), Mova(Operand.R(5), Operand.Indexed(0x25000 - 0x24002, 0)), "symbolic");
        file.Add(Start().R(5, 0x12040).Operand(0x12040, Size.Address, 0x6789A), Mova(Operand.At(5), Operand.R(5)), "pointer overwritten");
        file.Add(Start().R(5, 0x12040).Operand(0x12040, Size.Address, 0x6789A), Mova(Operand.AtPlus(5), Operand.R(5)), "pointer incremented, then overwritten");
        file.Add(Start().R(5, 0x12040).Operand(0x12050, Size.Address, 0x12345), Mova(Operand.R(5), Operand.Indexed(0x10, 5)), "both operands on one register");
        file.Add(Start().R(5, 0xFFFFC).Operand(0xFFFFC, Size.Address, 0x6789A), Mova(Operand.AtPlus(5), Operand.R(6)), "pointer around the top");

        // BRA, RETA, and the stack pointer.
        file.Add(Start().R(5, 0x3ABCD), Mova(Operand.R(5), Operand.R(0)), "bra, bit 0 of PC stays 0");
        file.Add(Start().R(5, 0x32000).Operand(0x32000, Size.Address, 0x3ABCC), Mova(Operand.At(5), Operand.R(0)), "bra");
        file.Add(Start().R(5, 0x32000).Operand(0x32000, Size.Address, 0x3ABCC), Mova(Operand.AtPlus(5), Operand.R(0)), "bra");
        file.Add(Start(), Mova(Operand.Immediate(0x3ABCC), Operand.R(0)), "bra");
        file.Add(Start(0x8000), Mova(Operand.Immediate(0xFABCC), Operand.R(0)), "bra");
        file.Add(Start().R(5, 0x32000).Operand(0x32010, Size.Address, 0x3ABCC), Mova(Operand.Indexed(0x10, 5), Operand.R(0)), "bra");
        file.Add(Start().Operand(0x1E340, Size.Address, 0x3ABCC), Mova(Operand.Absolute(0x1E340), Operand.R(0)), "bra");
        file.Add(Start().Operand(0x25000, Size.Address, 0x3ABCC), Mova(Operand.Indexed(0x25000 - 0x24002, 0), Operand.R(0)), "bra symbolic");
        foreach (int target in new[] { 0x00600, 0x08002, 0x10000, 0xFABCC })
        {
            file.Add(Start().Sp(0x42F00).Operand(0x42F00, Size.Address, target), Mova(Operand.AtPlus(1), Operand.R(0)), $"reta to {target:x}");
        }

        file.Add(Start().R(5, 0x3ABCC), Mova(Operand.R(5), Operand.R(1)), "sp");
        file.Add(Start(), Mova(Operand.Immediate(0x3ABCC), Operand.R(1)), "sp");
        file.Add(Start().Sp(0x3ABCC), Mova(Operand.R(1), Operand.R(6)), "sp");
        file.Add(Start().Sp(0x42F00).Operand(0x42F08, Size.Address, 0x6789A), Mova(Operand.Indexed(8, 1), Operand.R(6)), "sp");
        file.Add(Start().R(5, 0x6789A).Sp(0x42F00).Operand(0x42F08, Size.Address, 0x12345, guarded: true), Mova(Operand.R(5), Operand.Indexed(8, 1)), "sp");
        file.Add(Start().Sp(0x42F00).Operand(0x42F00, Size.Address, 0x6789A), Mova(Operand.AtPlus(1), Operand.R(6)), "popa");
        file.Add(Start(), Mova(Operand.R(0), Operand.R(6)), "pc is the address of the next instruction");
        return file;
    }

    private static CaseFile AddressSums()
    {
        var file = new CaseFile("msp430x-address-sums.txt", "ADDA SUBA CMPA: every pair of 20-bit edge values, register and immediate.");
        foreach (AddressOperation operation in new[] { AddressOperation.Adda, AddressOperation.Suba, AddressOperation.Cmpa })
        {
            int index = 0;
            foreach (int source in Edges.Binary(Size.Address))
            {
                foreach (int destination in Edges.Binary(Size.Address))
                {
                    int status = Edges.StatusAt(index++);
                    string remark = $"{source:x} {destination:x} sr={status:x}";
                    file.Add(Setup.At(0x24000).R(5, source).R(6, destination).Sr(status), new AddressArithmetic(operation, Operand.R(5), 6), remark);
                    file.Add(Setup.At(0x24000).R(6, destination).Sr(status), new AddressArithmetic(operation, Operand.Immediate(source), 6), remark);
                }
            }

            file.Add(Setup.At(0x24000).R(5, 0x89ABC), new AddressArithmetic(operation, Operand.R(5), 5), "same register");
            file.Add(Setup.At(0x24000).Sp(0x42F00).R(5, 0x100), new AddressArithmetic(operation, Operand.R(5), 1), "sp");
            file.Add(Setup.At(0x24000).Sp(0x42F00), new AddressArithmetic(operation, Operand.Immediate(0x01234), 1), "sp");
            file.Add(Setup.At(0x24000).Sp(0x42F00).R(6, 0x12345), new AddressArithmetic(operation, Operand.R(1), 6), "sp");
            file.Add(Setup.At(0x24000).R(6, 0x12345), new AddressArithmetic(operation, Operand.R(0), 6), "pc is the address of the next instruction");
            if (operation != AddressOperation.Cmpa)
            {
                file.Add(Setup.At(0x24000).R(5, 0x1200), new AddressArithmetic(operation, Operand.R(5), 0), "branch");
                file.Add(Setup.At(0x24000), new AddressArithmetic(operation, Operand.Immediate(0x12340), 0), "branch");
            }
        }

        return file;
    }

    private static CaseFile MultiShifts()
    {
        var file = new CaseFile("msp430x-multi-shifts.txt", "RRCM RRAM RLAM RRUM: 1 to 4 positions, .W and .A, carry in 0 and 1. V after RLAM is undefined.");
        foreach (MultiShift shift in Enum.GetValues<MultiShift>())
        {
            foreach (Size size in new[] { Size.Word, Size.Address })
            {
                for (int count = 1; count <= 4; count++)
                {
                    foreach (int value in Edges.Binary(size).Append(0xB5C96 & size.Mask()).Append(0x10).Append(0x1800))
                    {
                        foreach (int status in new[] { 0x106, 0x029 })
                        {
                            int above = 0xFFFFF & ~size.Mask() & 0xA0000;
                            file.Add(Setup.At(0x24000).R(6, value + above).Sr(status), new ShiftMany(shift, size, count, 6), $"{value:x} c={status & 1}");
                        }
                    }
                }

                foreach (int register in new[] { 4, 10, 15 })
                {
                    file.Add(Setup.At(0x8000).R(register, 0x3C5A6).Sr(1), new ShiftMany(shift, size, 3, register), "other registers");
                }
            }
        }

        return file;
    }

    private static CaseFile PushPop()
    {
        var file = new CaseFile("msp430x-pushm-popm.txt", "PUSHM and POPM: every count, .W and .A, on R4 to R15.");
        const int Stack = 0x42F80;
        Setup Registers(int stack)
        {
            Setup setup = Setup.At(0x24000).Sp(stack).Sr(0x105);
            for (int register = 4; register < 16; register++)
            {
                setup.R(register, (register * 0x10123) & 0xFFFFF);
            }

            return setup;
        }

        foreach (Size size in new[] { Size.Word, Size.Address })
        {
            int bytes = size == Size.Address ? 4 : 2;
            for (int count = 1; count <= 12; count++)
            {
                foreach (int register in new[] { 15, 10, 4 + count - 1 }.Where(register => register - count + 1 >= 4).Distinct())
                {
                    foreach (int stack in new[] { Stack, 0x10000 + (2 * count) })
                    {
                        file.Add(Registers(stack).Word(stack, 0xBEEF).Word(stack - (bytes * count) - 2, 0xBEEF), new PushMany(size, count, register), $"sp={stack:x}");
                        Setup pop = Registers(stack - (bytes * count));
                        for (int offset = 0; offset < bytes * count; offset += 2)
                        {
                            pop.Word(stack - (bytes * count) + offset, 0x8765 + (0x1357 * offset));
                        }

                        file.Add(pop.Word(stack, 0xBEEF), new PopMany(size, count, register), $"sp={stack - (bytes * count):x}");
                    }
                }
            }
        }

        return file;
    }

    private static CaseFile Calls()
    {
        var file = new CaseFile("msp430x-calls.txt", "CALLA in every form, and RETI with a 20-bit return address. RETA is in msp430x-mova.txt.");
        const int Stack = 0x42F00;
        foreach (int code in new[] { 0x24000, 0x08000, 0xE5670 })
        {
            foreach (int target in new[] { 0x3ABCC, 0x09ABC, 0xFABCD })
            {
                Setup Start() => Setup.At(code).Sp(Stack).Sr(0x107).Words(Stack - 6, 0xBEEF, 0xA55A, 0xA55A, 0xBEEF);
                string remark = $"from {code:x} to {target:x}";
                file.Add(Start().R(5, target), new CallAddress(Operand.R(5)), remark);
                file.Add(Start().R(5, 0x12340).Operand(0x12340, Size.Address, target), new CallAddress(Operand.At(5)), remark);
                file.Add(Start().R(5, 0x12340).Operand(0x12340, Size.Address, target), new CallAddress(Operand.AtPlus(5)), remark);
                file.Add(Start().R(5, 0x12340).Operand(0x12364, Size.Address, target), new CallAddress(Operand.Indexed(0x24, 5)), remark);
                file.Add(Start().R(5, 0x12340).Operand(0x0A340, Size.Address, target), new CallAddress(Operand.Indexed(-0x8000, 5)), remark);
                file.Add(Start().R(5, 0x0F000).Operand(0x11000, Size.Address, target), new CallAddress(Operand.Indexed(0x2000, 5)), $"{remark}, no wrap at 64 KB");
                file.Add(Start().Operand(0x02000, Size.Address, target), new CallAddress(Operand.Absolute(0x02000)), remark);
                file.Add(Start().Operand(0xB5670, Size.Address, target), new CallAddress(Operand.Absolute(0xB5670)), remark);
                file.Add(Start().Operand(code + 0x400, Size.Address, target), new CallAddress(Operand.Symbolic(code + 0x400)), remark);
                file.Add(Start().Operand(0x6FFF0, Size.Address, target), new CallAddress(Operand.Symbolic(0x6FFF0)), remark);
                file.Add(Start(), new CallAddress(Operand.Immediate(target)), remark);
            }
        }

        file.Add(Setup.At(0x24000).Sp(0x10002).R(5, 0x3ABCC), new CallAddress(Operand.R(5)), "stack across 64 KB");
        foreach ((int status, int low) in new[] { (0x0000, 0x9ABC), (0x3107, 0xABCC), (0xF000, 0x0600), (0x1144, 0x0000), (0xA00B, 0xFFFE) })
        {
            file.Add(Setup.At(0x24000).Sp(Stack).Sr(0x104).Words(Stack, status, low), new ReturnFromInterrupt(), $"sr word {status:x}");
            file.Add(Setup.At(0x08000).Sp(0x0FFFE).Sr(0x001).Words(0x0FFFE, status, low), new ReturnFromInterrupt(), $"sr word {status:x}, stack across 64 KB");
        }

        return file;
    }

    private static MoveAddress Mova(Operand source, Operand destination) => new(source, destination);
}
