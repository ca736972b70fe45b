/* What an image holds that was not bound to a network. */
#include "configuration.h"

const volatile struct configuration configuration __attribute__((section(".persistent"))) =
{
    .magic = CONFIGURATION_MAGIC,
    .version = CONFIGURATION_VERSION,
    .megahertz = 8,
    .sense = SENSE_SUPPLY,
};
