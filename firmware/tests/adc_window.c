/* The window comparator tells whether the supply is low, in range or high, without a look at the result. */
#include "adc.h"

static uint16_t flags_of(uint16_t low, uint16_t high)
{
    ADC12CTL0 &= ~ADC12ENC;
    ADC12LO = low;
    ADC12HI = high;
    ADC12IFGR2 = 0;
    adc_convert(BATTERY | ADC12WINC);
    return ADC12IFGR2;
}

int main(void)
{
    hold_watchdog();
    reference_on(REFVSEL_1);
    adc_setup(0);
    uint16_t code = adc_convert(BATTERY);

    CHECK_EQUAL(1, flags_of(code - 50, code + 50), ADC12INIFG);
    CHECK_EQUAL(2, flags_of(code + 50, code + 100), ADC12LOIFG);
    CHECK_EQUAL(3, flags_of(code - 100, code - 50), ADC12HIIFG);

    /* In two's complement, left-justified, thresholds are written likewise. */
    ADC12CTL0 &= ~ADC12ENC;
    ADC12CTL2 = ADC12RES__12BIT | ADC12DF;
    uint16_t signed_code = (code - 2048) << 4;
    CHECK_EQUAL(4, flags_of(signed_code - 0x400, signed_code + 0x400), ADC12INIFG);
    CHECK_EQUAL(5, flags_of(signed_code + 0x400, 0x7FF0), ADC12LOIFG);
    CHECK_EQUAL(6, flags_of(0x8000, signed_code - 0x400), ADC12HIIFG);

    /* IV reports high before low before inside, and clears what it reports. */
    ADC12IER2 = ADC12HIIE | ADC12LOIE | ADC12INIE;
    CHECK_EQUAL(7, ADC12IV, ADC12IV__ADC12HIIFG);
    CHECK_EQUAL(8, ADC12IFGR2, 0);
    PASS();
}
