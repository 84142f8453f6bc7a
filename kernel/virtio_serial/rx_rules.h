/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Receiving, the rules alone, on values: how many buffers the device gets, and
 * what becomes of one that it returns. Nothing here knows a queue, so the same
 * code runs under CMocka and KUnit.
 */
#ifndef VSER_RX_RULES_H
#define VSER_RX_RULES_H

#include <linux/types.h>

/* Buffers that the device has of an open port without a limit, a page each. */
#define VSER_RX_BUFS 128

/**
 * enum vser_rx_fate - what becomes of a buffer that the device returns
 * @VSER_RX_FREE: nobody reads the port: it is freed
 * @VSER_RX_AGAIN: the device lies about what is in it: it is posted again
 * @VSER_RX_DATA: it waits for the reader
 */
enum vser_rx_fate {
	VSER_RX_FREE,
	VSER_RX_AGAIN,
	VSER_RX_DATA,
};

enum vser_rx_fate vser_rx_fate(bool opened, u32 len, u32 size);
unsigned int vser_rx_missing(unsigned int posted, unsigned int most,
			     unsigned int ring);

#endif /* VSER_RX_RULES_H */
