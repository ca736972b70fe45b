/* Finding one's way in a network's tables. */
#ifndef RUNTIME_NETWORK_H
#define RUNTIME_NETWORK_H

#include "configuration.h"
#include "tables.h"

static inline const struct header *network_header(void)
{
    return (const struct header *)network_tables;
}

/* The network's operations, then those of exits. */
static inline const struct record *network_record(uint16_t index)
{
    return (const struct record *)(network_tables + sizeof(struct header)) + index;
}

static inline const struct exit *network_exit(uint16_t index)
{
    const struct header *header = network_header();
    return (const struct exit *)network_record(header->operations + header->exit_operations) + index;
}

/* Index of the record of an exit's first operation. */
static inline uint16_t network_exit_step(uint16_t index)
{
    return network_header()->operations + network_exit(index)->first;
}

#endif
