/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's header of this name brings the EPOLL* bits, and so does this. */
#ifndef GATEHOUSE_SHIM_LINUX_POLL_H
#define GATEHOUSE_SHIM_LINUX_POLL_H

#include <linux/eventpoll.h>
#include <linux/types.h>

#endif
