// SPDX-License-Identifier: GPL-2.0-or-later
//
// Marks in the stream of instructions, for instructions.c: nopl MAGIC(%rax)
// does nothing, and no compiler makes one with these letters.

#pragma once

namespace gatehouse::bench {

inline void mark_begin()
{
	asm volatile(".byte 0x0f, 0x1f, 0x80; .ascii \"ghbg\"" ::: "memory");
}

inline void mark_end()
{
	asm volatile(".byte 0x0f, 0x1f, 0x80; .ascii \"ghen\"" ::: "memory");
}

} // namespace gatehouse::bench
