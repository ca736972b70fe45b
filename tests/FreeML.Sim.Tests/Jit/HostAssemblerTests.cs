using FreeML.Sim.Msp430.Jit;
using Iced.Intel;
using static FreeML.Sim.Msp430.Jit.HostRegisters;
using Label = FreeML.Sim.Msp430.Jit.Label;

namespace FreeML.Sim.Tests.Jit;

/// <summary>What the writer of host code writes, read back by a decoder that knows nothing of it.</summary>
public class HostAssemblerTests
{
    private const ulong Origin = 0x10_0000;

    // Registers whose numbers are special in the encoding: RSP and R12 need a longer form as base, RBP and R13 a displacement, and half of them a prefix.
    private static readonly int[] Numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 15];

    private static readonly int[] Displacements = [0, 1, -1, 127, -128, 128, -129, 0x12345, -0x12345];

    private static readonly (string Name, Action<HostAssembler, HostOperand, HostOperand> Write)[] TwoOperands =
    [
        ("add", (a, x, y) => a.add(x, y)), ("or", (a, x, y) => a.or(x, y)), ("adc", (a, x, y) => a.adc(x, y)), ("sbb", (a, x, y) => a.sbb(x, y)),
        ("and", (a, x, y) => a.and(x, y)), ("sub", (a, x, y) => a.sub(x, y)), ("xor", (a, x, y) => a.xor(x, y)), ("cmp", (a, x, y) => a.cmp(x, y)),
        ("mov", (a, x, y) => a.mov(x, y)), ("test", (a, x, y) => a.test(x, y)),
    ];

    private static readonly (string Name, Action<HostAssembler, HostOperand, HostOperand> Write)[] Shifts =
    [
        ("rol", (a, x, y) => a.rol(x, y)), ("ror", (a, x, y) => a.ror(x, y)), ("rcl", (a, x, y) => a.rcl(x, y)), ("rcr", (a, x, y) => a.rcr(x, y)),
        ("shl", (a, x, y) => a.shl(x, y)), ("shr", (a, x, y) => a.shr(x, y)), ("sar", (a, x, y) => a.sar(x, y)),
    ];

    private static readonly (string Name, Action<HostAssembler, HostOperand> Write)[] OneOperand =
    [
        ("inc", (a, x) => a.inc(x)), ("dec", (a, x) => a.dec(x)), ("not", (a, x) => a.not(x)), ("neg", (a, x) => a.neg(x)), ("mul", (a, x) => a.mul(x)),
    ];

    private static readonly (string Name, Action<HostAssembler, HostOperand> Write)[] Conditions =
    [
        ("seto", (a, x) => a.seto(x)), ("setb", (a, x) => a.setb(x)), ("setae", (a, x) => a.setae(x)), ("sete", (a, x) => a.sete(x)),
        ("setne", (a, x) => a.setne(x)), ("seta", (a, x) => a.seta(x)), ("sets", (a, x) => a.sets(x)), ("setns", (a, x) => a.setns(x)),
    ];

    private static readonly (string Name, Action<HostAssembler, HostOperand, HostOperand, HostOperand> Write)[] Vectors =
    [
        ("vpaddd", (a, x, y, z) => a.vpaddd(x, y, z)), ("vpaddq", (a, x, y, z) => a.vpaddq(x, y, z)), ("vpsubd", (a, x, y, z) => a.vpsubd(x, y, z)),
        ("vpxor", (a, x, y, z) => a.vpxor(x, y, z)), ("vpmaddwd", (a, x, y, z) => a.vpmaddwd(x, y, z)), ("vpmuludq", (a, x, y, z) => a.vpmuludq(x, y, z)),
    ];

    private static readonly (string Name, Action<HostAssembler, Label> Write)[] Jumps =
    [
        ("jmp", (a, x) => a.jmp(x)), ("call", (a, x) => a.call(x)), ("jo", (a, x) => a.jo(x)), ("jno", (a, x) => a.jno(x)), ("jb", (a, x) => a.jb(x)), ("jae", (a, x) => a.jae(x)),
        ("je", (a, x) => a.je(x)), ("jne", (a, x) => a.jne(x)), ("jbe", (a, x) => a.jbe(x)), ("ja", (a, x) => a.ja(x)), ("js", (a, x) => a.js(x)), ("jns", (a, x) => a.jns(x)),
        ("jl", (a, x) => a.jl(x)), ("jge", (a, x) => a.jge(x)), ("jle", (a, x) => a.jle(x)), ("jg", (a, x) => a.jg(x)),
    ];

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Arithmetic_is_what_it_says(int bits)
    {
        foreach ((string name, var write) in TwoOperands)
        {
            foreach (int number in Numbers)
            {
                HostOperand register = HostOperand.General(number, bits);
                foreach (int other in Numbers)
                {
                    HostOperand second = HostOperand.General(other, bits);
                    Expect($"{name} {Text(register)},{Text(second)}", a => write(a, register, second));
                }

                foreach (HostOperand place in Places(bits))
                {
                    Expect($"{name} {Text(place)},{Text(register)}", a => write(a, place, register));
                    Expect(name is "test" ? $"{name} {Text(place)},{Text(register)}" : $"{name} {Text(register)},{Text(place)}", a => write(a, register, place));
                }

                foreach (long constant in Constants(bits))
                {
                    Expect($"{name} {Text(register)},{Hex(constant, bits)}", a => write(a, register, HostOperand.Constant(constant)));
                }
            }

            foreach (HostOperand place in Places(bits))
            {
                foreach (long constant in Constants(bits))
                {
                    Expect($"{name} {Text(place)},{Hex(constant, bits)}", a => write(a, place, HostOperand.Constant(constant)));
                }
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(64)]
    public void Shifts_and_single_operands_are_what_they_say(int bits)
    {
        foreach (HostOperand to in Numbers.Select(number => HostOperand.General(number, bits)).Concat(Places(bits)))
        {
            foreach ((string name, var write) in Shifts)
            {
                Expect($"{name} {Text(to)},1", a => write(a, to, 1));
                Expect($"{name} {Text(to)},5", a => write(a, to, 5));
                Expect($"{name} {Text(to)},cl", a => write(a, to, cl));
            }

            foreach ((string name, var write) in OneOperand)
            {
                Expect($"{name} {Text(to)}", a => write(a, to));
            }

            if (bits > 8)
            {
                Expect($"bt {Text(to)},7", a => a.bt(to, 7));
                Expect($"bts {Text(to)},7", a => a.bts(to, 7));
                Expect($"btr {Text(to)},7", a => a.btr(to, 7));
                HostOperand bit = HostOperand.General(9, bits);
                Expect($"bt {Text(to)},{Text(bit)}", a => a.bt(to, bit));
            }
            else
            {
                foreach ((string name, var write) in Conditions)
                {
                    Expect($"{name} {Text(to)}", a => write(a, to));
                }
            }
        }
    }

    [Fact]
    public void Moves_that_change_the_width_are_what_they_say()
    {
        foreach (int bits in (int[])[32, 64])
        {
            foreach (HostOperand to in Numbers.Select(number => HostOperand.General(number, bits)))
            {
                foreach (int narrow in (int[])[8, 16])
                {
                    foreach (HostOperand from in Numbers.Select(number => HostOperand.General(number, narrow)).Concat(Places(narrow)))
                    {
                        Expect($"movzx {Text(to)},{Text(from)}", a => a.movzx(to, from));
                        Expect($"movsx {Text(to)},{Text(from)}", a => a.movsx(to, from));
                    }
                }

                foreach (HostOperand place in Places(0))
                {
                    Expect($"lea {Text(to)},{Text(place)}", a => a.lea(to, place));
                }

                foreach (HostOperand from in Places(bits))
                {
                    Expect($"cmovb {Text(to)},{Text(from)}", a => a.cmovb(to, from));
                    Expect($"imul {Text(to)},{Text(from)}", a => a.imul(to, from));
                    Expect($"xchg {Text(from)},{Text(to)}", a => a.xchg(from, to));
                }
            }
        }

        foreach (int number in Numbers)
        {
            HostOperand to = HostOperand.General(number, 64);
            HostOperand from = HostOperand.General(number, 32);
            Expect($"movsxd {Text(to)},{Text(from)}", a => a.movsxd(to, from));
            Expect($"push {Text(to)}", a => a.push(to));
            Expect($"pop {Text(to)}", a => a.pop(to));
            Expect($"jmp {Text(to)}", a => a.jmp(to));
            Expect($"call {Text(to)}", a => a.call(to));
            Expect($"mov {Text(to)},123456789ABCDEFh", a => a.mov(to, HostOperand.Constant(0x123456789ABCDEF)));
        }

        Expect("or ah,cl", a => a.or(ah, cl));
        Expect("and al,ah", a => a.and(al, ah));
        Expect("setb ah", a => a.setb(ah));
    }

    [Fact]
    public void Vectors_are_what_they_say()
    {
        foreach ((int bits, string kind) in ((int, string)[])[(128, "xmm"), (256, "ymm")])
        {
            HostOperand[] registers = [.. new[] { 0, 7, 8, 15 }.Select(number => HostOperand.General(number, bits))];
            foreach (HostOperand x in registers)
            {
                foreach (HostOperand y in registers)
                {
                    foreach ((string name, var write) in Vectors)
                    {
                        foreach (HostOperand z in registers.Concat(Places(bits)))
                        {
                            Expect($"{name} {kind}{x.Number},{kind}{y.Number},{(z.IsRegister ? $"{kind}{z.Number}" : Text(z))}", a => write(a, x, y, z));
                        }
                    }
                }

                foreach (HostOperand place in Places(bits))
                {
                    Expect($"vmovdqu {kind}{x.Number},{Text(place)}", a => a.vmovdqu(x, place));
                    Expect($"vmovdqu {Text(place)},{kind}{x.Number}", a => a.vmovdqu(place, x));
                }
            }
        }

        foreach (int number in (int[])[0, 8, 13])
        {
            HostOperand vector = HostOperand.General(number, 128);
            foreach (HostOperand other in Numbers.Select(n => HostOperand.General(n, 32)).Concat(Places(32)))
            {
                Expect($"vmovd xmm{number},{Text(other)}", a => a.vmovd(vector, other));
                Expect($"vmovd {Text(other)},xmm{number}", a => a.vmovd(other, vector));
                Expect($"vpinsrd xmm{number},xmm9,{Text(other)},2", a => a.vpinsrd(vector, xmm9, other, 2));
            }

            foreach (HostOperand other in Numbers.Select(n => HostOperand.General(n, 64)).Concat(Places(64)))
            {
                Expect($"vmovq xmm{number},{Text(other)}", a => a.vmovq(vector, other));
                Expect($"vmovq {Text(other)},xmm{number}", a => a.vmovq(other, vector));
            }

            foreach (HostOperand place in Places(64))
            {
                Expect($"vpmovzxwd xmm{number},{Text(place)}", a => a.vpmovzxwd(vector, place));
            }

            foreach (int from in (int[])[0, 8, 13])
            {
                Expect($"vpsrld xmm{number},xmm{from},3", a => a.vpsrld(vector, HostOperand.General(from, 128), 3));
            }

            foreach (int from in Numbers)
            {
                Expect($"vpinsrw xmm{number},xmm9,{Text(HostOperand.General(from, 32))},3", a => a.vpinsrw(vector, xmm9, HostOperand.General(from, 32), 3));
                Expect($"vpinsrb xmm{number},xmm9,{Text(HostOperand.General(from, 32))},3", a => a.vpinsrb(vector, xmm9, HostOperand.General(from, 32), 3));
            }
        }

        Expect("vzeroupper", a => a.vzeroupper());
    }

    [Fact]
    public void Instructions_without_operands_are_what_they_say()
    {
        Expect("ret", a => a.ret());
        Expect("cmc", a => a.cmc());
        Expect("clc", a => a.clc());
        Expect("stc", a => a.stc());
        Expect("lahf", a => a.lahf());
        Expect("sahf", a => a.sahf());
        Expect("nop", a => a.nop());
    }

    [Fact]
    public void Jumps_reach_labels_before_and_behind_them_and_code_elsewhere()
    {
        foreach ((string name, var write) in Jumps)
        {
            var code = new HostAssembler();
            Label before = code.CreateLabel();
            Label behind = code.CreateLabel();
            code.nop();
            code.Label(before);
            write(code, before);
            write(code, behind);
            code.nop();
            code.Label(behind);
            code.ret();
            string[] texts = Read(code);
            Assert.Equal($"{name} {Origin + 1:X16}h", texts[1], ignoreCase: true);
            Assert.Equal($"{name} {Origin + (ulong)code.OffsetOf(behind):X16}h", texts[2], ignoreCase: true);
        }

        Expect("jmp 0000000000200000h", a => a.jmp(0x20_0000UL));
    }

    [Fact]
    public void A_loop_goes_back_a_little_and_no_further()
    {
        var code = new HostAssembler();
        Label again = code.CreateLabel();
        code.nop();
        code.Label(again);
        code.nop();
        code.loop(again);
        Assert.Equal($"loop {Origin + 1:X16}h", Read(code)[2], ignoreCase: true);
        for (int n = 0; n < 128; n++)
        {
            code.nop();
        }

        Assert.Throws<InvalidOperationException>(() => code.loop(again));
        var empty = new HostAssembler();
        Assert.Throws<InvalidOperationException>(() => empty.loop(empty.CreateLabel()));
    }

    [Fact]
    public void A_label_that_is_nowhere_is_not_jumped_to()
    {
        var code = new HostAssembler();
        code.jmp(code.CreateLabel());
        Assert.Throws<InvalidOperationException>(() => code.Finish(Origin));
    }

    private static IEnumerable<HostOperand> Places(int bits)
    {
        foreach (int number in (int[])[0, 4, 5, 12, 13, 15])
        {
            HostOperand origin = HostOperand.General(number, 64);
            foreach (int displacement in Displacements)
            {
                yield return (origin + displacement) with { Bits = bits };
            }

            foreach (int index in (int[])[0, 1, 5, 9, 12, 13])
            {
                yield return (origin + HostOperand.General(index, 64) + 0) with { Bits = bits };
                yield return (origin + (HostOperand.General(index, 64) * 4) + 0x1234) with { Bits = bits };
            }
        }
    }

    private static long[] Constants(int bits) => bits switch
    {
        8 => [0, 1, 0x7F, -128],
        16 => [0, 1, -1, 127, 128, -128, -129, 0x7FFF],
        _ => [0, 1, -1, 127, 128, -128, -129, 0x7FFF_FFFF, int.MinValue],
    };

    private static void Expect(string text, Action<HostAssembler> write)
    {
        var code = new HostAssembler();
        write(code);
        string[] texts = Read(code);
        Assert.Equal(text, Assert.Single(texts), ignoreCase: true);
    }

    private static string[] Read(HostAssembler code)
    {
        byte[] bytes = code.Finish(Origin);
        Decoder decoder = Decoder.Create(64, bytes, Origin);
        var formatter = new IntelFormatter();
        formatter.Options.SpaceAfterOperandSeparator = false;
        formatter.Options.ShowBranchSize = false;
        formatter.Options.MemorySizeOptions = MemorySizeOptions.Never;
        formatter.Options.SmallHexNumbersInDecimal = true;
        List<string> texts = [];
        while (decoder.IP < Origin + (ulong)bytes.Length)
        {
            var output = new StringOutput();
            formatter.Format(decoder.Decode(), output);
            texts.Add(output.ToStringAndReset());
        }

        return [.. texts];
    }

    private static string Hex(long value, int bits)
    {
        ulong masked = bits == 64 ? (ulong)value : (ulong)value & ((1UL << bits) - 1);
        return Number(masked);
    }

    private static string Number(ulong value)
    {
        string digits = value.ToString(value < 10 ? "D" : "X");
        return value < 10 ? digits : (char.IsDigit(digits[0]) ? digits : "0" + digits) + "h";
    }

    private static string Text(HostOperand operand)
    {
        if (operand.IsRegister)
        {
            string name = HostLayout.Sized(operand.Number, operand.Bits).ToString();
            return operand.Bits == 8 && operand.Number >= 8 ? name.Replace('L', 'B') : name;
        }

        string origin = HostLayout.Sized(operand.Number, 64).ToString();
        string index = operand.Index < 0 ? "" : $"+{HostLayout.Sized(operand.Index, 64)}{(operand.Scale > 1 ? $"*{operand.Scale}" : "")}";
        string displacement = operand.Value == 0 ? "" : operand.Value > 0 ? $"+{Number((ulong)operand.Value)}" : $"-{Number((ulong)-operand.Value)}";
        return $"[{origin}{index}{displacement}]";
    }
}
