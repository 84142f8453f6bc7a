// SPDX-License-Identifier: GPL-2.0
/* The one place where the length that the host tells for data is checked. */

#include <linux/types.h>

#include "rx_rules.h"

/**
 * vser_rx_fate - what becomes of a buffer that the device returns
 * @opened: the port is open
 * @len: bytes that the device says it has written
 * @size: bytes that fit
 *
 * Return: VSER_RX_DATA only if @len is 1..@size.
 */
enum vser_rx_fate vser_rx_fate(bool opened, u32 len, u32 size)
{
	if (!opened)
		return VSER_RX_FREE;
	if (!len || len > size)
		return VSER_RX_AGAIN;
	return VSER_RX_DATA;
}

/**
 * vser_rx_missing - how many buffers to post when a port is opened
 * @posted: buffers that the device has
 * @most: buffers that it may have of the port
 * @ring: buffers that fit into its ring
 *
 * Return: their number.
 */
unsigned int vser_rx_missing(unsigned int posted, unsigned int most,
			     unsigned int ring)
{
	unsigned int want = ring < most ? ring : most;

	return posted < want ? want - posted : 0;
}
