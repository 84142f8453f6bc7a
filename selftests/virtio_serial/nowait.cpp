// SPDX-License-Identifier: GPL-2.0-or-later
//
// Calls that meet another one amid its copy, which a page that is not there
// yet (userfaultfd) holds up.

#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <csignal>

#include "host.hpp"
#include "port.hpp"
#include "test.hpp"
#include "worker.hpp"

namespace gatehouse::test {

namespace {

constexpr size_t kPage = 4096;
constexpr size_t kSize = 100;

// A page of zeros that stops whoever touches it until let_go().
class HeldPage
{
public:
	HeldPage()
		: faults_(ASSERT_CALL(syscall(SYS_userfaultfd, O_CLOEXEC))),
		  page_(mmap(nullptr, kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			     -1, 0))
	{
		uffdio_api api = {.api = UFFD_API, .features = 0, .ioctls = 0};
		ASSERT_CALL(ioctl(faults_.get(), UFFDIO_API, &api));
		uffdio_register all = {
			.range = range(), .mode = UFFDIO_REGISTER_MODE_MISSING, .ioctls = 0};
		ASSERT_CALL(ioctl(faults_.get(), UFFDIO_REGISTER, &all));
	}
	~HeldPage() { munmap(page_, kPage); }

	void *bytes() const { return page_; }

	void wait_touched() const
	{
		uffd_msg message;
		ASSERT_CALL(read(faults_.get(), &message, sizeof(message)));
	}

	void let_go() const
	{
		uffdio_zeropage zeros = {.range = range(), .mode = 0, .zeropage = 0};
		ASSERT_CALL(ioctl(faults_.get(), UFFDIO_ZEROPAGE, &zeros));
	}

private:
	uffdio_range range() const { return {.start = uintptr_t(page_), .len = kPage}; }

	UniqueFd faults_;
	void *page_;
};

struct Direction {
	const char *name;
	long number;
	ssize_t (*call)(int fd, const iovec *parts, int count, off_t offset, int flags);
};
constexpr Direction kDirections[] = {{"read", SYS_preadv2, preadv2},
				     {"write", SYS_pwritev2, pwritev2}};

long transfer(const Direction &direction, int fd, void *bytes, int flags = 0)
{
	const iovec part = {bytes, kSize};
	return direction.call(fd, &part, 1, -1, flags);
}

void no_handler(int)
{}

} // namespace

TEST_EACH(a_nowait_call_carries, kDirections)
{
	const ConnectedPort port;
	host::send(kPort, std::string(kSize, 'a'));
	port.wait_for(POLLIN);
	char bytes[kSize] = {};
	EXPECT_EQ(ASSERT_CALL(transfer(variant, port.fd(), bytes, RWF_NOWAIT)), kSize);
}

TEST_EACH(a_nowait_call_does_not_wait_for_another_to_copy, kDirections)
{
	const ConnectedPort port;
	host::send(kPort, std::string(kSize, 'a'));
	port.wait_for(POLLIN);
	const HeldPage page;
	Worker first([&] { return transfer(variant, port.fd(), page.bytes()); });
	page.wait_touched();
	char bytes[kSize] = {};
	EXPECT_FAILS(transfer(variant, port.fd(), bytes, RWF_NOWAIT), EAGAIN);
	page.let_go();
	EXPECT_EQ(first.result(), kSize);
}

TEST_EACH(a_signal_interrupts_the_wait_for_another_to_copy, kDirections)
{
	struct sigaction action = {};
	action.sa_handler = no_handler;
	ASSERT_CALL(sigaction(SIGUSR1, &action, nullptr));

	const ConnectedPort port;
	host::send(kPort, std::string(kSize, 'a'));
	port.wait_for(POLLIN);
	const HeldPage page;
	Worker first([&] { return transfer(variant, port.fd(), page.bytes()); });
	page.wait_touched();
	char bytes[kSize] = {};
	Worker second([&] { return transfer(variant, port.fd(), bytes); });
	second.wait_asleep(variant.number);
	second.signal(SIGUSR1);
	EXPECT_EQ(second.result(), -1);
	EXPECT_EQ(errno_name(second.error()), "EINTR");
	page.let_go();
	EXPECT_EQ(first.result(), kSize);
}

} // namespace gatehouse::test
