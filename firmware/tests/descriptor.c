/* The device descriptor: lengths, device id, and the chain of records (tag, length, content). */
#include "boot.h"

struct record { uint8_t tag, length; };

/* Address order: die record, ADC12 calibration, reference calibration, random seed, boot loader. */
static const struct record records[] = { { 0x08, 0x0A }, { 0x11, 0x10 }, { 0x12, 0x06 }, { 0x15, 0x10 }, { 0x1C, 0x02 } };

int main(void)
{
    hold_watchdog();

    /* 1, 2: length codes of the information block and of its checksum. */
    CHECK_EQUAL(1, TLV_INFO_LENGTH, 0x06);
    CHECK_EQUAL(2, TLV_CRC_LENGTH, 0x06);
    /* 3, 4: the device id, by word and by bytes. */
    CHECK_EQUAL(3, TLV_DEVICE_ID, DEVICE_ID);
    CHECK_EQUAL(4, REGISTER8(0x1A04) | (uint16_t)REGISTER8(0x1A05) << 8, DEVICE_ID);

    /* 5, 6: tag and length of record number test_index. */
    uint16_t address = 0x1A08;
    for (uint16_t i = 0; i < sizeof records / sizeof records[0]; i++)
    {
        test_index = i;
        CHECK_EQUAL(5, REGISTER8(address), records[i].tag);
        CHECK_EQUAL(6, REGISTER8(address + 1), records[i].length);
        address += 2 + records[i].length;
    }

    /* 7: gain of the converter within 25 % of one (8000); 8 .. 10: factors of the three reference voltages too. */
    for (uint16_t i = 0; i < 4; i++)
    {
        static const uint16_t places[4] = { 0x1A16, 0x1A28, 0x1A2A, 0x1A2C };
        uint16_t factor = REGISTER16(places[i]);
        test_actual = factor;
        CHECK(7 + i, factor >= 0x6000 && factor <= 0xA000);
    }

    PASS();
}
