// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the unit tests of C++ code share: CMocka, which is C; TAP output; and a
// folder that goes with its test. CMocka leaves a failed test by longjmp(), so
// what that test held is not destroyed; the process ends soon after.

#pragma once

#include <unistd.h>

#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "result.hpp"

// Last: its macro fail() is also the name of a function of streams.
extern "C" {
#include <cmocka.h>
}

namespace unit {

// The value of a Result that must be one.
template <typename T> T expect_ok(gatehouse::Result<T> result)
{
	if (!result.ok())
		fail_msg("%s", result.error().message().c_str());
	return result.take();
}

// A new folder below /tmp with what a test needs in it; removed at the end.
class Folder
{
public:
	Folder()
	{
		char name[] = "/tmp/gatehouse-unit-XXXXXX";

		assert_non_null(mkdtemp(name));
		path_ = name;
	}

	Folder(const Folder &) = delete;
	~Folder() { std::filesystem::remove_all(path_); }

	const std::string &path() const { return path_; }

	void write(const std::string &name, const std::string &text) const
	{
		make_parent(name);
		std::ofstream(path_ + "/" + name) << text;
	}

	void link(const std::string &name, const std::string &target) const
	{
		make_parent(name);
		std::filesystem::create_symlink(target, path_ + "/" + name);
	}

private:
	void make_parent(const std::string &name) const
	{
		std::filesystem::create_directories(
			std::filesystem::path(path_ + "/" + name).parent_path());
	}

	std::string path_;
};

// A pipe of the kernel.
struct Pipe {
	int read_end;
	int write_end;

	Pipe()
	{
		int ends[2];

		assert_int_equal(pipe(ends), 0);
		read_end = ends[0];
		write_end = ends[1];
	}

	Pipe(const Pipe &) = delete;

	~Pipe()
	{
		close(read_end);
		close(write_end);
	}
};

} // namespace unit

// The main() of a test program: the tests, printed as TAP.
#define UNIT_MAIN(tests)                                                                           \
	int main()                                                                                 \
	{                                                                                          \
		cmocka_set_message_output(CM_OUTPUT_TAP);                                          \
		return cmocka_run_group_tests_name(__FILE_NAME__, tests, nullptr, nullptr);        \
	}
