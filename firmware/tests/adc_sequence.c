/* A sequence of three channels runs while the CPU sleeps; the interrupt of its last result wakes it. */
#include "adc.h"

static volatile uint16_t results[3], interrupts;

__attribute__((interrupt(ADC12_B_VECTOR))) void on_adc(void)
{
    switch (__even_in_range(ADC12IV, ADC12IV__ADC12RDYIFG)) {
    case ADC12IV__ADC12IFG2:
        results[0] = ADC12MEM0;
        results[1] = ADC12MEM1;
        results[2] = ADC12MEM2;
        interrupts++;
        __bic_SR_register_on_exit(LPM0_bits);
        break;
    default:
        interrupts += 100;
        break;
    }
}

int main(void)
{
    hold_watchdog();
    reference_on(REFVSEL_1);
    adc_setup(ADC12CONSEQ_1);
    ADC12CTL0 |= ADC12MSC;
    ADC12MCTL0 = BATTERY;
    ADC12MCTL1 = TEMPERATURE;
    ADC12MCTL2 = BATTERY | ADC12EOS;
    ADC12IER0 = ADC12IE2;

    for (uint16_t turn = 1; turn <= 3; turn++) {
        test_index = turn;
        ADC12CTL0 |= ADC12ENC | ADC12SC;
        __bis_SR_register(LPM0_bits | GIE);
        /* 1: one interrupt a sequence. */
        CHECK_EQUAL(1, interrupts, turn);
        /* 2: both measurements of the supply agree; 3: the sensor is another channel. */
        CHECK(2, results[0] < results[2] + 40 && results[2] < results[0] + 40);
        CHECK(3, results[1] < results[0] - 200);
        /* 4: reading the results took their flags. */
        CHECK_EQUAL(4, ADC12IFGR0, 0);
        ADC12CTL0 &= ~ADC12ENC;
    }

    /* 5: a second conversion into an unread memory overflows, and IV says so. */
    ADC12IER0 = 0;
    ADC12CTL0 |= ADC12ENC | ADC12SC;
    while (ADC12CTL1 & ADC12BUSY)
        ;
    ADC12CTL0 &= ~ADC12ENC;
    ADC12CTL0 |= ADC12ENC | ADC12SC;
    while (ADC12CTL1 & ADC12BUSY)
        ;
    CHECK_EQUAL(5, ADC12IFGR2 & ADC12OVIFG, ADC12OVIFG);
    __disable_interrupt();
    ADC12IER2 = ADC12OVIE;
    CHECK_EQUAL(6, ADC12IV, ADC12IV__ADC12OVIFG);
    CHECK_EQUAL(7, ADC12IV, ADC12IV__NONE);
    PASS();
}
