/* One conversion, by software. */
#ifndef TESTS_ADC_H
#define TESTS_ADC_H

#include "boot.h"

/* Sampling 32 clocks of MODCLK, which is long enough for the battery channel and, at 150 kHz, for the sensor. */
static inline void adc_setup(uint16_t mode)
{
    ADC12CTL0 &= ~ADC12ENC;
    ADC12CTL0 = ADC12SHT0_8 | ADC12ON;
    ADC12CTL1 = ADC12SHP | mode;
    ADC12CTL2 = ADC12RES__12BIT;
    ADC12CTL3 = ADC12BATMAP | ADC12TCMAP;
}

static inline void reference_on(uint16_t level)
{
    while (REFCTL0 & REFGENBUSY)
        ;
    REFCTL0 = level | REFON;
    while (!(REFCTL0 & REFGENRDY))
        ;
}

static inline uint16_t adc_convert(uint16_t control)
{
    ADC12CTL0 &= ~ADC12ENC;
    ADC12MCTL0 = control;
    ADC12CTL0 |= ADC12ENC | ADC12SC;
    while (ADC12CTL1 & ADC12BUSY)
        ;
    return ADC12MEM0;
}

/* The supply in millivolts: half of it is compared with a reference given in millivolts. */
static inline uint16_t supply_millivolts(uint16_t code, uint16_t reference)
{
    return (uint16_t)((uint32_t)code * reference * 2 / 4096);
}

#define BATTERY     (ADC12INCH_31 | ADC12VRSEL_1)
#define TEMPERATURE (ADC12INCH_30 | ADC12VRSEL_1)

#endif
