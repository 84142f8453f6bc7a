// SPDX-License-Identifier: GPL-2.0
/*
 * The driver itself makes a node only for a name that nobody can misread:
 * printable ASCII, no path, at most NAME_MAX bytes. That is stricter than
 * vser_ctrl_parse(), which lets UTF-8 pass for udev to judge.
 */

#include <linux/limits.h>
#include <linux/string.h>

#include "node_name.h"

/**
 * vser_node_name_is_fit - whether a port's name may be that of a node in /dev
 * @name: the name, whatever it holds
 *
 * Return: true if it may be one component of a path.
 */
bool vser_node_name_is_fit(const char *name)
{
	size_t len = strlen(name);
	size_t i;

	if (!len || len > NAME_MAX || name[0] == '.' || strstr(name, ".."))
		return false;
	for (i = 0; i < len; i++) {
		if (name[i] < ' ' || name[i] > '~' || name[i] == '/')
			return false;
	}
	return true;
}
