using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Conformance.Generation;

/// <summary>Behaviour people found on silicon, behaviour the guide leaves open, and short programs.</summary>
internal static class NamedCases
{
    private const int Code = 0x24000;

    public static IEnumerable<CaseFile> Files()
    {
        yield return Silicon();
        yield return Inferred();
        yield return Programs();
    }

    private static CaseFile Silicon()
    {
        var file = new CaseFile("silicon.txt", "Behaviour established on boards (FR5739, FR5969, FR5994, FR5939); the remark says where it is reported.");

        // renode #768: the four extra bits belong to the immediate, not to the address it is read from.
        foreach (int value in new[] { 0x12345, 0xFFFFF, 0x80000 })
        {
            file.Add(Setup.At(Code).R(6, 0), Extended(Operation.Mov, Size.Address, Operand.Immediate(value), Operand.R(6)), "renode #768, 20-bit immediate");
            file.Add(Setup.At(Code).R(6, 0x11111), Extended(Operation.Add, Size.Address, Operand.Immediate(value), Operand.R(6)), "renode #768, 20-bit immediate");
            file.Add(Setup.At(Code).Sp(0x42F00), new OneOperand(SingleOperation.Push, Size.Address, Operand.Immediate(value)) { Extended = true }, "renode #768, 20-bit immediate");
        }

        // renode #769: RETI takes PC.19:16 from the word that holds SR.
        foreach (int page in new[] { 0x1, 0x8, 0xF })
        {
            file.Add(Setup.At(0x8000).Sp(0x2F00).Sr(0).Words(0x2F00, (page << 12) + 0x107, 0x5678), new ReturnFromInterrupt(), $"renode #769, page {page:x}");
        }

        // renode #773 and the E2E thread behind it: ADDA and SUBA read 4 from R2 and 2 from R3.
        foreach (int value in new[] { 0x00000, 0x00001, 0x12345, 0xFFFFE })
        {
            foreach (AddressOperation operation in new[] { AddressOperation.Adda, AddressOperation.Suba })
            {
                foreach (int register in new[] { 2, 3 })
                {
                    file.Add(Setup.At(Code).R(4, value).Sr(0x100), new AddressArithmetic(operation, Operand.R(register), 4), $"renode #773, r4={value:x}");
                }
            }
        }

        file.Add(Setup.At(Code).R(15, 0x02001), new AddressArithmetic(AddressOperation.Adda, Operand.R(3), 15), "renode #773, 03ef is how TI's compiler writes adda #2,r15");
        file.Add(
            Setup.At(Code).R(4, 0),
            "renode #773, 02e4 03e4 02f4 03f4 give r4 = 4 6 2 0",
            Listing(Code, [.. new[] { (AddressOperation.Adda, 2), (AddressOperation.Adda, 3), (AddressOperation.Suba, 2), (AddressOperation.Suba, 3) }
                .Select(pair => new AddressArithmetic(pair.Item1, Operand.R(pair.Item2), 4))]),
            4);

        // renode #774: a register source with a memory destination takes the non-register extension word.
        file.Add(Setup.At(Code).R(8, 0x1234).Words(0x10004, 0, 0xBEEF), Extended(Operation.Mov, Size.Word, Operand.R(8), Operand.Absolute(0x10004)), "renode #774");
        file.Add(Setup.At(Code).R(8, 0x1234).R(6, 0x40000).Word(0x50010, 0x1111), Extended(Operation.Add, Size.Word, Operand.R(8), Operand.Indexed(0x10010, 6)), "renode #774");
        file.Add(Setup.At(Code).R(8, 0x1234).Word(0xF0004, 0x1111), Extended(Operation.Xor, Size.Word, Operand.R(8), Operand.Absolute(0xF0004)), "renode #774");

        // renode #775: only plain instructions wrap an index in the lower 64 KB.
        file.Add(Setup.At(Code).R(5, 0x0F000).Word(0x01000, 0x1111).Word(0x11000, 0x2222), new TwoOperand(Operation.Mov, Size.Word, Operand.Indexed(0x2000, 5), Operand.R(6)), "renode #775, plain wraps");
        file.Add(Setup.At(Code).R(5, 0x0F000).Word(0x01000, 0x1111).Word(0x11000, 0x2222), Extended(Operation.Mov, Size.Word, Operand.Indexed(0x2000, 5), Operand.R(6)), "renode #775, extended does not");
        file.Add(Setup.At(Code).R(5, 0x0F000).Word(0x02000, 0x1111).Word(0x22000, 0x2222), Extended(Operation.Mov, Size.Word, Operand.Indexed(0x13000, 5), Operand.R(6)), "renode #775, high bits before the sum");

        // ghidra #4120: word accesses ignore bit 0 of the address.
        foreach (Size size in new[] { Size.Word, Size.Address })
        {
            string remark = "ghidra #4120, odd address rounds down";
            Setup Memory() => Setup.At(Code).Words(0x1FFE, 0xBEEF, 0x2345, 0x0006, 0xBEEF);
            file.Add(Memory().R(5, 0x2001), Extended(Operation.Mov, size, Operand.At(5), Operand.R(6)), remark);
            file.Add(Memory().R(5, 0x2001), Extended(Operation.Mov, size, Operand.AtPlus(5), Operand.R(6)), remark);
            file.Add(Memory().R(5, 0x2003), Extended(Operation.Mov, size, Operand.Indexed(-2, 5), Operand.R(6)), remark);
            file.Add(Memory().R(5, 0x1234).R(6, 0x2001), Extended(Operation.Mov, size, Operand.R(5), Operand.Indexed(0, 6)), remark);
            file.Add(Memory().R(5, 0x1234).R(6, 0x2001), Extended(Operation.Add, size, Operand.R(5), Operand.Indexed(0, 6)), remark);
            file.Add(Memory().R(6, 0x2001), new OneOperand(SingleOperation.Rra, size, Operand.At(6)) { Extended = true }, remark);
        }

        foreach (Operation operation in new[] { Operation.Mov, Operation.Add, Operation.Cmp })
        {
            string remark = "ghidra #4120, odd address rounds down, plain";
            Setup Memory() => Setup.At(0x8000).Words(0x1FFE, 0xBEEF, 0x2345, 0xBEEF);
            file.Add(Memory().R(5, 0x2001), new TwoOperand(operation, Size.Word, Operand.At(5), Operand.R(6)), remark);
            file.Add(Memory().R(5, 0x2001), new TwoOperand(operation, Size.Word, Operand.AtPlus(5), Operand.R(6)), remark);
            file.Add(Memory(), new TwoOperand(operation, Size.Word, Operand.Absolute(0x2001), Operand.R(6)), remark);
            file.Add(Memory().R(5, 0x1234).R(6, 0x1FFF), new TwoOperand(operation, Size.Word, Operand.R(5), Operand.Indexed(2, 6)), remark);
            file.Add(Memory().R(5, 0x1234), new TwoOperand(operation, Size.Word, Operand.R(5), Operand.Absolute(0x2001)), remark);
        }

        foreach (int target in new[] { 0x9ABD, 0x8001, 0xFFFF })
        {
            file.Add(Setup.At(0x8000).R(5, target), new TwoOperand(Operation.Mov, Size.Word, Operand.R(5), Operand.R(0)), $"ghidra #4120, bit 0 of PC is 0, {target:x}");
            file.Add(Setup.At(0x8000).Sp(0x2F00).Word(0x2F00, target), new TwoOperand(Operation.Mov, Size.Word, Operand.AtPlus(1), Operand.R(0)), $"ghidra #4120, bit 0 of PC is 0, ret to {target:x}");
            file.Add(Setup.At(0x8000).Sp(0x2F00).R(5, target), new OneOperand(SingleOperation.Call, Size.Word, Operand.R(5)), $"ghidra #4120, bit 0 of PC is 0, call {target:x}");
            file.Add(Setup.At(0x8000).Sp(0x2F00).Words(0x2F00, 0x0001, target), new ReturnFromInterrupt(), $"ghidra #4120, bit 0 of PC is 0, reti to {target:x}");
        }

        file.Add(Setup.At(0x8000).R(5, 3), new TwoOperand(Operation.Add, Size.Word, Operand.R(5), Operand.R(0)), "ghidra #4120, bit 0 of PC is 0 after a sum");
        file.Add(Setup.At(0x8000).R(6, 0x1000), new TwoOperand(Operation.Add, Size.Word, Operand.R(0), Operand.R(6)), "ghidra #4120, PC reads as the next instruction");

        file.Add(Setup.At(0x8000).Sp(0x2F00), new OneOperand(SingleOperation.Call, Size.Word, Operand.R(1)), "ghidra #4120, call sp jumps to the undecremented sp");
        file.Add(Setup.At(0x8000).Sp(0x2F00).Word(0x2F00, 0x2468), new TwoOperand(Operation.Mov, Size.Word, Operand.AtPlus(1), Operand.R(1)), "ghidra #4120, the increment of pop sp is lost");

        // ghidra #4120: SR as source is read before the flags change.
        foreach (Operation operation in new[] { Operation.Add, Operation.Addc, Operation.Sub, Operation.Subc, Operation.Xor, Operation.And, Operation.Cmp, Operation.Bit })
        {
            file.Add(Setup.At(0x8000).R(6, 0x0107).Sr(0x107), new TwoOperand(operation, Size.Word, Operand.R(2), Operand.R(6)), "ghidra #4120, SR read before flags change");
        }

        // ghidra #4120: fetch the source, increment, then form the destination address.
        foreach (int offset in new[] { -2, 0, 2 })
        {
            Setup Memory() => Setup.At(0x8000).R(5, 0x2002).Words(0x2000, 0x1111, 0x2222, 0x4444, 0x8888, 0x0F0F);
            file.Add(Memory(), new TwoOperand(Operation.Add, Size.Word, Operand.AtPlus(5), Operand.Indexed(offset, 5)), "ghidra #4120, increment before destination");
            file.Add(Memory(), new TwoOperand(Operation.Mov, Size.Word, Operand.AtPlus(5), Operand.Indexed(offset, 5)), "ghidra #4120, increment before destination");
        }

        file.Add(Setup.At(0x8000).R(5, 0x2002).Words(0x2000, 0x1111, 0xC001, 0x4444), new TwoOperand(Operation.Add, Size.Word, Operand.AtPlus(5), Operand.Indexed(-2, 5)), "the guide's substitute for rla @r5+");

        // ghidra #6785: SUBA sets C when there is no borrow, like SUB.
        foreach ((int source, int destination) in new[] { (0x00000, 0x00000), (0x00001, 0x00000), (0x12345, 0x12345), (0x12346, 0x12345), (0xFFFFF, 0x00000), (0x80000, 0x7FFFF) })
        {
            foreach (int status in new[] { 0, 1 })
            {
                file.Add(Setup.At(Code).R(5, source).R(6, destination).Sr(status), new AddressArithmetic(AddressOperation.Suba, Operand.R(5), 6), $"ghidra #6785, carry of suba, {source:x} {destination:x} c={status}");
            }
        }

        // ghidra #6785: SXT fills the whole register; address words move their pointer by 4.
        foreach (int value in new[] { 0xFFFFF, 0xF0080, 0xF007F })
        {
            file.Add(Setup.At(Code).R(6, value), new OneOperand(SingleOperation.Sxt, Size.Word, Operand.R(6)), $"ghidra #6785, sxt writes all 20 bits, {value:x}");
        }

        file.Add(Setup.At(Code).R(6, 0x12340).Words(0x12340, 0x8001, 0x0004), new OneOperand(SingleOperation.Rra, Size.Address, Operand.AtPlus(6)) { Extended = true }, "ghidra #6785, address words count 4");
        file.Add(Setup.At(Code).Sp(0x42F00).R(6, 0x12340).Words(0x12340, 0x8001, 0x0004), new OneOperand(SingleOperation.Push, Size.Address, Operand.AtPlus(6)) { Extended = true }, "ghidra #6785, address words count 4");
        file.Add(Setup.At(Code).Sp(0x42F00).Words(0x42F00, 0x8002, 0x0004), Extended(Operation.Mov, Size.Address, Operand.AtPlus(1), Operand.R(0)), "ghidra #6785, address words count 4, to pc");

        // Register write rules that simulators get wrong.
        file.Add(Setup.At(Code).R(6, 0xF1234), new OneOperand(SingleOperation.Swpb, Size.Word, Operand.R(6)), "swpb clears bits 19:16");
        file.Add(Setup.At(Code).R(6, 0xF1234), new OneOperand(SingleOperation.Swpb, Size.Address, Operand.R(6)) { Extended = true }, "swpbx.a keeps bits 19:16");
        file.Add(Setup.At(0x8000).R(6, 3), new OneOperand(SingleOperation.Rra, Size.Word, Operand.R(6)), "carry out");
        file.Add(Setup.At(0x8000).R(6, 2).Sr(1), new OneOperand(SingleOperation.Rrc, Size.Word, Operand.R(6)), "V stays 0 although the sign changed");
        return file;
    }

    private static CaseFile Inferred()
    {
        var file = new CaseFile("inferred.txt", "Behaviour the guide does not print; see \"Assumptions\" in README.md before trusting one of these.");

        foreach (int code in new[] { 0x8000, Code })
        {
            int stack = code == Code ? 0x42F00 : 0x2F00;
            file.Add(Setup.At(code).Sp(stack), new OneOperand(SingleOperation.Push, Size.Word, Operand.R(1)), $"push sp stores the new sp, {stack:x}");
            file.Add(Setup.At(code).Sp(stack).Words(stack - 2, 0x1111, 0x2222, 0x3333, 0x4444), new OneOperand(SingleOperation.Push, Size.Word, Operand.Indexed(4, 1)), $"sp decremented before the operand, {stack:x}");
            file.Add(Setup.At(code).Sp(stack).Words(stack - 2, 0x1111, 0x2222, 0x3333, 0x4444), new OneOperand(SingleOperation.Push, Size.Byte, Operand.Indexed(4, 1)), $"sp decremented before the operand, {stack:x}");
            file.Add(Setup.At(code).Sp(stack), new OneOperand(SingleOperation.Push, Size.Byte, Operand.R(1)), $"push sp stores the new sp, {stack:x}");
        }

        foreach (Size size in new[] { Size.Word, Size.Address })
        {
            file.Add(Setup.At(Code).Sp(0x42F00), new OneOperand(SingleOperation.Push, size, Operand.R(1)) { Extended = true }, "push sp stores the new sp");
            file.Add(Setup.At(Code).Sp(0x42F00).Words(0x42EFC, 0x1111, 2, 0x2222, 3, 0x3333, 4, 0x4444, 5), new OneOperand(SingleOperation.Push, size, Operand.Indexed(8, 1)) { Extended = true }, "sp decremented before the operand");
        }

        foreach (int code in new[] { 0x8000, Code })
        {
            int stack = code == Code ? 0x42F00 : 0x2F00;
            Setup Stack() => Setup.At(code).Sp(stack).Words(stack - 4, 0x1110, 0x2220, 0x3330, 0x4440, 0x5550, 0x6660, 0x7770);
            file.Add(Stack(), new OneOperand(SingleOperation.Call, Size.Word, Operand.Indexed(4, 1)), $"operand before sp is decremented, {stack:x}");
        }

        file.Add(Setup.At(Code).Sp(0x42F00).Words(0x42EFC, 0x1110, 1, 0x2220, 2, 0x3330, 3, 0x4440, 4), new CallAddress(Operand.Indexed(8, 1)), "operand before sp is decremented");

        // PC as register source while operand words follow: the address of the word after the opcode word.
        file.Add(Setup.At(0x8000).Word(0x2200, 0x1111), new TwoOperand(Operation.Mov, Size.Word, Operand.R(0), Operand.Absolute(0x2200)), "pc before the operand word");
        file.Add(Setup.At(0x8000).R(6, 0x2200).Word(0x2210, 0x1111), new TwoOperand(Operation.Add, Size.Word, Operand.R(0), Operand.Indexed(0x10, 6)), "pc before the operand word");
        file.Add(Setup.At(Code).Words(0x12200, 0x1111, 1), Extended(Operation.Mov, Size.Address, Operand.R(0), Operand.Absolute(0x12200)), "pc before the operand word");
        file.Add(Setup.At(Code).Words(0x12200, 0x1111, 1), new MoveAddress(Operand.R(0), Operand.Absolute(0x12200)), "pc before the operand word");

        // R3 as an address source is the constant 0 for MOVA.
        file.Add(Setup.At(Code).R(6, 0x12345), new MoveAddress(Operand.R(3), Operand.R(6)), "r3 reads 0");

        // CMPA is reported to know constants as ADDA and SUBA do; which ones is assumed.
        foreach (int value in new[] { 0x00001, 0x00002, 0x00004, 0x12345 })
        {
            file.Add(Setup.At(Code).R(4, value), new AddressArithmetic(AddressOperation.Cmpa, Operand.R(2), 4), $"constant 4, r4={value:x}");
            file.Add(Setup.At(Code).R(4, value), new AddressArithmetic(AddressOperation.Cmpa, Operand.R(3), 4), $"constant 2, r4={value:x}");
        }

        // The count register is read once: here it is also the operand.
        foreach (Size size in new[] { Size.Byte, Size.Word, Size.Address })
        {
            file.Add(Setup.At(Code).R(6, 0x80007), new OneOperand(SingleOperation.Rra, size, Operand.R(6)) { Extended = true, Repetition = Repetition.From(6) }, "count register is the operand");
            file.Add(Setup.At(Code).R(6, 0x00003), new TwoOperand(Operation.Add, size, Operand.R(6), Operand.R(6)) { Extended = true, Repetition = Repetition.From(6) }, "count register is the operand");
        }

        foreach (Size size in new[] { Size.Byte, Size.Word, Size.Address })
        {
            file.Add(Setup.At(Code).R(5, 0x6789A).Sp(0x42F40), new OneOperand(SingleOperation.Push, size, Operand.R(5)) { Extended = true, Repetition = Repetition.Times(3) }, "no cycles printed for a repeated push");
        }

        // PUSHM and POPM beyond R4..R15: register numbers wrap modulo 16.
        foreach (Size size in new[] { Size.Word, Size.Address })
        {
            file.Add(Setup.At(Code).Sp(0x42F40), new PushMany(size, 13, 15), "r3 is pushed as 0");
            file.Add(Setup.At(Code).Sp(0x42F40).Sr(0x107), new PushMany(size, 14, 15), "r3 is pushed as 0, then sr");
            file.Add(Setup.At(Code).Sp(0x42F40).Sr(0x107), new PushMany(size, 2, 3), "r3 is pushed as 0, then sr");
            file.Add(Setup.At(Code).Sp(0x42F40), new PushMany(size, 3, 0), "pc (next instruction), then r15 and r14");
            file.Add(Setup.At(Code).Sp(0x42F40).Words(0x42F40, 0x1111, 1, 0x2222, 2, 0x3334, 3), new PopMany(size, 3, 0), "r14 and r15, then pc");
        }

        return file;
    }

    private static CaseFile Programs()
    {
        var file = new CaseFile("programs.txt", "Short programs: what one instruction leaves, the next one uses. Cycles are the sum.");

        // 32- and 40-bit arithmetic by carry.
        foreach ((int low, int high, int addLow, int addHigh) in new[] { (0xFFFF, 0x7FFF, 0x0001, 0x0000), (0x8000, 0x8000, 0x8000, 0x7FFF), (0x1234, 0x5678, 0xEDCC, 0xA987) })
        {
            file.Add(
                Setup.At(0x8000).R(4, low).R(5, high).R(6, addLow).R(7, addHigh),
                $"add r6,r4 addc r7,r5 ; 32-bit sum {high:x4}{low:x4} + {addHigh:x4}{addLow:x4}",
                Listing(0x8000, [Two(Operation.Add, 6, 4), Two(Operation.Addc, 7, 5)]),
                2);
            file.Add(
                Setup.At(0x8000).R(4, low).R(5, high).R(6, addLow).R(7, addHigh),
                $"sub r6,r4 subc r7,r5 ; 32-bit difference {high:x4}{low:x4} - {addHigh:x4}{addLow:x4}",
                Listing(0x8000, [Two(Operation.Sub, 6, 4), Two(Operation.Subc, 7, 5)]),
                2);
        }

        file.Add(
            Setup.At(0x8000).R(4, 0x9999).R(5, 0x0199).R(6, 1),
            "clrc dadd r6,r4 dadc r5 ; eight-digit counter",
            Listing(0x8000, [
                new TwoOperand(Operation.Bic, Size.Word, Operand.Constant(1), Operand.R(2)),
                Two(Operation.Dadd, 6, 4),
                new TwoOperand(Operation.Dadd, Size.Word, Operand.Constant(0), Operand.R(5))]),
            3);

        // A loop: sum of five words.
        file.Add(
            Setup.At(0x8000).R(5, 0x2000).R(6, 5).R(7, 0).Words(0x2000, 1, 20, 300, 4000, 50000),
            "add @r5+,r7 dec r6 jnz ; sum of five words",
            Listing(0x8000, [
                new TwoOperand(Operation.Add, Size.Word, Operand.AtPlus(5), Operand.R(7)),
                new TwoOperand(Operation.Sub, Size.Word, Operand.Constant(1), Operand.R(6)),
                new Jump(Condition.Jne, -3)]),
            15);

        // Copy and compare bytes.
        file.Add(
            Setup.At(0x8000).R(5, 0x2001).R(6, 0x2100).R(7, 3).Words(0x2000, 0x4100, 0x4342).Words(0x20FE, 0xBEEF, 0xBEEF, 0xBEEF),
            "mov.b @r5+,0(r6) inc r6 dec r7 jnz ; copy three bytes from an odd address",
            Listing(0x8000, [
                new TwoOperand(Operation.Mov, Size.Byte, Operand.AtPlus(5), Operand.Indexed(0, 6)),
                new TwoOperand(Operation.Add, Size.Word, Operand.Constant(1), Operand.R(6)),
                new TwoOperand(Operation.Sub, Size.Word, Operand.Constant(1), Operand.R(7)),
                new Jump(Condition.Jne, -5)]),
            12);

        // Subroutines, near and far.
        var near = new SortedDictionary<int, Instruction>
        {
            [0x8000] = new OneOperand(SingleOperation.Push, Size.Word, Operand.R(10)),
            [0x8002] = new OneOperand(SingleOperation.Call, Size.Word, Operand.Immediate(0x9000)),
            [0x8006] = new TwoOperand(Operation.Mov, Size.Word, Operand.AtPlus(1), Operand.R(10)),
            [0x9000] = new TwoOperand(Operation.Mov, Size.Word, Operand.Indexed(2, 1), Operand.R(12)),
            [0x9004] = new TwoOperand(Operation.Mov, Size.Word, Operand.AtPlus(1), Operand.R(0)),
        };
        file.Add(Setup.At(0x8000).Sp(0x2F00).R(10, 0x1357), "push r10 call #0x9000 mov 2(sp),r12 ret pop r10 ; near call", near, 5);
        var far = new SortedDictionary<int, Instruction>
        {
            [0x24000] = new CallAddress(Operand.Immediate(0x51230)),
            [0x24004] = new TwoOperand(Operation.Mov, Size.Word, Operand.Constant(0), Operand.R(3)),
            [0x51230] = new PushMany(Size.Address, 3, 10),
            [0x51232] = new MoveAddress(Operand.Immediate(0xABCDE), Operand.R(9)),
            [0x51236] = new PopMany(Size.Address, 3, 10),
            [0x51238] = new MoveAddress(Operand.AtPlus(1), Operand.R(0)),
        };
        file.Add(Setup.At(0x24000).Sp(0x42F40).R(8, 0x11118).R(9, 0x22229).R(10, 0x3333A), "calla pushm.a mova popm.a reta nop ; far call", far, 6);

        // Multiply by shift and add: 16-bit, eight rounds of the inner loop.
        file.Add(
            Setup.At(0x8000).R(5, 0x00B7).R(6, 0x0035).R(7, 0),
            "rra r5 jnc add r6,r7 rla r6 tst r5 jnz ; 183 x 53 by shift and add",
            Listing(0x8000, [
                new OneOperand(SingleOperation.Rra, Size.Word, Operand.R(5)),
                new Jump(Condition.Jnc, 1),
                Two(Operation.Add, 6, 7),
                Two(Operation.Add, 6, 6),
                new TwoOperand(Operation.Cmp, Size.Word, Operand.Constant(0), Operand.R(5)),
                new Jump(Condition.Jne, -6)]),
            46);

        // Interrupt frame by hand.
        file.Add(
            Setup.At(0x24000).Sp(0x42F00).Words(0x42F00, 0x3108, 0x5678).Sr(0),
            "bic #8,0(sp) reti ; edit the stacked SR, keep PC.19:16",
            Listing(0x24000, [new TwoOperand(Operation.Bic, Size.Word, Operand.Constant(8), Operand.Indexed(0, 1)), new ReturnFromInterrupt()]),
            2);

        // 20-bit pointers walking over the 64 KB border.
        file.Add(
            Setup.At(0x24000).R(5, 0x0FFFC).R(7, 0).Words(0x0FFFC, 0x0001, 0x0002, 0x0004, 0x0008),
            "add @r5+,r7 four times ; pointer crosses 64 KB",
            Listing(0x24000, [.. Enumerable.Repeat<Instruction>(new TwoOperand(Operation.Add, Size.Word, Operand.AtPlus(5), Operand.R(7)), 4)]),
            4);
        return file;
    }

    private static TwoOperand Two(Operation operation, int source, int destination) =>
        new(operation, Size.Word, Operand.R(source), Operand.R(destination));

    private static TwoOperand Extended(Operation operation, Size size, Operand source, Operand destination) =>
        new(operation, size, source, destination) { Extended = true };

    private static SortedDictionary<int, Instruction> Listing(int address, Instruction[] instructions)
    {
        var listing = new SortedDictionary<int, Instruction>();
        foreach (Instruction instruction in instructions)
        {
            listing[address] = instruction;
            address += 2 * instruction.Encode(address).Count;
        }

        return listing;
    }
}
