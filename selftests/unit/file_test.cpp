// SPDX-License-Identifier: GPL-2.0-or-later

#include "file.hpp"

#include <fcntl.h>

#include <cerrno>
#include <thread>

#include "unit.hpp"

using namespace gatehouse;

static void a_read_drops_the_final_newline_only(void **)
{
	const unit::Folder folder;

	folder.write("name", "org.test\n");
	folder.write("two", "a\n\n");
	folder.write("empty", "");
	assert_string_equal(unit::expect_ok(read_file(folder.path() + "/name")).c_str(),
			    "org.test");
	assert_string_equal(unit::expect_ok(read_file(folder.path() + "/two")).c_str(), "a\n");
	assert_string_equal(unit::expect_ok(read_file(folder.path() + "/empty")).c_str(), "");
}

static void a_file_longer_than_a_page_is_read_whole(void **)
{
	const unit::Folder folder;
	const std::string text(10000, 'x');

	folder.write("long", text);
	assert_true(unit::expect_ok(read_file(folder.path() + "/long")) == text);
}

static void an_error_names_the_file(void **)
{
	assert_string_equal(read_file("/nowhere/at/all").error().message().c_str(),
			    "open '/nowhere/at/all': No such file or directory");
}

static void a_write_does_not_make_a_file(void **)
{
	const unit::Folder folder;

	folder.write("bind", "");
	unit::expect_ok(write_file(folder.path() + "/bind", "virtio0"));
	assert_string_equal(unit::expect_ok(read_file(folder.path() + "/bind")).c_str(), "virtio0");
	assert_true(write_file(folder.path() + "/unbind", "virtio0").failed_with(ENOENT));
}

static void write_all_waits_for_a_slow_reader(void **)
{
	const unit::Pipe pipe;
	const std::string data(1 << 20, 'y'); // more than a pipe holds
	size_t received = 0;

	assert_int_equal(fcntl(pipe.write_end, F_SETFL, O_NONBLOCK), 0);
	std::thread reader([&] {
		char buffer[65536];
		while (received < data.size()) {
			const ssize_t n = read(pipe.read_end, buffer, sizeof(buffer));
			if (n <= 0)
				break;
			received += static_cast<size_t>(n);
		}
	});
	const auto result = write_all(pipe.write_end, data, "pipe");
	reader.join();
	unit::expect_ok(result);
	assert_int_equal(received, data.size());
}

static void a_link_is_named_by_its_last_part(void **)
{
	const unit::Folder folder;

	folder.link("driver", "../../bus/virtio/drivers/virtio_serial");
	folder.link("plain", "word");
	assert_string_equal(link_name(folder.path() + "/driver").c_str(), "virtio_serial");
	assert_string_equal(link_name(folder.path() + "/plain").c_str(), "word");
	assert_string_equal(link_name(folder.path() + "/none").c_str(), "");
}

static void keys_are_found_line_by_line(void **)
{
	const std::string text = "name: a: b\nhost_connected: 1\nempty:\nlast: x";

	assert_string_equal(find_key(text, "name")->c_str(), "a: b");
	assert_string_equal(find_key(text, "host_connected")->c_str(), "1");
	assert_string_equal(find_key(text, "empty")->c_str(), "");
	assert_string_equal(find_key(text, "last")->c_str(), "x");
	assert_false(find_key(text, "host").has_value());
	assert_false(find_key("", "name").has_value());
}

static const CMUnitTest kTests[] = {
	cmocka_unit_test(a_read_drops_the_final_newline_only),
	cmocka_unit_test(a_file_longer_than_a_page_is_read_whole),
	cmocka_unit_test(an_error_names_the_file),
	cmocka_unit_test(a_write_does_not_make_a_file),
	cmocka_unit_test(write_all_waits_for_a_slow_reader),
	cmocka_unit_test(a_link_is_named_by_its_last_part),
	cmocka_unit_test(keys_are_found_line_by_line),
};

UNIT_MAIN(kTests)
