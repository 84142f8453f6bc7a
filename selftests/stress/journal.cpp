// SPDX-License-Identifier: GPL-2.0-or-later

#include "journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>

#include "file.hpp"
#include "unique_fd.hpp"

namespace gatehouse::stress {

void Journal::begin(const std::vector<Program> &batch)
{
	std::string text;
	for (const Program &program : batch)
		append_text(text, table_, program);
	write("batch", text);
	batch_ = &batch;
	at_ = 0;
}

void Journal::finish(std::string_view what)
{
	lock_.lock();
	std::string text, last;
	for (size_t index = 0; index < at_; index++)
		append_text(text, table_, (*batch_)[index]);
	append_text(last, table_, (*batch_)[at_]);

	std::string comment = "# ";
	for (const char c : what)
		comment.append(1, c).append(c == '\n' ? "# " : "");
	write("finding", fmt::format("{}\n{}# the last program\n{}", comment, text, last));
	fmt::print("{}\nprogram {} of its batch, or one before it:\n\n{}", comment, at_.load(),
		   last);
	std::fflush(stdout);
	_exit(EXIT_FAILURE);
}

void Journal::write(std::string_view name, std::string_view text) const
{
	const UniqueFd fd(open(path(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
	if (fd && write_all(fd.get(), text, name).ok())
		return;
	fmt::print(stderr, "stress: {} can't be written\n", path(name));
	std::exit(EXIT_FAILURE);
}

std::string Journal::path(std::string_view name) const
{
	return fmt::format("{}/{}", folder_, name);
}

} // namespace gatehouse::stress
