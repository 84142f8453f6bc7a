// SPDX-License-Identifier: GPL-2.0-or-later
//
// A QEMU TCG plugin that counts the guest's instructions between two marks,
// which are no-operation instructions that a program of ours executes
// (marks.hpp). For one guest CPU.
//
//	-plugin instructions.so,out=FILE
//
// Each time the end mark is met, FILE gets a line "ADDRESS INSTRUCTIONS" for
// each block of code that has run since the begin mark, and then a line ".".
//
// A block counts whole, with all its instructions, when it is entered. So the
// two marks' own blocks, and one that a fault leaves half way, are counted with
// a few instructions more or less: the same few in each run.

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin.h"

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

// nopl MAGIC(%rax): see marks.hpp.
static const unsigned char begin_mark[] = {0x0f, 0x1f, 0x80, 'g', 'h', 'b', 'g'};
static const unsigned char end_mark[] = {0x0f, 0x1f, 0x80, 'g', 'h', 'e', 'n'};

// Code that was translated at some time; never freed, as QEMU may still run it.
struct block {
	struct block *next;
	uint64_t address;
	uint64_t instructions;
};

static struct block *blocks;
static FILE *out;

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	for (struct block *block = blocks; block; block = block->next)
		block->instructions = 0;
}

static void end(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	for (const struct block *block = blocks; block; block = block->next)
		if (block->instructions)
			fprintf(out, "%" PRIx64 " %" PRIu64 "\n", block->address,
				block->instructions);
	fputs(".\n", out);
	fflush(out);
}

// Has cb called when insn, if it is that mark, is executed.
static void watch(struct qemu_plugin_insn *insn, const unsigned char *mark, vcpu_udata_cb cb)
{
	if (qemu_plugin_insn_size(insn) == sizeof(begin_mark) &&
	    !memcmp(qemu_plugin_insn_data(insn), mark, sizeof(begin_mark)))
		qemu_plugin_register_vcpu_insn_exec_cb(insn, cb, QEMU_PLUGIN_CB_NO_REGS, NULL);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const size_t count = qemu_plugin_tb_n_insns(tb);
	struct block *block = calloc(1, sizeof(*block));

	(void)id;
	if (!block)
		abort();
	block->address = qemu_plugin_tb_vaddr(tb);
	block->next = blocks;
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &block->instructions, count);
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		watch(insn, begin_mark, begin);
		watch(insn, end_mark, end);
	}
}

// QEMU's entry point.
__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	if (argc == 1 && !strncmp(argv[0], "out=", 4))
		out = fopen(argv[0] + 4, "we");
	if (!out) {
		fputs("instructions: out=FILE is missing or can't be written\n", stderr);
		return 1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
