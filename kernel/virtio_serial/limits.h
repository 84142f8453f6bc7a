/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much memory a port may hold in buffers, as the administrator wants it:
 * for ports to come by the module's parameters, for one port by its attributes
 * in sysfs. Both are in KiB, and whole buffers count.
 */
#ifndef VSER_LIMITS_H
#define VSER_LIMITS_H

/**
 * struct vser_limits - of one port
 * @rx_bufs: buffers for data from the host, those waiting for the reader among
 *           them; 1..VSER_RX_BUFS
 * @tx_bufs: buffers for data to the host, empty ones kept for the next write
 *           among them; 1..VSER_TX_BUFS
 */
struct vser_limits {
	unsigned int rx_bufs;
	unsigned int tx_bufs;
};

/**
 * struct vser_limit_kind - one way of the data
 * @kib: size of a buffer
 * @most: buffers a port may hold without a limit
 */
struct vser_limit_kind {
	unsigned int kib;
	unsigned int most;
};

extern const struct vser_limit_kind vser_limit_rx;
extern const struct vser_limit_kind vser_limit_tx;

int vser_limit_parse(const struct vser_limit_kind *kind, const char *text,
		     unsigned int *bufs);
void vser_limits_init(struct vser_limits *limits);

#endif /* VSER_LIMITS_H */
