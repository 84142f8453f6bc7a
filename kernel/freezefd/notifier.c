// SPDX-License-Identifier: GPL-2.0
/*
 * The machine goes down: everything is thawed, so that what is written last
 * arrives. It sleeps: not while something is frozen.
 */

#include <linux/errno.h>
#include <linux/notifier.h>
#include <linux/reboot.h>
#include <linux/suspend.h>

#include <gatehouse/freezefd.h>

#include "call.h"
#include "notifier.h"
#include "tally.h"

/* A reboot does not wait longer than so for a thaw. */
#define FREEZEFD_REBOOT_WAIT_MS	5000

static int freezefd_notifier_reboot(struct notifier_block *nb,
				    unsigned long event, void *data)
{
	freezefd_call_stop_all(FS_FREEZE_LOST_FORCED, FREEZEFD_REBOOT_WAIT_MS);
	return NOTIFY_DONE;
}

static int freezefd_notifier_sleep(struct notifier_block *nb,
				   unsigned long event, void *data)
{
	switch (event) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
		return notifier_from_errno(freezefd_tally_sleep() ? 0 : -EBUSY);
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
		freezefd_tally_wake();
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block freezefd_reboot_notifier = {
	.notifier_call = freezefd_notifier_reboot,
};

static struct notifier_block freezefd_sleep_notifier = {
	.notifier_call = freezefd_notifier_sleep,
};

/**
 * freezefd_notifier_init - once a module
 *
 * Return: 0 or an error.
 */
int freezefd_notifier_init(void)
{
	int err = register_reboot_notifier(&freezefd_reboot_notifier);

	if (err)
		return err;
	err = register_pm_notifier(&freezefd_sleep_notifier);
	if (err)
		unregister_reboot_notifier(&freezefd_reboot_notifier);
	return err;
}

/** freezefd_notifier_exit - undo freezefd_notifier_init() */
void freezefd_notifier_exit(void)
{
	unregister_pm_notifier(&freezefd_sleep_notifier);
	unregister_reboot_notifier(&freezefd_reboot_notifier);
}
