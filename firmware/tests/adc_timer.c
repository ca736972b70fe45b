/* A timer's output starts a conversion each millisecond, without the CPU; another timer looks at the clock. */
#include "adc.h"

#define SAMPLES 8

static volatile uint16_t times[SAMPLES], taken;

__attribute__((interrupt(ADC12_B_VECTOR))) void on_adc(void)
{
    if (ADC12IV != ADC12IV__ADC12IFG0)
        return;
    times[taken++] = TA1R;
    (void)ADC12MEM0;
    if (taken == SAMPLES) {
        TA0CTL = 0;
        __bic_SR_register_on_exit(LPM0_bits);
    }
}

int main(void)
{
    hold_watchdog();
    reference_on(REFVSEL_1);
    adc_setup(ADC12CONSEQ_2 | ADC12SHS_1);
    ADC12MCTL0 = BATTERY;
    ADC12IER0 = ADC12IE0;
    ADC12CTL0 |= ADC12ENC;

    TA1CTL = TASSEL__SMCLK | MC__CONTINUOUS | TACLR;
    TA0CCR0 = 1000 - 1;
    TA0CCR1 = 500;
    TA0CCTL1 = OUTMOD_3;
    TA0CTL = TASSEL__SMCLK | MC__UP | TACLR;
    __bis_SR_register(LPM0_bits | GIE);

    /* 1: a thousand cycles of SMCLK between two conversions, but for the jitter of two clocks. */
    for (uint16_t i = 1; i < SAMPLES; i++) {
        test_index = i;
        uint16_t interval = times[i] - times[i - 1];
        CHECK(1, interval >= 998 && interval <= 1002);
    }
    /* 2: nothing was lost. */
    CHECK_EQUAL(2, ADC12IFGR2, 0);
    PASS();
}
