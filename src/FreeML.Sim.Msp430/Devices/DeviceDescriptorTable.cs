using System.Buffers.Binary;

namespace FreeML.Sim.Msp430.Devices;

/// <summary>
/// The device descriptor ("TLV", 0x1A00 to 0x1AFF): who the device is, and its calibration. The calibration is that of an ideal part:
/// gain 1, offset 0, and what a 12-bit conversion of a temperature sensor of 0.7 V at 0 degrees C and 2.5 mV/K gives.
/// </summary>
/// <remarks>Layout: SLAU367 chapter SYS and the data sheets' descriptor tables, as far as recalled; unused bytes are 0xFF.</remarks>
internal static class DeviceDescriptorTable
{
    /// <summary>First address.</summary>
    public const uint Start = 0x1A00;

    /// <summary>Bytes.</summary>
    public const int Length = 0x100;

    private const int CrcOffset = 0x02;
    private const int FirstCheckedByte = 0x04;
    private const int UnityGain = 0x8000;
    private const double FullScale = 4096;
    private const double SensorVoltsAtZero = 0.7;
    private const double SensorVoltsPerKelvin = 0.0025;

    /// <summary>The bytes of a device's descriptor.</summary>
    /// <param name="deviceId">The word at 0x1A04.</param>
    /// <param name="hardwareRevision">The byte at 0x1A06: 0x21 is revision C of the FR5994.</param>
    /// <param name="firmwareRevision">The byte at 0x1A07.</param>
    public static byte[] Build(ushort deviceId, byte hardwareRevision, byte firmwareRevision)
    {
        byte[] table = new byte[Length];
        table.AsSpan().Fill(0xFF);

        // 2^6 words of 4 bytes, for the information and for what the CRC covers.
        table[0x00] = 0x06;
        table[0x01] = 0x06;
        Word(0x04, deviceId);
        table[0x06] = hardwareRevision;
        table[0x07] = firmwareRevision;

        // Die record: lot and wafer, position, test results.
        Tag(0x08, 0x08, 0x0A);
        BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan(0x0A), 0x0000_0001);
        Word(0x0E, 1);
        Word(0x10, 1);
        Word(0x12, 0);

        // ADC12_B: gain, offset, then the sensor at 30 and 85 degrees for each reference.
        Tag(0x14, 0x11, 0x10);
        Word(0x16, UnityGain);
        Word(0x18, 0);
        Sensor(0x1A, 1.2);
        Sensor(0x1E, 2.0);
        Sensor(0x22, 2.5);

        // REF: correction factors of 1.2, 2.0 and 2.5 V.
        Tag(0x26, 0x12, 0x06);
        Word(0x28, UnityGain);
        Word(0x2A, UnityGain);
        Word(0x2C, UnityGain);

        // 128-bit random number: a fixed sequence that differs between device types.
        Tag(0x2E, 0x15, 0x10);
        uint state = deviceId;
        for (int i = 0; i < 16; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            table[0x30 + i] = (byte)(state >> 24);
        }

        // BSL: interface and its configuration.
        Tag(0x40, 0x1C, 0x02);
        table[0x42] = 0x00;
        table[0x43] = 0x00;

        Word(CrcOffset, Crc16(table.AsSpan(FirstCheckedByte)));
        return table;

        void Tag(int offset, byte tag, byte length)
        {
            table[offset] = tag;
            table[offset + 1] = length;
        }

        void Word(int offset, int value) => BinaryPrimitives.WriteUInt16LittleEndian(table.AsSpan(offset), (ushort)value);

        void Sensor(int offset, double referenceVolts)
        {
            Word(offset, Reading(30));
            Word(offset + 2, Reading(85));

            int Reading(double celsius) => (int)(((SensorVoltsAtZero + (SensorVoltsPerKelvin * celsius)) / referenceVolts * FullScale) + 0.5);
        }
    }

    /// <summary>CRC-16-CCITT: polynomial 0x1021, seed 0xFFFF, most significant bit first.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        int crc = 0xFFFF;
        foreach (byte value in bytes)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }

        return (ushort)crc;
    }
}
