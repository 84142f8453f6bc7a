// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests end programs that would run forever by SIGTERM, and counts are written
 * at exit only. Linked into tools that are built for coverage: they write them
 * before they end, by the same signal.
 */

#include <gcov.h>
#include <signal.h>

static void dump_and_end(int number)
{
	__gcov_dump();
	signal(number, SIG_DFL);
	raise(number);
}

__attribute__((constructor)) static void catch_sigterm(void)
{
	signal(SIGTERM, dump_and_end);
}
