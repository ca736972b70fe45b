/*
 * The bundled firmware: a small classifier on the multiplier.
 *
 * Pictures of 8 x 8 grey pixels go through one dense layer of 16-bit weights (one row a class), ReLU and argmax. A
 * row is the picture of its class, +1 where ink is and -1 where none is, so a score is an inner product of picture
 * and shape. The samples are the shapes with some pixels flipped and with less contrast. Answers, scores and a
 * checksum over both go to the mailbox; then the device parks in LPM4.
 */
#include "msp430.h"
#include "mailbox.h"

enum { SIDE = 8, PIXELS = SIDE * SIDE, SHIFT = 10 };

/* One line of eight pixels, from the bits of a byte: INK where a bit is set, PAPER elsewhere. */
#define PIXEL(bits, place, ink, paper) (((bits) >> (place)) & 1 ? (ink) : (paper))
#define LINE(bits, ink, paper) \
    PIXEL(bits, 7, ink, paper), PIXEL(bits, 6, ink, paper), PIXEL(bits, 5, ink, paper), PIXEL(bits, 4, ink, paper), \
    PIXEL(bits, 3, ink, paper), PIXEL(bits, 2, ink, paper), PIXEL(bits, 1, ink, paper), PIXEL(bits, 0, ink, paper)
#define PICTURE(ink, paper, a, b, c, d, e, f, g, h) \
    { LINE(a, ink, paper), LINE(b, ink, paper), LINE(c, ink, paper), LINE(d, ink, paper), \
      LINE(e, ink, paper), LINE(f, ink, paper), LINE(g, ink, paper), LINE(h, ink, paper) }

/* Plus, cross, frame, bars lying, bars standing, wedge. Weights are Q10: 1024 is one. */
#define SHAPE(...) PICTURE(1024, -1024, __VA_ARGS__)
static const int16_t weights[CLASSES][PIXELS] =
{
    SHAPE(0x18, 0x18, 0x18, 0xFF, 0xFF, 0x18, 0x18, 0x18),
    SHAPE(0xC3, 0xE7, 0x7E, 0x3C, 0x3C, 0x7E, 0xE7, 0xC3),
    SHAPE(0xFF, 0xFF, 0xC3, 0xC3, 0xC3, 0xC3, 0xFF, 0xFF),
    SHAPE(0xFF, 0xFF, 0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00),
    SHAPE(0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC, 0xCC),
    SHAPE(0x80, 0xC0, 0xE0, 0xF0, 0xF8, 0xFC, 0xFE, 0xFF),
};

/* Bias in the scale of a score; a wedge has many pixels in common with others. */
static const int16_t bias[CLASSES] = { 0, 0, 0, 0, 0, -200 };

struct sample { uint16_t class; int16_t pixels[PIXELS]; };

static const struct sample samples[SAMPLES] =
{
    { 0, PICTURE(200,  -200, 0x18, 0x1C, 0x18, 0xFF, 0xEF, 0x18, 0x10, 0x18) },
    { 1, PICTURE(250,  -150, 0xC3, 0xA7, 0x7E, 0x34, 0x3C, 0x7F, 0xE7, 0xC3) },
    { 2, PICTURE(120,  -120, 0xFF, 0xBF, 0xC3, 0xCB, 0xC3, 0xC1, 0xFF, 0xFD) },
    { 3, PICTURE(300,  -100, 0xFE, 0xFF, 0x20, 0x00, 0xFF, 0xDF, 0x00, 0x04) },
    { 4, PICTURE(180,  -220, 0xCC, 0xDC, 0xCC, 0x4C, 0xCC, 0xCD, 0xCC, 0xC8) },
    { 5, PICTURE(200,  -200, 0x80, 0xC0, 0xE8, 0xF0, 0xB8, 0xFC, 0xFE, 0xF7) },
    { 1, PICTURE(90,    -90, 0x43, 0xE7, 0x7E, 0x3C, 0x38, 0x7E, 0xE7, 0x83) },
    { 4, PICTURE(500,  -500, 0x8C, 0xCC, 0xCE, 0xCC, 0xC4, 0xCC, 0xEC, 0xCC) },
};

volatile struct mailbox mailbox __attribute__((section(".persistent"))) =
    { .magic = MAILBOX_MAGIC, .version = MAILBOX_VERSION, .state = MAILBOX_FRESH, .classes = CLASSES, .samples = SAMPLES };

/* 16 MHz: the FRAM's wait state first, dividers at 4 while the oscillator settles. */
static void start_clock(void)
{
    FRCTL0 = FRCTLPW | NWAITS_1;
    CSCTL0_H = CSKEY_H;
    CSCTL2 = SELA__VLOCLK | SELS__DCOCLK | SELM__DCOCLK;
    CSCTL3 = DIVA__4 | DIVS__4 | DIVM__4;
    CSCTL1 = DCOFSEL_4 | DCORSEL;
    __delay_cycles(60);
    CSCTL3 = DIVA__1 | DIVS__1 | DIVM__1;
    CSCTL0_H = 0;
}

/* Inner product on the multiplier's 32-bit accumulator. Sums stay below 2^31: 64 x 1024 x 500 is 2^25. */
static int32_t inner_product(const int16_t *a, const int16_t *b, uint16_t length)
{
    RESLO = 0;
    RESHI = 0;
    for (; length != 0; length--)
    {
        MACS = (uint16_t)*a++;
        OP2 = (uint16_t)*b++;
    }
    uint16_t low = RESLO;
    return (int32_t)(low | (uint32_t)RESHI << 16);
}

static int16_t saturate(int32_t value)
{
    return value > INT16_MAX ? INT16_MAX : (int16_t)value;
}

static uint16_t crc16_ccitt(uint16_t crc, uint16_t word)
{
    for (uint16_t byte = 0; byte < 2; byte++, word >>= 8)
    {
        crc ^= (uint16_t)(word << 8);
        for (uint16_t bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (uint16_t)(crc << 1) ^ 0x1021 : (uint16_t)(crc << 1);
    }
    return crc;
}

static void classify(uint16_t index)
{
    const struct sample *sample = &samples[index];
    uint16_t best = 0;
    int16_t highest = -1;

    for (uint16_t class = 0; class < CLASSES; class++)
    {
        int32_t sum = (inner_product(weights[class], sample->pixels, PIXELS) >> SHIFT) + bias[class];
        int16_t activation = sum < 0 ? 0 : saturate(sum);
        mailbox.score[index][class] = activation;
        if (activation > highest)
        {
            highest = activation;
            best = class;
        }
    }
    mailbox.answer[index] = best;
}

int main(void)
{
    WDTCTL = WDTPW | WDTHOLD;
    PM5CTL0 &= ~LOCKLPM5;
    mailbox.boots++;
    start_clock();

    mailbox.state = MAILBOX_WORKING;
    uint16_t crc = 0xFFFF, correct = 0;
    for (uint16_t i = 0; i < SAMPLES; i++)
        classify(i);
    for (uint16_t i = 0; i < SAMPLES; i++)
    {
        crc = crc16_ccitt(crc, mailbox.answer[i]);
        correct += mailbox.answer[i] == samples[i].class;
    }
    for (uint16_t i = 0; i < SAMPLES; i++)
        for (uint16_t class = 0; class < CLASSES; class++)
            crc = crc16_ccitt(crc, (uint16_t)mailbox.score[i][class]);
    mailbox.crc = crc;
    mailbox.correct = correct;
    mailbox.state = MAILBOX_DONE;

    /* Returning parks the device in LPM4. */
    return 0;
}
