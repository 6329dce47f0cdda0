#include "model/base/read_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "tests/support/scratch_folder.h"

namespace capmarket::base {
namespace {

ReadFault fault_of(const std::string& path, InputKind kind = InputKind::document) {
  auto text = read_input(path, kind);
  EXPECT_FALSE(text) << path;
  return text ? ReadFault::unreadable : text.error().fault;
}

TEST(ReadFile, gives_every_byte_of_a_regular_file_and_through_links) {
  testing::ScratchFolder folder;
  const std::string bytes("a\0\xff\r\n", 5);
  std::string file = folder.write("file", bytes);
  EXPECT_EQ(read_file(file, InputKind::document), bytes);
  std::filesystem::create_symlink("file", folder / "link");
  EXPECT_EQ(read_file(folder / "link", InputKind::document), bytes);
  EXPECT_EQ(read_file(folder.write("empty", ""), InputKind::key), "");
}

/// None of them waits for anybody.
TEST(ReadFile, refuses_what_is_no_regular_file) {
  testing::ScratchFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(fault_of(folder / "pipe"), ReadFault::irregular);
  std::filesystem::create_symlink("pipe", folder / "to-pipe");
  EXPECT_EQ(fault_of(folder / "to-pipe"), ReadFault::irregular);
  EXPECT_EQ(fault_of(folder.path()), ReadFault::irregular);
  for (const char* device : {"/dev/zero", "/dev/null", "/dev/tty"})
    if (std::filesystem::exists(device)) {
      EXPECT_EQ(fault_of(device), ReadFault::irregular);
    }
  int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (folder / "socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(fault_of(folder / "socket"), ReadFault::irregular);
  ::close(fd);
  EXPECT_EQ(fault_of(folder / "absent"), ReadFault::absent);
  EXPECT_EQ(fault_of(folder.write("file", "") + "/below"), ReadFault::absent);
  std::filesystem::create_symlink("circle", folder / "circle");
  EXPECT_EQ(fault_of(folder / "circle"), ReadFault::unreadable);
}

TEST(ReadFile, refuses_a_file_that_is_larger_than_its_kind_may_be_and_says_how_large) {
  testing::ScratchFolder folder;
  for (const InputKindRow& row : input_kinds()) {
    std::string file = folder.write("file", "x");
    std::filesystem::resize_file(file, row.bytes_max + 1);  // of holes
    auto text = read_input(file, row.kind);
    ASSERT_FALSE(text) << row.files;
    EXPECT_EQ(text.error().fault, ReadFault::too_large) << row.files;
    EXPECT_NE(text.error().problem.what.find("larger than "), std::string::npos);
  }
  std::string key = folder.write("key", std::string(1024, 'k'));
  EXPECT_TRUE(read_file(key, InputKind::key));
  EXPECT_EQ(
      read_input(folder.write("key", std::string(1025, 'k')), InputKind::key).error().problem.what,
      "larger than 1 KiB");
}

TEST(ReadFile, knows_what_this_process_has_read) {
  testing::ScratchFolder folder;
  std::string file = folder.write("file", "x"), looked_at = folder.write("other", "x");
  EXPECT_FALSE(is_input(file));
  ASSERT_TRUE(read_file(file, InputKind::document));
  ASSERT_TRUE(peek_file(looked_at, InputKind::document));
  EXPECT_TRUE(is_input(file));
  EXPECT_FALSE(is_input(looked_at));
  std::filesystem::create_hard_link(file, folder / "same");
  EXPECT_TRUE(is_input(folder / "same"));
  forget_input(file);
  EXPECT_FALSE(is_input(file));
}

}  // namespace
}  // namespace capmarket::base
