/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the unit tests of the kernel's C code share: CMocka with the headers it
 * wants before it, and a main() that prints TAP.
 */
#ifndef GATEHOUSE_UNIT_H
#define GATEHOUSE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The main() of a test program; setup is called before all tests, or NULL. */
#define UNIT_MAIN(name, tests, setup)                                            \
	int main(void)                                                           \
	{                                                                        \
		cmocka_set_message_output(CM_OUTPUT_TAP);                        \
		return cmocka_run_group_tests_name(name, tests, setup, NULL);    \
	}

#endif
