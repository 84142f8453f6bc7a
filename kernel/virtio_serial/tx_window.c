// SPDX-License-Identifier: GPL-2.0
/*
 * Which buffers are still under way.
 *
 * QEMU never returns the buffer that it is in the middle of when the host's end
 * is closed (discard_throttle_data()). So a buffer does not count any more once
 * a later one has come back, or the host has left. If it comes back after all,
 * it is welcome.
 */

#include <linux/types.h>

#include "tx_window.h"

/**
 * vser_tx_window_post - count a buffer that the device has got
 * @w: the pair's window
 *
 * Return: the buffer's number.
 */
u64 vser_tx_window_post(struct vser_tx_window *w)
{
	return ++w->posted;
}

/**
 * vser_tx_window_settle - a buffer has come back
 * @w: the pair's window
 * @nr: its number; those before it are not waited for any more
 */
void vser_tx_window_settle(struct vser_tx_window *w, u64 nr)
{
	if (nr > w->settled)
		w->settled = nr;
}

/**
 * vser_tx_window_give_up - wait for none of the buffers any more
 * @w: the pair's window
 */
void vser_tx_window_give_up(struct vser_tx_window *w)
{
	w->settled = w->posted;
}

/**
 * vser_tx_window_has - whether a buffer is still waited for
 * @w: the pair's window
 * @nr: its number
 *
 * Return: true if so.
 */
bool vser_tx_window_has(const struct vser_tx_window *w, u64 nr)
{
	return nr > w->settled;
}

/**
 * vser_tx_window_in_flight - buffers under way to the host
 * @w: the pair's window
 *
 * Return: their number.
 */
unsigned int vser_tx_window_in_flight(const struct vser_tx_window *w)
{
	return w->posted - w->settled;
}

/**
 * vser_tx_window_is_open - whether one more buffer may be posted
 * @w: the pair's window
 * @most: buffers of the port that may be under way
 * @held: buffers in the ring, those given up included
 * @free: room in the ring
 *
 * Return: true if so.
 */
bool vser_tx_window_is_open(const struct vser_tx_window *w, unsigned int most,
			    unsigned int held, unsigned int free)
{
	return vser_tx_window_in_flight(w) < most &&
	       held < VSER_TX_HELD && free;
}
