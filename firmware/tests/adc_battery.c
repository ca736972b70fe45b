/* The chip measures its own supply with two references, and its temperature with the calibration of the descriptor. */
#include "adc.h"

int main(void)
{
    hold_watchdog();
    adc_setup(0);

    /* 1: the reference settles, and says so; 2: while it is ready it is active. */
    REFCTL0 = REFVSEL_1 | REFON;
    CHECK_EQUAL(1, REFCTL0 & REFGENRDY, 0);
    while (!(REFCTL0 & REFGENRDY))
        ;
    CHECK(2, REFCTL0 & REFGENACT);

    uint16_t first = supply_millivolts(adc_convert(BATTERY), 2000);
    /* 3: the supply is one this chip can run from. */
    CHECK(3, first > 1750 && first < 3700);

    /* 4: another reference gives the same supply, to what the converter's steps and the reference's accuracy allow. */
    REFCTL0 = REFON | REFVSEL_2;
    while (!(REFCTL0 & REFGENRDY))
        ;
    uint16_t second = supply_millivolts(adc_convert(BATTERY), 2500);
    CHECK(4, second < first + 100 && first < second + 100);

    /* 5: without REFON the conversion asks for the reference itself, and waits for it. */
    REFCTL0 = REFVSEL_1;
    uint16_t third = supply_millivolts(adc_convert(BATTERY), 2000);
    CHECK(5, third < first + 50 && first < third + 50);
    /* 6: and lets go of it. */
    CHECK_EQUAL(6, REFCTL0 & REFGENACT, 0);

    /* 7: room temperature, between the calibration points at 30 and 85 degrees and as far below. */
    uint16_t at30 = *(volatile uint16_t *)0x1A1A, at85 = *(volatile uint16_t *)0x1A1C;
    REFCTL0 = REFVSEL_0;
    uint16_t code = adc_convert(TEMPERATURE);
    int16_t degrees = (int16_t)((int32_t)((int16_t)code - (int16_t)at30) * 55 / (int16_t)(at85 - at30) + 30);
    CHECK(7, degrees > 0 && degrees < 60);

    /* 8: half the resolution's bits, half the codes. */
    ADC12CTL0 &= ~ADC12ENC;
    ADC12CTL2 = ADC12RES__8BIT;
    uint16_t coarse = adc_convert(TEMPERATURE);
    CHECK(8, coarse >= code / 16 - 1 && coarse <= code / 16 + 1);
    PASS();
}
