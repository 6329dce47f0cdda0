// Directories that nobody wrote so: any file of a run changed, gone, or something else than a file.
// Each gets an answer in bounded time and memory, and none of them is accepted as what it was.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>

#include "model/crypto/crc32c.h"
#include "tests/support/chain_files.h"
#include "tests/support/scratch_folder.h"
#include "verify/trace/verify.h"

namespace capmarket::trace {
namespace {

namespace fs = std::filesystem;
using Draw = std::mt19937;

constexpr auto kSecondsMost = std::chrono::seconds(10);
constexpr long kKibibytesMost = 1024 * 1024;
constexpr const char* kSegment = "chain/segments/00000000.seg";
const std::vector<std::string>& files_of_a_run() {
  static const std::vector<std::string> kAll = {
      "run.json",           "scenario.json",    "summary.json",          "series.csv", "statement.csv", "promises",
      "chain/genesis.cbor", "chain/checkpoint", "chain/checkpoint.lock", kSegment};
  return kAll;
}

/// 0, 1, 2 or 3, as the command ends.
int status_of(const Result<VerifyReport>& r) {
  if (!r) return 2;
  return r->verdict == ChainVerdict::holds ? 0 : r->verdict == ChainVerdict::violated ? 1 : 3;
}

class HostileDirectories : public ::testing::Test {
 protected:
  testing::ScratchFolder dir;
  std::map<std::string, std::string> whole;  // the files as they were left
  Digest root;
  std::map<int, int> statuses;

  void SetUp() override {
    const std::string call = std::string("'") + CAPMARKET_BINARY + "' run '" +
                             CAPMARKET_SOURCE_DIR + "/tests/sim/small.yaml' --signatures mac " +
                             "--set duration=2min --set chain.promises=true --quiet --out '" + (dir / "a") + "' >/dev/null";
    ASSERT_EQ(std::system(call.c_str()), 0);
    for (const std::string& file : files_of_a_run()) whole[file] = testing::read_bytes(at(file));
    auto report = verify();
    ASSERT_EQ(status_of(report), 0);
    root = report->audit.root;
  }
  std::string at(const std::string& file) const { return dir / ("a/" + file); }

  void restore() const {
    fs::remove_all(dir / "a");
    fs::create_directories(at("chain/segments"));
    for (const auto& [file, bytes] : whole) testing::write_bytes(at(file), bytes);
  }
  static std::size_t entries(const std::string& folder) {
    std::size_t n = 0;
    std::error_code error;
    for (auto it = fs::recursive_directory_iterator(folder, error);
         it != fs::recursive_directory_iterator(); it.increment(error))
      ++n;
    return n;
  }
  Result<VerifyReport> verify() {
    VerifyOptions options;
    options.solver = false;
    options.allow_mac = true;
    options.threads = 1;
    const auto begun = std::chrono::steady_clock::now();
    const std::size_t before = entries(dir / "a");
    auto out = verify_chain(dir / "a", options);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, kSecondsMost);
    EXPECT_EQ(entries(dir / "a"), before) << "nothing is written";
    ++statuses[status_of(out)];
    return out;
  }
  static void expect_bounded_memory() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    EXPECT_LT(used.ru_maxrss, kKibibytesMost);
  }
  /// Accepted: then the signed entries are those that were, and so is every file that vouches.
  void expect_not_taken_for_another(const Result<VerifyReport>& r, const std::string& what) const {
    if (status_of(r) != 0) return;
    EXPECT_EQ(r->audit.root, root) << what;
    if (!r->receipt || !r->receipt->there) return;
    for (const char* file : {"run.json", "scenario.json", "summary.json", "series.csv", "statement.csv", "promises"})
      EXPECT_EQ(testing::read_bytes(at(file)), whole.at(file)) << what << file;
  }
};

TEST_F(HostileDirectories, what_is_no_regular_file_is_refused_unread) {
  std::map<std::string, std::function<void(const std::string&)>> instead = {
      {"a pipe", [](const std::string& f) { ASSERT_EQ(::mkfifo(f.c_str(), 0600), 0); }},
      {"a folder", [](const std::string& f) { fs::create_directory(f); }},
      {"a link to a device", [](const std::string& f) { fs::create_symlink("/dev/zero", f); }},
      {"a link to itself", [](const std::string& f) { fs::create_symlink(f, f); }},
      {"a hundred GiB of nothing", [](const std::string& f) {
         std::ofstream(f).put('x');
         fs::resize_file(f, std::uintmax_t{100} << 30);
       }}};
  for (const auto& [what, make] : instead)
    for (const std::string& file : files_of_a_run()) {
      restore();
      fs::remove(at(file));
      make(at(file));
      EXPECT_EQ(status_of(verify()), 2) << what << " in place of " << file;
    }
  for (const char* folder : {"chain/segments", "chain"})
    for (const auto& [what, make] : instead) {
      restore();
      fs::remove_all(at(folder));
      make(at(folder));
      EXPECT_GT(status_of(verify()), 0) << what << " in place of " << folder;
    }
  expect_bounded_memory();
}

/// A frame of these bytes, its checksum right.
std::string framed(const std::string& leaf, const std::string& payload) {
  auto number = [](std::size_t n) {
    std::string out;
    for (int i = 0; i < 4; ++i) out += static_cast<char>(n >> (8 * i) & 0xFF);
    return out;
  };
  const std::string lengths = number(leaf.size()) + number(payload.size());
  return lengths + number(crypto::crc32c(as_bytes(lengths + leaf + payload))) + leaf + payload;
}

TEST_F(HostileDirectories, of_many_parts_are_read_no_further_than_is_signed) {
  std::string tail;
  const std::string tiny = framed("x", "");
  for (int i = 0; i < 1'000'000; ++i) tail += tiny;
  testing::write_bytes(at("chain/segments/00000001.seg"), tail);
  auto frames = verify();
  ASSERT_EQ(status_of(frames), 0);
  EXPECT_TRUE(frames->audit.tail_uncounted);
  EXPECT_GE(frames->audit.unsigned_tail, 100'000);
  restore();
  for (int i = 1; i < 3000; ++i)
    testing::write_bytes(at(fmt::format("chain/segments/{:08}.seg", i)), std::string_view());
  auto empty = verify();
  EXPECT_EQ(status_of(empty), 0) << "behind the signed size";
  EXPECT_EQ(empty->audit.unsigned_tail, 0);
  restore();
  testing::write_bytes(at(kSegment), std::string_view());
  testing::write_bytes(at("chain/segments/00000001.seg"), whole[kSegment]);
  auto moved = verify();
  ASSERT_EQ(status_of(moved), 1) << "an empty one has nothing behind it";
  EXPECT_EQ(moved->audit.violations.front().detail, "an empty segment");
  expect_bounded_memory();
}

TEST_F(HostileDirectories, of_monstrous_documents_are_answered) {
  // As large as such a file may be at all, where there is time for it.
  const std::size_t most = CAPMARKET_HOSTILE_DIRECTORIES > 1000 ? 60u << 20 : 8u << 20;
  auto repeated = [](const std::string& head, const std::string& part, std::size_t size) {
    std::string out = head;
    out.reserve(size + part.size() + 2);
    while (out.size() < size) out += part;
    return out;
  };
  // One at a time: they are large.
  const std::map<std::string, std::function<std::string()>> documents = {
      {"deep", [&] { return std::string(most, '['); }},
      {"deep objects", [&] { return repeated("", "{\"a\":", most / 8); }},
      {"wide", [&] { return repeated("[", "1,", most) + "1]"; }},
      {"an array of objects", [&] { return repeated("[", "{\"a\":[{}]},", most / 4) + "1]"; }},
      {"an object of objects", [&] { return repeated("{", "\"a\":{},", most / 4) + "\"a\":1}"; }},
      {"one text", [&] { return '"' + std::string(most, 'a') + '"'; }},
      {"a long number", [&] { return std::string(1u << 20, '9'); }},
      {"an infinite number",
       [&] { return std::string("{\"format\":\"capmarket/run/2\",\"chain\":1e999}"); }},
      {"no text", [&] { return std::string(1u << 20, '\xff'); }}};
  for (const auto& [what, text] : documents)
    for (const char* file : {"run.json", "summary.json", "scenario.json"}) {
      restore();
      testing::write_bytes(at(file), text());
      EXPECT_EQ(status_of(verify()), 1) << what << " in " << file;
    }
  restore();
  testing::write_bytes(at("chain/genesis.cbor"), std::string(128u << 10, '\x9f'));
  EXPECT_EQ(status_of(verify()), 1);
  expect_bounded_memory();
}

/// One change of one file, by what it is like; says which.
std::string change(const std::string& folder, const std::map<std::string, std::string>& whole,
                   Draw& draw) {
  auto below = [&](std::size_t n) { return n == 0 ? 0 : draw() % n; };
  const std::string& file = files_of_a_run()[below(files_of_a_run().size())];
  std::string bytes = whole.at(file);
  const std::size_t place = below(bytes.size());
  const std::size_t form = below(12);
  const std::string path = folder + "/" + file;
  if (form == 0) {
    fs::remove(path);
    return file + " removed";
  }
  if (form == 1) {
    const std::string& other = files_of_a_run()[below(files_of_a_run().size())];
    bytes = whole.at(other);
  } else if (form == 2) {
    bytes.resize(place);
  } else if (form == 3) {
    bytes.insert(place, bytes.substr(below(bytes.size()), below(400)));
  } else if (form == 4) {
    bytes.erase(place, 1 + below(60));
  } else if (form == 5) {
    bytes += bytes.substr(place);
  } else if (form == 6) {
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(place),
                std::min<std::size_t>(1 + below(64), bytes.size() - place), '\0');
  } else {
    for (std::size_t n = 1 + below(form == 7 ? 40 : 3); n > 0; --n)
      bytes[below(bytes.size())] ^= static_cast<char>(1 << below(8));
  }
  testing::write_bytes(path, bytes);
  return fmt::format("{} by form {} at {}", file, form, place);
}

/// Any bit of any entry, the checksum made right again: only what is signed tells.
std::string change_frame(const std::string& folder, Draw& draw) {
  std::string what;
  testing::forge_frames(folder + "/chain", [&](std::vector<log::Frame>& frames) {
    const std::size_t place = draw() % frames.size();
    Bytes& bytes = draw() % 2 == 0 ? frames[place].leaf : frames[place].payload;
    if (bytes.empty()) bytes.push_back(0);
    const std::size_t byte = draw() % bytes.size();
    bytes[byte] = static_cast<std::uint8_t>(bytes[byte] ^ 1U << draw() % 8);
    if (draw() % 4 == 0) std::swap(frames[place], frames[draw() % frames.size()]);
    what = fmt::format("entry {} at {}", place, byte);
  });
  return what;
}

TEST_F(HostileDirectories, changed_anywhere_get_an_answer_and_are_not_taken_for_another) {
  Draw draw(1);
  for (int i = 0; i < CAPMARKET_HOSTILE_DIRECTORIES; ++i) {
    std::string what = draw() % 3 == 0 ? change_frame(dir / "a", draw) : "";
    for (std::size_t n = what.empty() ? 1 + draw() % 2 : draw() % 2; n > 0; --n)
      what += ", " + change(dir / "a", whole, draw);
    auto report = verify();
    expect_not_taken_for_another(report, what);
    ASSERT_FALSE(HasFailure()) << i << ": " << what;
    restore();
  }
  for (const auto& [status, count] : statuses)
    RecordProperty(fmt::format("status_{}", status), count);
  std::printf("%d directories:", CAPMARKET_HOSTILE_DIRECTORIES);
  for (const auto& [status, count] : statuses) std::printf(" status %d %d times", status, count);
  std::printf("\n");
  EXPECT_EQ(statuses[3], 0);
  EXPECT_GT(statuses[1], CAPMARKET_HOSTILE_DIRECTORIES / 2);
  EXPECT_LT(statuses[0], CAPMARKET_HOSTILE_DIRECTORIES / 10) << "what nobody reads";
  expect_bounded_memory();
}

TEST_F(HostileDirectories, that_take_longer_than_they_may_are_undecided) {
  VerifyOptions options;
  options.allow_mac = true;
  options.within = std::chrono::milliseconds(0);
  for (bool solver : {false, true}) {
    options.solver = solver;
    auto report = verify_chain(dir / "a", options);
    ASSERT_EQ(status_of(report), 3);
    EXPECT_TRUE(report->audit.out_of_time);
    EXPECT_EQ(report->audit.audited, 0);
    for (const TraceTheorem& t : report->theorems)
      EXPECT_EQ(t.verdict, theorems::Verdict::unknown) << t.name;
  }
  // What was found before is a violation all the same.
  fs::remove(at("run.json"));
  EXPECT_EQ(status_of(verify_chain(dir / "a", options)), 1);
}

}  // namespace
}  // namespace capmarket::trace
