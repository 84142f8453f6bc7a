/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What we need of the hvc layer. Its header, drivers/tty/hvc/hvc_console.h, is
 * in no package of kernel headers; its functions are exported to modules. The
 * layouts are those of 6.1 to 7.2; selftests/checks/layout compares them with
 * the kernel's.
 */
#ifndef GATEHOUSE_COMPAT_HVC_H
#define GATEHOUSE_COMPAT_HVC_H

#include <linux/spinlock.h>
#include <linux/tty_port.h>
#include <linux/types.h>

#include "compat.h"

/* 6.8 gave put_chars and get_chars other types; 6.3 dtr_rts, unused here. */
#ifdef HAVE_HVC_SIZE_T
#define compat_hvc_result_t ssize_t
#define compat_hvc_size_t size_t
#define compat_hvc_char_t u8
#else
#define compat_hvc_result_t int
#define compat_hvc_size_t int
#define compat_hvc_char_t char
#endif

/**
 * struct hvc_struct - a console of the hvc layer: only how it begins
 * @port: its kref is the object's
 * @lock: held in put_chars and get_chars when the tty calls these
 * @index: N of /dev/hvcN; protected by @lock, for who looks one up to open it
 */
struct hvc_struct {
	struct tty_port port;
	spinlock_t lock;
	int index;
};

/* What the hvc layer calls; those about a console that is open may sleep. */
struct hv_ops {
	compat_hvc_result_t (*get_chars)(u32 vtermno, compat_hvc_char_t *buf,
					 compat_hvc_size_t count);
	compat_hvc_result_t (*put_chars)(u32 vtermno, const compat_hvc_char_t *buf,
					 compat_hvc_size_t count);
	int (*flush)(u32 vtermno, bool wait);
	int (*notifier_add)(struct hvc_struct *hp, int data);
	void (*notifier_del)(struct hvc_struct *hp, int data);
	void (*notifier_hangup)(struct hvc_struct *hp, int data);
	int (*tiocmget)(struct hvc_struct *hp);
	int (*tiocmset)(struct hvc_struct *hp, unsigned int set,
			unsigned int clear);
	void (*dtr_rts)(struct hvc_struct *hp, bool active);
};

struct hvc_struct *hvc_alloc(u32 vtermno, int data, const struct hv_ops *ops,
			     int outbuf_size);
void hvc_remove(struct hvc_struct *hp); /* until 6.6 it returned 0 */
void hvc_kick(void);

#endif /* GATEHOUSE_COMPAT_HVC_H */
