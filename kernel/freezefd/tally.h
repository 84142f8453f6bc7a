/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How many sets are not thawed: who waits for all, and whether the machine may
 * sleep. It may not while anything is frozen: before 7.2 a task that waits for a
 * thaw keeps it awake anyway, after 20 s, and a freeze is short.
 */
#ifndef FREEZEFD_TALLY_H
#define FREEZEFD_TALLY_H

#include <linux/types.h>

void freezefd_tally_moved(u32 from, u32 to);
int freezefd_tally_wait_thawed(u32 wait_ms);

bool freezefd_tally_may_start(void);
bool freezefd_tally_sleep(void);
void freezefd_tally_wake(void);

#endif /* FREEZEFD_TALLY_H */
