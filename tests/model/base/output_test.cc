// What is written: beside, then in place; what others made is left alone; whoever looks or is
// killed finds the old or the new one whole.
#include "model/base/output.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "model/base/read_file.h"
#include "tests/support/scratch_folder.h"

namespace capmarket::base {
namespace {

namespace fs = std::filesystem;

std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A folder of ours holds `a` and `b`, alike, and nothing else.
Result<void> expect_ours(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->path().filename() != "a" && it->path().filename() != "b")
      return fail(it->path().string() + " is foreign");
  if (error || !fs::exists(folder + "/a")) return fail(folder + ": not ours");
  return {};
}

Result<void> replace(const std::string& path, const std::string& text, bool force = true,
                     FolderSwap swap = FolderSwap::exchange) {
  auto folder = OutputFolder::begin(path, force, expect_ours);
  if (!folder) return tl::unexpected(folder.error());
  for (const char* name : {"a", "b"})
    if (auto written = folder->write(name, text); !written) return written;
  return folder->publish(swap);
}

TEST(OutputFile, comes_into_place_whole_and_leaves_nothing_beside) {
  testing::ScratchFolder folder;
  ASSERT_TRUE(write_output_file(folder / "new", "text", false));
  EXPECT_EQ(text_of(folder / "new"), "text");
  auto again = write_output_file(folder / "new", "other", false);
  ASSERT_FALSE(again);
  EXPECT_NE(to_text(again.error()).find("--force"), std::string::npos);
  EXPECT_EQ(text_of(folder / "new"), "text");
  ASSERT_TRUE(write_output_file(folder / "new", "other", true));
  EXPECT_EQ(text_of(folder / "new"), "other");
  {
    auto dropped = OutputFile::begin(folder / "new", true);
    ASSERT_TRUE(dropped);
    EXPECT_EQ(fs::path(dropped->aside()).filename().string().find(".new.capmarket-"), 0u);
    ASSERT_TRUE(dropped->write("third"));
  }
  EXPECT_EQ(text_of(folder / "new"), "other");
  EXPECT_EQ(folder.count(), 1u);
}

TEST(OutputFile, follows_a_link_and_keeps_it) {
  testing::ScratchFolder folder;
  fs::create_directories(folder / "far");
  folder.write("far/file", "old");
  fs::create_symlink("far/file", folder / "link");
  fs::create_symlink("link", folder / "to-link");
  fs::create_symlink("far/not-yet", folder / "dangling");
  ASSERT_TRUE(write_output_file(folder / "to-link", "new", true));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_TRUE(fs::is_symlink(folder / "to-link"));
  EXPECT_EQ(text_of(folder / "far/file"), "new");
  ASSERT_TRUE(write_output_file(folder / "dangling", "made", false));
  EXPECT_TRUE(fs::is_symlink(folder / "dangling"));
  EXPECT_EQ(text_of(folder / "far/not-yet"), "made");
  fs::create_symlink("circle", folder / "circle");
  EXPECT_FALSE(write_output_file(folder / "circle", "x", true));
}

TEST(OutputFile, replaces_neither_what_is_no_file_nor_an_input) {
  testing::ScratchFolder folder;
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  fs::create_directories(folder / "sub");
  for (const char* name : {"pipe", "sub", "none/file"})
    EXPECT_FALSE(write_output_file(folder / name, "x", true)) << name;
  std::string input = folder.write("input", "data");
  ASSERT_TRUE(read_file(input, InputKind::table));
  fs::create_hard_link(input, folder / "same");
  for (const char* name : {"input", "same"}) {
    auto refused = write_output_file(folder / name, "x", true);
    ASSERT_FALSE(refused) << name;
    EXPECT_NE(to_text(refused.error()).find("is an input"), std::string::npos);
  }
  EXPECT_EQ(text_of(input), "data");
}

TEST(OutputFile, does_not_touch_what_others_left_beside) {
  testing::ScratchFolder folder;
  std::string beside = "." + std::string("new.capmarket-") + std::to_string(::getpid()) + "-";
  for (int i = 0; i < 50; ++i) folder.write(beside + std::to_string(i), "theirs");
  ASSERT_TRUE(write_output_file(folder / "new", "mine", false));
  EXPECT_EQ(folder.count(), 51u);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(text_of(folder / (beside + std::to_string(i))), "theirs");
}

TEST(OutputFile, does_not_replace_what_came_there_meanwhile) {
  testing::ScratchFolder folder;
  auto file = OutputFile::begin(folder / "new", false);
  ASSERT_TRUE(file && file->write("mine"));
  folder.write("new", "theirs");
  EXPECT_FALSE(file->publish());
  EXPECT_EQ(text_of(folder / "new"), "theirs");
}

TEST(OutputFolder, is_made_with_the_folders_above_it_or_not_at_all) {
  testing::ScratchFolder folder;
  ASSERT_TRUE(replace(folder / "x/y/run", "1", false));
  EXPECT_EQ(text_of(folder / "x/y/run/a"), "1");
  EXPECT_FALSE(replace(folder / "x/y/run", "2", false));
  { ASSERT_TRUE(OutputFolder::begin(folder / "p/q/run", false, expect_ours)); }
  EXPECT_FALSE(fs::exists(folder / "p"));
  fs::create_directories(folder / "empty");
  ASSERT_TRUE(replace(folder / "empty", "1", false));
  EXPECT_EQ(text_of(folder / "empty/b"), "1");
}

class Swapped : public ::testing::TestWithParam<FolderSwap> {
 protected:
  testing::ScratchFolder folder;
};
INSTANTIATE_TEST_SUITE_P(Ways, Swapped,
                         ::testing::Values(FolderSwap::exchange, FolderSwap::two_renames),
                         [](const auto& p) {
                           return p.param == FolderSwap::exchange ? "exchange" : "two_renames";
                         });

TEST_P(Swapped, replaces_what_is_ours_and_follows_a_link) {
  ASSERT_TRUE(replace(folder / "far/run", "1"));
  fs::create_directory_symlink("far/run", folder / "link");
  ASSERT_TRUE(replace(folder / "link", "2", true, GetParam()));
  EXPECT_TRUE(fs::is_symlink(folder / "link"));
  EXPECT_EQ(text_of(folder / "far/run/a"), "2");
  EXPECT_EQ(folder.count(), 2u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "far"), {}), 1);
}

TEST_P(Swapped, leaves_what_is_foreign_also_when_it_came_meanwhile) {
  ASSERT_TRUE(replace(folder / "run", "1"));
  auto next = OutputFolder::begin(folder / "run", true, expect_ours);
  ASSERT_TRUE(next && next->write("a", "2"));
  folder.write("run/thesis.txt", "years of work");
  EXPECT_FALSE(next->publish(GetParam()));
  EXPECT_EQ(text_of(folder / "run/thesis.txt"), "years of work");
  EXPECT_FALSE(replace(folder / "run", "3", true, GetParam()));
  EXPECT_EQ(text_of(folder / "run/a"), "1");
}

TEST_P(Swapped, by_two_at_once_gives_one_of_both_whole) {
  ASSERT_TRUE(replace(folder / "run", "0"));
  // Two renames may find nothing at the place, and say so: how often is the scheduler's.
  const int tries = GetParam() == FolderSwap::exchange ? 50 : 10'000;
  std::vector<std::thread> writers;
  std::atomic<int> done{0};
  for (int w = 1; w <= 2; ++w)
    writers.emplace_back([&, w] {
      int own = 0;
      for (int i = 0; i < tries && own < 50; ++i)
        if (replace(folder / "run", std::to_string(w), true, GetParam())) ++own;
      done += own;
    });
  for (std::thread& t : writers) t.join();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(text_of(folder / "run/a"), text_of(folder / "run/b"));
  EXPECT_TRUE(expect_ours(folder / "run"));
  EXPECT_EQ(folder.count(), 1u);
}

/// A child replaces the folder over and over until it is killed; wherever that is, one of its
/// folders stands there whole, by way of two renames once the next writer has begun.
TEST_P(Swapped, survives_a_kill_at_any_point) {
  ASSERT_TRUE(replace(folder / "run", "0"));
  for (int round = 0; round < 60; ++round) {
    pid_t child = ::fork();
    if (child == 0)
      for (int i = 0;; ++i)
        if (!replace(folder / "run", std::to_string(i), true, GetParam())) ::_exit(1);
    ::usleep(static_cast<useconds_t>(1'000 + 700 * round));
    ::kill(child, SIGKILL);
    int raw = 0;
    ::waitpid(child, &raw, 0);
    ASSERT_TRUE(WIFSIGNALED(raw)) << "it failed by itself";
    if (GetParam() == FolderSwap::two_renames) {
      ASSERT_TRUE(OutputFolder::begin(folder / "run", true, expect_ours));
    }
    ASSERT_TRUE(expect_ours(folder / "run")) << round;
    ASSERT_EQ(text_of(folder / "run/a"), text_of(folder / "run/b")) << round;
    ASSERT_FALSE(text_of(folder / "run/a").empty());
  }
}

/// Nobody who looks while it is replaced finds nothing there.
TEST(OutputFolder, is_there_at_every_moment_of_an_exchange) {
  testing::ScratchFolder folder;
  ASSERT_TRUE(replace(folder / "run", "0"));
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(replace(folder / "run", std::to_string(i)));
    stop = true;
  });
  int looked = 0;
  for (; !stop; ++looked) ASSERT_TRUE(fs::exists(folder / "run"));
  writer.join();
  EXPECT_GT(looked, 0);
}

}  // namespace
}  // namespace capmarket::base
