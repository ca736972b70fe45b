using FreeML.Sim.Conformance.Model;

namespace FreeML.Sim.Conformance.Generation;

/// <summary>Format II, plain and extended, and repeated register instructions.</summary>
internal static class OneOperandCases
{
    private static readonly SingleOperation[] Shifts = [SingleOperation.Rrc, SingleOperation.Rra, SingleOperation.Swpb, SingleOperation.Sxt];

    public static IEnumerable<CaseFile> Files()
    {
        yield return Plain("msp430-format2.txt", "Format II: RRC RRA SWPB SXT PUSH CALL in every mode.", Place.Low);
        yield return Plain("msp430x-format2-plain.txt", "Format II without extension word, code and pointers above 64 KB.", Place.HighPlain);
        yield return Extended();
        yield return Repeated();
    }

    private static IEnumerable<Size> PlainSizes(SingleOperation operation) =>
        operation is SingleOperation.Rrc or SingleOperation.Rra or SingleOperation.Push ? [Size.Byte, Size.Word] : [Size.Word];

    // SWPBX and SXTX know words and address words only.
    private static IEnumerable<Size> ExtendedSizes(SingleOperation operation) =>
        operation is SingleOperation.Swpb or SingleOperation.Sxt ? [Size.Word, Size.Address] : [Size.Byte, Size.Word, Size.Address];

    private static IEnumerable<int> Values(Size size) =>
        Edges.Binary(size).Concat([0x7F, 0x80, 0x100, 0x12345]).Select(value => value & size.Mask()).Distinct();

    private static CaseFile Plain(string name, string title, Place place)
    {
        var file = new CaseFile(name, title);
        bool high = place.Code > 0xFFFF;
        foreach (SingleOperation operation in Shifts)
        {
            foreach (Size size in PlainSizes(operation))
            {
                foreach (int value in Values(size))
                {
                    foreach (int status in new[] { 0x000, 0x001, 0x106, 0x14F })
                    {
                        int above = (high ? 0xFFFFF : 0xFFFF) & ~size.Mask() & 0xE5AFF;
                        file.Add(Setup.At(place.Code).R(6, value + above).Sr(status), new OneOperand(operation, size, Operand.R(6)), $"{value:x} sr={status:x}");
                    }
                }

                AddModes(file, place, operation, size, extended: false);
            }
        }

        int stack = high ? 0x42F00 : 0x2F00;
        foreach (Size size in PlainSizes(SingleOperation.Push))
        {
            foreach ((Operand operand, Action<Setup> prepare) in PushOperands(place, size, extended: false))
            {
                Setup setup = Setup.At(place.Code).Sp(stack).Sr(0x105).Words(stack - 4, 0xBEEF, 0xA55A, 0xBEEF);
                prepare(setup);
                file.Add(setup, new OneOperand(SingleOperation.Push, size, operand));
            }
        }

        file.Add(Setup.At(place.Code).Sp(stack).Sr(0x14F), new OneOperand(SingleOperation.Push, Size.Word, Operand.R(2)), "status register");
        file.Add(Setup.At(place.Code).Sp(stack), new OneOperand(SingleOperation.Push, Size.Word, Operand.R(0)), "pc is the address of the next instruction");
        Calls(file, place, stack);
        if (!high)
        {
            foreach (int status in new[] { 0x0000, 0x0001, 0x0107, 0x000B, 0x0144, 0x002F })
            {
                file.Add(Setup.At(place.Code).Sp(stack).Sr(0x104).Words(stack, status, 0x9ABC), new ReturnFromInterrupt(), $"sr={status:x}");
            }
        }

        return file;
    }

    private static void Calls(CaseFile file, Place place, int stack)
    {
        const int Target = 0x9ABC;
        int data = place.Data + 0x40;
        int absolute = place.Absolute + 0x140;
        int symbolic = place.Code + 0x240;
        Setup Start() => Setup.At(place.Code).Sp(stack).Sr(0x107).Words(stack - 4, 0xBEEF, 0xA55A, 0xBEEF);
        OneOperand Call(Operand operand) => new(SingleOperation.Call, Size.Word, operand);
        file.Add(Start().R(5, Target), Call(Operand.R(5)));
        file.Add(Start().R(5, Target + 1), Call(Operand.R(5)), "bit 0 of PC stays 0");
        file.Add(Start().R(5, data).Word(data, Target), Call(Operand.At(5)));
        file.Add(Start().R(5, data).Word(data, Target), Call(Operand.AtPlus(5)));
        file.Add(Start(), Call(Operand.Immediate(Target)));
        file.Add(Start().R(5, data - 0x12).Word(data, Target), Call(Operand.Indexed(0x12, 5)));
        file.Add(Start().Word(symbolic, Target), Call(Operand.Symbolic(symbolic)));
        file.Add(Start().Word(absolute, Target), Call(Operand.Absolute(absolute)));
        file.Add(Start().Word(stack, Target), Call(Operand.At(1)), "operand before sp moves");
        file.Add(Start().Word(stack, Target), Call(Operand.AtPlus(1)), "operand before sp moves");
        if (place.Code > 0xFFFF)
        {
            file.Add(Start().R(5, 0x20000 + Target), Call(Operand.R(5)), "pc.19:16 = 0");
        }
    }

    // Memory modes of the shifts; values that make carry and sign visible.
    private static void AddModes(CaseFile file, Place place, SingleOperation operation, Size size, bool extended)
    {
        foreach (int variant in new[] { 0, 1, 2 })
        {
            int value = (variant switch { 0 => 0x2B5C3, 1 => 0xD4A80, _ => 0x00000 }) & size.Mask();
            int odd = size == Size.Byte ? variant % 2 : 0;
            int data = place.Data + 0x50 + odd;
            int absolute = place.Absolute + 0x150 + odd;
            int symbolic = place.Code + 0x250 + odd;
            (Operand Operand, int Address, int? Register)[] modes =
            [
                (Operand.At(6), data, data),
                (Operand.AtPlus(6), data, data),
                (Operand.Indexed(0x22, 6), data, data - 0x22),
                (Operand.Indexed(-0x22, 6), data, data + 0x22),
                (Operand.Indexed(8, 1), data, null),
                (Operand.Symbolic(symbolic), symbolic, null),
                (Operand.Absolute(absolute), absolute, null),
            ];
            foreach ((Operand operand, int address, int? register) in modes)
            {
                Setup setup = Setup.At(place.Code).Sr(variant % 2 == 0 ? 0x107 : 0x028).Operand(address, size, value, guarded: true);
                if (register is { } pointer)
                {
                    setup.R(6, pointer);
                }
                else if (operand.Mode == Mode.Indexed)
                {
                    if ((address & 1) != 0)
                    {
                        continue;
                    }

                    setup.Sp(address - 8);
                }

                file.Add(setup, new OneOperand(operation, size, operand) { Extended = extended }, $"{value:x} {variant}");
            }
        }
    }

    private static IEnumerable<(Operand Operand, Action<Setup> Prepare)> PushOperands(Place place, Size size, bool extended)
    {
        int value = 0x9C3E7 & size.Mask();
        int odd = size == Size.Byte ? 1 : 0;
        int data = place.Data + 0x60 + odd;
        int absolute = place.Absolute + 0x160 + odd;
        int symbolic = place.Code + 0x260 + odd;
        yield return (Operand.R(5), setup => setup.R(5, place.Code > 0xFFFF ? 0x9C3E7 : 0xC3E7));
        foreach (int constant in Operand.Constants)
        {
            yield return (Operand.Constant(constant), _ => { });
        }

        yield return (Operand.At(5), setup => setup.R(5, data).Operand(data, size, value));
        yield return (Operand.AtPlus(5), setup => setup.R(5, data).Operand(data, size, value));
        yield return (Operand.Immediate(extended && size == Size.Address ? value : value & 0xFFFF), _ => { });
        yield return (Operand.Indexed(0x1234, 5), setup => setup.R(5, data - 0x1234).Operand(data, size, value));
        yield return (Operand.Symbolic(symbolic), setup => setup.Operand(symbolic, size, value));
        yield return (Operand.Absolute(absolute), setup => setup.Operand(absolute, size, value));
    }

    private static CaseFile Extended()
    {
        var file = new CaseFile("msp430x-format2.txt", "Format II with extension word: RRCX RRUX RRAX SWPBX SXTX PUSHX in every size and mode.");
        Place place = Place.High;
        foreach (SingleOperation operation in Shifts)
        {
            foreach (Size size in ExtendedSizes(operation))
            {
                foreach (int value in Values(size))
                {
                    int index = 0;
                    foreach (int status in new[] { 0x000, 0x001, 0x106, 0x14F })
                    {
                        int above = index++ % 2 == 0 ? 0xFFFFF & ~size.Mask() & 0xE5AFF : 0;
                        file.Add(Setup.At(place.Code).R(6, value + above).Sr(status), new OneOperand(operation, size, Operand.R(6)) { Extended = true }, $"{value:x} sr={status:x}");
                        if (operation == SingleOperation.Rrc)
                        {
                            file.Add(Setup.At(place.Code).R(6, value + above).Sr(status), new OneOperand(operation, size, Operand.R(6)) { Extended = true, ZeroCarry = true }, $"{value:x} sr={status:x}");
                        }
                    }
                }

                AddModes(file, place, operation, size, extended: true);
            }
        }

        const int Stack = 0x42F00;
        foreach (Size size in ExtendedSizes(SingleOperation.Push))
        {
            foreach ((Operand operand, Action<Setup> prepare) in PushOperands(place, size, extended: true))
            {
                Setup setup = Setup.At(place.Code).Sp(Stack).Sr(0x105).Words(Stack - 6, 0xBEEF, 0xA55A, 0xA55A, 0xBEEF);
                prepare(setup);
                file.Add(setup, new OneOperand(SingleOperation.Push, size, operand) { Extended = true });
            }

            file.Add(Setup.At(place.Code).Sp(0x10000).R(5, 0x9C3E7).Words(0xFFFA, 0xBEEF, 0xA55A, 0xA55A, 0xBEEF), new OneOperand(SingleOperation.Push, size, Operand.R(5)) { Extended = true }, "stack across 64 KB");
        }

        return file;
    }

    private static CaseFile Repeated()
    {
        var file = new CaseFile("msp430x-repeat.txt", "RPT: 1 to 16 repetitions by number and by register, with and without the carry cleared (ZC).");
        Setup Start() => Setup.At(0x24000);
        Size[] sizes = [Size.Byte, Size.Word, Size.Address];
        for (int count = 1; count <= 16; count++)
        {
            foreach (Size size in sizes)
            {
                int value = 0x9A6C5;
                int status = count % 2 == 0 ? 0x107 : 0x002;
                foreach (bool zeroCarry in new[] { false, true })
                {
                    file.Add(Start().R(6, value).Sr(status), new OneOperand(SingleOperation.Rrc, size, Operand.R(6)) { Extended = true, ZeroCarry = zeroCarry, Repetition = Repetition.Times(count) });
                }

                file.Add(Start().R(6, value).Sr(status), new OneOperand(SingleOperation.Rra, size, Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) });
                file.Add(Start().R(6, 0x03456).R(5, 0x01567).Sr(status), new TwoOperand(Operation.Add, size, Operand.R(5), Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) });
                file.Add(Start().R(6, value).Sr(status), new TwoOperand(Operation.Add, size, Operand.R(6), Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) }, "rlax");
                file.Add(Start().R(6, value).Sr(status), new TwoOperand(Operation.Addc, size, Operand.R(6), Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) }, "rlcx");
                file.Add(Start().R(6, 0x12345).R(5, 0x11111).Sr(1), new TwoOperand(Operation.Dadd, size, Operand.R(5), Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) });

                // By register: only bits 3:0 count, and they say n - 1.
                foreach (int above in new[] { 0x00000, 0xABCD0 })
                {
                    file.Add(Start().R(6, value).R(7, above + count - 1).Sr(status), new OneOperand(SingleOperation.Rrc, size, Operand.R(6)) { Extended = true, Repetition = Repetition.From(7) }, $"r7={above + count - 1:x}");
                    file.Add(Start().R(6, value).R(5, 0x01567).R(7, above + count - 1).Sr(status), new TwoOperand(Operation.Sub, size, Operand.R(5), Operand.R(6)) { Extended = true, Repetition = Repetition.From(7) }, $"r7={above + count - 1:x}");
                }
            }
        }

        foreach (Size size in sizes)
        {
            foreach (Operation operation in Edges.Operations)
            {
                foreach (int count in new[] { 2, 3, 16 })
                {
                    (int source, int destination) = Edges.Typical(operation, size, 0);
                    file.Add(Start().R(5, source).R(6, destination).Sr(1), new TwoOperand(operation, size, Operand.R(5), Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) }, "all operations");
                }

                // ZC hides the carry going in, not the one coming out.
                foreach (int status in new[] { 0, 1 })
                {
                    (int source, int destination) = Edges.Typical(operation, size, 1);
                    file.Add(Start().R(5, source).R(6, destination).Sr(status), new TwoOperand(operation, size, Operand.R(5), Operand.R(6)) { Extended = true, ZeroCarry = true }, $"c={status}");
                    file.Add(Start().R(5, source).R(6, destination).Sr(status), new TwoOperand(operation, size, Operand.R(5), Operand.R(6)) { Extended = true, ZeroCarry = true, Repetition = Repetition.Times(3) }, $"c={status}");
                }
            }

            // Repeated tests look at the same operands again and again.
            file.Add(Start().R(5, 0x80).R(6, 0x80), new TwoOperand(Operation.Cmp, size, Operand.R(5), Operand.R(6)) { Extended = true, Repetition = Repetition.Times(5) }, "compare");
        }

        foreach (SingleOperation operation in new[] { SingleOperation.Swpb, SingleOperation.Sxt })
        {
            foreach (Size size in new[] { Size.Word, Size.Address })
            {
                foreach (int count in new[] { 2, 3 })
                {
                    file.Add(Start().R(6, 0x9A6C5), new OneOperand(operation, size, Operand.R(6)) { Extended = true, Repetition = Repetition.Times(count) });
                }
            }
        }

        return file;
    }
}
