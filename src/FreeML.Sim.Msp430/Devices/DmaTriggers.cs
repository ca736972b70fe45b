namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// What starts a DMA transfer, by DMAxTSEL: the names of the requests, for each channel of a device. Data sheets, table "DMA trigger
/// assignments".
/// </summary>
/// <remarks>0 (DMAREQ), 30 (the channel before) and 31 (the pin DMAE0) belong to the controller itself; null is reserved.</remarks>
internal static class DmaTriggers
{
    /// <summary>MSP430FR5994: the upper channels have serial modules of their own.</summary>
    public static IReadOnlyList<IReadOnlyList<string?>> Fr5994 { get; } =
    [
        Channel("TA4CCR0", 0, 1, EusciB(0), "LEA", "-"),
        Channel("TA4CCR0", 0, 1, EusciB(0), "LEA", "-"),
        Channel("TA4CCR0", 0, 1, EusciB(0), "LEA", "-"),
        Channel("TA4CCR0", 2, 3, EusciB(1), "LEA", "-"),
        Channel("TA4CCR0", 2, 3, EusciB(2), "LEA", "-"),
        Channel("TA4CCR0", 2, 3, EusciB(3), "LEA", "-"),
    ];

    /// <summary>MSP430FR5969.</summary>
    public static IReadOnlyList<IReadOnlyList<string?>> Fr5969 { get; } = [.. Enumerable.Repeat(Channel("-", 0, 1, EusciB(0), "-", "-"), 3)];

    /// <summary>MSP430FR6989: the second eUSCI_B takes the place of the first one's last request.</summary>
    public static IReadOnlyList<IReadOnlyList<string?>> Fr6989 { get; } =
        [.. Enumerable.Repeat(Channel("-", 0, 1, "UCB0RX0 UCB0TX0 UCB0RX1 UCB0TX1 UCB0RX2 UCB0TX2 UCB1RX0 UCB1TX0", "-", "ESI"), 3)];

    private static string EusciB(int index) => string.Join(' ', Enumerable.Range(0, 4).Select(request => $"UCB{index}RX{request} UCB{index}TX{request}"));

    private static IReadOnlyList<string?> Channel(string timer, int firstUart, int secondUart, string eusciB, string lea, string esi)
    {
        string table = $"- TA0CCR0 TA0CCR2 TA1CCR0 TA1CCR2 TA2CCR0 TA3CCR0 TB0CCR0 TB0CCR2 {timer} - AES0 AES1 AES2 "
            + $"UCA{firstUart}RX UCA{firstUart}TX UCA{secondUart}RX UCA{secondUart}TX {eusciB} ADC12IFG {lea} {esi} MPY - -";
        return [.. table.Split(' ').Select(name => name == "-" ? null : name)];
    }
}
