// The files of a chain, read and written without the writer: for chains in memory, and for a faulty
// writer or disk, which makes its bytes agree again where asked.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/chain/leaf.h"
#include "model/log/file_log.h"

namespace capmarket::testing {

std::string read_bytes(const std::string& path);
void write_bytes(const std::string& path, ByteView bytes);
inline void write_bytes(const std::string& path, std::string_view bytes) {
  write_bytes(path, as_bytes(bytes));
}
std::string first_segment(const std::string& dir);

/// A directory of one segment with these frames, its genesis and a checkpoint signed by log_key().
void write_chain(const std::string& dir, ByteView frames);

/// Signs it with log_key(), as a writer does: the record and the checkpoint.
void write_signed(const std::string& dir, const log::Checkpoint& checkpoint);

std::vector<log::Frame> read_frames(const std::string& dir);
void write_frames(const std::string& dir, const std::vector<log::Frame>& frames);

/// Changes frames and makes frames and checksums agree; leaves, links and root stay as `change`
/// left them.
void forge_frames(const std::string& dir,
                  const std::function<void(std::vector<log::Frame>&)>& change);

struct ForgedEntry {
  chain::Leaf leaf;
  Bytes payload;
};
/// Changes entries, then renumbers, links and signs them: only their meaning can give them away.
void forge_entries(const std::string& dir,
                   const std::function<void(std::vector<ForgedEntry>&)>& change);

}  // namespace capmarket::testing
