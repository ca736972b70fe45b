using Iced.Intel;

namespace FreeML.Sim.Msp430.Jit;

/// <summary>An arithmetic instruction of the host, in its forms.</summary>
internal sealed record HostOperation(Code Byte, Code ByteConstant, Code Word, Code WordConstant, Code Long, Code LongConstant)
{
    public static readonly HostOperation Add = new(Code.Add_rm8_r8, Code.Add_rm8_imm8, Code.Add_rm16_r16, Code.Add_rm16_imm16, Code.Add_rm32_r32, Code.Add_rm32_imm32);
    public static readonly HostOperation Adc = new(Code.Adc_rm8_r8, Code.Adc_rm8_imm8, Code.Adc_rm16_r16, Code.Adc_rm16_imm16, Code.Adc_rm32_r32, Code.Adc_rm32_imm32);
    public static readonly HostOperation Sub = new(Code.Sub_rm8_r8, Code.Sub_rm8_imm8, Code.Sub_rm16_r16, Code.Sub_rm16_imm16, Code.Sub_rm32_r32, Code.Sub_rm32_imm32);
    public static readonly HostOperation Sbb = new(Code.Sbb_rm8_r8, Code.Sbb_rm8_imm8, Code.Sbb_rm16_r16, Code.Sbb_rm16_imm16, Code.Sbb_rm32_r32, Code.Sbb_rm32_imm32);
    public static readonly HostOperation And = new(Code.And_rm8_r8, Code.And_rm8_imm8, Code.And_rm16_r16, Code.And_rm16_imm16, Code.And_rm32_r32, Code.And_rm32_imm32);
    public static readonly HostOperation Or = new(Code.Or_rm8_r8, Code.Or_rm8_imm8, Code.Or_rm16_r16, Code.Or_rm16_imm16, Code.Or_rm32_r32, Code.Or_rm32_imm32);
    public static readonly HostOperation Xor = new(Code.Xor_rm8_r8, Code.Xor_rm8_imm8, Code.Xor_rm16_r16, Code.Xor_rm16_imm16, Code.Xor_rm32_r32, Code.Xor_rm32_imm32);
    public static readonly HostOperation Cmp = new(Code.Cmp_rm8_r8, Code.Cmp_rm8_imm8, Code.Cmp_rm16_r16, Code.Cmp_rm16_imm16, Code.Cmp_rm32_r32, Code.Cmp_rm32_imm32);
    public static readonly HostOperation Test = new(Code.Test_rm8_r8, Code.Test_rm8_imm8, Code.Test_rm16_r16, Code.Test_rm16_imm16, Code.Test_rm32_r32, Code.Test_rm32_imm32);

    /// <summary>The forms with a register and with a constant as source, for 8, 16 or 32 bits.</summary>
    public (Code Register, Code Constant) Codes(int width) => width switch
    {
        8 => (Byte, ByteConstant),
        16 => (Word, WordConstant),
        _ => (Long, LongConstant),
    };
}
