namespace FreeML.Sim.Msp430.Jit;

/// <summary>Registers of the host, and places in its memory, as they are written in an assembler.</summary>
internal static class HostRegisters
{
#pragma warning disable IDE1006
    public static HostOperand al { get; } = HostOperand.General(0, 8);

    public static HostOperand cl { get; } = HostOperand.General(1, 8);

    public static HostOperand dl { get; } = HostOperand.General(2, 8);

    public static HostOperand bl { get; } = HostOperand.General(3, 8);

    public static HostOperand ax { get; } = HostOperand.General(0, 16);

    public static HostOperand cx { get; } = HostOperand.General(1, 16);

    public static HostOperand dx { get; } = HostOperand.General(2, 16);

    public static HostOperand eax { get; } = HostOperand.General(0, 32);

    public static HostOperand ecx { get; } = HostOperand.General(1, 32);

    public static HostOperand edx { get; } = HostOperand.General(2, 32);

    public static HostOperand ebx { get; } = HostOperand.General(3, 32);

    public static HostOperand rax { get; } = HostOperand.General(0, 64);

    public static HostOperand rcx { get; } = HostOperand.General(1, 64);

    public static HostOperand rdx { get; } = HostOperand.General(2, 64);

    public static HostOperand rbx { get; } = HostOperand.General(3, 64);

    public static HostOperand rsp { get; } = HostOperand.General(4, 64);

    public static HostOperand rbp { get; } = HostOperand.General(5, 64);

    public static HostOperand rsi { get; } = HostOperand.General(6, 64);

    public static HostOperand rdi { get; } = HostOperand.General(7, 64);

    public static HostOperand r8 { get; } = HostOperand.General(8, 64);

    public static HostOperand r9 { get; } = HostOperand.General(9, 64);

    public static HostOperand r10 { get; } = HostOperand.General(10, 64);

    public static HostOperand r11 { get; } = HostOperand.General(11, 64);

    public static HostOperand r12 { get; } = HostOperand.General(12, 64);

    public static HostOperand r13 { get; } = HostOperand.General(13, 64);

    public static HostOperand r14 { get; } = HostOperand.General(14, 64);

    public static HostOperand r15 { get; } = HostOperand.General(15, 64);

    public static HostOperand ah { get; } = HostOperand.General(4, 8) with { NeedsRex = false };

    public static HostOperand xmm0 { get; } = HostOperand.General(0, 128);

    public static HostOperand xmm1 { get; } = HostOperand.General(1, 128);

    public static HostOperand xmm2 { get; } = HostOperand.General(2, 128);

    public static HostOperand xmm3 { get; } = HostOperand.General(3, 128);

    public static HostOperand xmm4 { get; } = HostOperand.General(4, 128);

    public static HostOperand xmm5 { get; } = HostOperand.General(5, 128);

    public static HostOperand xmm6 { get; } = HostOperand.General(6, 128);

    public static HostOperand xmm7 { get; } = HostOperand.General(7, 128);

    public static HostOperand xmm8 { get; } = HostOperand.General(8, 128);

    public static HostOperand xmm9 { get; } = HostOperand.General(9, 128);

    public static HostOperand xmm10 { get; } = HostOperand.General(10, 128);

    public static HostOperand xmm11 { get; } = HostOperand.General(11, 128);

    public static HostOperand xmm12 { get; } = HostOperand.General(12, 128);

    public static HostOperand xmm13 { get; } = HostOperand.General(13, 128);

    public static HostOperand xmm14 { get; } = HostOperand.General(14, 128);

    public static HostOperand xmm15 { get; } = HostOperand.General(15, 128);

    public static HostOperand ymm14 { get; } = HostOperand.General(14, 256);

    public static HostOperand ymm15 { get; } = HostOperand.General(15, 256);

    public static HostPlaces __byte_ptr { get; } = new(8);

    public static HostPlaces __word_ptr { get; } = new(16);

    public static HostPlaces __dword_ptr { get; } = new(32);

    public static HostPlaces __qword_ptr { get; } = new(64);

    public static HostPlaces __xmmword_ptr { get; } = new(128);

    public static HostPlaces __ymmword_ptr { get; } = new(256);

    public static HostPlaces __ { get; } = new(0);
#pragma warning restore IDE1006
}

/// <summary>Makes places of a width out of addresses.</summary>
internal sealed class HostPlaces(int bits)
{
    public HostOperand this[HostOperand address] => (address.IsRegister ? address + 0 : address) with { Bits = bits };
}
