/* Continuous mode: two blocks keep two intervals, each moving its CCRn on; TAIV tells them apart. */
#include "ports.h"

static volatile uint16_t first, second, overflows, others;
static volatile uint16_t late;

__attribute__((interrupt(TIMER0_A1_VECTOR))) void on_timer(void)
{
    switch (__even_in_range(TA0IV, TA0IV__TAIFG))
    {
    case TA0IV__TACCR1:
        if ((uint16_t)(TA0R - TA0CCR1) > 100)
            late++;
        TA0CCR1 += 1000;
        first++;
        break;
    case TA0IV__TACCR2:
        TA0CCR2 += 3000;
        second++;
        break;
    case TA0IV__TAIFG:
        if (++overflows == 2)
            __low_power_mode_off_on_exit();
        break;
    default:
        others++;
    }
}

int main(void)
{
    start_quietly();
    TA0CCR1 = 1000;
    TA0CCR2 = 3000;
    TA0CCTL1 = CCIE;
    TA0CCTL2 = CCIE;
    TA0CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR | TAIE;
    __low_power_mode_0();
    __disable_interrupt();

    /* 131072 counts. */
    CHECK_EQUAL(1, first, 131);
    CHECK_EQUAL(2, second, 43);
    CHECK_EQUAL(3, overflows, 2);
    CHECK_EQUAL(4, others, 0);
    CHECK_EQUAL(5, late, 0);
    PASS();
}
