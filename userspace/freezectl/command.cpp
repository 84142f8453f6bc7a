// SPDX-License-Identifier: GPL-2.0-or-later

#include "command.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "cli.hpp"
#include "syscall.hpp"

namespace freezectl {

using namespace gatehouse;

namespace {

// What the shell adds to the number of a signal.
constexpr int kKilled = 128;

// 0, or the errno that running it would give, as far as one can tell before.
int check(const std::string &path)
{
	const auto status = sys::stat(path);

	if (!status.ok())
		return status.error().code;
	if (S_ISDIR(status.value().st_mode))
		return EISDIR;
	return access(path.c_str(), X_OK) ? errno : 0;
}

// The word, or where in PATH it is; of several errors the first that is not
// ENOENT.
Result<std::string> find_path(const std::string &word)
{
	const char *variable = getenv("PATH");
	std::string_view folders = variable ? variable : "/usr/bin:/bin";
	int code = ENOENT;

	if (word.find('/') != word.npos) {
		code = check(word);
		return code ? Result<std::string>(cli::cannot_run(word, code)) : word;
	}
	while (!word.empty() && !folders.empty()) {
		const std::string_view folder = folders.substr(0, folders.find(':'));
		const std::string path = fmt::format("{}/{}", folder.empty() ? "." : folder, word);
		folders.remove_prefix(std::min(folder.size() + 1, folders.size()));
		const int failed = check(path);
		if (!failed)
			return path;
		if (code == ENOENT)
			code = failed;
	}
	return cli::cannot_run(word, code);
}

} // namespace

Result<Command> Command::find(std::span<const std::string> words)
{
	std::string path = TRY(find_path(words[0]));

	return Command(std::move(path), {words.begin(), words.end()});
}

Result<void> Command::start(EventLoop &loop)
{
	std::vector<char *> pointers;
	posix_spawnattr_t attributes;
	sigset_t none;

	for (std::string &word : words_)
		pointers.push_back(word.data());
	pointers.push_back(nullptr);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, &none);
	const int code =
		posix_spawn(&pid_, path_.c_str(), nullptr, &attributes, pointers.data(), environ);
	posix_spawnattr_destroy(&attributes);
	if (code)
		return cli::cannot_run(words_[0], code);
	pidfd_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
	if (!pidfd_)
		return Error{errno, "pidfd_open"};
	registration_ =
		TRY(loop.watch(pidfd_.get(), EPOLLIN, [this](uint32_t) { return collect(); }));
	return {};
}

Result<void> Command::collect()
{
	int status;

	if (waitpid(pid_, &status, 0) < 0)
		return Error{errno, "waitpid"};
	status_ = WIFEXITED(status) ? WEXITSTATUS(status) : kKilled + WTERMSIG(status);
	ended_ = true;
	registration_ = {};
	return {};
}

void Command::signal(int number) const
{
	if (pid_ > 0 && !ended_)
		kill(pid_, number);
}

} // namespace freezectl
