/* SPDX-License-Identifier: GPL-2.0 */
/* Names that may be a node's, and others, for CMocka and KUnit alike. */
#ifndef VSER_NODE_NAME_CASES_H
#define VSER_NODE_NAME_CASES_H

/* 255 bytes, as many as a file's name may have. */
static const char vser_node_name_longest[] = {
	[0 ... 254] = 'a', '\0'
};

/* One more. */
static const char vser_node_name_too_long[] = {
	[0 ... 255] = 'a', '\0'
};

/**
 * struct vser_node_name_case - a name
 * @what: the case in a sentence
 * @name: the name
 * @fit: whether it may be a node's
 */
struct vser_node_name_case {
	const char *what;
	const char *name;
	bool fit;
};

static const struct vser_node_name_case vser_node_name_cases[] = {
	{ "a name as they are", "org.qemu.guest_agent.0", true },
	{ "one letter", "a", true },
	{ "the first and the last printable character", " ~", true },
	{ "a dot at the end", "org.", true },
	{ "a name as long as a file's", vser_node_name_longest, true },
	{ "one byte longer", vser_node_name_too_long, false },
	{ "no name", "", false },
	{ "the folder itself", ".", false },
	{ "the folder above", "..", false },
	{ "a hidden file", ".profile", false },
	{ "two dots within", "org..0", false },
	{ "a path", "org/0", false },
	{ "a path from the root", "/dev/null", false },
	{ "a new line", "org\n0", false },
	{ "the character before the printable ones", "org\x1f", false },
	{ "the one after them", "org\x7f", false },
	{ "UTF-8", "caf\xc3\xa9", false },
	{ "no UTF-8", "org\xff", false },
};

#endif
