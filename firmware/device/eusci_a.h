/* eUSCI_A as a UART. Names as in the family user's guide. */
#ifndef DEVICE_EUSCI_A_H
#define DEVICE_EUSCI_A_H

#include "registers.h"

#define UCA0CTLW0  REGISTER16(0x05C0)
#define UCA0CTLW1  REGISTER16(0x05C2)
#define UCA0BRW    REGISTER16(0x05C6)
#define UCA0BR0    REGISTER8(0x05C6)
#define UCA0BR1    REGISTER8(0x05C7)
#define UCA0MCTLW  REGISTER16(0x05C8)
#define UCA0STATW  REGISTER16(0x05CA)
#define UCA0RXBUF  REGISTER16(0x05CC)
#define UCA0TXBUF  REGISTER16(0x05CE)
#define UCA0IE     REGISTER16(0x05DA)
#define UCA0IFG    REGISTER16(0x05DC)
#define UCA0IV     REGISTER16(0x05DE)

#define UCA1CTLW0  REGISTER16(0x05E0)
#define UCA1CTLW1  REGISTER16(0x05E2)
#define UCA1BRW    REGISTER16(0x05E6)
#define UCA1MCTLW  REGISTER16(0x05E8)
#define UCA1STATW  REGISTER16(0x05EA)
#define UCA1RXBUF  REGISTER16(0x05EC)
#define UCA1TXBUF  REGISTER16(0x05EE)
#define UCA1IE     REGISTER16(0x05FA)
#define UCA1IFG    REGISTER16(0x05FC)
#define UCA1IV     REGISTER16(0x05FE)

#define UCSWRST       0x0001
#define UCTXBRK       0x0002
#define UCTXADDR      0x0004
#define UCDORM        0x0008
#define UCBRKIE       0x0010
#define UCRXEIE       0x0020
#define UCSSEL__UCLK  0x0000
#define UCSSEL__ACLK  0x0040
#define UCSSEL__SMCLK 0x0080
#define UCSYNC        0x0100
#define UCMODE_0      0x0000
#define UCSPB         0x0800
#define UC7BIT        0x1000
#define UCMSB         0x2000
#define UCPAR         0x4000
#define UCPEN         0x8000

#define UCOS16        0x0001

#define UCBUSY        0x0001
#define UCIDLE        0x0002
#define UCRXERR       0x0004
#define UCBRK         0x0008
#define UCPE          0x0010
#define UCOE          0x0020
#define UCFE          0x0040
#define UCLISTEN      0x0080

#define UCRXIE        0x0001
#define UCTXIE        0x0002
#define UCSTTIE       0x0004
#define UCTXCPTIE     0x0008
#define UCRXIFG       0x0001
#define UCTXIFG       0x0002
#define UCSTTIFG      0x0004
#define UCTXCPTIFG    0x0008

#define USCI_NONE             0x0000
#define USCI_UART_UCRXIFG     0x0002
#define USCI_UART_UCTXIFG     0x0004
#define USCI_UART_UCSTTIFG    0x0006
#define USCI_UART_UCTXCPTIFG  0x0008

#endif
