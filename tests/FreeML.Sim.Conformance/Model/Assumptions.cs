namespace FreeML.Sim.Conformance.Model;

/// <summary>
/// What the suite takes for true where TI's user guide (SLAU367) is silent, ambiguous or contradicted by a measurement.
/// Every entry is listed with its reason in tests/conformance/README.md; changing one here and generating again changes
/// the suite.
/// </summary>
internal static class Assumptions
{
    /// <summary>
    /// ADDA, SUBA, CMPA #imm20,Rm take 2 cycles. The guide prints 3; two were measured on an MSP430FR5739.
    /// </summary>
    public const int AddressImmediateToRegisterCycles = 2;

    /// <summary>
    /// PUSH SP stores the decremented stack pointer, as the guide's figure "PUSH SP, POP SP Sequence" shows. Comparisons with
    /// boards (FR5739, FR5969, FR5994) report the undecremented one.
    /// </summary>
    public static readonly bool PushOfSpStoresDecrementedValue = true;

    /// <summary>PUSH x(SP): SP is decremented before the operand's address is formed (also reported of an FR5994).</summary>
    public static readonly bool PushDecrementsBeforeOperandFetch = true;

    /// <summary>
    /// CALL x(SP) and CALLA x(SP) form the address from the decremented SP. The guide evaluates the operand first; a comparison with
    /// an FR5994 reports the opposite for CALL.
    /// </summary>
    public static readonly bool CallIndexesDecrementedSp;

    /// <summary>
    /// PC as register source reads the address of the word after the opcode word, operand words or not. A comparison with an FR5994
    /// reports the next instruction.
    /// </summary>
    public static readonly bool PcSourceIsWordAfterOpcode = true;

    /// <summary>Value of R2 as register source of ADDA and SUBA, measured on an MSP430FR5969; assumed for CMPA.</summary>
    public const int AddressConstantR2 = 4;

    /// <summary>Value of R3 as register source of ADDA and SUBA, measured on an MSP430FR5969; assumed for CMPA.</summary>
    public const int AddressConstantR3 = 2;
}
