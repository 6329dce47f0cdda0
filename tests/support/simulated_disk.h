// A disk in memory that a test can make fail at any call, and that can lose power.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/log/disk.h"

namespace capmarket::testing {

/// What a call of the disk is, for counting and for faults.
enum class DiskCall : std::uint8_t { open, read, write, truncate, sync, size, rename, remove, make_folder, sync_folder, exists };

/// What a fault makes of a call.
enum class DiskFault : std::uint8_t {
  none,
  interrupted,   // EINTR, once; nothing is done
  short_count,   // of a read or write: one byte alone
  no_space,      // ENOSPC from there on for whatever grows
  io_error,      // EIO, once; of a write: half of it is done
  lying_sync,    // from there on a sync says that it is done, and is not
};

/// What becomes of a change that was not durable when the power went.
enum class PowerLoss : std::uint8_t {
  vanish,   // none of it is there
  survive,  // all of it is there
  prefix,   // in the order in which they were made, some of them
  reorder,  // each by itself: there or not
  garble,   // like reorder; of a write some sectors are there, some not, and some are noise
};

/// Files, folders and what of them is durable. A write is durable after `sync` of its file; a change
/// of a name after `sync_folder` of its folder. One thread. Deterministic.
class SimulatedDisk final : public log::Disk {
 public:
  /// The power goes at the `n`-th call from now (from 0): it and all after it fail with EIO. Of a
  /// write, `bytes` of it are made first.
  void stop_at(std::int64_t call, std::size_t bytes = 0) { stop_at_ = calls_ + call, stop_bytes_ = bytes; }
  /// The call at which the fault strikes, from now.
  void fault_at(std::int64_t call, DiskFault fault) { fault_at_ = calls_ + call, fault_ = fault; }
  std::int64_t calls() const { return calls_; }
  /// Each call that changes anything, with the bytes of a write.
  struct Made {
    DiskCall call{};
    std::size_t bytes = 0;
  };
  const std::vector<Made>& made() const { return made_; }

  /// The disk as it is found when the power is back.
  SimulatedDisk after(PowerLoss loss, std::uint64_t seed) const;
  /// Every file as it stands, in order of names.
  std::map<std::string, Bytes> files() const;
  void put(const std::string& path, Bytes content);

  log::Io<std::unique_ptr<log::DiskFile>> open(const std::string& path, log::OpenAs as) override;
  log::Io<void> rename(const std::string& from, const std::string& to) override;
  log::Io<void> remove(const std::string& path) override;
  log::Io<void> make_folder(const std::string& path) override;
  log::Io<void> sync_folder(const std::string& path) override;
  log::Io<bool> exists(const std::string& path) override;
  Result<log::WriterLock> lock(const std::string&) override { return log::WriterLock(); }

 private:
  friend class SimulatedFile;
  /// One change that is not durable yet.
  struct Change {
    enum class Kind : std::uint8_t { write, resize, link, unlink } kind{};
    int inode = -1;
    std::uint64_t offset = 0;  // of a write; the new size of a resize
    Bytes bytes;
    std::string path;  // of a link or unlink
  };
  struct State {
    std::map<int, Bytes> content;
    std::map<std::string, int> names;
    std::map<std::string, bool> folders{{".", true}};
    void apply(const Change& c);
  };

  /// Counts a call; an errno where it fails. `grows` is refused by a full disk.
  std::optional<int> begin(DiskCall call, bool grows = false, std::size_t bytes = 0);
  void change(Change c);
  void settle(bool data, int inode, const std::string& folder);

  State now_, durable_;
  std::vector<Change> pending_;
  int inodes_ = 0;
  std::int64_t calls_ = 0, stop_at_ = -1, fault_at_ = -1;
  std::size_t stop_bytes_ = 0;
  DiskFault fault_ = DiskFault::none;
  bool stopped_ = false, full_ = false, lying_ = false;
  std::vector<Made> made_;
};

}  // namespace capmarket::testing
