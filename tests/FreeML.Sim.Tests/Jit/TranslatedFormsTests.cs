using FreeML.Sim.Msp430;
using FreeML.Sim.Msp430.Jit;

namespace FreeML.Sim.Tests.Jit;

/// <summary>Forms of instructions, one by one, with the values where they turn: each is translated, and does what the interpreter does.</summary>
public class TranslatedFormsTests
{
    private const uint Code = 0x5000;
    private const uint Operand = 0x1D02;
    private const uint Stack = 0x2B00;
    private const uint Subroutine = 0x5100;

    private static readonly uint[] Edges = [0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFF, 0x80000, 0xFFFFE, 0xFFFFF, 0x5A5A5];

    public static TheoryData<string, ushort[]> Forms { get; } = new()
    {
        { "rra @r5", [0x1125] },
        { "rra.b 3(r5)", [0x1155, 0x0003] },
        { "rra @r5+", [0x1135] },
        { "rra.b @r5+", [0x1175] },
        { "rrc 2(r5)", [0x1015, 0x0002] },
        { "rrc.b @r5", [0x1065] },
        { "rrc &0x1d04", [0x1012, 0x1D04] },
        { "swpb 2(r5)", [0x1095, 0x0002] },
        { "swpb @r5+", [0x10B5] },
        { "sxt @r5", [0x11A5] },
        { "sxt 2(r5)", [0x1195, 0x0002] },
        { "rrax.a @r5", [0x1800, 0x1165] },
        { "rrax.b 3(r5)", [0x1840, 0x1155, 0x0003] },
        { "rrcx.a 2(r5)", [0x1800, 0x1055, 0x0002] },
        { "rrcx.a @r5+", [0x1800, 0x1075] },
        { "swpbx.a 2(r5)", [0x1800, 0x1095, 0x0002] },
        { "sxtx.a 2(r5)", [0x1800, 0x1195, 0x0002] },
        { "addx.a r13, 2(r5)", [0x1800, 0x5DC5, 0x0002] },
        { "addx.a @r5+, 2(r5)", [0x1800, 0x55F5, 0x0002] },
        { "subx.a #0x80001, 2(r5)", [0x1C00, 0x80F5, 0x0001, 0x0002] },
        { "cmpx.a r6, 2(r5)", [0x1800, 0x96C5, 0x0002] },
        { "cmpx.a #1, 2(r5)", [0x1800, 0x93D5, 0x0002] },
        { "bitx.a r6, 2(r5)", [0x1800, 0xB6C5, 0x0002] },
        { "xorx.a r13, 2(r5)", [0x1800, 0xEDC5, 0x0002] },
        { "xorx.a #0x80001, &0x1d04", [0x1C00, 0xE0F2, 0x0001, 0x1D04] },
        { "andx.a r13, 2(r5)", [0x1800, 0xFDC5, 0x0002] },
        { "bisx.a r6, 2(r5)", [0x1800, 0xD6C5, 0x0002] },
        { "bicx.a r13, 2(r5)", [0x1800, 0xCDC5, 0x0002] },
        { "addcx.a r6, r7", [0x1800, 0x6647] },
        { "addcx.a r13, 2(r5)", [0x1800, 0x6DC5, 0x0002] },
        { "addcx.a #0xfffff, r7", [0x1F80, 0x6077, 0xFFFF] },
        { "addcx.a #1, 2(r5)", [0x1800, 0x63D5, 0x0002] },
        { "subcx.a r6, r7", [0x1800, 0x7647] },
        { "subcx.a 2(r5), r12", [0x1800, 0x755C, 0x0002] },
        { "subcx.a r6, 2(r5)", [0x1800, 0x76C5, 0x0002] },
        { "subcx.a #0x80000, r12", [0x1C00, 0x707C, 0x0000] },
        { "rram.a #1, r7", [0x0147] },
        { "rram.a #4, r12", [0x0D4C] },
        { "rrcm.a #1, r7", [0x0047] },
        { "rrcm.a #3, r12", [0x084C] },
        { "rlam.a #2, r7", [0x0647] },
        { "rlam.a #4, r4", [0x0E44] },
        { "rrum.a #1, r7", [0x0347] },
        { "rrum.a #4, r4", [0x0F44] },
        { "rrax.a r7", [0x1800, 0x1147] },
        { "rrcx.a r12", [0x1800, 0x104C] },
        { "rrux.a r7", [0x1900, 0x1047] },
        { "rrux.w r12", [0x1940, 0x100C] },
        { "rrux.b r4", [0x1940, 0x1044] },
        { "swpbx.a r12", [0x1800, 0x108C] },
        { "sxtx.a r7", [0x1800, 0x1187] },
        { "rpt #9 { rrax.w r12", [0x1848, 0x110C] },
        { "rpt #16 { rrax.b r7", [0x184F, 0x1147] },
        { "rpt #5 { rrax.a r4", [0x1804, 0x1144] },
        { "rpt #16 { rrux.w r7", [0x194F, 0x1007] },
        { "rpt #9 { rrux.b r12", [0x1948, 0x104C] },
        { "rpt #7 { rrux.a r7", [0x1906, 0x1047] },
        { "rpt #11 { rrcx.w r12", [0x184A, 0x100C] },
        { "rpt #16 { rrcx.b r4", [0x184F, 0x1044] },
        { "rpt #13 { rrcx.a r12", [0x180C, 0x104C] },
        { "rpt #7 { rlax.w r7", [0x1846, 0x5707] },
        { "rpt #3 { rlax.a r12", [0x1802, 0x5C4C] },
        { "rpt #9 { rlcx.w r7", [0x1848, 0x6707] },
        { "rpt #4 { rlcx.b r4", [0x1843, 0x6444] },
        { "rpt #6 { addx.w r6, r7", [0x1845, 0x5607] },
        { "rpt #6 { addx.a r13, r12", [0x1805, 0x5D4C] },
        { "rpt #6 { addcx.w r6, r7", [0x1845, 0x6607] },
        { "rpt #6 { subx.w r13, r12", [0x1845, 0x8D0C] },
        { "rpt #5 { subx.a r4, r7", [0x1804, 0x8447] },
        { "rpt #6 { subcx.w r13, r12", [0x1845, 0x7D0C] },
        { "rpt #3 { xorx.w r6, r7", [0x1842, 0xE607] },
        { "rpt #3 { xorx.a r13, r12", [0x1802, 0xED4C] },
        { "rpt #3 { movx.w r6, r7", [0x1842, 0x4607] },
        { "rpt #3 { bitx.w r13, r12", [0x1842, 0xBD0C] },
        { "rpt #3 { swpbx.w r7", [0x1842, 0x1087] },
        { "rpt #3 { sxtx.w r12", [0x1842, 0x118C] },
        { "rpt r8 { rrax.w r7", [0x18C8, 0x1107] },
        { "rpt r8 { rrax.a r12", [0x1888, 0x114C] },
        { "rpt r8 { rrux.b r7", [0x19C8, 0x1047] },
        { "rpt r8 { rrcx.w r12", [0x18C8, 0x100C] },
        { "rpt r8 { rrcx.a r4", [0x1888, 0x1044] },
        { "rpt r8 { rlax.w r12", [0x18C8, 0x5C0C] },
        { "rpt r8 { rlax.a r7", [0x1888, 0x5747] },
        { "rpt r8 { rlcx.w r12", [0x18C8, 0x6C0C] },
        { "rpt r8 { addx.w r6, r7", [0x18C8, 0x5607] },
        { "rpt r8 { subcx.b r13, r12", [0x18C8, 0x7D4C] },
        { "rpt r8 { xorx.a r4, r7", [0x1888, 0xE447] },
        { "rpt r8 { movx.w r13, r12", [0x18C8, 0x4D0C] },
        { "rpt r8 { cmpx.w r6, r7", [0x18C8, 0x9607] },
        { "rpt r8 { rrax.w r8", [0x18C8, 0x1108] },
        { "dint", [0xC232, 0x4303] },
        { "bic #13, sr", [0xC032, 0x000D] },
        { "push @sp", [0x1221] },
        { "push 2(sp)", [0x1211, 0x0002] },
        { "push.b 1(sp)", [0x1251, 0x0001] },
        { "push sp", [0x1201] },
        { "pushx.a 4(sp)", [0x1800, 0x1251, 0x0004] },
        { "pushx.a sp", [0x1800, 0x1241] },
        { "push sr", [0x1202] },
        { "mov.b r13, sp", [0x4D41] },
        { "add.b #2, sp", [0x5361] },
        { "sub @sp+, sp", [0x8131] },
        { "add @r5+, -2(r5)", [0x55B5, 0xFFFE] },
        { "mov @r5+, 0x7ffe(r5)", [0x45B5, 0x7FFE] },
        { "mov.b @r5+, -1(r5)", [0x45F5, 0xFFFF] },
        { "call r11", [0x128B] },
        { "bit.b #1, &0x0200", [0xB3D2, 0x0200] },
        { "xor.b #1, &0x0202", [0xE3D2, 0x0202] },
        { "mov.b r6, &0x0202", [0x46C2, 0x0202] },
        { "mov.b &0x0202, r7", [0x4257, 0x0202] },
        { "bic.b r13, &0x0202", [0xCDC2, 0x0202] },
        { "bis.b #4, &0x0203", [0xD2E2, 0x0203] },
        { "mov.b @r5+, &0x0202", [0x45F2, 0x0202] },
        { "mov.b 1(r5), &0x0202", [0x45D2, 0x0001, 0x0202] },
        { "mov &0x0350, r7", [0x4217, 0x0350] },
        { "add &0x0350, r12", [0x521C, 0x0350] },
        { "addc &0x0350, r7", [0x6217, 0x0350] },
        { "subc r6, &0x0352", [0x7682, 0x0352] },
        { "cmp #5, &0x0350", [0x90B2, 0x0005, 0x0350] },
        { "mov &0x0350, &0x0150", [0x4292, 0x0350, 0x0150] },
        { "xor &0x0354, r12", [0xE21C, 0x0354] },
        { "add r13, &0x0352", [0x5D82, 0x0352] },
        { "addx.w r6, &0x0352", [0x1840, 0x5682, 0x0352] },
        { "mov #0x0224, &0x0340", [0x40B2, 0x0224, 0x0340] },
        { "mov r6, &0x0354", [0x4682, 0x0354] },
        { "mov sr, &0x0352", [0x4282, 0x0352] },
        { "mpy32: 32 x 32", [0x4682, 0x04D0, 0x4782, 0x04D2, 0x4D82, 0x04E0, 0x4482, 0x04E2, 0x421C, 0x04E4, 0x4217, 0x04E6, 0x4216, 0x04E8, 0x421D, 0x04EA] },
        { "mpys32: 32 x 32", [0x4682, 0x04D4, 0x4782, 0x04D6, 0x4D82, 0x04E0, 0x4482, 0x04E2, 0x421C, 0x04E4, 0x4217, 0x04E6, 0x4216, 0x04E8, 0x421D, 0x04EA] },
        { "mac32: 32 x 32", [0x4682, 0x04D8, 0x4782, 0x04DA, 0x4D82, 0x04E0, 0x4482, 0x04E2, 0x421C, 0x04E4, 0x4303, 0x4303, 0x4217, 0x04EA] },
        { "macs32: 32 x 32", [0x4682, 0x04DC, 0x4782, 0x04DE, 0x4D82, 0x04E0, 0x4482, 0x04E2, 0x4303, 0x4303, 0x4303, 0x4303, 0x4303, 0x4217, 0x04EA, 0x4216, 0x04CE] },
        { "mpys32: 32 x 16", [0x4682, 0x04D4, 0x4782, 0x04D6, 0x4D82, 0x04C8, 0x4303, 0x4303, 0x4217, 0x04E6, 0x4216, 0x04E8] },
        { "macs: 16 x 32", [0x4682, 0x04C6, 0x4782, 0x04E0, 0x4D82, 0x04E2, 0x4303, 0x4217, 0x04E4, 0x4216, 0x04EA] },
        { "mac: 16 x 16", [0x4682, 0x04C4, 0x4782, 0x04C8, 0x4217, 0x04CA, 0x4216, 0x04CE] },
        { "macs, then its upper half", [0x4682, 0x04C6, 0x4782, 0x04C8, 0x4217, 0x04E8, 0x5295, 0x04EA, 0x0002, 0x5295, 0x04CE, 0x0004] },
        { "mpys32: bytes", [0x46C2, 0x04D4, 0x47C2, 0x04D6, 0x4DC2, 0x04E0, 0x44C2, 0x04E2, 0x4303, 0x4303, 0x4217, 0x04E6, 0x4216, 0x04EA] },
        { "mov r6, &0x04e8", [0x4682, 0x04E8, 0x4782, 0x04EA, 0x4D82, 0x04E4, 0x4217, 0x04E8, 0x4216, 0x04EA] },
        { "mpy: a product as an operand", [0x4682, 0x04D0, 0x4782, 0x04D2, 0x4D82, 0x04C8, 0x4303, 0x4303, 0x4292, 0x04E6, 0x04E0, 0x4292, 0x04E8, 0x04E2, 0x421C, 0x04E4] },
    };

    // R5 points to one value, R4, R7 and R12 hold it, R6 and R13 the other one; R8 holds a count.
    [Theory]
    [MemberData(nameof(Forms))]
    public void A_form_is_translated_and_does_the_same_for_the_values_where_it_turns(string form, ushort[] words)
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        using var log = new TranslationLog();
        using var engines = new EngineEquality("msp430fr5994", log: log);

        // What follows uses the carry and the other flags, also after the form has been done once more.
        ushort[] loop = [.. words, 0x6309, .. words, 0x3801, 0x531A, .. words, 0x2C01, 0x531A, .. words, 0x4303]; // ADC R9 ... JL, INC R10 ... JC, INC R10 ... NOP
        ushort[] program = [.. loop, (ushort)(0x3C00 | ((-loop.Length - 1) & 0x3FF))];
        engines.Both(each =>
        {
            for (int n = 0; n < program.Length; n++)
            {
                each.PokeWord(Code + (uint)(2 * n), program[n]);
            }

            each.PokeWord(Subroutine, 0x4130); // RET
            each.Registers.WriteWord(0x015C, 0x5A80);
            each.Registers.WriteWord(0x0340, 0x0220); // Timer A0 counts.
        });
        Begin(1, 2, 1);
        engines.Run(1000);
        foreach (uint one in Edges)
        {
            foreach (uint other in Edges)
            {
                Begin(one, other, (one ^ (other << 3)) & 0xF);
                engines.Run(engines.Reference.Cycles + 130, compareMemory: false);
                Assert.Equal(Words(engines.Reference), Words(engines.Translated));
            }
        }

        Assert.True(log.Refused.Count == 0, $"{form}: {string.Join(", ", log.Refused.Keys)} left to handlers");

        // An SP that goes anywhere mostly reads where nothing was expected.
        long least = engines.Reference.Ledger.Instructions / (form.EndsWith(", sp", StringComparison.Ordinal) ? 6 : 3);
        Assert.True(engines.Engine.ExecutedInstructions > least, $"{form}: only {engines.Engine.ExecutedInstructions} of {engines.Reference.Ledger.Instructions} ran as translated code");

        void Begin(uint one, uint other, uint count) => engines.Both(each =>
        {
            for (uint at = Operand - 2; at < Operand + 0x80; at += 4)
            {
                each.PokeWord(at, (ushort)one);
                each.PokeWord(at + 2, (ushort)(one >> 16 | other << 4));
            }

            each.SetRegister(1, Stack);
            each.SetRegister(2, (count & 7) | ((count & 8) << 5));
            each.SetRegister(4, one);
            each.SetRegister(5, Operand);
            each.SetRegister(6, other);
            each.SetRegister(7, one);
            each.SetRegister(8, other ^ count);
            each.SetRegister(9, one);
            each.SetRegister(11, Subroutine);
            each.SetRegister(12, one);
            each.SetRegister(13, other);
            each.ProgramCounter = Code;
        });

        static byte[] Words(Device device)
        {
            byte[] words = new byte[0x1000];
            device.Peek(0x1C00, words);
            return words;
        }
    }

    // Calls through the stack, and one that GNU's simulator would answer were it not just above its services.
    [Theory]
    [InlineData("msp430fr5994", new ushort[] { 0x12A1, 0x5321 })] // CALL @SP, INCD SP
    [InlineData("msp430fr5994", new ushort[] { 0x1291, 0x0000, 0x5321 })] // CALL 0(SP), INCD SP
    [InlineData("generic", new ushort[] { 0x5321, 0x128B })] // INCD SP, CALL R11
    [InlineData("generic", new ushort[] { 0x5321, 0x134B })] // INCD SP, CALLA R11
    public void Calls_through_the_stack_and_registers_are_translated(string device, ushort[] calls)
    {
        if (!JitEngine.IsSupported)
        {
            return;
        }

        using var log = new TranslationLog();
        using var engines = new EngineEquality(device, log: log);
        uint target = device == "generic" ? 0x5102u : Subroutine;
        ushort[] loop = [0x1230, (ushort)target, .. calls, 0x5314]; // PUSH #target ... INC R4
        ushort[] program = [.. loop, (ushort)(0x3C00 | ((-loop.Length - 1) & 0x3FF))];
        engines.Both(each =>
        {
            for (int n = 0; n < program.Length; n++)
            {
                each.PokeWord(Code + (uint)(2 * n), program[n]);
            }

            each.PokeWord(target, calls[^1] == 0x134B ? (ushort)0x0110 : (ushort)0x4130); // RETA or RET
            each.SetRegister(1, Stack);
            each.SetRegister(2, 0);
            each.SetRegister(11, target);
            each.ProgramCounter = Code;
        });
        engines.Run(20_000);
        Assert.NotEqual(0u, engines.Reference.GetRegister(4));
        Assert.Empty(log.Refused);
        Assert.True(engines.Engine.ExecutedInstructions > engines.Reference.Ledger.Instructions / 2);
    }
}
