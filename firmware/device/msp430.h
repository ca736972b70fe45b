/* Picks the register header of the device named by -mmcu= (or by -D__MSP430FR....__). */
#ifndef DEVICE_MSP430_H
#define DEVICE_MSP430_H

#if defined(__MSP430FR5994__)
#include "msp430fr5994.h"
#elif defined(__MSP430FR5969__)
#include "msp430fr5969.h"
#elif defined(__MSP430FR6989__)
#include "msp430fr6989.h"
#else
#error "name the device, for example with -mmcu=msp430fr5994"
#endif

#endif
