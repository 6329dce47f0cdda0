#include "model/log/file_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/log/segments.h"

namespace capmarket::log {
namespace {

Result<std::optional<SignedRecord>> read_record(Disk& disk, const std::string& dir,
                                                const PublicKey& key) {
  const std::string path = dir + "/" + kRecordFile;
  auto text = read_whole(disk, path, kNoteBytesMax);
  if (!text) return tl::unexpected(text.error());
  if (!*text) return std::nullopt;
  auto record = open_record(**text, key);
  if (!record)
    return fail(Problem{path, 0, 0, record.error()[0].what, record.error()[0].expected, ""});
  return *record;
}

class FileLog final : public EntryLog {
 public:
  FileLog(Disk& disk, std::string dir, const ContentId& chain, const crypto::KeyPair& key,
          WriterLock lock)
      : disk_(&disk),
        dir_(std::move(dir)),
        origin_(checkpoint_origin(chain)),
        key_(key),
        opened_by_(key),
        read_by_(key.pub),
        lock_(std::move(lock)),
        segments_(disk, dir_) {}

  Result<void> begin() { return segments_.open_next(); }

  /// Reads what is there; nothing is changed.
  Result<void> resume() {
    auto record = read_record(*disk_, dir_, key_.pub);
    if (!record) return tl::unexpected(record.error());
    auto note = signed_note(*record);
    if (!note) return tl::unexpected(note.error());
    if (auto r = expect_order(*record, *note); !r) return r;
    record_ = **record;
    const Checkpoint& end = record_->signed_end;
    if (*note) segments_.note_root_at((*note)->size);
    if (auto r = segments_.read_to(end); !r) return r;
    if (*note)
      if (auto root = segments_.root_at((*note)->size))
        noted_ = Checkpoint{origin_, (*note)->size, *root};
    unsigned_end_ = !*note || (*note)->size < end.size;
    cuts_ = record_->cuts;
    if (const auto& beyond = segments_.beyond();
        beyond && std::find(cuts_.begin(), cuts_.end(), *beyond) == cuts_.end())
      cuts_.push_back(*beyond);
    if (cuts_.size() > kCutsMax)
      return fail(fmt::format("{}: {} appends in a row were cut and none was signed", dir_, cuts_.size()));
    return {};
  }

  void append(ByteView leaf, ByteView payload) override { append_frame(pending_, leaf, payload); }

  Result<void> checkpoint(const Digest& root, std::int64_t size) override {
    if (failed_)
      return fail(fmt::format("{}: an earlier write failed; what it left is cut when the chain is "
                              "opened again",
                              dir_));
    failed_ = true;
    if (auto r = cut(); !r) return r;
    if (auto r = segments_.append(pending_); !r) return r;
    pending_.clear();
    if (segments_.tree().size() != size || segments_.tree().root() != root)
      return fail(fmt::format("{}: what was read back has another root", dir_));
    const Checkpoint end{origin_, size, root};
    if (auto r = replace_record({end, {}}, key_); !r) return r;
    if (auto r = replace_file(*disk_, dir_, "checkpoint", as_bytes(sign_checkpoint(end, key_))); !r)
      return r;
    failed_ = false;
    return {};
  }

  void sign_with(const crypto::KeyPair& key) override { key_ = key; }

  Checkpoint end() const { return record_->signed_end; }
  const std::vector<Cut>& cuts() const { return cuts_; }
  bool unsigned_end() const { return unsigned_end_; }
  const std::optional<Checkpoint>& noted() const { return noted_; }

 private:
  /// The checkpoint. One that is behind the record may be signed by a key that the log left since;
  /// the record says where the log ends, and is signed.
  Result<std::optional<Checkpoint>> signed_note(const std::optional<SignedRecord>& record) {
    const std::string path = dir_ + "/checkpoint";
    auto text = read_whole(*disk_, path, kNoteBytesMax);
    if (!text) return tl::unexpected(text.error());
    if (!*text) return std::nullopt;
    auto note = parse_note(**text);
    auto said = note ? read_checkpoint(*note) : tl::unexpected(note.error());
    if (said && !(record && said->size < record->signed_end.size))
      said = open_checkpoint(**text, key_.pub);
    if (!said) return fail(Problem{path, 0, 0, said.error()[0].what, said.error()[0].expected, ""});
    return *said;
  }

  /// The record is written first, so that it is never behind.
  Result<void> expect_order(const std::optional<SignedRecord>& record,
                            const std::optional<Checkpoint>& note) const {
    const std::string path = dir_ + "/" + kRecordFile;
    if (!record && !note) return fail(fmt::format("{}: nothing was ever signed here", dir_));
    if (!record) return fail(fmt::format("{}: not there, beside a checkpoint", path));
    const Checkpoint& end = record->signed_end;
    if (end.origin != origin_ || (note && note->origin != origin_))
      return fail(fmt::format("{}: of another chain", note && end.origin == origin_ ? dir_ + "/checkpoint" : path));
    if (!note) return {};
    if (end.size < note->size)
      return fail(fmt::format("{}: signed at {} entries, the checkpoint at {}: an older record was put back",
                              path, end.size, note->size));
    if (end.size == note->size && end.root != note->root)
      return fail(fmt::format("{}: another root than the checkpoint's at {} entries", path, end.size));
    return {};
  }

  /// Compare and swap: what stands there is what this writer read or wrote last.
  Result<void> replace_record(SignedRecord next, const crypto::KeyPair& key) {
    auto now = read_record(*disk_, dir_, read_by_);
    if (!now) return tl::unexpected(now.error());
    if (*now != record_)
      return fail(fmt::format("{}/{}: another one than this writer left", dir_, kRecordFile),
                  "one writer, and files that nobody puts back");
    if (auto r = replace_file(*disk_, dir_, kRecordFile, as_bytes(sign_record(next, key))); !r) return r;
    record_ = std::move(next);
    read_by_ = key.pub;
    return {};
  }

  /// Told first, then done: should this be interrupted, the next writer knows of it.
  Result<void> cut() {
    if (!segments_.beyond()) return {};
    if (auto r = replace_record({record_->signed_end, cuts_}, opened_by_); !r) return r;
    return segments_.cut();
  }

  Disk* disk_;
  std::string dir_;
  std::string origin_;
  crypto::KeyPair key_;
  crypto::KeyPair opened_by_;  // in force where the log was opened
  PublicKey read_by_;          // who signed the record that stands there
  WriterLock lock_;
  Bytes pending_;
  Segments segments_;
  std::optional<SignedRecord> record_;
  std::vector<Cut> cuts_;
  bool unsigned_end_ = false;
  std::optional<Checkpoint> noted_;
  bool failed_ = false;
};

/// The folder with those above it, each durable by its name.
Result<void> make_folders(Disk& disk, const std::string& dir) {
  auto there = is_there(disk, dir);
  if (!there) return tl::unexpected(there.error());
  if (*there) return {};
  const std::size_t slash = dir.find_last_not_of('/') == dir.npos ? dir.npos : dir.rfind('/');
  const std::string above = slash == dir.npos ? "." : slash == 0 ? "/" : dir.substr(0, slash);
  if (above != "." && above != "/")
    if (auto r = make_folders(disk, above); !r) return r;
  if (auto r = told(disk.make_folder(dir), dir, "mkdir"); !r) return r;
  return told(disk.sync_folder(above), above, "fsync");
}

}  // namespace

Result<void> replace_checkpoint(const std::string& dir, std::string_view note) {
  return replace_file(real_disk(), dir, "checkpoint", as_bytes(note));
}

Result<std::unique_ptr<EntryLog>> file_log(const std::string& dir, const ContentId& chain,
                                           ByteView genesis_payload,
                                           const crypto::KeyPair& log_key, Disk& disk) {
  if (auto r = make_folders(disk, dir); !r) return tl::unexpected(r.error());
  auto lock = disk.lock(dir);
  if (!lock) return tl::unexpected(lock.error());
  for (const char* held : {"/segments", "/genesis.cbor"}) {
    auto there = is_there(disk, dir + held);
    if (!there) return tl::unexpected(there.error());
    if (*there) return fail(fmt::format("{}: holds a chain already", dir), "a new directory");
  }
  const std::string segments = dir + "/segments";
  if (auto r = told(disk.make_folder(segments), segments, "mkdir"); !r)
    return tl::unexpected(r.error());
  if (auto r = replace_file(disk, dir, "genesis.cbor", genesis_payload); !r)
    return tl::unexpected(r.error());
  auto log = std::make_unique<FileLog>(disk, dir, chain, log_key, std::move(*lock));
  if (auto r = log->begin(); !r) return tl::unexpected(r.error());
  return log;
}

Result<ReopenedLog> file_log_append(const std::string& dir, const ContentId& chain,
                                    const crypto::KeyPair& log_key, Disk& disk) {
  auto lock = disk.lock(dir);
  if (!lock) return tl::unexpected(lock.error());
  auto log = std::make_unique<FileLog>(disk, dir, chain, log_key, std::move(*lock));
  if (auto r = log->resume(); !r) return tl::unexpected(r.error());
  ReopenedLog out;
  out.end = log->end();
  out.cuts = log->cuts();
  out.unsigned_end = log->unsigned_end();
  out.noted = log->noted();
  out.log = std::move(log);
  return out;
}

Result<ReopenedLog> inspect_log(const std::string& dir, const ContentId& chain,
                                const PublicKey& log_key, Disk& disk) {
  FileLog log(disk, dir, chain, {log_key, {}}, WriterLock());
  if (auto r = log.resume(); !r) return tl::unexpected(r.error());
  return ReopenedLog{nullptr, log.end(), log.cuts(), log.unsigned_end(), log.noted()};
}

}  // namespace capmarket::log
