#include "tests/support/simulated_disk.h"

#include <algorithm>
#include <cerrno>
#include <random>

namespace capmarket::testing {

constexpr std::size_t kSector = 512;

void SimulatedDisk::State::apply(const Change& c) {
  switch (c.kind) {
    case Change::Kind::write: {
      Bytes& file = content[c.inode];
      if (file.size() < c.offset + c.bytes.size()) file.resize(c.offset + c.bytes.size());
      std::copy(c.bytes.begin(), c.bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(c.offset));
      break;
    }
    case Change::Kind::resize:
      content[c.inode].resize(c.offset);
      break;
    case Change::Kind::link:
      content[c.inode];
      names[c.path] = c.inode;
      break;
    case Change::Kind::unlink:
      names.erase(c.path);
      break;
  }
}

namespace {
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash);
}
}  // namespace

std::optional<int> SimulatedDisk::begin(DiskCall call, bool grows, std::size_t bytes) {
  const std::int64_t n = calls_++;
  if (stopped_) return EIO;
  if (n == stop_at_) {
    stopped_ = true;
    return EIO;
  }
  made_.push_back({call, bytes});
  const bool strikes = n == fault_at_;
  if (strikes && fault_ == DiskFault::no_space) full_ = true;
  if (strikes && fault_ == DiskFault::lying_sync) lying_ = true;
  if (full_ && grows) return ENOSPC;
  if (strikes && fault_ == DiskFault::interrupted) return EINTR;
  if (strikes && fault_ == DiskFault::io_error) return EIO;
  return std::nullopt;
}

void SimulatedDisk::change(Change c) {
  now_.apply(c);
  pending_.push_back(std::move(c));
}

/// What was pending of a file's data, or of a folder's names, is durable.
void SimulatedDisk::settle(bool data, int inode, const std::string& folder) {
  if (lying_) return;
  std::erase_if(pending_, [&](const Change& c) {
    const bool of_data = c.kind == Change::Kind::write || c.kind == Change::Kind::resize;
    if (of_data != data || (data ? c.inode != inode : folder_of(c.path) != folder)) return false;
    durable_.apply(c);
    return true;
  });
}

class SimulatedFile final : public log::DiskFile {
 public:
  SimulatedFile(SimulatedDisk& disk, int inode) : disk_(disk), inode_(inode) {}

  log::Io<std::size_t> write(ByteView bytes, std::uint64_t offset) override {
    const std::int64_t n = disk_.calls_;
    auto error = disk_.begin(DiskCall::write, true, bytes.size());
    std::size_t made = bytes.size();
    if (n == disk_.stop_at_) made = std::min(made, disk_.stop_bytes_);
    else if (error && *error == EIO && n == disk_.fault_at_) made /= 2;
    else if (error) made = 0;
    else if (n == disk_.fault_at_ && disk_.fault_ == DiskFault::short_count) made = 1;
    if (made > 0)
      disk_.change({SimulatedDisk::Change::Kind::write, inode_, offset,
                    Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(made)), ""});
    if (error) return tl::unexpected(*error);
    return made;
  }
  log::Io<std::size_t> read(std::span<std::uint8_t> out, std::uint64_t offset) override {
    const std::int64_t n = disk_.calls_;
    if (auto error = disk_.begin(DiskCall::read)) return tl::unexpected(*error);
    const Bytes& file = disk_.now_.content[inode_];
    std::size_t count = offset < file.size() ? std::min(out.size(), file.size() - offset) : 0;
    if (n == disk_.fault_at_ && disk_.fault_ == DiskFault::short_count) count = std::min<std::size_t>(count, 1);
    std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(offset, file.size())), count, out.begin());
    return count;
  }
  log::Io<std::uint64_t> size() override {
    if (auto error = disk_.begin(DiskCall::size)) return tl::unexpected(*error);
    return disk_.now_.content[inode_].size();
  }
  log::Io<void> truncate(std::uint64_t size) override {
    if (auto error = disk_.begin(DiskCall::truncate)) return tl::unexpected(*error);
    disk_.change({SimulatedDisk::Change::Kind::resize, inode_, size, {}, ""});
    return {};
  }
  log::Io<void> sync() override {
    if (auto error = disk_.begin(DiskCall::sync)) return tl::unexpected(*error);
    disk_.settle(true, inode_, "");
    return {};
  }

 private:
  SimulatedDisk& disk_;
  int inode_;
};

log::Io<std::unique_ptr<log::DiskFile>> SimulatedDisk::open(const std::string& path,
                                                            log::OpenAs as) {
  if (auto error = begin(DiskCall::open, as == log::OpenAs::fresh || as == log::OpenAs::replaced)) return tl::unexpected(*error);
  auto it = now_.names.find(path);
  if ((as == log::OpenAs::existing || as == log::OpenAs::read) && it == now_.names.end()) return tl::unexpected(ENOENT);
  if (as == log::OpenAs::fresh && it != now_.names.end()) return tl::unexpected(EEXIST);
  if (!now_.folders.contains(folder_of(path))) return tl::unexpected(ENOENT);
  int inode = it != now_.names.end() ? it->second : inodes_++;
  if (it == now_.names.end()) change({Change::Kind::link, inode, 0, {}, path});
  if (as == log::OpenAs::replaced) change({Change::Kind::resize, inode, 0, {}, ""});
  return std::make_unique<SimulatedFile>(*this, inode);
}

log::Io<void> SimulatedDisk::rename(const std::string& from, const std::string& to) {
  if (auto error = begin(DiskCall::rename)) return tl::unexpected(*error);
  auto it = now_.names.find(from);
  if (it == now_.names.end()) return tl::unexpected(ENOENT);
  const int inode = it->second;
  // The new name and the end of the old one come together: losing the one alone leaves both names.
  change({Change::Kind::link, inode, 0, {}, to});
  change({Change::Kind::unlink, inode, 0, {}, from});
  return {};
}

log::Io<void> SimulatedDisk::remove(const std::string& path) {
  if (auto error = begin(DiskCall::remove)) return tl::unexpected(*error);
  if (!now_.names.contains(path)) return tl::unexpected(ENOENT);
  change({Change::Kind::unlink, -1, 0, {}, path});
  return {};
}

log::Io<void> SimulatedDisk::make_folder(const std::string& path) {
  if (auto error = begin(DiskCall::make_folder, true)) return tl::unexpected(*error);
  if (now_.folders.contains(path)) return tl::unexpected(EEXIST);
  // Folders are durable at once: what is in them is what the tests are about.
  now_.folders[path] = durable_.folders[path] = true;
  return {};
}

log::Io<void> SimulatedDisk::sync_folder(const std::string& path) {
  if (auto error = begin(DiskCall::sync_folder)) return tl::unexpected(*error);
  settle(false, -1, path);
  return {};
}

log::Io<bool> SimulatedDisk::exists(const std::string& path) {
  if (auto error = begin(DiskCall::exists)) return tl::unexpected(*error);
  return now_.names.contains(path) || now_.folders.contains(path);
}

SimulatedDisk SimulatedDisk::after(PowerLoss loss, std::uint64_t seed) const {
  SimulatedDisk out;
  out.inodes_ = inodes_;
  if (loss == PowerLoss::survive) {
    out.now_ = out.durable_ = now_;
    return out;
  }
  State state = durable_;
  std::mt19937_64 random(seed);
  const std::size_t kept = loss == PowerLoss::prefix ? random() % (pending_.size() + 1) : 0;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    Change c = pending_[i];
    if (loss == PowerLoss::vanish || (loss == PowerLoss::prefix && i >= kept)) continue;
    if (loss == PowerLoss::reorder && random() % 2 == 0) continue;
    if (loss == PowerLoss::garble) {
      if (c.kind != Change::Kind::write && random() % 2 == 0) continue;
      if (c.kind == Change::Kind::write) {
        if (!state.content.contains(c.inode)) state.content[c.inode];
        // What a sector held before, or noise, or the new bytes.
        const Bytes& old = state.content[c.inode];
        for (std::size_t at = 0; at < c.bytes.size(); at += kSector) {
          const std::uint64_t fate = random() % 3;
          for (std::size_t b = at; b < std::min(at + kSector, c.bytes.size()); ++b)
            if (fate == 1) c.bytes[b] = c.offset + b < old.size() ? old[c.offset + b] : 0;
            else if (fate == 2) c.bytes[b] = static_cast<std::uint8_t>(random());
        }
      }
    }
    state.apply(c);
  }
  // A name of what never got any content is an empty file.
  for (const auto& [path, inode] : state.names) state.content[inode];
  out.now_ = out.durable_ = std::move(state);
  return out;
}

std::map<std::string, Bytes> SimulatedDisk::files() const {
  std::map<std::string, Bytes> out;
  for (const auto& [path, inode] : now_.names) out[path] = now_.content.at(inode);
  return out;
}

void SimulatedDisk::put(const std::string& path, Bytes content) {
  const int inode = inodes_++;
  for (State* s : {&now_, &durable_}) {
    for (std::string folder = folder_of(path); folder != "."; folder = folder_of(folder))
      s->folders[folder] = true;
    s->folders["."] = true;
    s->names[path] = inode;
    s->content[inode] = content;
  }
}

}  // namespace capmarket::testing
