// SPDX-License-Identifier: GPL-2.0-or-later

#include "journal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include <fmt/core.h>

#include "file.hpp"
#include "syscall.hpp"

namespace gatehouse::stress {

Result<std::unique_ptr<Journal>> Journal::create(const Table &table, const std::string &folder)
{
	const char *splats = getenv("GATEHOUSE_SPLATS");
	if (!splats)
		return Error{0, "GATEHOUSE_SPLATS is not set: use selftests/stress/run"};
	UniqueFd kernel_log = TRY(sys::open("/dev/kmsg", O_RDONLY | O_NONBLOCK));
	if (lseek(kernel_log.get(), 0, SEEK_END) < 0)
		return Error{errno, "lseek of /dev/kmsg"};
	return std::unique_ptr<Journal>(new Journal(table, folder, std::move(kernel_log), splats));
}

Result<std::vector<Program>> Journal::input() const
{
	return parse(table_, TRY(read_file(folder_ + "/input")));
}

void Journal::begin(const std::vector<Program> &batch)
{
	write("batch", to_text(table_, batch));
	batch_ = &batch;
	at_ = 0;
}

void Journal::look()
{
	std::array<char, 8192> record;
	for (;;) {
		const ssize_t length = read(kernel_log_.get(), record.data(), record.size());
		if (length < 0 && errno == EPIPE)
			continue; // some were lost
		if (length <= 0)
			return;
		// "6,1234,5678,-;the message", and lines with more about it.
		const std::string_view text(record.data(), length);
		const size_t begin = text.find(';') + 1;
		const std::string message(text.substr(begin, text.find('\n') - begin));
		if (std::regex_search(message, splats_))
			finish(message);
	}
}

void Journal::finish(std::string_view what)
{
	lock_.lock();
	std::string text = "# ";
	for (const char c : what)
		text.append(1, c).append(c == '\n' ? "# " : "");
	text += '\n';
	if (batch_)
		text += to_text(table_, {batch_->begin(), batch_->begin() + at_});
	write("finding", text);
	_exit(EXIT_FAILURE);
}

void Journal::write_corpus(const std::vector<Program> &corpus) const
{
	write("corpus", to_text(table_, corpus));
}

void Journal::write_reached(const std::set<uint64_t> &points) const
{
	std::string text;
	for (const uint64_t point : points)
		text += fmt::format("{:#x}\n", point);
	write("reached", text);
}

void Journal::write(std::string_view name, std::string_view text) const
{
	const std::string path = fmt::format("{}/{}", folder_, name);
	const UniqueFd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
	if (fd && write_all(fd.get(), text, name).ok())
		return;
	fmt::print(stderr, "stress: {} can't be written\n", path);
	_exit(EXIT_FAILURE);
}

} // namespace gatehouse::stress
