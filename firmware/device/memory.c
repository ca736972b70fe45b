/* The four functions a compiler may call on its own account; there is no C library under these programs. */
#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict destination, const void *restrict source, size_t length);
void *memmove(void *destination, const void *source, size_t length);
void *memset(void *destination, int value, size_t length);
int memcmp(const void *left, const void *right, size_t length);

void *memcpy(void *restrict destination, const void *restrict source, size_t length)
{
    uint8_t *to = destination;
    const uint8_t *from = source;
    while (length-- != 0)
        *to++ = *from++;
    return destination;
}

void *memmove(void *destination, const void *source, size_t length)
{
    uint8_t *to = destination;
    const uint8_t *from = source;
    if (to <= from)
        while (length-- != 0)
            *to++ = *from++;
    else
        while (length-- != 0)
            to[length] = from[length];
    return destination;
}

void *memset(void *destination, int value, size_t length)
{
    uint8_t *to = destination;
    while (length-- != 0)
        *to++ = (uint8_t)value;
    return destination;
}

int memcmp(const void *left, const void *right, size_t length)
{
    const uint8_t *a = left, *b = right;
    for (; length != 0; length--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}
