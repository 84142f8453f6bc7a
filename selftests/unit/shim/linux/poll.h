/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's poll.h for its pure-logic files: the event bits. */
#ifndef GATEHOUSE_SHIM_LINUX_POLL_H
#define GATEHOUSE_SHIM_LINUX_POLL_H

#include <linux/eventpoll.h>

#endif
