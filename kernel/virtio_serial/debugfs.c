// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/virtio-ports/vportNpM, lines of "key: value". The first nine
 * are the stock driver's, which programs look for.
 */

#include <linux/debugfs.h>
#include <linux/device.h>
#include <linux/seq_file.h>

#include "class.h"
#include "debugfs.h"
#include "port.h"
#include "port_state.h"
#include "vqs.h"

/* What a file shows, taken at one moment. */
struct vser_debugfs_values {
	struct vser_port_state state;
	struct vser_port_counters counters;
	u64 generation;
	bool opened;
	bool console;
	u32 vtermno;
};

static void vser_debugfs_get(struct vser_port *port,
			     struct vser_debugfs_values *v)
{
	spin_lock_irq(&port->pair->lock);
	vser_port_get_state(port, &v->state);
	v->counters = port->counters;
	v->generation = port->events.generation;
	v->opened = port->opened;
	v->console = port->console;
	v->vtermno = port->vtermno;
	spin_unlock_irq(&port->pair->lock);
}

static int vser_debugfs_show(struct seq_file *s, void *data)
{
	struct vser_port *port = s->private;
	/* Pairs with smp_store_release() in vser_port_set_name(). */
	const char *name = smp_load_acquire(&port->name);
	struct vser_debugfs_values v;

	vser_debugfs_get(port, &v);
	seq_printf(s, "name: %s\n", name ?: "-");
	seq_printf(s, "guest_connected: %d\n", v.opened);
	seq_printf(s, "host_connected: %d\n", v.state.host_open);
	seq_printf(s, "outvq_full: %d\n", !v.state.has_space);
	seq_printf(s, "bytes_sent: %llu\n", v.counters.tx_bytes);
	seq_printf(s, "bytes_received: %llu\n", v.counters.rx_bytes);
	seq_printf(s, "bytes_discarded: %llu\n", v.counters.rx_discarded);
	seq_printf(s, "is_console: %s\n", v.console ? "yes" : "no");
	seq_printf(s, "console_vtermno: %u\n", v.vtermno);
	seq_printf(s, "connections: %llu\n", v.generation);
	seq_printf(s, "buffers_sent: %llu\n", v.counters.tx_buffers);
	seq_printf(s, "buffers_received: %llu\n", v.counters.rx_buffers);
	seq_printf(s, "buffers_bad: %llu\n", v.counters.rx_bad);
	seq_printf(s, "buffers_lost: %llu\n", v.counters.tx_lost);
	seq_printf(s, "buffers_repeated: %llu\n", v.counters.tx_repeated);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vser_debugfs);

/**
 * vser_debugfs_add - make the port's file; a kernel without debugfs has none
 * @port: a visible port
 */
void vser_debugfs_add(struct vser_port *port)
{
	port->debugfs = debugfs_create_file(dev_name(&port->dev), 0444,
					    vser_class_folder(), port,
					    &vser_debugfs_fops);
}

/**
 * vser_debugfs_del - undo vser_debugfs_add(); waits for those who read it
 * @port: the port
 */
void vser_debugfs_del(struct vser_port *port)
{
	debugfs_remove(port->debugfs);
}
