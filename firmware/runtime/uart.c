#include "uart.h"
#include "clock.h"
#include "configuration.h"
#include "mailbox.h"
#include "msp430.h"

static void put(char character)
{
    while (!(UCA0IFG & UCTXIFG))
        ;
    UCA0TXBUF = (uint8_t)character;
}

static void field(const char *name, uint16_t number)
{
    static const uint16_t powers[] = { 10000, 1000, 100, 10, 1 };
    while (*name != 0)
        put(*name++);
    uint8_t leads = 1;
    for (uint8_t place = 0; place < 5; place++) {
        char digit = '0';
        for (; number >= powers[place]; number -= powers[place])
            digit++;
        leads &= digit == '0' && place < 4;
        if (!leads)
            put(digit);
    }
}

/* Family user's guide, table of recommended settings: UCBR, and UCBRS above UCBRF. */
static void set_rate(uint16_t megahertz)
{
    UCA0BRW = megahertz == 16 ? 8 : megahertz == 8 ? 4 : 6;
    UCA0MCTLW = UCOS16 | (megahertz == 16 ? 0xF700 | 10 << 4 : megahertz == 8 ? 0x5500 | 5 << 4 : 0x2000 | 8 << 4);
}

void uart_report(void)
{
    clock_fast();
    UCA0CTLW0 = UCSWRST | UCSSEL__SMCLK;
    set_rate(configuration.megahertz);
    UCA0CTLW0 &= ~UCSWRST;
    field("sample ", mailbox.result);
    field(" class ", mailbox.answer);
    field(" exit ", mailbox.exit);
    field(" boots ", mailbox.failures + 1);
    put('\r');
    put('\n');
    while (UCA0STATW & UCBUSY)
        ;
    UCA0CTLW0 = UCSWRST;
    clock_slow();
}
