#include "model/base/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "model/base/read_file.h"

namespace capmarket {
namespace {

namespace fs = std::filesystem;

constexpr int kLinksMax = 40;              // as the kernel follows
constexpr int kNamesTried = 10'000;        // beside one target
constexpr std::size_t kNamePartMax = 200;  // of a target's name in the one beside it
constexpr int kSwapsTried = 16;            // against others who replace the same target
constexpr const char* kMark = ".capmarket-";
constexpr const char* kOld = "old-";

tl::unexpected<Problems> problem(const std::string& path, std::string what, std::string expected) {
  return fail(Problem{path, 0, 0, std::move(what), std::move(expected), ""});
}

tl::unexpected<Problems> cannot(const std::string& path, std::string_view what, int error,
                                std::string_view expected) {
  return problem(path, fmt::format("{}: {}", what, std::strerror(error)), std::string(expected));
}

constexpr std::string_view kRoom = "a place where files can be made, with room in it";

std::string folder_of(const std::string& path) {
  std::string out = fs::path(path).parent_path().string();
  return out.empty() ? "." : out;
}

/// `.NAME` beside the target, up to its own end.
std::string stem_beside(const std::string& place) {
  std::string name = fs::path(place).filename().string();
  return fmt::format("{}/.{}{}", folder_of(place), name.substr(0, kNamePartMax), kMark);
}

/// The first free name of this process beside `place` for which `make` does not say EEXIST.
template <class Make>
Result<std::string> name_beside(const std::string& path, const std::string& place,
                                std::string_view kind, const Make& make) {
  static std::atomic<int> next{0};
  for (int tried = 0; tried < kNamesTried; ++tried) {
    std::string name =
        fmt::format("{}{}{}-{}", stem_beside(place), kind, static_cast<long>(::getpid()), next++);
    if (make(name)) return name;
    if (errno != EEXIST) return cannot(path, "cannot be written", errno, kRoom);
  }
  return problem(path, "no name beside it is free", std::string(kRoom));
}

void sync_folder(const std::string& folder) {
  int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

bool is_unsupported(int error) {
  return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EXDEV;
}

bool is_empty_folder(const std::string& path) {
  std::error_code error;
  return fs::is_directory(path, error) && fs::is_empty(path, error) && !error;
}

/// The error of the first write that fails, or 0.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno != EINTR) return errno;
    if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

/// Two of the names that a chain directory has, so that a damaged one is one still.
bool is_chain(const fs::path& folder) {
  const auto there = [&](const char* name) { return ::access((folder / name).c_str(), F_OK) == 0; };
  constexpr const char* kNames[] = {"genesis.cbor", "segments", "checkpoint", "checkpoint.lock",
                                    "writer.lock"};
  return std::count_if(std::begin(kNames), std::end(kNames), there) >= 2;
}

/// A chain's folder is its writer's alone, at any depth: neither a checkpoint nor a segment is
/// anybody's output.
bool inside_chain(const std::string& place) {
  std::error_code error;
  fs::path at = fs::weakly_canonical(fs::absolute(place, error), error);
  if (error) return false;  // who goes on is told what the system says
  while (at != at.parent_path()) {
    at = at.parent_path();
    if (is_chain(at)) return true;
  }
  return false;
}

Result<void> expect_outside(const std::string& path, const std::string& place) {
  if (!inside_chain(place)) return {};
  return problem(path, "inside of a chain, which its writer alone changes", "another folder");
}

/// A file beside a run's receipt and its chain: what is there is signed.
bool of_run(const std::string& place) {
  const std::string folder = folder_of(place);
  return ::access((folder + "/run.json").c_str(), F_OK) == 0 && is_chain(folder + "/chain");
}

/// What stands at the place of a file.
Result<void> expect_room_for_file(const std::string& path, const std::string& place, bool force) {
  struct stat about {};
  if (auto outside = expect_outside(path, place); !outside) return outside;
  if (::lstat(place.c_str(), &about) != 0) {
    if (errno == ENOENT) return {};
    return cannot(path, "cannot be written", errno, kRoom);
  }
  if (!S_ISREG(about.st_mode))
    return problem(path, S_ISDIR(about.st_mode) ? "a directory stands there" : "no regular file stands there",
                   "another name");
  if (of_run(place)) return problem(path, "a file of a run, which its receipt signs", "another name");
  if (is_input(place))
    return problem(path, "it is an input of this command, and is not overwritten", "another name");
  if (!force) return problem(path, "the file exists", "another name, or --force to overwrite it");
  return {};
}

Result<void> expect_room_for_folder(const std::string& path, const std::string& place, bool force,
                                    const OutputFolder::Expect& expect) {
  struct stat about {};
  if (auto outside = expect_outside(path, place); !outside) return outside;
  if (::lstat(place.c_str(), &about) != 0) {
    if (errno == ENOENT) return {};
    return cannot(path, "cannot be written", errno, kRoom);
  }
  if (!S_ISDIR(about.st_mode)) return problem(path, "no directory stands there", "another name");
  if (is_empty_folder(place)) return {};
  if (!force) return problem(path, "exists", "a new directory, or --force to overwrite");
  return expect(place);
}

/// The folders above, those that were not there in `made`.
Result<void> make_above(const std::string& path, const std::string& place,
                        std::vector<std::string>& made) {
  std::vector<std::string> missing;
  for (fs::path up = folder_of(place); !up.empty() && ::access(up.c_str(), F_OK) != 0;
       up = up.parent_path())
    missing.push_back(up.string());
  for (; !missing.empty(); missing.pop_back()) {
    if (::mkdir(missing.back().c_str(), 0777) == 0)
      made.push_back(missing.back());
    else if (errno != EEXIST)
      return cannot(path, "cannot be made", errno, kRoom);
  }
  return {};
}

}  // namespace

Result<std::string> linked_place(const std::string& path) {
  std::string at = path;
  while (at.size() > 1 && at.back() == '/') at.pop_back();
  for (int links = 0; links <= kLinksMax; ++links) {
    char whole[PATH_MAX];
    if (::realpath(at.c_str(), whole) != nullptr) return std::string(whole);
    if (errno != ENOENT) return cannot(path, "cannot be written", errno, kRoom);
    char target[PATH_MAX];
    ssize_t n = ::readlink(at.c_str(), target, sizeof target);
    if (n < 0 || n == PATH_MAX) return at;  // nothing there, or no link
    fs::path next(std::string(target, static_cast<std::size_t>(n)));
    at = next.is_absolute() ? next.string() : (fs::path(folder_of(at)) / next).string();
  }
  return problem(path, "a circle of links", "another name");
}

Result<void> expect_outside_chains(const std::string& path) {
  auto place = linked_place(path);
  if (!place) return tl::unexpected(place.error());
  return expect_outside(path, *place);
}

Result<void> make_output_folders(const std::string& path) {
  if (auto outside = expect_outside_chains(path); !outside) return outside;
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return problem(path, "cannot be written: " + error.message(), std::string(kRoom));
  return {};
}

// ---- A file

Result<void> check_output_file(const std::string& path, bool force) {
  auto place = linked_place(path);
  if (!place) return tl::unexpected(place.error());
  if (auto outside = expect_outside(path, *place); !outside) return outside;
  std::error_code error;
  if (!fs::is_directory(folder_of(*place), error))
    return problem(path, "there is no folder for the file", "a file in a folder that exists");
  return expect_room_for_file(path, *place, force);
}

Result<OutputFile> OutputFile::begin(const std::string& path, bool force, unsigned mode) {
  if (auto room = check_output_file(path, force); !room) return tl::unexpected(room.error());
  OutputFile out;
  out.path_ = path;
  out.place_ = *linked_place(path);
  out.force_ = force;
  auto name = name_beside(path, out.place_, "", [&](const std::string& beside) {
    int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    return fd >= 0 && ::close(fd) == 0;
  });
  if (!name) return tl::unexpected(name.error());
  out.aside_ = *name;
  return out;
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      place_(std::move(other.place_)),
      aside_(std::exchange(other.aside_, {})),
      force_(other.force_) {}

OutputFile::~OutputFile() {
  if (!aside_.empty()) ::unlink(aside_.c_str());
}

Result<void> OutputFile::write(std::string_view text) {
  int fd = ::open(aside_.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return cannot(path_, "cannot be written", errno, kRoom);
  int error = write_all(fd, text);
  if (error == 0 && ::fsync(fd) != 0 && errno != EINVAL) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return cannot(path_, "cannot be written", error, kRoom);
  return {};
}

Result<void> OutputFile::publish() {
  if (auto room = expect_room_for_file(path_, place_, force_); !room) return room;
  forget_input(aside_);
  int moved = -1;
  if (force_) {
    moved = ::rename(aside_.c_str(), place_.c_str());
  } else {
    moved = ::renameat2(AT_FDCWD, aside_.c_str(), AT_FDCWD, place_.c_str(), RENAME_NOREPLACE);
    if (moved != 0 && is_unsupported(errno)) {
      moved = ::link(aside_.c_str(), place_.c_str());
      if (moved == 0) ::unlink(aside_.c_str());
    }
  }
  if (moved != 0) return cannot(path_, "cannot be written", errno, kRoom);
  aside_.clear();
  sync_folder(folder_of(place_));
  return {};
}

Result<void> write_output_file(const std::string& path, std::string_view text, bool force,
                               unsigned mode) {
  auto file = OutputFile::begin(path, force, mode);
  if (!file) return tl::unexpected(file.error());
  if (auto written = file->write(text); !written) return written;
  return file->publish();
}

// ---- A folder

Result<void> check_output_folder(const std::string& path, bool force,
                                 const OutputFolder::Expect& expect) {
  auto place = linked_place(path);
  if (!place) return tl::unexpected(place.error());
  return expect_room_for_folder(path, *place, force, expect);
}

Result<OutputFolder> OutputFolder::begin(const std::string& path, bool force, Expect expect) {
  auto place = linked_place(path);
  if (!place) return tl::unexpected(place.error());
  OutputFolder out;
  out.path_ = path;
  out.place_ = *place;
  out.force_ = force;
  out.expect_ = std::move(expect);
  if (auto outside = expect_outside(path, *place); !outside) return tl::unexpected(outside.error());
  if (auto r = out.recover(); !r) return tl::unexpected(r.error());
  if (auto room = expect_room_for_folder(path, *place, force, out.expect_); !room)
    return tl::unexpected(room.error());
  if (auto r = make_above(path, *place, out.made_above_); !r) return tl::unexpected(r.error());
  auto name = name_beside(path, *place, "", [](const std::string& beside) {
    return ::mkdir(beside.c_str(), 0777) == 0;
  });
  if (!name) return tl::unexpected(name.error());
  out.aside_ = *name;
  return out;
}

OutputFolder::OutputFolder(OutputFolder&& other) noexcept
    : path_(std::move(other.path_)),
      place_(std::move(other.place_)),
      aside_(std::exchange(other.aside_, {})),
      force_(other.force_),
      expect_(std::move(other.expect_)),
      made_above_(std::exchange(other.made_above_, {})) {}

OutputFolder::~OutputFolder() {
  std::error_code ignored;
  if (!aside_.empty()) fs::remove_all(aside_, ignored);
  for (; !made_above_.empty(); made_above_.pop_back()) ::rmdir(made_above_.back().c_str());
}

/// A process that was killed between two renames has left the old folder under its name beside.
Result<void> OutputFolder::recover() const {
  struct stat about {};
  if (::lstat(place_.c_str(), &about) == 0) return {};
  const std::string begins = stem_beside(place_) + kOld;
  // Of several the one that was moved last; the others had been replaced already.
  std::pair<std::pair<std::int64_t, std::int64_t>, std::string> left;
  std::error_code error;
  fs::directory_iterator it(folder_of(place_), error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) {
    std::string name = folder_of(place_) + "/" + it->path().filename().string();
    if (!name.starts_with(begins) || !expect_(name) || ::lstat(name.c_str(), &about) != 0) continue;
    left = std::max(left, {{about.st_ctim.tv_sec, about.st_ctim.tv_nsec}, name});
  }
  if (left.second.empty()) return {};
  if (::rename(left.second.c_str(), place_.c_str()) != 0 && errno != ENOTEMPTY && errno != EEXIST)
    return cannot(path_, "what a killed process left cannot be put back", errno, kRoom);
  return {};
}

Result<void> OutputFolder::write(const std::string& name, std::string_view text) const {
  const std::string file = aside_ + "/" + name;
  int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd < 0) return cannot(path_, name + " cannot be written", errno, kRoom);
  int error = write_all(fd, text);
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error != 0) return cannot(path_, name + " cannot be written", error, kRoom);
  return {};
}

Result<void> OutputFolder::publish(FolderSwap swap) {
  for (int tried = 0; tried < kSwapsTried; ++tried) {
    // Of a folder, rename replaces nothing but an empty one.
    if (::rename(aside_.c_str(), place_.c_str()) == 0) {
      aside_.clear();
      made_above_.clear();
      sync_folder(folder_of(place_));
      return {};
    }
    if (errno != ENOTEMPTY && errno != EEXIST && errno != ENOTDIR)
      return cannot(path_, "cannot be put in place", errno, kRoom);
    if (auto room = expect_room_for_folder(path_, place_, force_, expect_); !room) return room;
    if (is_empty_folder(place_)) continue;
    auto replaced = replace(swap);
    if (!replaced) return replaced;
    if (aside_.empty()) return {};
  }
  return problem(path_, "others replace it all the time", "one writer at a time");
}

/// One attempt; `aside_` is empty where it succeeded.
Result<void> OutputFolder::replace(FolderSwap swap) {
  auto exchange = [&] {
    return ::renameat2(AT_FDCWD, aside_.c_str(), AT_FDCWD, place_.c_str(), RENAME_EXCHANGE);
  };
  if (swap == FolderSwap::two_renames) return replace_by_two_renames();
  if (exchange() != 0) {
    if (errno == ENOENT) return {};  // gone since: once more
    if (is_unsupported(errno)) return replace_by_two_renames();
    return cannot(path_, "cannot be put in place", errno, kRoom);
  }
  // What came out may be another folder than the one that was looked at.
  if (auto same = expect_(aside_); !same && !is_empty_folder(aside_)) {
    if (exchange() == 0) return tl::unexpected(same.error());
    return problem(path_, "cannot be put back: it stands as " + std::exchange(aside_, {}),
                   std::string(kRoom));
  }
  made_above_.clear();
  sync_folder(folder_of(place_));
  std::error_code ignored;
  fs::remove_all(std::exchange(aside_, {}), ignored);
  return {};
}

Result<void> OutputFolder::replace_by_two_renames() {
  // Free, and of this process alone; rename replaces an empty folder.
  auto old = name_beside(path_, place_, kOld,
                         [](const std::string& name) { return ::mkdir(name.c_str(), 0700) == 0; });
  if (!old) return tl::unexpected(old.error());
  if (::rename(place_.c_str(), old->c_str()) != 0) {
    int error = errno;
    ::rmdir(old->c_str());
    if (error == ENOENT) return {};
    return cannot(path_, "cannot be put aside", error, "a directory that can be moved");
  }
  std::error_code ignored;
  auto put_back = [&](tl::unexpected<Problems> why) -> Result<void> {
    if (::rename(old->c_str(), place_.c_str()) == 0) return why;
    return problem(path_, "cannot be put back: it stands as " + *old, std::string(kRoom));
  };
  if (auto same = expect_(*old); !same) return put_back(tl::unexpected(same.error()));
  if (::rename(aside_.c_str(), place_.c_str()) != 0) {
    int error = errno;
    if (error != ENOTEMPTY && error != EEXIST)
      return put_back(cannot(path_, "cannot be put in place", error, kRoom));
    // Somebody else's stands there, or put the old one back: that is what is replaced next.
    fs::remove_all(*old, ignored);
    return {};
  }
  made_above_.clear();
  sync_folder(folder_of(place_));
  // Under the other name first: half removed it is nothing to put back.
  const std::string gone = std::exchange(aside_, {});
  if (::rename(old->c_str(), gone.c_str()) == 0) fs::remove_all(gone, ignored);
  return {};
}

}  // namespace capmarket
