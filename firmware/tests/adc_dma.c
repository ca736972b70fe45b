/* Sixteen conversions, started by a timer and fetched by DMA; the CPU sleeps until the last one. */
#include "adc.h"

#define SAMPLES 16

static uint16_t samples[SAMPLES + 1];
static volatile uint16_t done;

__attribute__((interrupt(DMA_VECTOR))) void on_dma(void)
{
    if (DMAIV == DMAIV__DMA0IFG)
        done++;
    __bic_SR_register_on_exit(LPM0_bits);
}

int main(void)
{
    hold_watchdog();
    reference_on(REFVSEL_1);
    adc_setup(ADC12CONSEQ_2 | ADC12SHS_1);
    ADC12MCTL0 = BATTERY;
    samples[SAMPLES] = 0xBEEF;

    DMACTL0 = DMA0TSEL__ADC12IFG;
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0SA, (uint32_t)(uintptr_t)&ADC12MEM0);
    __data16_write_addr((uint16_t)(uintptr_t)&DMA0DA, (uint32_t)(uintptr_t)samples);
    DMA0SZ = SAMPLES;
    DMA0CTL = DMADT_0 | DMADSTINCR_3 | DMASRCINCR_0 | DMASWDW | DMAIE | DMAEN;

    ADC12CTL0 |= ADC12ENC;
    TA0CCR0 = 200 - 1;
    TA0CCR1 = 100;
    TA0CCTL1 = OUTMOD_3;
    TA0CTL = TASSEL__SMCLK | MC__UP | TACLR;
    __bis_SR_register(LPM0_bits | GIE);
    TA0CTL = 0;

    CHECK_EQUAL(1, done, 1);
    for (uint16_t i = 0; i < SAMPLES; i++) {
        test_index = i;
        CHECK(2, samples[i] > 1750 && samples[i] <= samples[0] + 40 && samples[0] <= samples[i] + 40);
    }
    CHECK_EQUAL(3, samples[SAMPLES], 0xBEEF);
    /* 4: no result was overwritten before it was fetched, and the flag went with it. */
    CHECK_EQUAL(4, ADC12IFGR2, 0);
    CHECK_EQUAL(5, DMA0SZ, SAMPLES);
    PASS();
}
