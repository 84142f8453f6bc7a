// SPDX-License-Identifier: GPL-2.0
/*
 * Events by generic netlink: one more reader of the ring, a worker that sends
 * what it reads to all who listen. Anyone may.
 */

#include <linux/errno.h>
#include <linux/module.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <net/genetlink.h>

#include <gatehouse/freezefd.h>

#include "event.h"
#include "netlink.h"

static const struct genl_multicast_group freezefd_netlink_groups[] = {
	{ .name = FREEZEFD_GENL_MCGRP_EVENTS },
};

static struct genl_family freezefd_netlink_family __ro_after_init = {
	.name = FREEZEFD_GENL_NAME,
	.version = FREEZEFD_GENL_VERSION,
	.maxattr = FREEZEFD_A_MAX,
	.netnsok = true,
	.module = THIS_MODULE,
	.mcgrps = freezefd_netlink_groups,
	.n_mcgrps = ARRAY_SIZE(freezefd_netlink_groups),
};

static int freezefd_netlink_fill(struct sk_buff *skb,
				 const struct fs_freeze_event *event)
{
	void *head = genlmsg_put(skb, 0, 0, &freezefd_netlink_family, 0,
				 FREEZEFD_C_EVENT);

	if (!head ||
	    nla_put_u32(skb, FREEZEFD_A_EVENT, event->event) ||
	    nla_put_u64_64bit(skb, FREEZEFD_A_SEQ, event->seq, FREEZEFD_A_PAD) ||
	    nla_put_u64_64bit(skb, FREEZEFD_A_TIME_NS, event->time_ns,
			      FREEZEFD_A_PAD) ||
	    nla_put_u64_64bit(skb, FREEZEFD_A_COOKIE, event->cookie,
			      FREEZEFD_A_PAD) ||
	    nla_put_u32(skb, FREEZEFD_A_DEV_MAJOR, event->dev_major) ||
	    nla_put_u32(skb, FREEZEFD_A_DEV_MINOR, event->dev_minor) ||
	    nla_put_u32(skb, FREEZEFD_A_LOST, event->lost))
		return -EMSGSIZE;
	genlmsg_end(skb, head);
	return 0;
}

/* Without memory an event is not sent; the next one's number tells. */
static void freezefd_netlink_send(const struct fs_freeze_event *event)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return;
	if (freezefd_netlink_fill(skb, event)) {
		nlmsg_free(skb);
		return;
	}
	/* ESRCH: nobody listens. */
	(void)genlmsg_multicast_allns(&freezefd_netlink_family, skb, 0, 0);
}

/* The next event to send; the worker's alone. */
static u64 freezefd_netlink_next;

static void freezefd_netlink_work(struct work_struct *work)
{
	struct fs_freeze_event event;

	while (freezefd_event_get(&freezefd_netlink_next, &event))
		freezefd_netlink_send(&event);
}

static DECLARE_WORK(freezefd_netlink_worker, freezefd_netlink_work);

static int freezefd_netlink_wake(struct wait_queue_entry *wait, unsigned int mode,
				 int sync, void *key)
{
	schedule_work(&freezefd_netlink_worker);
	return 0;
}

static struct wait_queue_entry freezefd_netlink_wait = {
	.func = freezefd_netlink_wake,
	.entry = LIST_HEAD_INIT(freezefd_netlink_wait.entry),
};

/**
 * freezefd_netlink_init - once a module
 *
 * Return: 0 or an error.
 */
int __init freezefd_netlink_init(void)
{
	int err = genl_register_family(&freezefd_netlink_family);

	if (err)
		return err;
	freezefd_netlink_next = freezefd_event_next();
	add_wait_queue(&freezefd_event_wait, &freezefd_netlink_wait);
	return 0;
}

/** freezefd_netlink_exit - undo freezefd_netlink_init() */
void freezefd_netlink_exit(void)
{
	remove_wait_queue(&freezefd_event_wait, &freezefd_netlink_wait);
	cancel_work_sync(&freezefd_netlink_worker);
	genl_unregister_family(&freezefd_netlink_family);
}
