// SPDX-License-Identifier: GPL-2.0
/* Counts of all sets; covered by freezefd_lock. */

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/wait.h>

#include <gatehouse/freezefd.h>

#include "hold.h"
#include "tally.h"

/* Sets that are not thawed, and those of them that thaw. */
static u32 freezefd_nr_active;
static u32 freezefd_nr_thawing;
/* The machine is about to sleep, or wakes up. */
static bool freezefd_asleep;

/* Woken when no set thaws any more. */
static DECLARE_WAIT_QUEUE_HEAD(freezefd_tally_wait);

/**
 * freezefd_tally_moved - the state of a set has changed
 * @from: FS_FREEZE_*, as it was told last
 * @to: as it is now
 */
void freezefd_tally_moved(u32 from, u32 to)
{
	lockdep_assert_held(&freezefd_lock);
	freezefd_nr_active += (to != FS_FREEZE_THAWED) - (from != FS_FREEZE_THAWED);
	freezefd_nr_thawing += (to == FS_FREEZE_THAWING) -
			       (from == FS_FREEZE_THAWING);
	if (!freezefd_nr_thawing)
		wake_up_all(&freezefd_tally_wait);
}

static bool freezefd_tally_is_thawed(void)
{
	bool thawed;

	spin_lock_irq(&freezefd_lock);
	thawed = !freezefd_nr_thawing;
	spin_unlock_irq(&freezefd_lock);
	return thawed;
}

/**
 * freezefd_tally_wait_thawed - wait until no set thaws
 * @wait_ms: no longer than this; 0: as long as it takes
 *
 * Return: 0, -EINPROGRESS, or -EINTR in a task that is to die.
 */
int freezefd_tally_wait_thawed(u32 wait_ms)
{
	long left;

	left = wait_event_killable_timeout(freezefd_tally_wait,
					   freezefd_tally_is_thawed(),
					   wait_ms ? msecs_to_jiffies(wait_ms) :
						     MAX_SCHEDULE_TIMEOUT);
	if (left < 0)
		return -EINTR;
	return left ? 0 : -EINPROGRESS;
}

/**
 * freezefd_tally_may_start - may a set begin to freeze?
 *
 * Return: whether it may.
 */
bool freezefd_tally_may_start(void)
{
	lockdep_assert_held(&freezefd_lock);
	return !freezefd_asleep;
}

/**
 * freezefd_tally_sleep - the machine wants to sleep
 *
 * Return: whether it may; then nothing freezes till freezefd_tally_wake().
 */
bool freezefd_tally_sleep(void)
{
	bool may;

	spin_lock_irq(&freezefd_lock);
	may = !freezefd_nr_active;
	freezefd_asleep = may;
	spin_unlock_irq(&freezefd_lock);
	return may;
}

/** freezefd_tally_wake - the machine is awake */
void freezefd_tally_wake(void)
{
	spin_lock_irq(&freezefd_lock);
	freezefd_asleep = false;
	spin_unlock_irq(&freezefd_lock);
}
