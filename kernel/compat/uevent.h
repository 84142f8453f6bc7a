/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a device manager, udev or another, hears of devices by netlink. */
#ifndef GATEHOUSE_COMPAT_UEVENT_H
#define GATEHOUSE_COMPAT_UEVENT_H

#include <linux/list.h>
#include <linux/netlink.h>
#include <net/net_namespace.h>

/*
 * The members of struct uevent_sock, which lib/kobject_uevent.c keeps to itself:
 * the same from 2.6.35 to 7.2.
 */
struct compat_uevent_sock {
	struct list_head list;
	struct sock *sk;
};

/* Netlink's group for uevents is 1, see netlink_kernel_create() there. */
static inline bool compat_uevent_has_listeners(void)
{
	const struct compat_uevent_sock *uevents =
		(struct compat_uevent_sock *)init_net.uevent_sock;

	return uevents && netlink_has_listeners(uevents->sk, 1);
}

#endif /* GATEHOUSE_COMPAT_UEVENT_H */
