/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When a port can be read and written, and what poll() says of it: the rules
 * alone, on values. port.c takes the values under the lock.
 */
#ifndef VSER_PORT_STATE_H
#define VSER_PORT_STATE_H

#include <linux/types.h>

/**
 * struct vser_port_state - what a port's readiness depends on
 * @alive: the port is plugged in, and its queues are whole
 * @host_open: a program on the host is connected
 * @has_data: bytes wait to be read
 * @has_space: a write would find room
 */
struct vser_port_state {
	bool alive;
	bool host_open;
	bool has_data;
	bool has_space;
};

int vser_port_state_read(const struct vser_port_state *s);
int vser_port_state_write(const struct vser_port_state *s);
__poll_t vser_port_state_poll(const struct vser_port_state *s);

#endif /* VSER_PORT_STATE_H */
