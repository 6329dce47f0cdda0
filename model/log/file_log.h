// The log in a chain directory: made, and gone on with. Source: docs/spec/chain.md#reopening.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/base/result.h"
#include "model/crypto/sign.h"
#include "model/log/checkpoint.h"
#include "model/log/disk.h"
#include "model/log/log.h"
#include "model/log/record.h"

namespace capmarket::log {

/// Creates `dir` (which holds no chain yet): the writer's lock, genesis.cbor, the first segment.
Result<std::unique_ptr<EntryLog>> file_log(const std::string& dir, const ContentId& chain,
                                           ByteView genesis_payload, const crypto::KeyPair& log_key,
                                           Disk& disk = real_disk());

/// Puts a note in place of the checkpoint of `dir`, durably and at once: the old one or the new one.
/// Precondition: the writer's lock is held.
Result<void> replace_checkpoint(const std::string& dir, std::string_view note);

/// A log that goes on, and what was found when it was opened.
struct ReopenedLog {
  std::unique_ptr<EntryLog> log;
  /// Where it goes on. Beyond the checkpoint where its writer was killed between record and
  /// checkpoint: what the record names is durable, and the next checkpoint signs it.
  Checkpoint end;
  /// What no entry tells of yet: bytes beyond the end, which go before the next append, and those
  /// that an earlier writer cut before it was killed. Each is to be the subject of an entry.
  std::vector<Cut> cuts;
  /// The checkpoint is behind the end.
  bool unsigned_end = false;
  /// The size that the checkpoint names, where there is one, and the root of so many entries. One that is
  /// behind the end may be signed by a key that the log has left: whose it is, and whether it signs that
  /// root, is for who knows the keys to ask.
  std::optional<Checkpoint> noted{};
};

/// Reopens the log of `dir` where its record ends. Whoever writes holds an exclusive lock
/// (writer_lock.h) from here until the log dies. Changes nothing before the first checkpoint; that
/// one cuts first what lies beyond the end. Problems: a second writer; no record, or one that is
/// behind the checkpoint or another than it; a log that is shorter than its record (rolled back);
/// a frame below it that is damaged, by sequence number and class; another root.
Result<ReopenedLog> file_log_append(const std::string& dir, const ContentId& chain,
                                    const crypto::KeyPair& log_key, Disk& disk = real_disk());

/// What `file_log_append` would find with the log's key, by its public half alone: for who only looks.
/// Takes no lock; there is no log in what it gives.
Result<ReopenedLog> inspect_log(const std::string& dir, const ContentId& chain,
                                const PublicKey& log_key, Disk& disk = real_disk());

}  // namespace capmarket::log
