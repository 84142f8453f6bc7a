// SPDX-License-Identifier: GPL-2.0
/* 6.2: the list of consoles is read under an SRCU of its own. */
#include <linux/console.h>

int console_srcu(void)
{
	int cookie = console_srcu_read_lock();
	struct console *con;
	int enabled = 0;

	for_each_console_srcu(con)
		enabled += console_srcu_read_flags(con) & CON_ENABLED;
	console_srcu_read_unlock(cookie);
	return enabled;
}
