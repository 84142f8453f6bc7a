/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The buffers of a pair that are under way to the host, as numbers: those after
 * the last one settled, up to the last one posted. Nothing here knows a queue,
 * so the same code runs under CMocka and KUnit.
 */
#ifndef VSER_TX_WINDOW_H
#define VSER_TX_WINDOW_H

#include <linux/types.h>

/* Buffers of one port that may be under way to the host, if it has no limit. */
#define VSER_TX_BUFS 32

/* Buffers the device may sit on, those given up included. */
#define VSER_TX_HELD 128

/**
 * struct vser_tx_window - buffers counted as they are posted, from 1
 * @posted: number of the last buffer posted
 * @settled: number of the newest buffer that came back or was given up
 */
struct vser_tx_window {
	u64 posted;
	u64 settled;
};

u64 vser_tx_window_post(struct vser_tx_window *w);
void vser_tx_window_settle(struct vser_tx_window *w, u64 nr);
void vser_tx_window_give_up(struct vser_tx_window *w);
bool vser_tx_window_has(const struct vser_tx_window *w, u64 nr);
unsigned int vser_tx_window_in_flight(const struct vser_tx_window *w);
bool vser_tx_window_is_open(const struct vser_tx_window *w, unsigned int most,
			    unsigned int held, unsigned int free);

#endif /* VSER_TX_WINDOW_H */
