/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's log: who gets it, and how it is asked for in a panic. */
#ifndef GATEHOUSE_COMPAT_KERNEL_LOG_H
#define GATEHOUSE_COMPAT_KERNEL_LOG_H

#include <linux/console.h>
#include <linux/kmsg_dump.h>
#include <linux/string.h>
#include <linux/types.h>

#include "compat.h"

/* 6.12 gave a kmsg_dumper's function more than the reason. */
#ifdef HAVE_KMSG_DUMP_DETAIL
#define compat_kmsg_dump_arg_t struct kmsg_dump_detail *
#else
#define compat_kmsg_dump_arg_t enum kmsg_dump_reason
#endif

/*
 * Whether the kernel's log goes to a console. For a panic: takes no lock. 6.2
 * has an SRCU for the list; before, nobody else is left to change it, and the
 * pointers hold together at any moment.
 */
static inline bool compat_console_has_log(const char *name, int index)
{
	struct console *con;
	bool found = false;

#ifdef HAVE_CONSOLE_SRCU
	int cookie = console_srcu_read_lock();

	for_each_console_srcu(con)
		found |= con->index == index && !strcmp(con->name, name) &&
			 console_srcu_read_flags(con) & CON_ENABLED;
	console_srcu_read_unlock(cookie);
#else
	for_each_console(con)
		found |= con->index == index && !strcmp(con->name, name) &&
			 con->flags & CON_ENABLED;
#endif
	return found;
}

#endif /* GATEHOUSE_COMPAT_KERNEL_LOG_H */
