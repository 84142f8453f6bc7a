// SPDX-License-Identifier: GPL-2.0-or-later
//
// main() of the programs that are sets of cases. By itself, so that the linker
// leaves it out of a program that has its own.

#include "test.hpp"

int main(int argc, char **argv)
{
	return gatehouse::test::main(argc, argv);
}
