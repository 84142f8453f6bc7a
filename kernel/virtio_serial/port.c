// SPDX-License-Identifier: GPL-2.0
/* The port as an object: memory, name, and what its state is. */

#include <linux/lockdep.h>
#include <linux/slab.h>

#include "buf.h"
#include "port.h"
#include "port_state.h"
#include "tx_window.h"
#include "vqs.h"

/**
 * vser_port_alloc - make a port; it is neither attached nor visible
 * @vqs: the device's queues
 * @id: number of the port, below vqs->nr_ports
 * @ops: the control channel
 *
 * The caller initialises the member dev, whose release calls
 * vser_port_release().
 *
 * Return: the port, or NULL.
 */
struct vser_port *vser_port_alloc(struct vser_vqs *vqs, u32 id,
				  const struct vser_port_ops *ops)
{
	struct vser_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return NULL;
	vser_vqs_get(vqs);
	port->vqs = vqs;
	port->pair = &vqs->pairs[id];
	port->ops = ops;
	port->id = id;
	vser_limits_init(&port->limits);
	INIT_LIST_HEAD(&port->rx_ready);
	INIT_LIST_HEAD(&port->tx_free);
	mutex_init(&port->rx_mutex);
	mutex_init(&port->tx_mutex);
	init_waitqueue_head(&port->wait);
	return port;
}

/**
 * vser_port_release - free a port that is detached and that nobody refers to
 * @port: the port
 */
void vser_port_release(struct vser_port *port)
{
	vser_buf_free_list(&port->rx_ready);
	vser_buf_free_list(&port->tx_free);
	vser_buf_free(port->tx_fill);
	vser_vqs_put(port->vqs);
	kfree(port->name);
	kfree(port);
}

/**
 * vser_port_is_alive - whether the port is plugged in
 * @port: the port; its pair->lock is held
 *
 * Return: true while the port may use its pair's queues.
 */
bool vser_port_is_alive(const struct vser_port *port)
{
	lockdep_assert_held(&port->pair->lock);
	return port->pair->port == port;
}

/* Descriptors of the out_vq that the device has: one a buffer. */
static unsigned int vser_port_held(const struct vser_port *port)
{
	struct virtqueue *vq = port->pair->out_vq;

	return virtqueue_get_vring_size(vq) - vq->num_free;
}

/**
 * vser_port_has_space - whether a write finds a buffer
 * @port: a port that is alive; its pair->lock is held
 *
 * Return: true if there is room for at least one byte.
 */
bool vser_port_has_space(const struct vser_port *port)
{
	const struct virtqueue *vq = port->pair->out_vq;

	lockdep_assert_held(&port->pair->lock);
	if (port->pair->tx_paused)
		return false;
	/* A full one is posted at once, unless older bytes go first. */
	if (port->tx_fill)
		return !vser_buf_is_full(port->tx_fill);
	return vser_tx_window_is_open(&port->pair->tx, port->limits.tx_bufs,
				      vser_port_held(port), vq->num_free);
}

/**
 * vser_port_get_state - the values that the rules in port_state.c work on
 * @port: the port; its pair->lock is held
 * @state: filled in
 */
void vser_port_get_state(const struct vser_port *port,
			 struct vser_port_state *state)
{
	state->alive = vser_port_is_alive(port) && !port->broken;
	state->host_open = port->host_open;
	state->has_data = !list_empty(&port->rx_ready);
	state->has_space = state->alive && vser_port_has_space(port);
}

/**
 * vser_port_set_name - give the port its name, once
 * @port: the port; only one caller at a time
 * @name: checked by vser_ctrl_parse()
 *
 * Return: 0, -EALREADY if it has a name, -ENOMEM.
 */
int vser_port_set_name(struct vser_port *port, const char *name)
{
	const char *copy;

	if (port->name)
		return -EALREADY;
	copy = kstrdup(name, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	/* Pairs with smp_load_acquire() in sysfs.c. */
	smp_store_release(&port->name, copy);
	return 0;
}
