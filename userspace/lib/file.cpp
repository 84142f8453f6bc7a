// SPDX-License-Identifier: GPL-2.0-or-later

#include "file.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>

#include "syscall.hpp"

namespace gatehouse {

Result<std::string> read_file(const std::string &path)
{
	const UniqueFd fd = TRY(sys::open(path, O_RDONLY));
	std::array<char, 4096> buffer;
	std::string text;

	while (const size_t n = TRY(sys::read(fd.get(), buffer, path)))
		text.append(buffer.data(), n);
	if (text.ends_with('\n'))
		text.pop_back();
	return text;
}

Result<void> write_file(const std::string &path, std::string_view text)
{
	const UniqueFd fd = TRY(sys::open(path, O_WRONLY));

	if (TRY(sys::write(fd.get(), text, path)) != text.size())
		return Error{EIO, "write '" + path + "'"};
	return {};
}

Result<void> write_all(int fd, std::string_view data, std::string_view what)
{
	while (!data.empty()) {
		auto written = sys::write(fd, data, what);
		if (written.failed_with(EAGAIN))
			TRY(sys::poll(fd, POLLOUT, -1, what));
		else
			data.remove_prefix(TRY(std::move(written)));
	}
	return {};
}

std::string link_name(const std::string &path)
{
	auto target = sys::readlink(path);

	if (!target.ok())
		return "";
	return target.value().substr(target.value().rfind('/') + 1);
}

std::optional<std::string> find_key(std::string_view text, std::string_view key)
{
	while (!text.empty()) {
		std::string_view line = text.substr(0, text.find('\n'));

		text.remove_prefix(std::min(line.size() + 1, text.size()));
		if (!line.starts_with(key) || !line.substr(key.size()).starts_with(':'))
			continue;
		line.remove_prefix(key.size() + 1);
		line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
		return std::string(line);
	}
	return std::nullopt;
}

} // namespace gatehouse
