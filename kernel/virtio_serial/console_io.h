/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bytes of a console, from and to the hvc layer.
 *
 * What is written may come from printk(): with any lock held, in an interrupt,
 * in a panic. So it is first staged: that takes a lock under which nothing can
 * print. From there it moves to the port under pair->lock, if that is free at
 * once, else in an interrupt of our own. Nothing here waits for the host but in
 * an oops or a panic, when nobody comes later: then VSER_CONSOLE_PATIENCE looks
 * at most, with no lock held, and not again for a host that has missed those.
 */
#ifndef VSER_CONSOLE_IO_H
#define VSER_CONSOLE_IO_H

#include <linux/irq_work.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct vser_port;

/* A power of two: the indices of the stage run on. */
#define VSER_CONSOLE_STAGE 4096

/**
 * struct vser_console_io - a console's way to its port
 * @port: fixed
 * @event: something has happened to the port: look, and have hvc look
 * @push: something could not be moved
 * @poll: something may wait for a callback that a host never makes
 * @poll_until: when to leave it at that, in jiffies
 * @stuck: the host had not taken what it has when we last looked in an oops
 * @lock: protects @head and the writing of @stage; taken in any context; while
 *        it is held nothing is called that could print
 * @head: bytes that were ever staged; smp_store_release()
 * @tail: bytes that have left; changed under pair->lock; smp_store_release()
 * @stage: those between
 */
struct vser_console_io {
	struct vser_port *port;
	struct irq_work event;
	struct irq_work push;
	struct delayed_work poll;
	unsigned long poll_until;
	bool stuck;
	spinlock_t lock;
	unsigned int head;
	unsigned int tail;
	char stage[VSER_CONSOLE_STAGE];
};

void vser_console_io_init(struct vser_console_io *io, struct vser_port *port);
void vser_console_io_stop(struct vser_console_io *io);
ssize_t vser_console_put(struct vser_console_io *io, const void *data, size_t n);
size_t vser_console_get(struct vser_console_io *io, void *data, size_t n);
void vser_console_flush(struct vser_console_io *io);

#endif /* VSER_CONSOLE_IO_H */
